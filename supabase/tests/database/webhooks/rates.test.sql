-- Tests, redeliveries and replays have one rate together, so that nobody makes a hammer of us.
begin;
select plan(5);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'olga@webhook-rates.test');
select set_config('request.jwt.claims', '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
create temp table e on commit drop as
select (public.create_webhook_endpoint('https://hooks.example.com', '{ticket.created}') ->> 'id')::uuid as id;
select lives_ok($$select public.send_test_webhook(id) from e, generate_series(1, 58)$$, 'tests');
select lives_ok($$select public.redeliver_webhook((select id from public.webhook_deliveries limit 1)), public.replay_webhooks(id, '-infinity', 'infinity') from e$$,
  'a redelivery and a replay: sixty an hour');
select throws_ok($$select public.send_test_webhook(id) from e$$, 'PGRST', null, 'no further test');
select throws_ok($$select public.redeliver_webhook((select id from public.webhook_deliveries limit 1))$$, 'PGRST', null, 'nor redelivery');
select throws_ok($$select public.replay_webhooks(id, '-infinity', 'infinity') from e$$, 'PGRST', null, 'nor replay');
select * from finish();
rollback;
