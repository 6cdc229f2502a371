-- Who may do what on the tables of the voice domain, as data: rows touched, or the SQLSTATE of the refusal.
-- Every attempt aims at Olga's rows. A row hidden by a policy is 0 rows and not an error.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('owner', '10000000-0000-4000-8000-000000000001', 'member'), ('other', '10000000-0000-4000-8000-000000000002', 'member'),
  ('teacher', '10000000-0000-4000-8000-000000000003', 'teacher'), ('agent', '10000000-0000-4000-8000-000000000004', 'agent'),
  ('admin', '10000000-0000-4000-8000-000000000005', 'admin');
insert into auth.users (id, email) select id, actor || '@voice.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
update public.user_limits set plan_type = 'pro' where user_id in (select id from people);
insert into public.assistants (id, user_id, name, vapi_assistant_id)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Front desk', 'va-rls');
insert into public.phone_numbers (id, user_id, provider, phone_number, twilio_account_sid, vapi_phone_id, assistant_id, status)
values ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'twilio', '+15550100001',
  'AC00000000000000000000000000000001', 'vp-rls', '20000000-0000-4000-8000-000000000001', 'active');
insert into public.call_logs (id, user_id, assistant_id, vapi_call_id, status, outcome, started_at, ended_at)
values ('40000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001',
  'call-rls', 'ended', 'completed', now() - interval '59 seconds', now());
insert into private.account_closures (user_id, reason, started_at, advanced_at, completed_at)
values (gen_random_uuid(), 'trial', now(), now(), now());

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, owner, other, teacher, agent, admin, service_role.
insert into attempts values
  ('assistants', 'select', $$select from public.assistants where id = '20000000-0000-4000-8000-000000000001'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('assistants', 'insert', $$insert into public.assistants (name) values ('Second')$$, '["42501", 1, 1, 1, 1, 1, "23502"]'),
  ('assistants', 'insert for another', $$insert into public.assistants (user_id, name) values ('{}', 'Planted')$$, '["42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('assistants', 'insert with a provider id', $$insert into public.assistants (name, vapi_assistant_id) values ('Stolen', 'va-other')$$, '"42501"'),
  ('assistants', 'insert as ready', $$insert into public.assistants (name, provisioning) values ('Ready', 'ready')$$, '"42501"'),
  ('assistants', 'update name', $$update public.assistants set name = 'New' where id = '20000000-0000-4000-8000-000000000001'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('assistants', 'update owner', $$update public.assistants set user_id = '10000000-0000-4000-8000-000000000002'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "23514"]'),
  ('assistants', 'update provider id', $$update public.assistants set vapi_assistant_id = 'va-x' where id = '20000000-0000-4000-8000-000000000001'$$, '["42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('assistants', 'delete', $$delete from public.assistants where id = '20000000-0000-4000-8000-000000000001'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('phone_numbers', 'select', $$select from public.phone_numbers where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('phone_numbers', 'insert', $$insert into public.phone_numbers (provider, area_code) values ('vapi', '415')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "23502"]'),
  ('phone_numbers', 'update assignment', $$update public.phone_numbers set assistant_id = null where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('phone_numbers', 'update name', $$update public.phone_numbers set friendly_name = 'Main line' where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('phone_numbers', 'update number', $$update public.phone_numbers set phone_number = '+15550100002' where user_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('phone_numbers', 'update provider id', $$update public.phone_numbers set vapi_phone_id = 'vp-x' where user_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('phone_numbers', 'update account', $$update public.phone_numbers set twilio_account_sid = 'AC00000000000000000000000000000002'$$, '"42501"'),
  ('phone_numbers', 'delete', $$delete from public.phone_numbers where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('call_logs', 'select', $$select from public.call_logs where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('call_logs', 'insert', $$insert into public.call_logs (user_id, vapi_call_id) values ('{}', 'forged')$$, '"42501"'),
  ('call_logs', 'update duration', $$update public.call_logs set ended_at = started_at where user_id = '{}'$$, '"42501"'),
  ('call_logs', 'update grant', $$update public.call_logs set granted_seconds = 9999 where user_id = '{}'$$, '"42501"'),
  ('call_logs', 'delete', $$delete from public.call_logs where user_id = '{}'$$, '"42501"'),
  ('user_limits', 'update usage', $$update public.user_limits set current_assistants = 0 where user_id = '{}'$$, '"42501"'),
  ('profiles', 'update expiry', $$update public.profiles set demo_expires_at = now() + interval '1 year' where id = '{}'$$, '"42501"'),
  ('profiles', 'update purge', $$update public.profiles set purge_after = null where id = '{}'$$, '"42501"'),
  ('profiles', 'update wish', $$update public.profiles set deletion_requested_at = null where id = '{}'$$, '"42501"'),
  ('vapi_assistants', 'select', $$select from private.vapi_assistants$$, '"42501"'),
  ('vapi_assistants', 'insert', $$insert into private.vapi_assistants (vapi_assistant_id, user_id, assistant_id, name) values ('va-y', '{}', '{}', 'x')$$, '"42501"'),
  ('account_closures', 'select', $$select from private.account_closures$$, '"42501"'),
  ('ended_reason_outcomes', 'update', $$update private.ended_reason_outcomes set outcome = 'completed'$$, '"42501"'),
  ('evaluation_words', 'update', $$update private.evaluation_words set is_success = true$$, '"42501"'),
  ('spoken_refusals', 'select', $$select from private.spoken_refusals$$, '"42501"'),
  ('removal_task_kinds', 'delete', $$delete from private.removal_task_kinds$$, '"42501"');

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{owner,other,teacher,agent,admin}', actor) as place, '' as before from people
  union all values ('anon', 'anon', null::uuid, 0, ''), ('service_role', 'service_role', null, 6, '');
-- Who is barred is barred whichever way, and whatever he was.
insert into actors
select which || ' ' || actor, 'authenticated', id, 6 + array_position('{suspended,closing}', which::text), format('update public.profiles set account_status = %L where id = %L', which, id)
from people, unnest('{suspended,closing}'::public.account_status[]) which where actor in ('agent', 'admin');

-- To others' rows they are what anybody is, and what is their own they do not change.
update attempts set expected = expected || case when (relation, operation) = ('assistants', 'insert') then '["PT403", "PT409"]' else jsonb_build_array(expected -> 2, expected -> 2) end
where jsonb_typeof(expected) = 'array';

update attempts set statement = replace(statement, '''{}''', '''10000000-0000-4000-8000-000000000001''');
\ir run-attempts.psql
