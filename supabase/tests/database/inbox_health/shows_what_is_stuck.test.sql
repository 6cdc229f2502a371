-- Health shows whatever waits, failed or died: events, tasks, jobs, the call of the maintenance function.
begin;
select plan(12);
delete from public.webhook_events;
delete from public.tasks;

insert into public.webhook_events (provider, dedupe_key, event_type, status, next_attempt_at, settled_at, received_at)
select 'zoom', status || n, 'probe', status::public.webhook_event_status,
  case when status in ('received', 'failed') then now() end, case when status not in ('received', 'failed') then now() end,
  now() - n * interval '40 minutes'
from unnest(array['received', 'failed', 'dead', 'applied', 'ignored']) status, generate_series(1, 2) n;

create temporary view zoom as
  select p from jsonb_array_elements(private.measure_health(now()) -> 'providers') p where p ->> 'provider' = 'zoom';
select is((select p ->> 'depth' from zoom), '4', 'depth counts what waits for an application');
select is((select p ->> 'failed' from zoom), '2', 'failed counts what was tried');
select is((select p ->> 'dead' from zoom), '2', 'dead counts what was given up');
select is((select (p ->> 'oldest_received_at')::timestamptz from zoom), now() - interval '80 minutes', 'the oldest that waits');
select is((select p ->> 'oldest_age_seconds' from zoom), '4800', 'and its age');
select is((select p ->> 'received_last_hour' from zoom), '5', 'the rate of the last hour');
select is((select p ->> 'depth' from jsonb_array_elements(private.measure_health(now()) -> 'providers') p where p ->> 'provider' = 'vapi'), '0',
  'a provider without events shows too');

do $$ begin
  perform private.enqueue_task('probe', 'due', null, now() - interval '10 minutes');
  perform private.enqueue_task('probe', 'later', null, now() + interval '10 minutes');
  perform private.enqueue_task('probe', 'dead');
  perform private.enqueue_task('running_probe', 'running', null, now() - interval '5 minutes');
  update public.tasks set dead_at = now() where resource_id = 'dead';
  perform public.lease_tasks(1, array['running_probe']);
end $$;
select is((private.measure_health(now()) -> 'tasks') - 'oldest_due_at',
  '{"open": 3, "due": 1, "running": 1, "dead": 1, "dead_by_kind": {"probe": 1}, "oldest_due_age_seconds": 600}'::jsonb, 'tasks: open, due, running, dead');

create function private.probe_tick(p_now timestamptz) returns integer language sql as $$ select 0 $$;
do $$ begin perform private.schedule_job('probe_tick', '*/5 * * * *', 'private.probe_tick', 'ticks'); end $$;
create function pg_temp.overdue(p_now timestamptz) returns boolean language sql as $$
  select (j ->> 'is_overdue')::boolean from jsonb_array_elements(private.measure_health(p_now) -> 'jobs') j where j ->> 'name' = 'probe_tick' $$;
select is(pg_temp.overdue(now() + interval '7 minutes'), false, 'a job is given its interval and some grace');
select is(pg_temp.overdue(now() + interval '7 minutes 1 second'), true, 'then it has not run when due');
insert into private.job_runs (job_name, started_at, ended_at, error) values ('probe_tick', now() + interval '5 minutes', now() + interval '5 minutes', 'P0001 broken');
select is(pg_temp.overdue(now() + interval '12 minutes'), false, 'counted from its last run');
select is((select j ->> 'last_error' from jsonb_array_elements(private.measure_health(now()) -> 'jobs') j where j ->> 'name' = 'probe_tick'), 'P0001 broken',
  'whose error shows');

select * from finish();
rollback;
