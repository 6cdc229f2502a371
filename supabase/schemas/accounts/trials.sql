-- The trial: when it is over, and how it ends for ever.
create function private.is_trial_over(p_profile public.profiles, p_now timestamptz) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_profile.is_demo and p_profile.demo_expires_at <= p_now;
end;
$$;
comment on function private.is_trial_over(public.profiles, timestamptz) is
  'Whether a trial is over by the clock, which the stored status may say only minutes later.';

create function private.end_demo(p_user_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- What is over by the clock ended by time, though the job that says so is late. A paid plan would revive it at once.
  if p_reason <> 'paid_plan' and exists (select from public.profiles p where id = p_user_id and private.is_trial_over(p, now())) then
    perform private.expire_account(p_user_id, 'time', now(), false);
  end if;
  update public.profiles set is_demo = false, purge_after = null where id = p_user_id and is_demo;
  if found then
    perform private.log_usage(p_user_id, 'demo_ended', 'profile', p_user_id,
      p_details => jsonb_build_object('reason', p_reason));
  end if;
end;
$$;
comment on function private.end_demo(uuid, text) is
  'Ends a trial for ever; idempotent. Reasons: role, enrolment, hosted_class, paid_plan. An expired account stays expired, and a trial '
  'that is over by the clock expires first: only a plan revives.';
