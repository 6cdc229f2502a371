-- Endpoints and what becomes of their deliveries, with the clock as a parameter.
begin;
select plan(31);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'olga@webhooks.test'), ('10000000-0000-4000-8000-000000000002', 'host@webhooks.test');
update public.profiles set role = 'teacher' where email = 'host@webhooks.test';
create function pg_temp.act_as(p_id text) returns void language sql as $$
  select set_config('request.jwt.claims', case when p_id is null then '' else json_build_object('sub', p_id, 'role', 'authenticated')::text end, true);
$$;
create function pg_temp.settle(p_endpoint uuid, p_status integer, p_now timestamptz, p_retry_after integer default null, p_error text default null) returns boolean language sql as $$
  select private.settle_webhook_attempts(p_endpoint, (
    select jsonb_agg(jsonb_build_object('delivery_id', id, 'attempted_at', p_now, 'duration_ms', 5, 'status', p_status, 'error', p_error, 'retry_after_seconds', p_retry_after))
    from public.webhook_deliveries where endpoint_id = p_endpoint and state = 'pending'), p_now);
$$;

select pg_temp.act_as('10000000-0000-4000-8000-000000000001');
create temp table made as select public.create_webhook_endpoint('https://hooks.example.com', '{ticket.created,ticket.resolved,ticket.created}') as answer;
create temp table e as select (answer ->> 'id')::uuid as id from made;
select matches((select answer ->> 'secret' from made), '^whsec_[A-Za-z0-9+/]{43}=$', 'a secret of 32 bytes is shown with the endpoint');
select is((select answer -> 'kinds' from made), '["ticket.created", "ticket.resolved"]', 'a kind is asked for once');
select is((select count(*) from vault.secrets s join private.webhook_secrets w on w.id = s.id), 1::bigint, 'the secret is in Vault');
select throws_ok($$select public.create_webhook_endpoint('https://hooks.example.com', '{no.kind}')$$, 'PT422', null, 'a kind that there is not');
select throws_ok($$select public.create_webhook_endpoint('https://hooks.example.com', '{}')$$, 'PT422', null, 'no kind');
select throws_ok($$select public.create_webhook_endpoint('https://10.0.0.1', '{call.ended}')$$, 'PT422', null, 'a private address');
select throws_ok($$select public.create_webhook_endpoint('https://hooks.example.com', '{call.ended}') from generate_series(1, 10)$$, 'PT409', null, 'an account has at most ten endpoints');
select lives_ok($$select public.rotate_webhook_secret(id) from e, generate_series(1, 6)$$, 'a secret can be replaced again and again');
select is((select count(*) from private.webhook_secrets), 4::bigint, 'at most four sign');
select is((select count(*) from vault.secrets where description like '%webhook endpoint'), 4::bigint, 'the others are gone from Vault');
select is((select jsonb_array_length(private.take_webhook_deliveries(id, 5, now() + interval '25 hours') -> 'secrets') from e), 1, 'a day later only the newest signs');

insert into public.support_tickets (id, subject, description) values ('20000000-0000-4000-8000-000000000001', 'Help', 'It broke.');
select pg_temp.act_as(null);
select is((select array_agg(kind) from public.webhook_deliveries), '{ticket.created}', 'a ticket is told of in its transaction');
select is((select data ? 'subject' or data ? 'description' from public.webhook_deliveries), false, 'not what it says');
select private.publish_webhook('10000000-0000-4000-8000-000000000001', 'ticket.created', '20000000-0000-4000-8000-000000000001 1', now(), '{}');
select is((select count(*) from public.webhook_deliveries), 1::bigint, 'the same event is recorded once');
select is(private.wake_webhooks(10, now()), 1, 'a worker is asked for');
select is(private.wake_webhooks(10, now()), 0, 'once');

-- Three days of tries: what the schedule adds up to, and that the last one ends it.
select is((select sum(minutes::integer) * interval '1 minute' between interval '2 days 20 hours' and interval '3 days 4 hours'
  from private.settings, jsonb_array_elements_text(value) minutes where name = 'webhook_retry_minutes'), true, 'deliveries are tried for three days');
select is((select count(distinct private.webhook_retry_delay(3)) > 1 and bool_and(private.webhook_retry_delay(3) between interval '27 minutes' and interval '33 minutes')
  from generate_series(1, 20)), true, 'with a tenth of jitter');
select is(pg_temp.settle(id, 500, now()), true, 'a refusal of one delivery does not end the round') from e;
select is(pg_temp.settle(id, null, now(), null, 'timeout'), false, 'silence does') from e;
select is((select retry_at > now() + interval '50 seconds' from public.webhook_endpoints), true, 'and the endpoint is left alone for a while');
select is(pg_temp.settle(id, 429, now(), 7200), false, 'so do too many requests') from e;
select is((select retry_at = now() + interval '2 hours' and (select next_attempt_at from public.webhook_deliveries) >= now() + interval '2 hours'
  from public.webhook_endpoints), true, 'for as long as the endpoint says');
select pg_temp.settle(id, 503, now() + n * interval '1 hour') from e, generate_series(1, 8) n;
select is((select state::text || attempts from public.webhook_deliveries), 'failed11', 'after eleven tries a delivery is given up');

update public.webhook_deliveries set state = 'pending', next_attempt_at = now();
select pg_temp.settle(id, 503, now() + interval '5 days 1 minute') from e;
select is((select disabled_reason from public.webhook_endpoints), 'failing', 'five days without a success disable an endpoint');
select is((select data ->> 'reason' from public.notifications where kind = 'webhook_endpoint_disabled'), 'failing', 'and its owner is told');

-- A barred owner's endpoints are told nothing, and what waits goes with the account.
select pg_temp.act_as('10000000-0000-4000-8000-000000000001');
select public.update_webhook_endpoint(id, p_is_paused => false) from e;
select pg_temp.act_as(null);
update public.profiles set account_status = 'suspended' where email = 'olga@webhooks.test';
select is((select private.take_webhook_deliveries(id, 5, now() + interval '10 days') from e), null, 'nothing is sent for a suspended account');
delete from auth.users where email = 'olga@webhooks.test';
select is((select count(*) from vault.secrets where description like '%webhook endpoint'), 0::bigint, 'no secret outlives its owner');

-- What a host is told of a class.
insert into public.webhook_endpoints (user_id, url, kinds)
select '10000000-0000-4000-8000-000000000002', 'https://hooks.example.com', array_agg(kind) from public.webhook_kinds;
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes)
values ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002', 'Algebra', now() - interval '2 hours', 60);
update public.live_classes set actual_start_time = now() - interval '2 hours', actual_end_time = now() - interval '1 hour' where title = 'Algebra';
update public.live_classes set attendance_synced = true where title = 'Algebra';
select is((select array_agg(kind order by kind) from public.webhook_deliveries), '{attendance.ready,class.completed,class.scheduled}', 'a class is told of from its plan to its attendance');
update public.user_limits set max_call_time_seconds = 10 where user_id = '10000000-0000-4000-8000-000000000002';
insert into public.call_logs (user_id, vapi_call_id, status, started_at, ended_at, outcome)
values ('10000000-0000-4000-8000-000000000002', 'webhooks', 'ended', now() - interval '1 minute', now(), 'completed');
select is((select array_agg(kind order by kind) from public.webhook_deliveries where kind ~ 'call|limit'), '{call.ended,limit.reached}', 'a call and the limit that it reaches');
update public.webhook_deliveries set created_at = now() - interval '31 days' where kind = 'call.ended';
select is(private.forget_webhooks(now()), 1, 'deliveries are kept for thirty days');
select * from finish();
rollback;
