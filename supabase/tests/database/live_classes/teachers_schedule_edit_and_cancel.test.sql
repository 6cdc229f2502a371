-- A teacher schedules, edits and cancels his own classes; what follows from facts nobody writes; refusals speak.
begin;
select plan(20);
insert into auth.users (id, email) values
  ('c1a55000-0000-4000-8000-000000000001', 'teacher@classes.test'), ('c1a55000-0000-4000-8000-000000000002', 'colleague@classes.test'),
  ('c1a55000-0000-4000-8000-000000000003', 'student@classes.test'), ('c1a55000-0000-4000-8000-000000000004', 'admin@classes.test');
update public.profiles set role = 'teacher' where id in ('c1a55000-0000-4000-8000-000000000001', 'c1a55000-0000-4000-8000-000000000002');
update public.profiles set role = 'admin' where id = 'c1a55000-0000-4000-8000-000000000004';
-- A role ends the trial already; here it is the class that must.
update public.profiles set is_demo = true, demo_expires_at = now() + interval '1 day' where id = 'c1a55000-0000-4000-8000-000000000001';

set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
select lives_ok($$
  insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes)
  values (' Algebra ', '871 2345-6789', '2026-03-02T10:00Z', 60)
$$, 'a teacher schedules a class');
select results_eq($$select title, meeting_id, scheduled_end, status::text, host_id from public.live_classes$$,
  $$values ('Algebra', '87123456789', '2026-03-02T11:00Z'::timestamptz, 'scheduled', 'c1a55000-0000-4000-8000-000000000001'::uuid)$$,
  'the number is tidied, the end follows, the host is the caller');
select is((select is_demo from public.profiles where id = 'c1a55000-0000-4000-8000-000000000001'), false, 'hosting ends the trial');
select throws_ok($$insert into public.live_classes (title, host_id, scheduled_start, duration_minutes)
  values ('X', 'c1a55000-0000-4000-8000-000000000002', now(), 60)$$, '42501', null, 'nobody hosts in another''s name');
select throws_ok($$insert into public.live_classes (title, scheduled_start, duration_minutes) values ('X', now(), 4)$$,
  '23514', null, 'four minutes are no class');
select throws_ok($$insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values ('X', 'abc', now(), 60)$$,
  '23514', null, 'letters are no Zoom number');
select throws_ok($$insert into public.live_classes (title, scheduled_start, duration_minutes) values ('X', 'infinity', 60)$$,
  '23514', null, 'infinity is no date');
select isnt_empty($$update public.live_classes set scheduled_start = '2026-03-02T12:00Z' returning id$$, 'a teacher moves his class');
select is((select scheduled_end from public.live_classes), '2026-03-02T13:00Z'::timestamptz, 'and its end moves with it');
select throws_ok($$update public.live_classes set status = 'completed'$$, 'PT422', null, 'a status that follows from facts is refused');
select throws_ok($$update public.live_classes set actual_end_time = now()$$, '42501', null, 'facts are not the teacher''s to write');
select throws_ok($$update public.live_classes set recording_status = 'available'$$, '42501', null, 'nor is the recording status');
select results_eq($$update public.live_classes set status = 'cancelled' returning status::text, cancelled_at is not null, cancelled_by$$,
  $$values ('cancelled', true, 'c1a55000-0000-4000-8000-000000000001'::uuid)$$, 'a teacher cancels');
select results_eq($$update public.live_classes set status = 'scheduled' returning status::text, cancelled_at is null$$,
  $$values ('scheduled', true)$$, 'and takes it back');

set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is_empty($$update public.live_classes set title = 'Mine' returning id$$, 'a colleague edits nothing');
select lives_ok($$insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes)
  values ('Spy', '87123456789', '2026-03-02T12:00Z', 60)$$, 'a number that somebody has typed is refused to nobody');

set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000003", "role": "authenticated"}';
select throws_ok($$insert into public.live_classes (title, scheduled_start, duration_minutes) values ('X', now(), 60)$$,
  '42501', null, 'a student schedules nothing');

set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000004", "role": "authenticated"}';
select isnt_empty($$update public.live_classes set title = 'Algebra 2' returning id$$, 'an admin edits any class');

reset role;
set local request.jwt.claims = '{"role": "service_role"}';
delete from auth.users where id = 'c1a55000-0000-4000-8000-000000000001';
select results_eq($$select count(*) from public.live_classes where host_id is null$$, $$values (1::bigint)$$, 'a class outlives its host');
select is((select count(*) from public.live_classes), 2::bigint, 'and only those two are there');
select * from finish();
rollback;
