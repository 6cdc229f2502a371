-- A call without a report is given up once it cannot last any more; what it held is free, and metered is what status updates told.
begin;
select plan(22);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@stale.test');
update public.user_limits set period_start = now() - interval '1 day' where user_id = '10000000-0000-4000-8000-000000000001';
insert into public.assistants (user_id, name, vapi_assistant_id) values ('10000000-0000-4000-8000-000000000001', 'Ann', 'va-stale');
insert into public.call_logs (user_id, vapi_call_id, status, granted_seconds, first_seen_at) values
  ('10000000-0000-4000-8000-000000000001', 'granted', 'in_progress', 600, now() - interval '70 minutes'),
  ('10000000-0000-4000-8000-000000000001', 'outbound', 'ringing', null, now() - interval '12 hours');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, ended_reason, granted_seconds, first_seen_at, started_at, status_at) values
  ('10000000-0000-4000-8000-000000000001', 'ended', 'ended', 'completed', 'customer-ended-call', 300, now() - interval '65 minutes', now() - interval '64 minutes', now() - interval '62 minutes');
select private.close_stale_calls(now());
select is((select count(*) from public.call_logs where stale_at is not null), 0::bigint, 'none is given up while it may still last');
select is((select sum(held_seconds) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'), 720::bigint, 'they hold what they were granted, or seem to have lasted');
select is(private.close_stale_calls(now() + interval '1 second'), 2, 'an hour after the last second that was granted');
select results_eq($$select vapi_call_id, status::text, outcome::text, held_seconds, duration_seconds from public.call_logs order by 1$$,
  $$values ('ended', 'ended', 'completed', 0, 120), ('granted', 'ended', 'failed', 0, null), ('outbound', 'ringing', null, 0, null)$$,
  'they are over and hold nothing; measured is the one whose start and end were told');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 120::bigint, 'and metered');
select is(private.close_stale_calls(now() + interval '1 hour 61 seconds'), 1, 'without a grant a call may last as long as VAPI lets it');
select is(private.close_stale_calls(now() + interval '2 days'), 0, 'once');
select private.apply_call_report(gen_random_uuid(), jsonb_build_object('kind', 'call_reported', 'occurred_at', now(), 'started_at', now() - interval '500 seconds', 'ended_at', now(),
  'ended_reason', 'customer-ended-call', 'call', '{"vapi_call_id": "granted", "direction": "inbound"}'::jsonb), now());
select is((select outcome::text || duration_seconds from public.call_logs where vapi_call_id = 'granted'), 'completed500', 'a report that comes after all still measures it');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 620::bigint, 'and is metered');

-- The same updates before and after, in any order, end alike.
create function pg_temp.tell(p_call text, p_status text, p_after interval, p_reason text default null) returns text language sql as $$
  select private.apply_call_status(gen_random_uuid(), jsonb_build_object('kind', 'call_status_changed', 'occurred_at', now() - interval '3 hours' + p_after,
    'status', p_status, 'ended_reason', p_reason, 'call', jsonb_build_object('vapi_call_id', p_call, 'vapi_assistant_id', 'va-stale', 'direction', 'inbound')), now());
$$;
create function pg_temp.state(p_call text) returns text language sql as $$
  select concat_ws(' ', outcome, duration_seconds, ended_at - (now() - interval '3 hours')) from public.call_logs where vapi_call_id = p_call;
$$;
update private.settings set value = '60' where name = 'longest_call_seconds';
select pg_temp.tell(call, 'ringing', '0') from unnest('{early,between,late,backwards,unconnected,open,opened,endless,overdue,twice}'::text[]) call;
select pg_temp.tell('early', 'in_progress', '10 s'), pg_temp.tell('early', 'ended', '40.5 s', 'customer-ended-call');
select pg_temp.tell('between', 'in_progress', '10 s');
select pg_temp.tell('unconnected', 'ended', '40.5 s', 'customer-ended-call'), pg_temp.tell('open', 'in_progress', '10 s');
select pg_temp.tell('endless', 'in_progress', '10 s'), pg_temp.tell('endless', 'ended', '1 hour', 'customer-ended-call');
select private.close_stale_calls(now());
select pg_temp.tell('between', 'ended', '40.5 s', 'customer-ended-call');
select pg_temp.tell('late', 'in_progress', '10 s'), pg_temp.tell('late', 'ended', '40.5 s', 'customer-ended-call');
select pg_temp.tell('backwards', 'ended', '40.5 s', 'customer-ended-call'), pg_temp.tell('backwards', 'in_progress', '10 s');
select pg_temp.tell('twice', 'ended', '50 s', 'customer-ended-call'), pg_temp.tell('twice', 'in_progress', '10 s'), pg_temp.tell('twice', 'ended', '40.5 s');
select pg_temp.tell('opened', 'in_progress', '10 s');
select pg_temp.tell('overdue', 'in_progress', '10 s'), pg_temp.tell('overdue', 'ended', '4 hours', 'customer-ended-call');
select is(pg_temp.state(call), 'completed 31 00:00:40.5', call || ': from the first in-progress to the first end')
from unnest('{early,between,late,backwards,twice}'::text[]) call;
select is(pg_temp.state('unconnected'), 'completed', 'without a start there is nothing to measure');
select is(pg_temp.state('open'), 'failed', 'nor without an end, and it is no success');
select is(pg_temp.state('opened'), 'failed', 'in either order');
select is(pg_temp.state('endless'), 'completed 60 00:01:10', 'no call is longer than one may be');
select is(pg_temp.state('overdue'), 'completed 60 00:01:10', 'also when its end is told later than it was given up');
select is((select sum(held_seconds) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'), 0::bigint, 'none holds anything');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'),
  (select sum(duration_seconds) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'), 'the counter has them');
select private.apply_call_report(gen_random_uuid(), jsonb_build_object('kind', 'call_reported', 'occurred_at', now(), 'started_at', now() - interval '29 seconds', 'ended_at', now(),
  'call', '{"vapi_call_id": "early", "direction": "inbound"}'::jsonb), now());
select is(pg_temp.state('early'), 'completed 29 03:00:00', 'the report knows better');
select * from finish();
rollback;
