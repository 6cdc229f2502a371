-- Content goes after 30 days, rows after 400; ended tasks, run records and the scheduler's own details go too.
begin;
select plan(15);
delete from public.webhook_events;
delete from public.tasks;
delete from private.job_runs;
delete from cron.job_run_details;

insert into public.webhook_events (provider, dedupe_key, event_type, payload, event, status, next_attempt_at, settled_at, received_at)
values
  ('zoom', 'young', 'probe', '{}', '{"kind":"probe"}', 'applied', null, now(), now() - interval '30 days'),
  ('zoom', 'old', 'probe', '{}', '{"kind":"probe"}', 'applied', null, now() - interval '30 days', now() - interval '30 days 1 second'),
  ('zoom', 'stuck', 'probe', '{}', null, 'failed', now(), null, now() - interval '31 days'),
  ('zoom', 'very old', 'probe', null, null, 'dead', null, now(), now() - interval '400 days'),
  ('zoom', 'ancient', 'probe', null, null, 'applied', null, now(), now() - interval '400 days 1 second');

select is(private.forget_event_content(now()), 2, 'the content of two events is dropped');
select results_eq($$ select dedupe_key, payload is null and event is null, status::text from public.webhook_events where dedupe_key in ('young', 'old', 'stuck') order by 1 $$,
  $$ values ('old', true, 'applied'), ('stuck', true, 'dead'), ('young', false, 'applied') $$, 'one that still waited is dead without it');
select is((select settled_at from public.webhook_events where dedupe_key = 'old'), now() - interval '30 days', 'when it was settled stays');
select is(private.forget_event_content(now()), 0, 'once');
select is(private.delete_old_events(now()), 1, 'a row goes after 400 days');
select is_empty($$ select from public.webhook_events where dedupe_key = 'ancient' $$, 'the oldest');
select isnt_empty($$ select from public.webhook_events where dedupe_key = 'very old' $$, 'and not a second earlier');

insert into public.tasks (kind, resource_id, done_at, cancelled_at, dead_at, created_at) values
  ('probe', 'done', now() - interval '30 days 1 second', null, null, now() - interval '1 year'),
  ('probe', 'just done', now() - interval '30 days', null, null, now() - interval '1 year'),
  ('probe', 'cancelled', null, now() - interval '31 days', null, now() - interval '1 year'),
  ('probe', 'dead', null, null, now() - interval '31 days', now() - interval '1 year'),
  ('probe', 'long dead', null, null, now() - interval '401 days', now() - interval '2 years'),
  ('probe', 'open', null, null, null, now() - interval '2 years');
select is(private.delete_old_tasks(now()), 3, 'ended tasks go');
select results_eq($$ select resource_id from public.tasks where kind = 'probe' order by 1 $$, array['dead', 'just done', 'open'], 'open ones never, dead ones late');

create function private.probe_tick(p_now timestamptz) returns integer language sql as $$ select 0 $$;
do $$ begin perform private.schedule_job('probe_tick', '*/5 * * * *', 'private.probe_tick', 'ticks'); end $$;
insert into private.job_runs (job_name, started_at, ended_at, rows_touched) values
  ('probe_tick', now() - interval '30 days 1 second', now(), 1), ('probe_tick', now() - interval '30 days', now(), 2);
select is(private.delete_old_runs(now()), 1, 'records of runs go');
select results_eq($$ select rows_touched from private.job_runs where job_name = 'probe_tick' $$, array[2], 'the old ones');

insert into cron.job_run_details (runid, jobid, username, status, start_time) values
  (2000000001, 0, current_user, 'succeeded', now() - interval '7 days 1 second'), (2000000002, 0, current_user, 'succeeded', now() - interval '7 days');
select is(private.delete_old_runs(now()), 1, 'the scheduler''s details go');
select results_eq($$ select runid from cron.job_run_details where runid >= 2000000001 $$, array[2000000002::bigint], 'the old ones');

insert into public.webhook_events (provider, dedupe_key, event_type, payload, received_at)
select 'zoom', 'many' || n, 'probe', '{}', now() - interval '40 days' from generate_series(1, 3) n;
update private.settings set value = '2' where name = 'retention_batch';
select is(private.forget_event_content(now()), 2, 'a run touches no more than its batch');
select is(private.forget_event_content(now()), 1, 'the next takes the rest');

select * from finish();
rollback;
