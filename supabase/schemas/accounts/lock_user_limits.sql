create function private.lock_user_limits(p_user_id uuid, p_now timestamptz) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
begin
  select * into v_limits from public.user_limits where user_id = p_user_id for no key update;
  if v_limits.period_end <= p_now then
    select month.period_start, month.period_end into v_limits.period_start, v_limits.period_end
    from private.usage_month(v_limits.period_anchor, p_now) month;
    v_limits := private.write_use(private.recount_flows(v_limits));
    perform private.log_usage(p_user_id, 'period_started', 'user_limits', p_user_id,
      p_details => jsonb_build_object('period_start', v_limits.period_start, 'period_end', v_limits.period_end));
  end if;
  return v_limits;
end;
$$;
comment on function private.lock_user_limits(uuid, timestamptz) is
  'Locks an account''s limits until the end of the transaction, rolls a period that is over, and returns the row. All null when the account is gone.';

create function private.roll_over_periods(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_count integer := 0;
begin
  for v_user_id in
    select user_id from public.user_limits where period_end <= p_now
    order by period_end limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  loop
    perform private.lock_user_limits(v_user_id, p_now);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.roll_over_periods(timestamptz) is
  'Job: starts the next period of accounts that nobody touched since theirs ended. Only tidies: whoever uses an account rolls it first.';

select private.schedule_job('roll_over_periods', '*/10 * * * *', 'private.roll_over_periods', 'starts new usage periods');
