-- set_enrollments sets a roster as a whole, for the host and admins; absent and forbidden are alike.
begin;
select plan(22);
update private.settings set value = '3' where name = 'class_max_students';
insert into auth.users (id, email) values
  ('c1a55000-0000-4000-8000-000000000001', 'teacher@roster.test'), ('c1a55000-0000-4000-8000-000000000002', 'colleague@roster.test'),
  ('c1a55000-0000-4000-8000-000000000003', 'ann@roster.test'), ('c1a55000-0000-4000-8000-000000000004', 'ben@roster.test');
update public.profiles set role = 'teacher' where id in ('c1a55000-0000-4000-8000-000000000001', 'c1a55000-0000-4000-8000-000000000002');
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes)
values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000001', 'Algebra', now() + interval '1 day', 60);

set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is(public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1',
  '{c1a55000-0000-4000-8000-000000000003, c1a55000-0000-4000-8000-000000000004, c1a55000-0000-4000-8000-000000000003}'),
  '{"enrolled": 2, "added": 2, "removed": 0}'::jsonb, 'the host sets a roster, repetitions count once');
select is(public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{c1a55000-0000-4000-8000-000000000004}'),
  '{"enrolled": 1, "added": 0, "removed": 1}'::jsonb, 'who is not named is taken off');
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{c1a55000-0000-4000-8000-0000000000ff}')$$,
  'PT422', null, 'a stranger to the product cannot be enrolled');
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{c1a55000-0000-4000-8000-000000000001}')$$,
  'PT422', null, 'nor can the host');
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', null)$$, 'PT422', null, 'no list is no empty list');
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1',
  '{c1a55000-0000-4000-8000-000000000002, c1a55000-0000-4000-8000-000000000003, c1a55000-0000-4000-8000-000000000004, c1a55000-0000-4000-8000-000000000002}')$$,
  'PT422', null, 'a class has a largest size');
select results_eq($$select profile_id from public.class_enrollments$$, $$values ('c1a55000-0000-4000-8000-000000000004'::uuid)$$,
  'a refusal leaves the roster as it was');
select throws_ok($$insert into public.class_enrollments (live_class_id, profile_id)
  values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000003')$$, '42501', null, 'there is no other way');

set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{}')$$, 'PT404', null, 'a colleague finds no such class');
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c9', '{}')$$, 'PT404', null, 'as when there is none');
select is_empty($$select from public.class_enrollments$$, 'and reads no roster');

set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000004", "role": "authenticated"}';
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{c1a55000-0000-4000-8000-000000000003}')$$,
  'PT404', null, 'a student sets no roster');
select results_eq($$select profile_id from public.class_enrollments$$, $$values ('c1a55000-0000-4000-8000-000000000004'::uuid)$$,
  'he reads his own enrolment');
select results_eq($$select title from public.class_cards$$, $$values ('Algebra')$$, 'and the class it is for');
select isnt_empty($$select from public.notifications where kind = 'class_enrolled' and subject_id = 'c1a55000-0000-4000-8000-0000000000c1'$$,
  'and is told about it');
reset role;
update public.profiles set role = 'member' where id = 'c1a55000-0000-4000-8000-000000000001';
set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
select throws_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{}')$$, 'PT404', null,
  'nor does a host who is no teacher any more');
reset role;
select is((select is_demo from public.profiles where id = 'c1a55000-0000-4000-8000-000000000004'), false, 'an enrolment ends the trial');

-- Told once, and not as often as a host likes to send it.
update public.profiles set role = 'teacher' where id = 'c1a55000-0000-4000-8000-000000000001';
create function pg_temp.enrol_again() returns bigint language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
  perform public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{}');
  perform public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{c1a55000-0000-4000-8000-000000000004}');
  return (select count(*) from public.notifications where kind = 'class_enrolled' and user_id = 'c1a55000-0000-4000-8000-000000000004');
end;
$$;
select is(pg_temp.enrol_again(), 1::bigint, 'who is taken off and put on again is told once');
delete from public.notifications;
select is(pg_temp.enrol_again(), 0::bigint, 'also who deleted the news');
update public.live_classes set scheduled_start = scheduled_start + interval '1 day' where id = 'c1a55000-0000-4000-8000-0000000000c1';
delete from public.notifications;
select is(pg_temp.enrol_again(), 1::bigint, 'and again for another time of the class');
update private.rate_limits set max_count = (select taken from private.rate_windows where kind = 'rosters') where kind = 'rosters';
select throws_ok('select pg_temp.enrol_again()', 'PGRST', null, 'a roster that gains somebody counts against a limit an hour');
select lives_ok($$select public.set_enrollments('c1a55000-0000-4000-8000-0000000000c1', '{c1a55000-0000-4000-8000-000000000004}')$$, 'one that does not is free');
select * from finish();
rollback;
