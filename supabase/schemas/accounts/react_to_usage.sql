create function private.expire_account(
  p_user_id uuid, p_reason public.expiry_reason, p_now timestamptz, p_is_purged boolean default true
) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  update public.profiles
  set account_status = 'expired',
      expired_at = p_now,
      -- What came first counts. That is the time if the job is late and a call is recorded meanwhile.
      expiry_reason = case when demo_expires_at <= p_now then 'time' else p_reason end,
      purge_after = case when p_is_purged then p_now + private.setting_interval('purge_grace') end
  where id = p_user_id and is_demo and account_status = 'active'
  returning * into v_profile;
  if not found then
    return false;
  end if;
  perform private.notify(p_user_id, 'expired', p_user_id,
    jsonb_build_object('reason', v_profile.expiry_reason, 'purge_after', v_profile.purge_after));
  return true;
end;
$$;
comment on function private.expire_account(uuid, public.expiry_reason, timestamptz, boolean) is
  'Ends an active trial, which is purged after the grace unless said otherwise; under the lock of its limits. '
  'False for whatever is no active trial. Sticky: only a plan revives.';

create function private.tell_shares(
  p_limits public.user_limits, p_limit text, p_used_before bigint, p_allowed_before bigint, p_used bigint, p_allowed bigint,
  p_shares integer[], p_can_recur boolean default false
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_percent integer;
begin
  foreach v_percent in array p_shares loop
    continue when (p_used * 100 >= p_allowed * v_percent) is not true or p_used_before * 100 >= p_allowed_before * v_percent;
    if private.tell_once(p_limits.user_id, 'limit_' || v_percent,
        concat_ws(' ', p_limit, p_allowed, extract(epoch from p_limits.period_start)), p_limits.user_id,
        jsonb_build_object('limit', p_limit, 'used', p_used, 'allowed', p_allowed, 'period_start', p_limits.period_start),
        p_can_recur or p_allowed is distinct from p_allowed_before) and v_percent = 100 then
      perform private.publish_webhook(p_limits.user_id, 'limit.reached', concat_ws(' ', p_limits.user_id, p_limit, extract(epoch from now())),
        now(), jsonb_build_object('limit', p_limit, 'used', p_used, 'allowed', p_allowed));
    end if;
  end loop;
end;
$$;
comment on function private.tell_shares(public.user_limits, text, bigint, bigint, bigint, bigint, integer[], boolean) is
  'Tells the owner which shares (percent) of a limit usage has just passed, or the limit has just fallen below: '
  'limit_75 {limit, used, allowed, period_start}. Each once for this amount of the limit and this period, unless it can recur.';

create function private.warning_shares() returns integer[]
language plpgsql stable set search_path = '' as $$
begin
  return array[private.setting_integer('usage_warning_percent'), private.setting_integer('usage_critical_percent'), 100];
end;
$$;
comment on function private.warning_shares() is 'Shares of a limit, in percent, at which its owner is told.';

-- Stocks have no period. A stock that was full, was emptied and is full again is news, though not every time that one comes and goes.
create function private.react_to_use(p_old public.user_limits, p_new public.user_limits) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_old constant jsonb := to_jsonb(p_old);
  c_new constant jsonb := to_jsonb(p_new);
  v_limit private.limits;
  v_used_before bigint;
  v_allowed_before bigint;
  v_used bigint;
  v_allowed bigint;
begin
  for v_limit in select * from private.limits order by place loop
    v_used_before := case when v_limit.kind = 'flow' and p_new.period_start <> p_old.period_start then 0
      else (c_old ->> v_limit.use_column)::bigint end;
    v_allowed_before := (c_old ->> v_limit.max_column)::bigint;
    v_used := (c_new ->> v_limit.use_column)::bigint;
    v_allowed := (c_new ->> v_limit.max_column)::bigint;
    continue when v_allowed is null or (v_used, v_allowed) is not distinct from (v_used_before, v_allowed_before);
    perform private.tell_shares(p_new, v_limit.name, v_used_before, v_allowed_before, v_used, v_allowed,
      case when v_limit.is_told_early then private.warning_shares() else array[100] end, v_limit.kind = 'stock');
    -- A change of plan ends the trial.
    if v_limit.ends_trial and v_used >= v_allowed and p_new.plan_type = p_old.plan_type then
      perform private.expire_account(p_new.user_id, 'usage', now());
    end if;
  end loop;
end;
$$;
comment on function private.react_to_use(public.user_limits, public.user_limits) is
  'Tells the owner which shares of the limits the use has passed, and ends a trial at a limit that ends it.';

create function private.expire_demos_dry_run(p_now timestamptz)
returns table (user_id uuid, demo_expires_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select id, p.demo_expires_at from public.profiles p
  where is_demo and account_status = 'active' and p.demo_expires_at <= p_now
  order by p.demo_expires_at;
$$;
comment on function private.expire_demos_dry_run(timestamptz) is 'The trials that expire_demos would end by time.';

create function private.expire_demos(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_count integer := 0;
begin
  for v_user_id in
    select l.user_id
    from public.profiles p join public.user_limits l on l.user_id = p.id
    where p.is_demo and p.account_status = 'active' and p.demo_expires_at <= p_now
    order by p.demo_expires_at
    limit private.setting_integer('account_job_batch_size')
    for no key update of l, p skip locked
  loop
    if private.expire_account(v_user_id, 'time', p_now) then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end;
$$;
comment on function private.expire_demos(timestamptz) is 'Job: ends trials whose time is over, one batch per tick; passes over accounts that somebody holds.';

select private.schedule_job('expire_demos', '*/5 * * * *', 'private.expire_demos', 'ends trials whose time is over');
