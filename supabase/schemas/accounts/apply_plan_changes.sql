create function private.revive_account(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.profiles
  set account_status = 'active', expired_at = null, expiry_reason = null, purge_after = null
  where id = p_user_id and account_status = 'expired';
$$;
comment on function private.revive_account(uuid) is 'Makes an expired account active again; leaves suspended and closing ones alone.';

create function private.apply_plan(p_old public.user_limits, p_new public.user_limits) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_plan public.plans;
  v_month record;
begin
  select * into strict v_plan from public.plans where plan_type = p_new.plan_type;
  -- The columns of a plan have the same names as those of the account's limits.
  p_new := jsonb_populate_record(p_new, to_jsonb(v_plan));

  select * into strict v_month from private.usage_month(p_new.period_anchor, greatest(now(), p_new.period_start));
  if p_new.period_end <= now() then
    p_new.period_start := v_month.period_start;
  end if;
  p_new.period_end := case when v_plan.usage_period = 'month' then v_month.period_end end;
  if p_new.period_start <> p_old.period_start then
    return private.recount_flows(p_new);
  elsif p_new.period_end is distinct from p_old.period_end then
    -- A fact may be dated after the end of a period that is not over by our clock.
    return jsonb_populate_record(p_new, (
      select jsonb_object_agg(l.use_column, (to_jsonb(p_old) ->> l.use_column)::bigint
        + private.recount(l, p_new.user_id, coalesce(p_old.period_end, 'infinity'), p_new.period_end)
        - private.recount(l, p_new.user_id, coalesce(p_new.period_end, 'infinity'), p_old.period_end))
      from private.limits l where l.kind = 'flow'));
  end if;
  return p_new;
end;
$$;
comment on function private.apply_plan(public.user_limits, public.user_limits) is
  'The new row with the limits of its new plan, the end of its period, and, where the period is another, the flows of that.';
