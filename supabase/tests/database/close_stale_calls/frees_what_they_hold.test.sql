-- A call without a report is given up once it cannot last any more; what it held is free, and nothing is metered that was not measured.
begin;
select plan(9);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@stale.test');
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
  $$values ('ended', 'ended', 'completed', 0, null::integer), ('granted', 'ended', 'failed', 0, null), ('outbound', 'ringing', null, 0, null)$$,
  'they are over, hold nothing and measure nothing');
select is((select used_call_time_seconds from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 0::bigint, 'nothing is metered');
select is(private.close_stale_calls(now() + interval '1 hour 61 seconds'), 1, 'without a grant a call may last as long as VAPI lets it');
select is(private.close_stale_calls(now() + interval '2 days'), 0, 'once');
select private.apply_call_report(gen_random_uuid(), jsonb_build_object('kind', 'call_reported', 'occurred_at', now(), 'started_at', now() - interval '500 seconds', 'ended_at', now(),
  'ended_reason', 'customer-ended-call', 'call', '{"vapi_call_id": "granted", "direction": "inbound"}'::jsonb), now());
select is((select outcome::text || duration_seconds from public.call_logs where vapi_call_id = 'granted'), 'completed500', 'a report that comes after all still measures it');
select is((select used_call_time_seconds from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 500::bigint, 'and is metered');
select * from finish();
rollback;
