-- The ledger of call time: counters and log follow every change of a measured call, in its transaction, whoever makes it.
-- Statement-level with transition tables: a trigger per row would be quadratic when thousands of calls change at once.
create type private.call_time_change as (user_id uuid, call_id uuid, action_type text, fact_at timestamptz, seconds integer);

create function private.record_call_time(p_changes private.call_time_change[], p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_change record;
  v_limits public.user_limits;
  v_is_period_over boolean;
  v_actor record;
begin
  for v_change in
    select change.user_id, sum(change.seconds) as seconds, min(change.fact_at) as first_at, max(change.fact_at) as last_at
    from unnest(p_changes) change group by change.user_id order by change.user_id
  loop
    -- Nearly always the calls lie in the current period, and that is not over: one statement.
    update public.user_limits set used_call_time_seconds = used_call_time_seconds + v_change.seconds
    where user_id = v_change.user_id and period_start <= v_change.first_at
      and (period_end is null or period_end > v_change.last_at and period_end > p_now);
    continue when found;

    select period_end <= p_now into v_is_period_over from public.user_limits where user_id = v_change.user_id for no key update;
    v_limits := private.lock_user_limits(v_change.user_id, p_now);
    -- A period that began here was summed from the facts, these among them.
    if v_is_period_over is not true then
      select sum(change.seconds) as seconds into v_change
      from unnest(p_changes) change
      where change.user_id = v_limits.user_id
        and change.fact_at >= v_limits.period_start and change.fact_at < coalesce(v_limits.period_end, 'infinity');
      update public.user_limits set used_call_time_seconds = used_call_time_seconds + v_change.seconds
      where user_id = v_limits.user_id and v_change.seconds <> 0;
    end if;
  end loop;

  -- Providers' events and jobs are no person: nothing has to be looked up.
  if auth.role() = 'authenticated' then
    select actor.kind, known.id into v_actor
    from private.current_actor() actor left join public.profiles known on known.id = actor.id;
  else
    select (case when auth.role() = 'service_role' then 'service' else 'system' end)::public.actor_kind as kind, null::uuid as id into v_actor;
  end if;
  insert into public.usage_logs (user_id, action_type, resource_type, resource_id, call_time_change_seconds, fact_at, actor_kind, actor_id)
  select change.user_id, change.action_type, 'call', change.call_id, change.seconds, change.fact_at, v_actor.kind, v_actor.id
  from unnest(p_changes) change;
end;
$$;
comment on function private.record_call_time(private.call_time_change[], timestamptz) is
  'Writes changes of call time to the log and, where they lie in the current period, to the counter. Users in the order of their ids, as every batch locks them.';

-- Transition tables have no statistics, so that a statement over many calls looks dear enough to be compiled, which costs more than it saves.
create function private.meter_calls() returns trigger
language plpgsql security definer set search_path = '' set jit = off as $$
declare
  v_changes private.call_time_change[];
begin
  if tg_op = 'INSERT' then
    select array_agg((user_id, id, 'call_recorded', ended_at, duration_seconds)::private.call_time_change)
    into v_changes from inserted where duration_seconds > 0;
  elsif tg_op = 'UPDATE' then
    -- A call that moves to another end leaves the one period and enters the other: two changes.
    select array_agg((user_id, id, action_type, fact_at, seconds)::private.call_time_change)
    into v_changes
    from (
      select n.user_id, n.id, change.action_type, change.fact_at, change.seconds
      from updated n join replaced o on o.id = n.id
      cross join lateral (
        select case when o.ended_at is null then 'call_recorded' else 'call_corrected' end, n.ended_at,
          coalesce(n.duration_seconds, 0) - coalesce(o.duration_seconds, 0)
        where o.ended_at is null or o.ended_at = n.ended_at
        union all
        select 'call_corrected', o.ended_at, -o.duration_seconds where o.ended_at <> n.ended_at or n.ended_at is null
        union all
        select 'call_corrected', n.ended_at, n.duration_seconds where o.ended_at <> n.ended_at
      ) change (action_type, fact_at, seconds)
      where (o.ended_at, o.duration_seconds) is distinct from (n.ended_at, n.duration_seconds)
    ) change
    where seconds <> 0;
  else
    -- Nobody needs the ledger of an account that is gone or going.
    select array_agg((d.user_id, d.id, 'call_deleted', d.ended_at, -d.duration_seconds)::private.call_time_change)
    into v_changes
    from deleted d join public.profiles p on p.id = d.user_id and p.account_status <> 'closing'
    where d.duration_seconds > 0;
  end if;
  if v_changes is not null then
    perform private.record_call_time(v_changes, now());
  end if;
  return null;
end;
$$;
comment on function private.meter_calls() is 'AFTER a statement on call_logs: hands every change of measured time to the ledger.';

create trigger call_logs_meter_new after insert on public.call_logs
  referencing new table as inserted for each statement execute function private.meter_calls();
create trigger call_logs_meter_changed after update on public.call_logs
  referencing old table as replaced new table as updated for each statement execute function private.meter_calls();
create trigger call_logs_meter_deleted after delete on public.call_logs
  referencing old table as deleted for each statement execute function private.meter_calls();
