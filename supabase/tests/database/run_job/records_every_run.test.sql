-- Every run of a job is on record, a failed one too, and its writes are undone.
begin;
select plan(11);

create temporary table ticks (at timestamptz);
create function private.probe_tick(p_now timestamptz) returns integer language plpgsql as $$
begin insert into pg_temp.ticks values (p_now); return 7; end $$;
create function private.probe_failure(p_now timestamptz) returns integer language plpgsql as $$
begin insert into pg_temp.ticks values (p_now); raise exception using errcode = 'P0001', message = 'broken'; end $$;
create function private.probe_hang(p_now timestamptz) returns integer language plpgsql as $$
begin perform pg_sleep(20); return 0; end $$;
do $$ begin
  perform private.schedule_job('probe_tick', '*/5 * * * *', 'private.probe_tick', 'ticks');
  perform private.schedule_job('probe_failure', '*/5 * * * *', 'private.probe_failure', 'fails');
  perform private.schedule_job('probe_hang', '*/5 * * * *', 'private.probe_hang', 'hangs');
end $$;

select is(private.run_job('probe_tick'), 7, 'a run returns the rows it touched');
select results_eq('select at from pg_temp.ticks', array[now()], 'the job gets the clock');
select results_eq($$ select rows_touched, error from private.job_runs where job_name = 'probe_tick' $$, $$ values (7, null::text) $$, 'the run is on record');
select ok((select ended_at >= started_at and started_at >= now() from private.job_runs where job_name = 'probe_tick'), 'with start and end');

select is(private.run_job('probe_failure'), null, 'a failed run returns nothing');
select results_eq($$ select rows_touched, error from private.job_runs where job_name = 'probe_failure' $$, $$ values (null::integer, 'P0001 broken') $$, 'its error is on record');
select is((select count(*) from pg_temp.ticks), 1::bigint, 'what it wrote is undone');

set local statement_timeout = '200ms';
select is(private.run_job('probe_hang'), null, 'a run that meets the statement timeout returns nothing');
set local statement_timeout = 0;
select is((select substr(error, 1, 5) from private.job_runs where job_name = 'probe_hang'), '57014', 'and is on record');
select throws_ok($$ select private.run_job('no_such_probe') $$, 'P0002', null, 'an unknown job is an error');
select throws_ok($$ update private.job_runs set job_name = 'no_such_probe' $$, '23503', null, 'and has no runs');

select * from finish();
rollback;
