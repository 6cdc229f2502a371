create function private.sum_call_time(p_user_id uuid, p_from timestamptz, p_to timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(duration_seconds), 0)
  from public.call_logs
  where user_id = p_user_id and ended_at >= p_from and ended_at < coalesce(p_to, 'infinity');
$$;
comment on function private.sum_call_time(uuid, timestamptz, timestamptz) is
  'Seconds of a user''s calls that ended in [p_from, p_to); p_to null = no end.';

create function private.lock_user_limits(p_user_id uuid, p_now timestamptz) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
begin
  select * into v_limits from public.user_limits where user_id = p_user_id for no key update;
  if v_limits.period_end <= p_now then
    -- From the facts and not to zero: a call may have ended after this period and be here already.
    update public.user_limits l
    set period_start = month.period_start,
        period_end = month.period_end,
        used_call_time_seconds = private.sum_call_time(p_user_id, month.period_start, month.period_end)
    from private.usage_month(v_limits.period_anchor, p_now) month
    where l.user_id = p_user_id
    returning l.* into v_limits;
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
