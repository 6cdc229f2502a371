-- Who may call what is for operators, as data: 1 row, or the SQLSTATE of the refusal. A barred admin acts in no role.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('member', '10000000-0000-4000-8000-000000000001', 'member'), ('teacher', '10000000-0000-4000-8000-000000000003', 'teacher'),
  ('agent', '10000000-0000-4000-8000-000000000004', 'agent'), ('admin', '10000000-0000-4000-8000-000000000005', 'admin'),
  ('another admin', '10000000-0000-4000-8000-000000000006', 'admin');
insert into auth.users (id, email) select id, replace(actor, ' ', '-') || '@operators.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
insert into public.webhook_events (id, provider, dedupe_key, event_type) values ('0b000000-0000-4000-8000-0000000000e1', 'zoom', 'operators', 'probe');

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, member, teacher, agent, admin, barred, service_role.
insert into attempts
select split_part(statement, '(', 1), 'call', 'select public.' || statement,
  '["42501", "PT403", "PT403", "PT403", 1, "PT403", 1]'
from unnest(array[
  'inbox_health()', 'list_events()', $$read_event('0b000000-0000-4000-8000-0000000000e1')$$, 'list_tasks()', 'list_jobs()',
  'admin_list_accounts()', $$admin_read_account('10000000-0000-4000-8000-000000000001')$$, 'admin_overview()',
  'admin_list_actions()', 'admin_list_settings()', $$admin_set_setting('purge_batch', '5')$$,
  $$admin_set_limits('10000000-0000-4000-8000-000000000001', '{"max_assistants": 3}')$$, $$admin_set_plan_limits('pro', '{"max_assistants": 3}')$$,
  $$admin_suspend('10000000-0000-4000-8000-000000000001')$$, $$admin_restore('10000000-0000-4000-8000-000000000001')$$, $$admin_set_sla('low', 60, 60)$$,
  $$admin_set_business_hours('UTC', '[]')$$
]) statement;
insert into attempts values
  ('measure_metrics', 'call', 'select public.measure_metrics()', '["42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('admin_actions', 'select', 'select from private.admin_actions', '"42501"'),
  ('admin_actions', 'delete', 'delete from private.admin_actions', '"42501"'),
  ('shown_event_keys', 'select', 'select from private.shown_event_keys', '"42501"');

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{member,teacher,agent,admin}', actor) as place, '' as before
  from people where actor <> 'another admin'
  union all values ('anon', 'anon', null::uuid, 0, ''), ('service_role', 'service_role', null, 6, '');
insert into actors
select which || ' admin', 'authenticated', id, 5, format('update public.profiles set account_status = %L where id = %L', which, id)
from people, unnest('{suspended,closing}'::public.account_status[]) which where actor = 'admin'
union all
select 'demoted admin', 'authenticated', id, 5, format('update public.profiles set role = ''member'' where id = %L', id) from people where actor = 'admin'
union all
select 'admin who is gone', 'authenticated', '10000000-0000-4000-8000-0000000000ff', 5, '';

\ir run-attempts.psql
