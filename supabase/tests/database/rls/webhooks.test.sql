-- Who may do what with webhooks, as data: rows touched, or the SQLSTATE of the refusal. Every attempt aims at Olga's endpoint.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('owner', '10000000-0000-4000-8000-000000000001', 'member'), ('other', '10000000-0000-4000-8000-000000000002', 'member'),
  ('teacher', '10000000-0000-4000-8000-000000000003', 'teacher'), ('agent', '10000000-0000-4000-8000-000000000004', 'agent'),
  ('admin', '10000000-0000-4000-8000-000000000005', 'admin');
insert into auth.users (id, email) select id, actor || '@webhooks.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
insert into public.webhook_endpoints (id, user_id, url, kinds)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'https://hooks.example.com', '{ticket.created}');
select private.add_webhook_secret('20000000-0000-4000-8000-000000000001');
insert into public.webhook_deliveries (id, endpoint_id, user_id, event_id, kind, occurred_at, data)
values ('30000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', gen_random_uuid(),
  'ticket.created', now(), '{}');
insert into public.webhook_attempts (delivery_id, user_id, attempted_at, duration_ms, status)
values ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', now(), 1, 500);

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, owner, other, teacher, agent, admin, suspended, closing owner, service_role.
insert into attempts values
  ('webhook_kinds', 'select', $$select from public.webhook_kinds where kind = 'call.ended'$$, '["42501", 1, 1, 1, 1, 1, 1, 1, 1]'),
  ('webhook_kinds', 'insert', $$insert into public.webhook_kinds values ('a.b', 1, '', '{}')$$, '"42501"'),
  ('webhook_kinds', 'update', $$update public.webhook_kinds set version = 2$$, '"42501"'),
  ('webhook_kinds', 'delete', $$delete from public.webhook_kinds$$, '"42501"'),
  ('webhook_endpoints', 'select', $$select from public.webhook_endpoints$$, '["42501", 1, 0, 0, 0, 0, 1, 1, 1]'),
  ('webhook_endpoints', 'insert', $$insert into public.webhook_endpoints (url, kinds) values ('http://10.0.0.1', '{call.ended}')$$, '"42501"'),
  ('webhook_endpoints', 'update', $$update public.webhook_endpoints set url = 'http://10.0.0.1'$$, '"42501"'),
  ('webhook_endpoints', 'delete', $$delete from public.webhook_endpoints$$, '"42501"'),
  ('webhook_secrets', 'select', $$select from private.webhook_secrets$$, '"42501"'),
  ('vault', 'select', $$select from vault.decrypted_secrets s where s.description like '%webhook%'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('webhook_deliveries', 'select', $$select from public.webhook_deliveries$$, '["42501", 1, 0, 0, 0, 0, 1, 1, 1]'),
  ('webhook_deliveries', 'insert', $$insert into public.webhook_deliveries (kind) values ('call.ended')$$, '"42501"'),
  ('webhook_deliveries', 'update', $$update public.webhook_deliveries set data = '{}'$$, '"42501"'),
  ('webhook_deliveries', 'delete', $$delete from public.webhook_deliveries$$, '"42501"'),
  ('webhook_attempts', 'select', $$select from public.webhook_attempts$$, '["42501", 1, 0, 0, 0, 0, 1, 1, 1]'),
  ('webhook_attempts', 'insert', $$insert into public.webhook_attempts (duration_ms) values (1)$$, '"42501"'),
  ('webhook_attempts', 'update', $$update public.webhook_attempts set status = 200$$, '"42501"'),
  ('webhook_attempts', 'delete', $$delete from public.webhook_attempts$$, '"42501"'),
  ('create_webhook_endpoint', 'call', $$select public.create_webhook_endpoint('https://a.example.com', '{call.ended}')$$, '["42501", 1, 1, 1, 1, 1, "PT403", "PT409", "42501"]'),
  ('update_webhook_endpoint', 'call', $$select public.update_webhook_endpoint('20000000-0000-4000-8000-000000000001', p_is_paused => true)$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", "PT403", "PT409", "42501"]'),
  ('delete_webhook_endpoint', 'call', $$select public.delete_webhook_endpoint('20000000-0000-4000-8000-000000000001')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", "PT403", "PT409", "42501"]'),
  ('rotate_webhook_secret', 'call', $$select public.rotate_webhook_secret('20000000-0000-4000-8000-000000000001')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", "PT403", "PT409", "42501"]'),
  ('send_test_webhook', 'call', $$select public.send_test_webhook('20000000-0000-4000-8000-000000000001')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", "PT403", "PT409", "42501"]'),
  ('redeliver_webhook', 'call', $$select public.redeliver_webhook('30000000-0000-4000-8000-000000000001')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", "PT403", "PT409", "42501"]'),
  ('replay_webhooks', 'call', $$select public.replay_webhooks('20000000-0000-4000-8000-000000000001', '-infinity', 'infinity')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", "PT403", "PT409", "42501"]'),
  ('wake_webhooks', 'call', $$select public.wake_webhooks()$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('take_webhook_deliveries', 'call', $$select public.take_webhook_deliveries('20000000-0000-4000-8000-000000000001', 1)$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('settle_webhook_attempts', 'call', $$select public.settle_webhook_attempts('20000000-0000-4000-8000-000000000001', '[]')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]');

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{owner,other,teacher,agent,admin}', actor) as place, '' as before from people
  union all values ('anon', 'anon', null::uuid, 0, ''), ('service_role', 'service_role', null, 8, '');
insert into actors
select which || ' owner', 'authenticated', id, place, format('update public.profiles set account_status = %L where id = %L', which, id)
from people, (values ('suspended', 6), ('closing', 7)) barred (which, place) where actor = 'owner';
\ir run-attempts.psql
