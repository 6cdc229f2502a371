-- A monitor gets the same figures as inbox_health, and the calls and refusals of the last hour.
begin;
select plan(12);
delete from public.webhook_events;
delete from public.tasks;
delete from auth.users;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'tenant@metrics.test');
insert into public.webhook_events (provider, dedupe_key, event_type, status, next_attempt_at, settled_at, received_at) values
  ('zoom', 'metrics-1', 'x', 'dead', null, now(), now()), ('zoom', 'metrics-2', 'x', 'failed', now(), null, now() - interval '2 hours');
insert into public.tasks (kind, resource_id, dead_at) values ('probe', 'metrics', now());
insert into public.call_logs (user_id, vapi_call_id, status, outcome, refusal, first_seen_at, started_at, ended_at, cost) values
  ('10000000-0000-4000-8000-000000000001', 'metrics-1', 'ended', 'rejected', 'limit_reached', now(), null, null, null),
  ('10000000-0000-4000-8000-000000000001', 'metrics-2', 'ended', 'completed', null, now(), now() - interval '90 seconds', now(), 0.25),
  ('10000000-0000-4000-8000-000000000001', 'metrics-3', 'ringing', null, null, now(), null, null, null),
  ('10000000-0000-4000-8000-000000000001', 'metrics-4', 'ended', 'failed', null, now() - interval '61 minutes', null, null, null);
insert into private.rate_windows (user_id, kind, window_start, taken)
select '10000000-0000-4000-8000-000000000001', kind, date_bin(per, now(), '2000-01-01Z'), max_count from private.rate_limits where kind = 'tickets';
create function pg_temp.value(p_name text, p_labels jsonb default '{}') returns integer language sql as $$
  select (g ->> 'value')::numeric::integer from jsonb_array_elements(public.measure_metrics()) g where g ->> 'name' = p_name and g -> 'labels' = p_labels;
$$;
select is(pg_temp.value('inbox_dead_events', '{"provider": "zoom"}'), 1, 'dead events');
select is(pg_temp.value('inbox_oldest_waiting_seconds', '{"provider": "zoom"}'), 7200, 'the oldest that waits');
select is(pg_temp.value('inbox_oldest_waiting_seconds', '{"provider": "vapi"}'), 0, 'nothing waits');
select is(pg_temp.value('tasks_dead_by_kind', '{"kind": "probe"}'), 1, 'dead tasks');
select is(pg_temp.value('tasks', '{"state": "open"}'), (public.inbox_health() #>> '{tasks,open}')::integer, 'open tasks, as inbox_health has them');
select is(pg_temp.value('calls_last_hour', '{"outcome": "completed"}'), 1, 'calls by outcome');
select is(pg_temp.value('calls_last_hour', '{"outcome": "failed"}'), 0, 'of the last hour only');
select is(pg_temp.value('calls_last_hour', '{"outcome": "open"}'), 1, 'and those that run');
select is(pg_temp.value('calls_refused_last_hour', '{"code": "limit_reached"}'), 1, 'calls that were refused');
select is(pg_temp.value('calls_seconds_last_hour'), 90, 'how long they were');
select is(pg_temp.value('rate_limits_exhausted', '{"kind": "tickets"}'), 1, 'who is refused for the rate');
select is((select count(*) from jsonb_array_elements(public.measure_metrics()) g where g ->> 'name' = 'job_overdue'), (select count(*) from private.jobs), 'every job');
select * from finish();
rollback;
