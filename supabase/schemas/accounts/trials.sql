-- The trial: how it ends for ever, and whether an account may use voice.
create function private.end_demo(p_user_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- What is over by the clock ended by time, though the job that says so is late. A paid plan would revive it at once.
  if p_reason <> 'paid_plan' and exists (select from public.profiles where id = p_user_id and is_demo and demo_expires_at <= now()) then
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

-- By the clock and not by the stored status: the job that stores it may be minutes late.
create function private.is_account_usable(p_user_id uuid, p_now timestamptz) returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce((
    select account_status = 'active' and not (is_demo and demo_expires_at <= p_now)
    from public.profiles where id = p_user_id
  ), false);
$$;
comment on function private.is_account_usable(uuid, timestamptz) is
  'Whether the account may use voice at that time: active, and not a trial past its end. False for nobody.';
