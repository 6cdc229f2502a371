-- What follows when usage nears and reaches a limit, in the transaction that records the usage: warnings, and the end of a trial.
create index profiles_expiring_idx on public.profiles (demo_expires_at) where is_demo and account_status = 'active';

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
      -- Whichever came first: time, when the job is late and a call is recorded meanwhile.
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
    perform private.tell_once(p_limits.user_id, 'limit_' || v_percent,
      concat_ws(' ', p_limit, p_allowed, extract(epoch from p_limits.period_start)), p_limits.user_id,
      jsonb_build_object('limit', p_limit, 'used', p_used, 'allowed', p_allowed, 'period_start', p_limits.period_start),
      p_can_recur or p_allowed is distinct from p_allowed_before);
  end loop;
end;
$$;
comment on function private.tell_shares(public.user_limits, text, bigint, bigint, bigint, bigint, integer[], boolean) is
  'Tells the owner which shares (percent) of a limit usage has just passed, or the limit has just fallen below: '
  'limit_75 {limit, used, allowed, period_start}. Each once for this amount of the limit and this period, unless it can recur.';

create function private.warning_shares() returns integer[]
language sql stable set search_path = '' as $$
  select array[private.setting_integer('usage_warning_percent'), private.setting_integer('usage_critical_percent'), 100];
$$;
comment on function private.warning_shares() is 'Shares of a limit, in percent, at which its owner is told.';

create function private.react_to_call_time() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_shares(new, 'call_time',
    case when new.period_start = old.period_start then old.used_call_time_seconds else 0 end, old.max_call_time_seconds,
    new.used_call_time_seconds, new.max_call_time_seconds, private.warning_shares());
  -- A trial whose plan changes is none any more.
  if new.used_call_time_seconds >= new.max_call_time_seconds and new.plan_type = old.plan_type then
    perform private.expire_account(new.user_id, 'usage', now());
  end if;
  return null;
end;
$$;
comment on function private.react_to_call_time() is
  'AFTER call time or its limit changed: tells the owner at each share of the limit, and ends a trial at the limit.';

-- plan_type is named because a trigger on columns looks at what the statement sets: a plan sets its limits in a BEFORE trigger.
create trigger user_limits_react_to_call_time
  after update of used_call_time_seconds, max_call_time_seconds, plan_type on public.user_limits
  for each row
  when (new.used_call_time_seconds * 2 >= new.max_call_time_seconds)
  execute function private.react_to_call_time();
comment on trigger user_limits_react_to_call_time on public.user_limits is 'Below half of the limit there is nothing to say, so most calls do not pay for it.';

-- Of assistants there are too few for shares: one of one is the limit at once, and only that is worth telling.
-- Stocks have no period: what was full, was emptied and is full again is news, though not at each come and go.
create function private.react_to_stocks() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_shares(new, 'assistants', old.current_assistants, old.max_assistants,
    new.current_assistants, new.max_assistants, '{100}', true);
  perform private.tell_shares(new, 'attachments', old.used_attachment_bytes, old.max_attachment_bytes,
    new.used_attachment_bytes, new.max_attachment_bytes, private.warning_shares(), true);
  return null;
end;
$$;
comment on function private.react_to_stocks() is
  'AFTER assistants or bytes grew, or their limit changed: tells the owner when no assistant is left, and at each share of the attachments'' limit.';

create trigger user_limits_react_to_stocks
  after update of current_assistants, used_attachment_bytes, max_assistants, max_attachment_bytes, plan_type on public.user_limits
  for each row
  when (
    (new.current_assistants > old.current_assistants or new.max_assistants is distinct from old.max_assistants)
      and new.current_assistants >= new.max_assistants
    or (new.used_attachment_bytes > old.used_attachment_bytes or new.max_attachment_bytes is distinct from old.max_attachment_bytes)
      and new.used_attachment_bytes * 2 >= new.max_attachment_bytes
  )
  execute function private.react_to_stocks();

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
comment on function private.expire_demos(timestamptz) is 'Job: ends trials whose time is over, a batch a tick; passes over accounts that somebody holds.';

select private.schedule_job('expire_demos', '*/5 * * * *', 'private.expire_demos', 'ends trials whose time is over');
