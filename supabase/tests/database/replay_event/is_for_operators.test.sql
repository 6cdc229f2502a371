-- Replays and health are for admins and the server; nobody else learns whether something exists.
begin;
select plan(14);

insert into auth.users (id, email) values
  ('0b000000-0000-4000-8000-000000000001', 'inbox-admin@example.test'),
  ('0b000000-0000-4000-8000-000000000002', 'inbox-agent@example.test'),
  ('0b000000-0000-4000-8000-000000000003', 'inbox-member@example.test');
update public.profiles set role = 'admin' where id = '0b000000-0000-4000-8000-000000000001';
update public.profiles set role = 'agent' where id = '0b000000-0000-4000-8000-000000000002';
insert into private.event_handlers values ('probe', null);
insert into public.webhook_events (id, provider, dedupe_key, event_type, event, status, next_attempt_at, settled_at)
values ('0b000000-0000-4000-8000-0000000000e1', 'zoom', 'a', 'probe', '{"kind":"probe"}', 'dead', null, now());

set local role anon;
set local request.jwt.claims = '{"role":"anon"}';
select throws_ok($$ select public.replay_event('0b000000-0000-4000-8000-0000000000e1') $$, '42501', null, 'anon may not call replay_event');
select throws_ok($$ select public.inbox_health() $$, '42501', null, 'anon may not call inbox_health');
select throws_ok($$ select public.replay_events('zoom', now() - interval '1 hour', now()) $$, '42501', null, 'anon may not call replay_events');

set local role authenticated;
set local request.jwt.claims = '{"sub":"0b000000-0000-4000-8000-000000000003","role":"authenticated"}';
select throws_ok($$ select public.replay_event('0b000000-0000-4000-8000-0000000000e1') $$, 'PT403', null, 'a member is refused');
select throws_ok($$ select public.replay_event('0b000000-0000-4000-8000-0000000000e9') $$, 'PT403', null, 'and told the same about an event that is not there');
select throws_ok($$ select public.replay_events('zoom', now() - interval '1 hour', now()) $$, 'PT403', null, 'a member replays no range');
select throws_ok($$ select public.inbox_health() $$, 'PT403', null, 'a member sees no health');
set local request.jwt.claims = '{"sub":"0b000000-0000-4000-8000-000000000002","role":"authenticated"}';
select throws_ok($$ select public.inbox_health() $$, 'PT403', null, 'an agent sees no health');
set local request.jwt.claims = '{"role":"authenticated"}';
select throws_ok($$ select public.inbox_health() $$, 'PT403', null, 'a token without a user is no operator');

set local request.jwt.claims = '{"sub":"0b000000-0000-4000-8000-000000000001","role":"authenticated"}';
select is(public.replay_event('0b000000-0000-4000-8000-0000000000e1') ->> 'status', 'ignored', 'an admin replays');
select ok(public.inbox_health() ? 'providers', 'an admin sees health');
set local role service_role;
set local request.jwt.claims = '{"role":"service_role"}';
select is(public.replay_event('0b000000-0000-4000-8000-0000000000e1') ->> 'status', 'ignored', 'the server replays');
select ok(public.inbox_health() ? 'providers', 'the server sees health');

reset role;
select results_eq(
  $$ select actor_kind::text, actor_id, details ->> 'event_id' from private.admin_actions where action = 'replay_event' order by actor_kind::text desc $$,
  $$ values ('staff', '0b000000-0000-4000-8000-000000000001'::uuid, '0b000000-0000-4000-8000-0000000000e1'),
            ('service', null, '0b000000-0000-4000-8000-0000000000e1') $$,
  'who replayed is on record');

select * from finish();
rollback;
