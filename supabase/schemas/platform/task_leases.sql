-- How a worker takes tasks. A lease lasts longer than a worker lives and has a token; nobody changes a leased task without the token.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('task_lease_seconds', '300', 'integer', '180', '3600', 'How long a leased task belongs to its worker. Must exceed a worker''s life of 150 s.');

create function private.lease_tasks(p_limit integer, p_kinds text[], p_now timestamptz)
returns table (id uuid, kind text, resource_id text, user_id uuid, version integer, attempts integer, lease_token uuid, leased_until timestamptz)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
  -- A task that brings its worker down at every try must end as well.
  with lost as (
    select t.id
    from public.tasks t
    where t.done_at is null and t.cancelled_at is null and t.dead_at is null
      and t.leased_until <= p_now and t.attempts > 0 and private.retry_delay(t.attempts) is null
      and (p_kinds is null or t.kind = any (p_kinds))
    limit p_limit
    for update skip locked
  )
  update public.tasks t
  set dead_at = p_now, last_error = coalesce(t.last_error, 'the worker never answered'),
      lease_token = null, leased_version = null, leased_until = null
  from lost where t.id = lost.id;

  return query
  with due as (
    select t.id
    from public.tasks t
    where t.done_at is null and t.cancelled_at is null and t.dead_at is null
      and t.run_after <= p_now and (t.leased_until is null or t.leased_until <= p_now)
      and (p_kinds is null or t.kind = any (p_kinds))
    order by t.run_after
    limit p_limit
    for update skip locked
  )
  update public.tasks t
  set lease_token = gen_random_uuid(), leased_version = t.version, attempts = t.attempts + 1,
      leased_until = p_now + private.setting_integer('task_lease_seconds') * interval '1 second'
  from due where t.id = due.id
  returning t.id, t.kind, t.resource_id, t.user_id, t.version, t.attempts, t.lease_token, t.leased_until;
end;
$$;
comment on function private.lease_tasks(integer, text[], timestamptz) is
  'Leases due tasks at a given time. A task whose worker vanished is due again once its lease is over, or dead after the last try.';

create function public.lease_tasks(p_limit integer, p_kinds text[] default null)
returns table (id uuid, kind text, resource_id text, user_id uuid, version integer, attempts integer, lease_token uuid, leased_until timestamptz)
language sql security definer set search_path = '' as $$
  select * from private.lease_tasks(least(p_limit, 100), p_kinds, now());
$$;
comment on function public.lease_tasks(integer, text[]) is
  'For the maintenance function: takes up to p_limit (at most 100) due tasks, of the given kinds or of all.';

grant execute on function public.lease_tasks(integer, text[]) to service_role;

-- Both ways to end a lease: p_error null says that the leased version is done.
create function private.settle_task(
  p_task_id uuid, p_lease_token uuid, p_error text, p_retry_after interval, p_is_permanent boolean, p_now timestamptz
) returns public.task_settlement
language plpgsql set search_path = '' as $$
declare
  v_task public.tasks;
  v_delay interval;
  v_settlement public.task_settlement;
begin
  select * into v_task from public.tasks where id = p_task_id and lease_token = p_lease_token for update;
  if not found then
    return 'lost'::public.task_settlement;
  end if;
  v_delay := private.retry_delay(v_task.attempts);
  v_settlement := (case
    when v_task.version <> v_task.leased_version then 'runs_again'
    when p_error is null then 'done'
    when p_is_permanent or v_delay is null then 'dead'
    else 'retry'
  end)::public.task_settlement;
  update public.tasks
  set lease_token = null, leased_version = null, leased_until = null,
      attempts = case when v_settlement = 'runs_again' then 0 else attempts end,
      run_after = case when v_settlement = 'retry' then p_now + coalesce(p_retry_after, v_delay) else run_after end,
      last_error = left(p_error, 500),
      done_at = case when v_settlement = 'done' then p_now end,
      dead_at = case when v_settlement = 'dead' then p_now end
  where id = p_task_id;
  return v_settlement;
end;
$$;
comment on function private.settle_task(uuid, uuid, text, interval, boolean, timestamptz) is
  'Ends a lease. A wish that came during the lease wins over done, failed and dead alike.';

create function public.complete_task(p_task_id uuid, p_lease_token uuid) returns public.task_settlement
language sql security definer set search_path = '' as $$
  select private.settle_task(p_task_id, p_lease_token, null, null, false, now());
$$;
comment on function public.complete_task(uuid, uuid) is 'For the maintenance function: the leased version is done. done, runs_again or lost.';

grant execute on function public.complete_task(uuid, uuid) to service_role;

create function public.fail_task(
  p_task_id uuid, p_lease_token uuid, p_error text, p_retry_after_seconds integer default null, p_is_permanent boolean default false
) returns public.task_settlement
language sql security definer set search_path = '' as $$
  select private.settle_task(p_task_id, p_lease_token, coalesce(nullif(p_error, ''), 'unknown'),
    p_retry_after_seconds * interval '1 second', p_is_permanent, now());
$$;
comment on function public.fail_task(uuid, uuid, text, integer, boolean) is
  'For the maintenance function: this try failed. Tried again by the schedule or after the given seconds, unless permanent. retry, runs_again, dead or lost.';

grant execute on function public.fail_task(uuid, uuid, text, integer, boolean) to service_role;
