-- What follows when usage nears and reaches a limit, in the transaction that records the usage: warnings, and the end of a trial.
create index profiles_expiring_idx on public.profiles (demo_expires_at) where is_demo and account_status = 'active';

create function private.expire_account(p_user_id uuid, p_reason public.expiry_reason, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  update public.profiles
  set account_status = 'expired',
      expired_at = p_now,
      -- Whichever came first: time, when the job is late and a call is recorded meanwhile.
      expiry_reason = case when demo_expires_at <= p_now then 'time' else p_reason end,
      purge_after = p_now + private.setting_interval('purge_grace')
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
comment on function private.expire_account(uuid, public.expiry_reason, timestamptz) is
  'Ends an active trial; under the lock of its limits. False for whatever is no active trial. Sticky: only a plan revives.';

create function private.tell_shares(
  p_limits public.user_limits, p_limit text, p_used_before bigint, p_used bigint, p_allowed bigint, p_shares integer[]
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_percent integer;
begin
  foreach v_percent in array p_shares loop
    if p_used * 100 >= p_allowed * v_percent and p_used_before * 100 < p_allowed * v_percent
      and not exists (
        select from public.notifications
        where user_id = p_limits.user_id and kind = 'limit_' || v_percent
          and data ->> 'limit' = p_limit and (data ->> 'period_start')::timestamptz = p_limits.period_start)
    then
      perform private.notify(p_limits.user_id, 'limit_' || v_percent, p_limits.user_id, jsonb_build_object(
        'limit', p_limit, 'used', p_used, 'allowed', p_allowed, 'period_start', p_limits.period_start));
    end if;
  end loop;
end;
$$;
comment on function private.tell_shares(public.user_limits, text, bigint, bigint, bigint, integer[]) is
  'Tells the owner which shares (percent) of a limit usage has just passed: limit_75 {limit, used, allowed, period_start}; each once a period.';

create function private.warning_shares() returns integer[]
language sql stable set search_path = '' as $$
  select array[private.setting_integer('usage_warning_percent'), private.setting_integer('usage_critical_percent'), 100];
$$;
comment on function private.warning_shares() is 'Shares of a limit, in percent, at which its owner is told.';

create function private.react_to_call_time() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_shares(new, 'call_time', old.used_call_time_seconds, new.used_call_time_seconds, new.max_call_time_seconds,
    private.warning_shares());
  if new.used_call_time_seconds >= new.max_call_time_seconds then
    perform private.expire_account(new.user_id, 'usage', now());
  end if;
  return null;
end;
$$;
comment on function private.react_to_call_time() is
  'AFTER call time or its limit changed: tells the owner at each share of the limit, and ends a trial at the limit.';

create trigger user_limits_react_to_call_time
  after update of used_call_time_seconds, max_call_time_seconds on public.user_limits
  for each row
  when (new.used_call_time_seconds * 2 >= new.max_call_time_seconds)
  execute function private.react_to_call_time();
comment on trigger user_limits_react_to_call_time on public.user_limits is 'Below half of the limit there is nothing to say, so most calls do not pay for it.';

-- Of assistants there are too few for shares: one of one is the limit at once, and only that is worth telling.
create function private.react_to_stocks() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_shares(new, 'assistants', old.current_assistants, new.current_assistants, new.max_assistants, '{100}');
  perform private.tell_shares(new, 'attachments', old.used_attachment_bytes, new.used_attachment_bytes, new.max_attachment_bytes,
    private.warning_shares());
  return null;
end;
$$;
comment on function private.react_to_stocks() is
  'AFTER assistants or bytes grew: tells the owner when no assistant is left, and at each share of the attachments'' limit.';

create trigger user_limits_react_to_stocks
  after update of current_assistants, used_attachment_bytes on public.user_limits
  for each row
  when (
    new.current_assistants > old.current_assistants and new.current_assistants >= new.max_assistants
    or new.used_attachment_bytes > old.used_attachment_bytes and new.used_attachment_bytes * 2 >= new.max_attachment_bytes
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
