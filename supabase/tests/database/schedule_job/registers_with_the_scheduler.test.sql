-- A job stands in private.jobs and, under the same name, with the scheduler.
begin;
select plan(22);

create function private.probe_tick(p_now timestamptz) returns integer language sql as $$ select 0 $$;
do $$ begin perform private.schedule_job('probe_tick', '*/5 * * * *', 'private.probe_tick', 'ticks'); end $$;
select results_eq($$ select schedule, command from cron.job where jobname = 'probe_tick' $$,
  $$ values ('*/5 * * * *', 'select private.run_job(''probe_tick'')') $$, 'the scheduler runs it through run_job');
do $$ begin perform private.schedule_job('probe_tick', '0 3 * * *', 'private.probe_tick', 'ticks at night'); end $$;
select results_eq($$ select schedule from cron.job where jobname = 'probe_tick' $$, array['0 3 * * *'], 'scheduling again changes it');
select results_eq($$ select schedule, longest_gap, description from private.jobs where name = 'probe_tick' $$,
  $$ values ('0 3 * * *', interval '1 day', 'ticks at night') $$, 'in our table too');

select throws_ok($$ select private.schedule_job('probe_x', '* * * * *', 'private.no_such_function', '') $$, '42883', null, 'a function that is not there is refused');
select throws_ok($$ select private.schedule_job('probe_x', '* * * *', 'private.probe_tick', '') $$, '22023', null, 'four fields are no schedule');
select throws_ok($$ select private.schedule_job('Probe X', '* * * * *', 'private.probe_tick', '') $$, '23514', null, 'a name is snake case');
select throws_ok($$ select private.schedule_job('probe_x', '* * * * *', 'pg_catalog.date', '') $$, '23514', null, 'a function outside of private is refused');

select is(private.longest_gap(schedule), gap, schedule || ' runs at least every ' || gap)
from (values
  ('30 seconds', interval '30 seconds'), ('* * * * *', '1 minute'), ('*/15 * * * *', '15 minutes'), ('7 * * * *', '1 hour'),
  ('0 */6 * * *', '6 hours'), ('0 3 * * *', '1 day'), ('0 3 * * 1', '7 days'), ('0 3 1 * *', '31 days')) v (schedule, gap);

select is(command, 'select private.run_job(''' || jobname || ''')', jobname || ' is registered')
from cron.job
where jobname in ('retry_events', 'forget_event_content', 'delete_old_events', 'delete_old_tasks', 'delete_old_runs', 'call_maintenance')
order by jobname;
select is_empty($$ select j.name from private.jobs j left join cron.job c on c.jobname = j.name and c.schedule = j.schedule where c.jobname is null $$,
  'every job of ours is with the scheduler, under the same schedule');

select * from finish();
rollback;
