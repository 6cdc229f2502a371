-- Who may do what on the tables of the mail domain, as data: rows touched, or the SQLSTATE of the refusal. Every attempt aims at Olga's row.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('owner', '10000000-0000-4000-8000-000000000001', 'member'), ('other', '10000000-0000-4000-8000-000000000002', 'member'),
  ('agent', '10000000-0000-4000-8000-000000000004', 'agent'), ('admin', '10000000-0000-4000-8000-000000000005', 'admin');
insert into auth.users (id, email) select id, actor || '@mail.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
select private.notify('10000000-0000-4000-8000-000000000001', 'limit_90', null, '{"limit": "call_time"}');
select private.suppress_address('10000000-0000-4000-8000-000000000001', 'owner@mail.test', 'bounced', now());
update public.message_deliveries set state = 'failed';

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, owner, other, agent, admin, service_role.
insert into attempts values
  ('message_deliveries', 'select', $$select from public.message_deliveries where user_id = '{}'$$, '["42501", 1, 0, 0, 1, 1]'),
  ('message_deliveries', 'insert', $$insert into public.message_deliveries (user_id, kind, channel) values ('{}', 'limit_90', 'email')$$, '"42501"'),
  ('message_deliveries', 'update', $$update public.message_deliveries set state = 'queued' where user_id = '{}'$$, '"42501"'),
  ('message_deliveries', 'delete', $$delete from public.message_deliveries where user_id = '{}'$$, '"42501"'),
  ('suppressed_addresses', 'select', $$select from private.suppressed_addresses$$, '"42501"'),
  ('suppressed_addresses', 'delete', $$delete from private.suppressed_addresses$$, '"42501"'),
  ('rendered_messages', 'select', $$select from private.rendered_messages$$, '"42501"'),
  ('mail_pace', 'update', $$update private.mail_pace set paused_until = 'infinity'$$, '"42501"'),
  ('resend_message', 'call', $$select public.resend_message((select id from pg_temp.deliveries))$$, '["42501", "PT403", "PT403", "PT403", 1, 1]'),
  ('begin_message', 'call', $$select public.begin_message((select id from pg_temp.deliveries))$$, '["42501", "42501", "42501", "42501", "42501", 1]'),
  ('mails_per_second', 'call', $$select public.mails_per_second()$$, '["42501", "42501", "42501", "42501", "42501", 1]'),
  ('unsubscribe', 'call', $$select public.unsubscribe((select id from pg_temp.deliveries))$$, '["42501", "42501", "42501", "42501", "42501", 1]'),
  ('resume_emails', 'call', $$select public.resume_emails()$$, '["42501", 1, 1, 1, 1, "42501"]');
create temp table deliveries on commit drop as select id from public.message_deliveries;
grant select on deliveries to anon, authenticated, service_role;

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{owner,other,agent,admin}', actor) as place from people
  union all values ('anon', 'anon', null::uuid, 0), ('service_role', 'service_role', null, 5);

update attempts set statement = replace(statement, '''{}''', '''10000000-0000-4000-8000-000000000001''');
\ir run-attempts.psql
