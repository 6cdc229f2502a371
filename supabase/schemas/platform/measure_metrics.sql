-- What a monitor reads: the same figures as inbox_health, and what the domains add, as gauges with labels.
create function private.platform_metrics(p_now timestamptz) returns table (name text, help text, labels jsonb, value numeric)
language sql stable set search_path = '' as $$
  with health as materialized (
    select private.measure_health(p_now) as found
  ), provider as (
    select element as found, jsonb_build_object('provider', element ->> 'provider') as labels
    from health cross join jsonb_array_elements(health.found -> 'providers') element
  ), job as (
    select element as found, jsonb_build_object('job', element ->> 'name') as labels
    from health cross join jsonb_array_elements(health.found -> 'jobs') element
  ), tasks as (
    select health.found -> 'tasks' as found from health
  ), maintenance as (
    select health.found -> 'maintenance' as found from health
  )
  select 'inbox_waiting_events', 'Events that wait to be applied.', labels, (found ->> 'depth')::numeric from provider
  union all select 'inbox_failed_events', 'Waiting events that were tried in vain.', labels, (found ->> 'failed')::numeric from provider
  union all select 'inbox_dead_events', 'Events that were given up.', labels, (found ->> 'dead')::numeric from provider
  union all select 'inbox_oldest_waiting_seconds', 'Age of the oldest event that waits; 0 when none does.', labels,
    coalesce((found ->> 'oldest_age_seconds')::numeric, 0) from provider
  union all select 'inbox_received_last_hour', 'Events that came in the last hour.', labels, (found ->> 'received_last_hour')::numeric from provider
  union all select 'tasks', 'Tasks by state: open ones, and of these the due and the running.', jsonb_build_object('state', state),
    (found ->> state)::numeric from tasks cross join unnest(array['open', 'due', 'running']) state
  union all select 'tasks_oldest_due_seconds', 'Since when the oldest task is due; 0 when none is.', '{}',
    coalesce((found ->> 'oldest_due_age_seconds')::numeric, 0) from tasks
  union all select 'tasks_dead', 'Tasks that were given up.', '{}', (found ->> 'dead')::numeric from tasks
  union all select 'tasks_dead_by_kind', 'Tasks that were given up, by kind.', jsonb_build_object('kind', kind.key), kind.value::numeric
    from tasks cross join jsonb_each_text(found -> 'dead_by_kind') kind
  union all select 'job_overdue', 'Whether a job did not run when it was due.', labels, (found ->> 'is_overdue')::boolean::integer from job
  union all select 'job_failed', 'Whether the last run of a job failed.', labels, (found ->> 'last_error' is not null)::integer from job
  union all select 'job_last_start_seconds', 'When a job last ran, as a Unix time; absent when it never did.', labels,
    extract(epoch from (found ->> 'last_started_at')::timestamptz) from job where found ->> 'last_started_at' is not null
  union all select 'maintenance_configured', 'Whether Vault holds the URL and the key of maintenance.', '{}',
    (found ->> 'is_configured')::boolean::integer from maintenance
  union all select 'maintenance_last_status', 'HTTP status of the last answer of maintenance; 0 without one.', '{}',
    coalesce((found ->> 'last_status')::numeric, 0) from maintenance
  union all select 'rate_limits_exhausted', 'Users that have taken all they may of a kind in the current window, so that they are refused.',
    jsonb_build_object('kind', l.kind), (
      select count(*) from private.rate_windows w
      where w.kind = l.kind and w.taken >= l.max_count and w.window_start > p_now - l.per)
    from private.rate_limits l;
$$;
comment on function private.platform_metrics(timestamptz) is 'The figures of inbox, tasks, jobs, maintenance and rates.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('metrics', 10, 'platform', 'private.platform_metrics');

create function public.measure_metrics() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
  v_part jsonb;
  v_all jsonb := '[]'::jsonb;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'metrics' order by place loop
    execute format('select coalesce(jsonb_agg(to_jsonb(m)), ''[]'') from %s($1) m', v_function) into v_part using now();
    v_all := v_all || v_part;
  end loop;
  return v_all;
end;
$$;
comment on function public.measure_metrics() is
  'For the maintenance function: [{name, help, labels, value}], gauges for a monitor. Costs as much as inbox_health and an hour of calls.';

grant execute on function public.measure_metrics() to service_role;
