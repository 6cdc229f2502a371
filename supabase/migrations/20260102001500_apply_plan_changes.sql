-- A plan change is one update of user_limits.plan_type, by RPC or secret key; what follows from it follows here.
-- Usage and excess assistants stay. The period keeps its start, so that used = sum over the period stays true:
-- a lifetime that becomes monthly ends at the next month of its anchor, a month that becomes a lifetime never ends.
create function private.apply_plan() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_plan public.plans;
begin
  -- This row is the lock under which a purge sets closing, so the status read here holds.
  if exists (select from public.profiles where id = new.user_id and account_status = 'closing') then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;

  select * into strict v_plan from public.plans where plan_type = new.plan_type;
  new.max_assistants := v_plan.max_assistants;
  new.max_call_time_seconds := v_plan.max_call_time_seconds;
  new.max_attachment_bytes := v_plan.max_attachment_bytes;

  if new.period_end <= now() then
    select month.period_start into strict new.period_start from private.usage_month(new.period_anchor, now()) month;
    new.used_call_time_seconds := 0;
  end if;
  if v_plan.usage_period = 'month' then
    select month.period_end into strict new.period_end from private.usage_month(new.period_anchor, now()) month;
  else
    new.period_end := null;
  end if;
  return new;
end;
$$;
comment on function private.apply_plan() is 'BEFORE a plan change: copies the plan''s limits, rolls a period that is over, sets the new period''s end.';

create trigger user_limits_apply_plan before update of plan_type on public.user_limits
  for each row when (old.plan_type is distinct from new.plan_type) execute function private.apply_plan();

create function private.revive_account(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.profiles
  set account_status = 'active', expired_at = null, expiry_reason = null, purge_after = null
  where id = p_user_id and account_status = 'expired';
$$;
comment on function private.revive_account(uuid) is 'Makes an expired account active again; leaves suspended and closing ones alone.';

create function private.record_limit_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.log_usage(new.user_id,
    case when old.plan_type = new.plan_type then 'limits_changed' else 'plan_changed' end,
    'user_limits', new.user_id,
    p_details => jsonb_build_object(
      'from', private.describe_limits(old), 'to', private.describe_limits(new)));
  if new.plan_type <> old.plan_type and new.plan_type <> 'free' then
    perform private.end_demo(new.user_id, 'paid_plan');
    perform private.revive_account(new.user_id);
  end if;
  return null;
end;
$$;
comment on function private.record_limit_change() is 'AFTER a change of plan or limits: logs it; a paid plan ends the trial and revives.';

create function private.describe_limits(p_limits public.user_limits) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('plan_type', p_limits.plan_type, 'max_assistants', p_limits.max_assistants,
    'max_call_time_seconds', p_limits.max_call_time_seconds, 'max_attachment_bytes', p_limits.max_attachment_bytes);
$$;
comment on function private.describe_limits(public.user_limits) is 'The plan and limits of a row, for the log.';

create trigger user_limits_record_limit_change
  after update of plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes on public.user_limits
  for each row
  when (
    (old.plan_type, old.max_assistants, old.max_call_time_seconds, old.max_attachment_bytes)
    is distinct from (new.plan_type, new.max_assistants, new.max_call_time_seconds, new.max_attachment_bytes)
  )
  execute function private.record_limit_change();
