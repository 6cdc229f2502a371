-- Who may do what on the tables of the class domain, as data: rows touched, or the SQLSTATE of the refusal.
-- A host who is suspended, whose account is closing or gone, or who is no teacher any more is to his classes what any member is.
-- The class is the host's, the student is enrolled in it and was there, so were a classmate and a stranger. It begins in an hour.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('host', 'c1a55000-0000-4000-8000-000000000001', 'teacher'), ('student', 'c1a55000-0000-4000-8000-000000000002', 'member'),
  ('other', 'c1a55000-0000-4000-8000-000000000003', 'member'), ('colleague', 'c1a55000-0000-4000-8000-000000000004', 'teacher'),
  ('agent', 'c1a55000-0000-4000-8000-000000000005', 'agent'), ('admin', 'c1a55000-0000-4000-8000-000000000006', 'admin'),
  ('classmate', 'c1a55000-0000-4000-8000-000000000007', 'member');
insert into auth.users (id, email) select id, actor || '@rls-classes.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000001', 'Algebra', '87000000001', now() + interval '1 hour', 60);
insert into public.class_enrollments (live_class_id, profile_id) select 'c1a55000-0000-4000-8000-0000000000c1', id from people where actor in ('student', 'classmate');
insert into public.class_join_links values ('c1a55000-0000-4000-8000-0000000000c1', 'https://zoom.example/j/1?pwd=a');
insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', 'rls', 'c1a55000-0000-4000-8000-000000000002');
insert into public.meeting_instances (id, provider, instance_key, meeting_id, live_class_id, started_at, start_evidence) values
  ('c1a55000-0000-4000-8000-0000000000d1', 'zoom', 'rls', '87000000001', 'c1a55000-0000-4000-8000-0000000000c1', now() + interval '1 hour', 'start_event');
insert into public.meeting_participants (instance_id, session_key, live_class_id, profile_id, match_confidence, join_time)
select 'c1a55000-0000-4000-8000-0000000000d1', key, 'c1a55000-0000-4000-8000-0000000000c1', profile_id::uuid, how::public.match_confidence, now()
from (values ('a', 'c1a55000-0000-4000-8000-000000000002', 'email'), ('b', 'c1a55000-0000-4000-8000-000000000007', 'email'), ('c', null, 'none')) as s (key, profile_id, how);
insert into public.class_recordings (instance_id, live_class_id, file_key, state, told_state, told_at)
select 'c1a55000-0000-4000-8000-0000000000d1', 'c1a55000-0000-4000-8000-0000000000c1', state, state, state, now() from unnest(enum_range(null::public.recording_file_state)) state;
insert into public.attendance_marks (live_class_id, profile_id, status) values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000002', 'excused');

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, host, student, other, colleague, agent, admin, service_role.
insert into attempts values
  ('live_classes', 'select', $$select from public.live_classes where id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('live_classes', 'select through the roster', $$select c.meeting_id from public.class_enrollments e join public.live_classes c on c.id = e.live_class_id where c.id = '{}' limit 1$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('class_cards', 'select', $$select * from public.class_cards where id = '{}'$$, '["42501", 1, 1, 0, 0, 0, 1, 1]'),
  ('class_cards', 'insert', $$insert into public.class_cards (id, title) values (gen_random_uuid(), 'x')$$, '"42501"'),
  ('class_cards', 'update', $$update public.class_cards set title = 'x' where id = '{}'$$, '"42501"'),
  ('class_cards', 'delete', $$delete from public.class_cards where id = '{}'$$, '"42501"'),
  ('live_classes', 'insert own', $$insert into public.live_classes (title, scheduled_start, duration_minutes) values ('New', now(), 60)$$, '["42501", 1, "42501", "42501", 1, "42501", 1, 1]'),
  ('live_classes', 'insert for another', $$insert into public.live_classes (host_id, title, scheduled_start, duration_minutes) values ('c1a55000-0000-4000-8000-000000000001', 'New', now(), 60)$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('live_classes', 'update title', $$update public.live_classes set title = 'New' where id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('live_classes', 'cancel', $$update public.live_classes set status = 'cancelled' where id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('live_classes', 'update host', $$update public.live_classes set host_id = 'c1a55000-0000-4000-8000-000000000004' where id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('live_classes', 'update facts', $$update public.live_classes set actual_start_time = now() where id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('live_classes', 'delete', $$delete from public.live_classes where id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('class_enrollments', 'select', $$select from public.class_enrollments where live_class_id = '{}'$$, '["42501", 2, 1, 0, 0, 0, 2, 2]'),
  ('class_enrollments', 'insert', $$insert into public.class_enrollments (live_class_id, profile_id) values ('{}', 'c1a55000-0000-4000-8000-000000000003')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('class_enrollments', 'update', $$update public.class_enrollments set profile_id = 'c1a55000-0000-4000-8000-000000000003' where profile_id = 'c1a55000-0000-4000-8000-000000000002'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('class_enrollments', 'delete', $$delete from public.class_enrollments where live_class_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 2]'),
  ('class_enrollments', 'set', $$select public.set_enrollments('{}', '{c1a55000-0000-4000-8000-000000000003}')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", 1, 1]'),
  ('class_join_links', 'select an hour before', $$select from public.class_join_links where live_class_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('class_join_links', 'insert', $$insert into public.class_join_links (live_class_id, join_url) values ('{}', 'https://a.example')$$, '["42501", "23505", "42501", "42501", "42501", "42501", "23505", "23505"]'),
  ('class_join_links', 'update', $$update public.class_join_links set join_url = 'https://b.example' where live_class_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('class_join_links', 'delete', $$delete from public.class_join_links where live_class_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('meeting_instances', 'select', $$select from public.meeting_instances where live_class_id = '{}'$$, '["42501", 1, 1, 0, 0, 0, 1, 1]'),
  ('meeting_instances', 'select keys', $$select instance_key from public.meeting_instances where live_class_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('meeting_instances', 'select host', $$select host_key from public.meeting_instances where live_class_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('meeting_instances', 'select meeting', $$select meeting_id from public.meeting_instances where live_class_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('meeting_instances', 'insert', $$insert into public.meeting_instances (provider, instance_key, started_at, start_evidence) values ('zoom', 'x', now(), 'start_event')$$, '"42501"'),
  ('meeting_instances', 'update', $$update public.meeting_instances set ended_at = now() where live_class_id = '{}'$$, '"42501"'),
  ('meeting_instances', 'delete', $$delete from public.meeting_instances where live_class_id = '{}'$$, '"42501"'),
  ('meeting_participants', 'select', $$select from public.meeting_participants where live_class_id = '{}'$$, '["42501", 3, 1, 0, 0, 0, 3, 3]'),
  ('meeting_participants', 'select keys', $$select session_key from public.meeting_participants where live_class_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 3]'),
  ('meeting_sessions', 'select', $$select from public.meeting_sessions where live_class_id = '{}'$$, '["42501", 3, 1, 0, 0, 0, 3, 3]'),
  ('meeting_participants', 'insert', $$insert into public.meeting_participants (instance_id, session_key) values ('c1a55000-0000-4000-8000-0000000000d1', 'x')$$, '"42501"'),
  ('meeting_participants', 'update', $$update public.meeting_participants set leave_time = now() where live_class_id = '{}'$$, '"42501"'),
  ('meeting_participants', 'delete', $$delete from public.meeting_participants where live_class_id = '{}'$$, '"42501"'),
  ('attendance_marks', 'select', $$select from public.attendance_marks where live_class_id = '{}'$$, '["42501", 1, 1, 0, 0, 0, 1, 1]'),
  ('attendance_marks', 'insert', $$insert into public.attendance_marks (live_class_id, profile_id, status) values ('{}', 'c1a55000-0000-4000-8000-000000000007', 'late')$$, '["42501", 1, "42501", "42501", "42501", "42501", 1, 1]'),
  ('attendance_marks', 'insert who marked', $$insert into public.attendance_marks (live_class_id, profile_id, status, marked_by) values ('{}', 'c1a55000-0000-4000-8000-000000000007', 'late', null)$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('attendance_marks', 'update', $$update public.attendance_marks set status = 'present' where live_class_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('attendance_marks', 'delete', $$delete from public.attendance_marks where live_class_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 1, 1]'),
  ('class_attendance', 'select', $$select from public.class_attendance where live_class_id = '{}'$$, '["42501", 2, 1, 0, 0, 0, 2, 2]'),
  ('class_attendance_report', 'call', $$select public.class_attendance_report('{}')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", 1, "42501"]'),
  ('assign_participant', 'call', $$select public.assign_participant((select id from public.meeting_participants where live_class_id = '{}' and profile_id is null), 'c1a55000-0000-4000-8000-000000000007')$$, '["42501", 1, "PT404", "PT404", "PT404", "PT404", 1, 1]'),
  ('class_recordings', 'select', $$select from public.class_recordings where live_class_id = '{}'$$, '["42501", 4, 1, 0, 0, 0, 4, 4]'),
  ('class_recordings', 'select keys', $$select file_key from public.class_recordings where live_class_id = '{}'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 4]'),
  ('class_recordings', 'insert', $$insert into public.class_recordings (instance_id, file_key, state, told_state, told_at) values ('c1a55000-0000-4000-8000-0000000000d1', 'x', 'available', 'available', now())$$, '"42501"'),
  ('class_recordings', 'update', $$update public.class_recordings set state = 'available' where live_class_id = '{}'$$, '"42501"'),
  ('class_recordings', 'delete', $$delete from public.class_recordings where live_class_id = '{}'$$, '"42501"'),
  ('playable_recordings', 'call', $$select public.playable_recordings('{}')$$, '["42501", 1, 1, "PT404", "PT404", "PT404", 1, "42501"]'),
  ('recording_sources', 'call', $$select public.recording_sources(array['{}']::uuid[])$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  -- The class is not running: to those who may, it says so.
  ('recording_control_target', 'call', $$select public.recording_control_target('{}')$$, '["42501", "PT409", "PT404", "PT404", "PT404", "PT404", "PT409", "42501"]'),
  ('profile_identities', 'select', $$select from public.profile_identities where key = 'rls'$$, '["42501", 0, 1, 0, 0, 0, 0, 1]'),
  ('profile_identities', 'insert', $$insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', 'x', 'c1a55000-0000-4000-8000-000000000002')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('profile_identities', 'update', $$update public.profile_identities set key = 'y' where key = 'rls'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('profile_identities', 'delete', $$delete from public.profile_identities where key = 'rls'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('profile_cards', 'select the student''s', $$select from public.profile_cards where id = 'c1a55000-0000-4000-8000-000000000002'$$, '["42501", 1, 1, 0, 0, 1, 1, 1]'),
  ('profile_cards', 'select the host''s', $$select from public.profile_cards where id = 'c1a55000-0000-4000-8000-000000000001'$$, '["42501", 1, 1, 0, 0, 1, 1, 1]'),
  ('profile_cards', 'select a classmate''s', $$select from public.profile_cards where id = 'c1a55000-0000-4000-8000-000000000007'$$, '["42501", 1, 0, 0, 0, 1, 1, 1]'),
  ('calendar_links', 'select', $$select from private.calendar_links$$, '"42501"'),
  ('calendar_links', 'delete', $$delete from private.calendar_links$$, '"42501"'),
  ('calendar_link', 'call', $$select public.calendar_link()$$, '["42501", 1, 1, 1, 1, 1, 1, "42501"]'),
  ('revoke_calendar_link', 'call', $$select public.revoke_calendar_link()$$, '["42501", 1, 1, 1, 1, 1, 1, "42501"]'),
  ('read_calendar', 'call', $$select public.read_calendar('x')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", "PT404"]'),
  ('meeting_deletions', 'select', $$select from private.meeting_deletions$$, '"42501"'),
  ('meeting_changes', 'select', $$select from private.meeting_changes$$, '"42501"'),
  ('class_field_changes', 'select', $$select from private.class_field_changes$$, '"42501"'),
  ('announced_meetings', 'select', $$select from private.announced_meetings$$, '"42501"');

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{host,student,other,colleague,agent,admin}', actor) as place, '' as before
  from people where actor <> 'classmate'
  union all values ('anon', 'anon', null::uuid, 0, ''), ('service_role', 'service_role', null, 7, '');
insert into actors
select which || ' host', 'authenticated', id, 8, format('update public.profiles set %s where id = %L', barred, id)
from people, (values ('suspended', $$account_status = 'suspended'$$), ('closing', $$account_status = 'closing'$$), ('demoted', $$role = 'member'$$)) as b (which, barred)
where actor = 'host';

-- His token may outlive him.
insert into actors select 'departed host', 'authenticated', id, 3, format('delete from auth.users where id = %L', id) from people where actor = 'host';
insert into actors
select which || ' ' || actor, 'authenticated', id, 3, format('update public.profiles set account_status = %L where id = %L', which, id)
from people, unnest('{suspended,closing}'::public.account_status[]) which where actor in ('agent', 'admin');

-- What is his own as a person stays his.
update attempts set expected = expected || case operation when 'select the host''s' then '1' else expected -> 3 end
where jsonb_typeof(expected) = 'array';

update attempts set statement = replace(statement, '''{}''', '''c1a55000-0000-4000-8000-0000000000c1''');
\ir run-attempts.psql
