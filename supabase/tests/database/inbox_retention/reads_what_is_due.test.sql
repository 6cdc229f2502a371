-- A job that finds nothing old reads next to nothing, however much there is.
begin;
insert into public.tasks (kind, resource_id, run_after, done_at) select 'update_assistant', 'plans ' || n, now(), now() from generate_series(1, 40000) n;
insert into public.webhook_events (provider, dedupe_key, event_type, payload, status, next_attempt_at, settled_at)
select 'vapi', 'plans ' || n, 'x', repeat('x', 500), 'applied', null, now() from generate_series(1, 40000) n;
insert into private.job_runs (job_name, started_at, ended_at, rows_touched)
select (select min(name) from private.jobs), now(), now(), 0 from generate_series(1, 40000);
analyze public.tasks, public.webhook_events, private.job_runs;
-- At this size the planner still serves an "or" by the bitmaps of two indexes; of a million rows it reads the table instead.
set local enable_bitmapscan = off;
\ir ../buffers.psql
select plan(5);
select cmp_ok(pg_temp.buffers(format('select private.%s(now())', job)), '<', 500::bigint, job)
from unnest(array['delete_old_tasks', 'delete_old_events', 'delete_old_runs', 'forget_event_content', 'measure_tasks']) job;
select * from finish();
rollback;
