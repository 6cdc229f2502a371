-- Both tiers follow every change of a call in its transaction, whoever makes it. Statement-level with transition tables, and each row of a
-- tier is written once a statement however many calls it changes: a trigger per call would be quadratic when thousands change at once.

-- The lock of the account orders writers with each other and with whoever cuts the days anew.
create function private.lock_analytics(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_owner record;
begin
  perform from public.user_limits where user_id = p_user_id for no key update;
  -- A statement of its own, so that it sees what the holder before committed.
  select p.time_zone as profile_zone, p.account_status, c.time_zone into v_owner
  from public.profiles p left join private.analytics_calendars c on c.user_id = p.id
  where p.id = p_user_id;
  -- Nobody needs the analytics of an account that is gone or going.
  if not found or v_owner.account_status = 'closing' then
    return null;
  end if;
  if v_owner.time_zone is null then
    insert into private.analytics_calendars (user_id, time_zone) values (p_user_id, v_owner.profile_zone);
    return v_owner.profile_zone;
  end if;
  return v_owner.time_zone;
end;
$$;
comment on function private.lock_analytics(uuid) is
  'Locks an account''s limits and returns the zone that its days are cut in; null for an account that is gone or closing.';

create function private.apply_call_measures(p_measures private.call_measure[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_call private.call_measure;
  v_user_id uuid;
  v_assistant_id uuid;
  v_bucket_start timestamptz;
  v_zone text;
  v_quarter private.call_counts;
  v_local timestamp;
  v_day date;
  v_day_counts private.call_counts;
  v_hours integer[];
  v_hour integer;
  v_only_hour integer;
begin
  -- The null at the end writes what is still open: quarters add up to days.
  foreach v_call in array p_measures || null::private.call_measure loop
    if v_quarter.calls is not null and (v_user_id, v_assistant_id, v_bucket_start)
      is distinct from (v_call.user_id, v_call.assistant_id, v_call.bucket_start)
    then
      perform private.add_quarter_hour(v_user_id, v_bucket_start, v_assistant_id, v_quarter);
      v_local := v_bucket_start at time zone v_zone;
      if v_day_counts.calls is not null and v_day <> v_local::date then
        perform private.add_day(v_user_id, v_day, v_assistant_id, v_hours, v_only_hour, v_day_counts);
        v_day_counts := null;
      end if;
      v_hour := extract(hour from v_local)::integer + 1;
      if v_day_counts.calls is null then
        v_day := v_local::date;
        v_only_hour := v_hour;
        v_day_counts := v_quarter;
        v_hours := array_fill(0, array[24]);
      else
        v_day_counts := private.add_counts(v_day_counts, v_quarter);
        v_only_hour := null;
      end if;
      v_hours[v_hour] := v_hours[v_hour] + v_quarter.calls;
      v_quarter := null;
      if (v_user_id, v_assistant_id) is distinct from (v_call.user_id, v_call.assistant_id) then
        perform private.add_day(v_user_id, v_day, v_assistant_id, v_hours, v_only_hour, v_day_counts);
        v_day_counts := null;
      end if;
    end if;
    exit when v_call.user_id is null;
    if v_call.user_id is distinct from v_user_id then
      v_user_id := v_call.user_id;
      v_zone := private.lock_analytics(v_user_id);
    end if;
    continue when v_zone is null;
    v_assistant_id := v_call.assistant_id;
    v_bucket_start := v_call.bucket_start;
    v_quarter := private.count_call(case when v_quarter.calls is null then private.no_calls() else v_quarter end, v_call);
  end loop;
end;
$$;
comment on function private.apply_call_measures(private.call_measure[]) is
  'Adds calls to both tiers, each row of a tier once. They come ordered by user_id, assistant_id, bucket_start.';

-- Without JIT for the reason that the ledger's trigger has.
create function private.roll_up_calls() returns trigger
language plpgsql security definer set search_path = '' set jit = off as $$
declare
  v_measures private.call_measure[];
begin
  if tg_op = 'INSERT' then
    select array_agg(m order by m.user_id, m.assistant_id, m.bucket_start) into v_measures
    from inserted n
    cross join lateral private.measure_call(1, n.user_id, n.assistant_key, n.called_at, n.started_at, n.status, n.outcome, n.ended_reason,
        n.duration_seconds, n.cost, n.is_success) m;
  elsif tg_op = 'UPDATE' then
    select array_agg(m order by m.user_id, m.assistant_id, m.bucket_start) into v_measures
    from (
      select m.*
      from updated n join replaced o on o.id = n.id
      cross join lateral (
        select * from private.measure_call(1, n.user_id, n.assistant_key, n.called_at, n.started_at, n.status, n.outcome, n.ended_reason,
        n.duration_seconds, n.cost, n.is_success)
        union all
        select * from private.measure_call(-1, o.user_id, o.assistant_key, o.called_at, o.started_at, o.status, o.outcome, o.ended_reason,
        o.duration_seconds, o.cost, o.is_success)
      ) m
      where (n.assistant_key, n.called_at, n.started_at, n.status = 'ended', n.outcome, n.duration_seconds, n.cost, n.is_success,
          case when n.status = 'ended' then n.ended_reason end)
        is distinct from (o.assistant_key, o.called_at, o.started_at, o.status = 'ended', o.outcome, o.duration_seconds, o.cost, o.is_success,
          case when o.status = 'ended' then o.ended_reason end)
    ) m;
  else
    select array_agg(m order by m.user_id, m.assistant_id, m.bucket_start) into v_measures
    from deleted o
    -- Nobody needs the analytics of an account that is gone or going, and most calls are deleted with theirs.
    join public.profiles p on p.id = o.user_id and p.account_status <> 'closing'
    cross join lateral private.measure_call(-1, o.user_id, o.assistant_key, o.called_at, o.started_at, o.status, o.outcome, o.ended_reason,
        o.duration_seconds, o.cost, o.is_success) m;
  end if;
  if v_measures is not null then
    perform private.apply_call_measures(v_measures);
  end if;
  return null;
end;
$$;
comment on function private.roll_up_calls() is 'AFTER a statement on call_logs: hands every change that analytics can see to both tiers.';

-- After the ledger's triggers by name, which take the same lock first.
create trigger call_logs_roll_up_new after insert on public.call_logs
  referencing new table as inserted for each statement execute function private.roll_up_calls();
create trigger call_logs_roll_up_changed after update on public.call_logs
  referencing old table as replaced new table as updated for each statement execute function private.roll_up_calls();
create trigger call_logs_roll_up_deleted after delete on public.call_logs
  referencing old table as deleted for each statement execute function private.roll_up_calls();
