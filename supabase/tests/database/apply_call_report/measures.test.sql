-- The report measures the call: both times, or one and a length; the newest report wins, on a tie the longer.
begin;
select plan(28);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@report.test');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set period_start = now() - interval '30 days' where user_id = '10000000-0000-4000-8000-000000000001';
insert into public.assistants (user_id, name, vapi_assistant_id) values ('10000000-0000-4000-8000-000000000001', 'Ann', 'va-report');
insert into public.phone_numbers (id, user_id, provider, phone_number, vapi_phone_id, status)
values ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'vapi', '+15550123', 'vp-report', 'active');

create function pg_temp.report(p_call text, p_fields jsonb, p_told timestamptz default now(), p_identity jsonb default '{"vapi_assistant_id": "va-report"}') returns text
language sql as $$
  select private.apply_call_report(gen_random_uuid(), jsonb_build_object('kind', 'call_reported', 'occurred_at', p_told,
    'call', jsonb_build_object('vapi_call_id', p_call, 'direction', 'inbound') || p_identity) || p_fields, now());
$$;
create function pg_temp.seconds(p_call text) returns integer language sql as $$ select duration_seconds from public.call_logs where vapi_call_id = p_call; $$;
create function pg_temp.spanning(p_seconds numeric) returns jsonb language sql as $$
  select jsonb_build_object('started_at', now() - p_seconds * interval '1 second', 'ended_at', now(), 'ended_reason', 'customer-ended-call');
$$;

select pg_temp.report('times', pg_temp.spanning(85.4) || '{"duration_ms": 999000}');
select is(pg_temp.seconds('times'), 86, 'both times measure it, whatever length is told beside');
select pg_temp.report('length', jsonb_build_object('ended_at', now(), 'duration_ms', 85400));
select is(pg_temp.seconds('length'), 86, 'a length stands in for the start');
select pg_temp.report('start', jsonb_build_object('started_at', now() - interval '1 hour', 'duration_ms', 85400));
select is(pg_temp.seconds('start'), 86, 'and for the end');
select pg_temp.report('open', jsonb_build_object('started_at', now() - interval '30 seconds'));
select is(pg_temp.seconds('open'), 30, 'without both it ended when it was told');
select pg_temp.report('never', jsonb_build_object('ended_at', now(), 'ended_reason', 'customer-busy'));
select is(pg_temp.seconds('never'), 0, 'neither start nor length: it never connected');
select is((select started_at from public.call_logs where vapi_call_id = 'never'), null::timestamptz, 'and has no start');
select pg_temp.report('backwards', jsonb_build_object('started_at', now(), 'ended_at', now() - interval '5 seconds'));
select is(pg_temp.seconds('backwards'), 0, 'an end before the start is no time');
select pg_temp.report('days', pg_temp.spanning(200000));
select is(pg_temp.seconds('days'), 43260, 'no call is longer than VAPI lets one be');

select pg_temp.report('order 1', pg_temp.spanning(85), now() - interval '1 minute'), pg_temp.report('order 1', pg_temp.spanning(100), now());
select pg_temp.report('order 2', pg_temp.spanning(100), now()), pg_temp.report('order 2', pg_temp.spanning(85), now() - interval '1 minute');
select is(pg_temp.seconds('order 1'), 100, 'the newer report corrects');
select is(pg_temp.seconds('order 2'), 100, 'in either order');
select pg_temp.report('shorter', pg_temp.spanning(100), now() - interval '1 minute'), pg_temp.report('shorter', pg_temp.spanning(85), now());
select is(pg_temp.seconds('shorter'), 85, 'also downwards');
select pg_temp.report('tie', pg_temp.spanning(100)), pg_temp.report('tie', pg_temp.spanning(85));
select is(pg_temp.seconds('tie'), 100, 'told at the same moment, the longer holds');
select pg_temp.report('known cost', pg_temp.spanning(5) || '{"cost": 0}'), pg_temp.report('known cost', pg_temp.spanning(5) || '{"cost": null}');
select pg_temp.report('cost known', pg_temp.spanning(5) || '{"cost": null}'), pg_temp.report('cost known', pg_temp.spanning(5) || '{"cost": 0}');
select results_eq($$select cost::numeric from public.call_logs where vapi_call_id in ('known cost', 'cost known')$$, $$values (0::numeric), (0)$$, 'of twins the one that knows the cost holds, in either order: unknown is not 0');
select pg_temp.report('ten', pg_temp.spanning(7)) from generate_series(1, 10);
select is((select count(*) from public.usage_logs g join public.call_logs c on c.id = g.resource_id where c.vapi_call_id = 'ten'), 1::bigint, 'the same report ten times counts once');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'),
  (select sum(duration_seconds) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'), 'used is the sum of all this');

select pg_temp.report('full', pg_temp.spanning(20) || '{"cost": 0.1234567, "cost_breakdown": {"vapi": 0.1}, "transcript": "AI: Hello", "summary": "Said hello",
  "structured_data": {"intent": "greeting"}, "success_evaluation": "Good", "recording_url": "https://storage.test/r.wav"}', now(),
  '{"vapi_assistant_id": "va-report", "vapi_phone_number_id": "vp-report", "customer_number": "Anonymous"}');
select results_eq($$select status::text, outcome::text, cost::numeric, transcript, summary, structured_data, success_evaluation, is_success, caller_number, phone_number_id
    from public.call_logs where vapi_call_id = 'full'$$,
  $$values ('ended', 'completed', 0.123457::numeric, 'AI: Hello', 'Said hello', '{"intent": "greeting"}'::jsonb, 'Good', true, 'Anonymous', '30000000-0000-4000-8000-000000000001'::uuid)$$,
  'everything that it says is kept');
select is((select count(*) from public.call_logs where vapi_call_id = 'full' and called_at = started_at and reported_at = now()), 1::bigint, 'its place in time is its start');
select pg_temp.report('null', pg_temp.spanning(20) || '{"structured_data": null, "cost_breakdown": null, "cost": null}');
select ok((select structured_data is null and cost_breakdown is null and cost is null from public.call_logs where vapi_call_id = 'null'), 'nothing is nothing, not a JSON null');
select pg_temp.report('max', pg_temp.spanning(600) || '{"ended_reason": "exceeded-max-duration"}'), pg_temp.report('unknown', pg_temp.spanning(33) || '{"ended_reason": "of-next-year"}'),
  pg_temp.report('error', pg_temp.spanning(44) || '{"ended_reason": "call.in-progress.error-providerfault-x"}');
select is(pg_temp.seconds('max') + pg_temp.seconds('unknown') + pg_temp.seconds('error'), 677, 'minutes are measured, whatever the outcome');

-- Whose a call is.
select is(pg_temp.report('by number', pg_temp.spanning(5), now(), '{"vapi_phone_number_id": "vp-report"}'), 'applied', 'a call without an assistant belongs to the number''s owner');
select is(pg_temp.report('by digits', pg_temp.spanning(5), now(), '{"called_number": "+15550123"}'), 'applied', 'also by the number itself');
select is((select count(*) from public.call_logs where vapi_call_id in ('by number', 'by digits') and phone_number_id = '30000000-0000-4000-8000-000000000001'), 2::bigint, 'both are the owner''s');
select throws_ok($$select pg_temp.report('nobody', pg_temp.spanning(5), now(), '{"vapi_assistant_id": "va-of-nobody"}')$$, 'P0002', null, 'a call that is nobody''s yet is tried again');
select is(pg_temp.report('nobody', pg_temp.spanning(5), now() - interval '61 minutes', '{"vapi_assistant_id": "va-of-nobody"}'), 'ignored', 'and after an hour nobody''s for good');
select is_empty($$select from public.call_logs where vapi_call_id = 'nobody'$$, 'nothing of it is kept');

-- Facts are never refused.
update public.profiles set account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.report('suspended', pg_temp.spanning(5)), 'applied', 'a suspended account''s call is a fact');
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.report('closing', pg_temp.spanning(5)), 'applied', 'so is a closing one''s');
select is((select count(*) from public.call_logs where vapi_call_id in ('suspended', 'closing')), 2::bigint, 'both are there');
select * from finish();
rollback;
