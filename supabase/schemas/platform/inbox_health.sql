-- One look at everything that can get stuck: events, tasks, jobs, the call of the maintenance function.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('job_overdue_grace_seconds', '120', 'integer', '0', '86400', 'Seconds beyond a job''s longest gap after which it counts as not run when due.');

create function private.measure_providers(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_agg(jsonb_build_object(
    'provider', p.provider,
    'depth', waiting.depth,
    'failed', waiting.failed,
    'dead', (select count(*) from public.webhook_events e where e.provider = p.provider and e.status = 'dead'),
    'oldest_received_at', waiting.oldest,
    'oldest_age_seconds', floor(extract(epoch from p_now - waiting.oldest))::bigint,
    'received_last_hour', (select count(*) from public.webhook_events e
      where e.provider = p.provider and e.received_at > p_now - interval '1 hour' and e.received_at <= p_now)
  ) order by p.provider)
  from unnest(enum_range(null::public.webhook_provider)) p (provider)
  cross join lateral (
    select count(*) as depth, count(*) filter (where e.status = 'failed') as failed, min(e.received_at) as oldest
    from public.webhook_events e
    where e.provider = p.provider and e.status in ('received', 'failed')
  ) waiting;
$$;
comment on function private.measure_providers(timestamptz) is
  'Per provider: depth (received and failed), failed, dead, the oldest that waits, events received in the last hour.';

-- Open and dead tasks are counted apart, because each kind has its index. Nobody asks for tasks that ended well.
create function private.measure_tasks(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'open', count(*),
    'due', count(*) filter (where run_after <= p_now and (leased_until is null or leased_until <= p_now)),
    'running', count(*) filter (where leased_until > p_now),
    'oldest_due_at', min(run_after) filter (where run_after <= p_now),
    'oldest_due_age_seconds', floor(extract(epoch from p_now - min(run_after) filter (where run_after <= p_now)))::bigint,
    'dead', (select count(*) from public.tasks where dead_at is not null),
    'dead_by_kind', coalesce((
      select jsonb_object_agg(d.kind, d.n)
      from (select kind, count(*) as n from public.tasks where dead_at is not null group by kind) d), '{}'))
  from public.tasks
  where done_at is null and cancelled_at is null and dead_at is null;
$$;
comment on function private.measure_tasks(timestamptz) is 'Open, due, running and dead tasks, and since when the oldest is due.';

create function private.measure_jobs(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', j.name,
    'last_started_at', last.started_at,
    'last_rows', last.rows_touched,
    'last_error', last.error,
    'is_overdue', p_now > greatest(j.scheduled_at, last.started_at) + j.longest_gap
      + private.setting_integer('job_overdue_grace_seconds') * interval '1 second'
  ) order by j.name), '[]')
  from private.jobs j
  left join lateral (
    select r.started_at, r.rows_touched, r.error from private.job_runs r
    where r.job_name = j.name order by r.started_at desc limit 1
  ) last on true;
$$;
comment on function private.measure_jobs(timestamptz) is 'Every job with its last run, and whether it did not run when due.';

create function private.measure_health(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'checked_at', p_now,
    'providers', private.measure_providers(p_now),
    'tasks', private.measure_tasks(p_now),
    'jobs', private.measure_jobs(p_now),
    'maintenance', private.measure_maintenance(p_now));
$$;
comment on function private.measure_health(timestamptz) is 'Measures the health of the inbox, the queue and the jobs at a given time.';

create function private.inbox_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return private.measure_health(now());
end;
$$;
comment on function private.inbox_health() is 'Measures the health now, if the caller is an operator.';

grant execute on function private.inbox_health() to authenticated, service_role;

create function public.inbox_health() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.inbox_health();
$$;
comment on function public.inbox_health() is
  'For admins and the server: {checked_at, providers: [{provider, depth, failed, dead, oldest_received_at, oldest_age_seconds, received_last_hour}], '
  'tasks: {open, due, running, oldest_due_at, oldest_due_age_seconds, dead, dead_by_kind}, jobs: [{name, last_started_at, last_rows, last_error, is_overdue}], '
  'maintenance: {is_configured, last_answered_call_at, last_status, last_error}}. Error: forbidden.';

grant execute on function public.inbox_health() to authenticated, service_role;
