create function private.revive_account(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.profiles
  set account_status = 'active', expired_at = null, expiry_reason = null, purge_after = null
  where id = p_user_id and account_status = 'expired';
$$;
comment on function private.revive_account(uuid) is 'Makes an expired account active again; leaves suspended and closing ones alone.';

create function private.describe_limits(p_limits public.user_limits) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('plan_type', p_limits.plan_type, 'max_assistants', p_limits.max_assistants,
    'max_call_time_seconds', p_limits.max_call_time_seconds, 'max_attachment_bytes', p_limits.max_attachment_bytes);
$$;
comment on function private.describe_limits(public.user_limits) is 'The plan and limits of a row, for the log.';

create function private.apply_plan(p_old public.user_limits, p_new public.user_limits) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_plan public.plans;
  v_month record;
begin
  select * into strict v_plan from public.plans where plan_type = p_new.plan_type;
  p_new.max_assistants := v_plan.max_assistants;
  p_new.max_call_time_seconds := v_plan.max_call_time_seconds;
  p_new.max_attachment_bytes := v_plan.max_attachment_bytes;

  select * into strict v_month from private.usage_month(p_new.period_anchor, greatest(now(), p_new.period_start));
  if p_new.period_end <= now() then
    p_new.period_start := v_month.period_start;
  end if;
  p_new.period_end := case when v_plan.usage_period = 'month' then v_month.period_end end;
  if p_new.period_start <> p_old.period_start then
    p_new.used_call_time_seconds := private.sum_call_time(p_new.user_id, p_new.period_start, p_new.period_end);
  elsif p_new.period_end is distinct from p_old.period_end then
    -- A call may have ended after a period that is not over by our clock.
    p_new.used_call_time_seconds := p_old.used_call_time_seconds
      + private.sum_call_time(p_new.user_id, coalesce(p_old.period_end, 'infinity'), p_new.period_end)
      - private.sum_call_time(p_new.user_id, coalesce(p_new.period_end, 'infinity'), p_old.period_end);
  end if;
  return p_new;
end;
$$;
comment on function private.apply_plan(public.user_limits, public.user_limits) is
  'The new row with the limits of its new plan, the end of its period, and, where the period is another, the call time of that.';
