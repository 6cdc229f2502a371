-- Every job is listed with its schedule and its last runs.
begin;
select plan(7);
create function private.list_jobs_probe(p_now timestamptz) returns integer language sql set search_path = '' as $$ select 3 $$;
select private.schedule_job('list_jobs_probe', '*/5 * * * *', 'private.list_jobs_probe', 'shows up');
insert into private.job_runs (job_name, started_at, ended_at, rows_touched, error)
select 'list_jobs_probe', now() - n * interval '5 minutes', now() - n * interval '5 minutes', case when n <> 2 then n end, case when n = 2 then 'P0001 broken' end
from generate_series(1, 7) n;
select is((select count(*) from jsonb_array_elements(public.list_jobs())), (select count(*) from private.jobs), 'every job');
select is(public.list_jobs('list_jobs_probe') -> 0 ->> 'description', 'shows up', 'or one');
select is(public.list_jobs('list_jobs_probe') -> 0 -> 'longest_gap_seconds', '300', 'how often it runs');
select is((select jsonb_agg(coalesce(r -> 'error', 'null')) from jsonb_array_elements(public.list_jobs('list_jobs_probe', 3) -> 0 -> 'runs') r),
  '[null, "P0001 broken", null]', 'its last runs, the newest first');
select is(jsonb_array_length(public.list_jobs('list_jobs_probe', null) -> 0 -> 'runs'), 5, 'five unless asked');
select is(jsonb_array_length(public.list_jobs('list_jobs_probe', -5) -> 0 -> 'runs'), 1, 'one at least');
select is(public.list_jobs('no_such_job'), '[]', 'a job that is not there is none');
select * from finish();
rollback;
