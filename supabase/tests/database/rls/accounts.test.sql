-- Who may do what on the tables of the accounts domain, as data: rows touched, or the SQLSTATE of the refusal.
-- Every attempt aims at Olga's row. A row hidden by a policy is 0 rows and not an error.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('owner', '10000000-0000-4000-8000-000000000001', 'member'), ('other', '10000000-0000-4000-8000-000000000002', 'member'),
  ('teacher', '10000000-0000-4000-8000-000000000003', 'teacher'), ('agent', '10000000-0000-4000-8000-000000000004', 'agent'),
  ('admin', '10000000-0000-4000-8000-000000000005', 'admin');
insert into auth.users (id, email) select id, actor || '@accounts.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
select private.notify('10000000-0000-4000-8000-000000000001', 'limit_75');
select private.choose_notification('10000000-0000-4000-8000-000000000001', 'limit_90', 'email', false);
select private.take_rate('10000000-0000-4000-8000-000000000001', 'tickets', now());

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, owner, other, teacher, agent, admin, barred agents and admins, service_role.
insert into attempts values
  ('profiles', 'select', $$select from public.profiles where id = '{}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('profiles', 'insert', $$insert into public.profiles (id, demo_expires_at) values (gen_random_uuid(), now())$$, '"42501"'),
  ('profiles', 'update name', $$update public.profiles set full_name = 'New' where id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 0, 1]'),
  ('profiles', 'update role', $$update public.profiles set role = 'agent' where id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('profiles', 'update trial', $$update public.profiles set is_demo = false where id = '{}'$$, '"42501"'),
  ('profiles', 'delete', $$delete from public.profiles where id = '{}'$$, '"42501"'),
  ('profile_cards', 'select', $$select from public.profile_cards where id = '{}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('profile_cards', 'insert', $$insert into public.profile_cards (id) values ('{}')$$, '"42501"'),
  ('profile_cards', 'update', $$update public.profile_cards set full_name = 'New' where id = '{}'$$, '"42501"'),
  ('profile_cards', 'delete', $$delete from public.profile_cards where id = '{}'$$, '"42501"'),
  ('plans', 'select', $$select from public.plans where plan_type = 'pro'$$, '["42501", 1, 1, 1, 1, 1, 1, 1]'),
  ('plans', 'insert', $$insert into public.plans (plan_type, usage_period) values ('pro', 'month')$$, '"42501"'),
  ('plans', 'update', $$update public.plans set max_assistants = 9$$, '"42501"'),
  ('plans', 'delete', $$delete from public.plans$$, '"42501"'),
  ('user_limits', 'select', $$select from public.user_limits where user_id = '{}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('user_limits', 'insert', $$insert into public.user_limits (user_id) values ('{}')$$, '"42501"'),
  ('user_limits', 'update plan', $$update public.user_limits set plan_type = 'pro' where user_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('user_limits', 'update usage', $$update public.user_limits set used_call_time_seconds = 0 where user_id = '{}'$$, '"42501"'),
  ('user_limits', 'delete', $$delete from public.user_limits where user_id = '{}'$$, '"42501"'),
  ('usage_logs', 'select', $$select from public.usage_logs where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 0, 1]'),
  ('usage_logs', 'insert', $$insert into public.usage_logs (user_id, action_type, resource_type, actor_kind) values ('{}', 'x', 'x', 'user')$$, '"42501"'),
  ('usage_logs', 'update', $$update public.usage_logs set details = '{"a": 1}' where user_id = '{}'$$, '"42501"'),
  ('usage_logs', 'delete', $$delete from public.usage_logs where user_id = '{}'$$, '"42501"'),
  ('notifications', 'select', $$select from public.notifications where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 0, 1]'),
  ('notifications', 'insert', $$insert into public.notifications (user_id, kind) values ('{}', 'x')$$, '"42501"'),
  ('notifications', 'update read_at', $$update public.notifications set read_at = now() where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 0, "42501"]'),
  ('notifications', 'update data', $$update public.notifications set data = '{"a": 1}' where user_id = '{}'$$, '"42501"'),
  ('notifications', 'delete', $$delete from public.notifications where user_id = '{}'$$, '"42501"'),
  ('notification_preferences', 'select', $$select from public.notification_preferences where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 0, 1]'),
  ('notification_preferences', 'insert', $$insert into public.notification_preferences values ('{}', 'limit_75', 'email', true)$$, '"42501"'),
  ('notification_preferences', 'update', $$update public.notification_preferences set is_enabled = true where user_id = '{}'$$, '"42501"'),
  ('notification_preferences', 'delete', $$delete from public.notification_preferences where user_id = '{}'$$, '"42501"'),
  ('notification_kinds', 'select', $$select from private.notification_kinds$$, '"42501"'),
  ('set_notification_preference', 'call', $$select public.set_notification_preference('limit_90', 'email', false)$$, '["42501", 1, 1, 1, 1, 1, 1, "42501"]'),
  ('admin_set_role', 'call', $$select public.admin_set_role('{}', 'agent')$$, '["42501", "PT403", "PT403", "PT403", "PT403", 1, "PT403", "42501"]'),
  ('admin_set_plan', 'call', $$select public.admin_set_plan('{}', 'pro')$$, '["42501", "PT403", "PT403", "PT403", "PT403", 1, "PT403", "42501"]'),
  ('admin_request_account_deletion', 'call', $$select public.admin_request_account_deletion('{}')$$, '["42501", "PT403", "PT403", "PT403", "PT403", 1, "PT403", "42501"]'),
  ('admin_cancel_account_deletion', 'call', $$select public.admin_cancel_account_deletion('{}')$$, '["42501", "PT403", "PT403", "PT403", "PT403", 1, "PT403", "42501"]'),
  ('told', 'select', $$select from private.told$$, '"42501"'),
  ('told', 'delete', $$delete from private.told$$, '"42501"'),
  ('settings', 'select', $$select from private.settings$$, '"42501"'),
  ('settings', 'update', $$update private.settings set value = '1'$$, '"42501"'),
  ('rate_limits', 'select', $$select from private.rate_limits$$, '"42501"'),
  ('rate_limits', 'update', $$update private.rate_limits set max_count = 9$$, '"42501"'),
  ('rate_windows', 'select', $$select from private.rate_windows$$, '"42501"'),
  ('rate_windows', 'delete', $$delete from private.rate_windows$$, '"42501"');

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{owner,other,teacher,agent,admin}', actor) as place, '' as before from people
  union all values ('anon', 'anon', null::uuid, 0, ''), ('service_role', 'service_role', null, 7, '');
-- Who is barred is barred whichever way, and whatever he was.
insert into actors
select which || ' ' || actor, 'authenticated', id, 6, format('update public.profiles set account_status = %L where id = %L', which, id)
from people, unnest('{suspended,closing}'::public.account_status[]) which where actor in ('agent', 'admin');

update attempts set statement = replace(statement, '''{}''', '''10000000-0000-4000-8000-000000000001''');
\ir run-attempts.psql
