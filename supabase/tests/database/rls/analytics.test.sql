-- Who may do what on the tables of analytics, as data: rows touched, or the SQLSTATE of the refusal. Every attempt aims at Olga's rows.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('owner', '10000000-0000-4000-8000-000000000001', 'member'), ('other', '10000000-0000-4000-8000-000000000002', 'member'),
  ('teacher', '10000000-0000-4000-8000-000000000003', 'teacher'), ('agent', '10000000-0000-4000-8000-000000000004', 'agent'),
  ('admin', '10000000-0000-4000-8000-000000000005', 'admin');
insert into auth.users (id, email) select id, actor || '@analytics.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
values ('10000000-0000-4000-8000-000000000001', 'rls-call', 'ended', 'completed', now() - interval '20 seconds', now());

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, owner, other, teacher, agent, admin, service_role.
insert into attempts values
  ('call_analytics', 'select', $$select from public.call_analytics where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('call_analytics', 'insert', $$insert into public.call_analytics (user_id, bucket_start) values ('{}', '2026-01-01 00:00Z')$$, '"42501"'),
  ('call_analytics', 'update', $$update public.call_analytics set calls = 9 where user_id = '{}'$$, '"42501"'),
  ('call_analytics', 'delete', $$delete from public.call_analytics where user_id = '{}'$$, '"42501"'),
  ('call_analytics_days', 'select', $$select from public.call_analytics_days where user_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1]'),
  ('call_analytics_days', 'insert', $$insert into public.call_analytics_days (user_id, day) values ('{}', '2026-01-01')$$, '"42501"'),
  ('call_analytics_days', 'update', $$update public.call_analytics_days set calls = 9 where user_id = '{}'$$, '"42501"'),
  ('call_analytics_days', 'delete', $$delete from public.call_analytics_days where user_id = '{}'$$, '"42501"'),
  ('analytics_calendars', 'select', $$select from private.analytics_calendars$$, '"42501"'),
  ('analytics_calendars', 'update', $$update private.analytics_calendars set rebuilds = 0$$, '"42501"'),
  ('analytics_repairs', 'select', $$select from private.analytics_repairs$$, '"42501"'),
  ('time_zones', 'select', $$select from private.time_zones$$, '"42501"');

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{owner,other,teacher,agent,admin}', actor) as place, '' as before from people
  union all values ('anon', 'anon', null::uuid, 0, ''), ('service_role', 'service_role', null, 6, '');
-- To others' rows whoever is barred is what anybody is.
insert into actors
select which || ' ' || actor, 'authenticated', id, 2, format('update public.profiles set account_status = %L where id = %L', which, id)
from people, unnest('{suspended,closing}'::public.account_status[]) which where actor in ('agent', 'admin');

update attempts set statement = replace(statement, '''{}''', '''10000000-0000-4000-8000-000000000001''');
\ir run-attempts.psql
