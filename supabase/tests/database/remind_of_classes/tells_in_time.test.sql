-- People of a class are reminded the day before and the hour before, once for its time, and told when they missed it.
begin;
select plan(8);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'host@remind.test'), ('10000000-0000-4000-8000-000000000002', 'student@remind.test');
update public.profiles set role = 'teacher' where email = 'host@remind.test';
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes) values
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Algebra', '81234567890', now() + interval '20 hours', 60),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'Soon', '81234567891', now() + interval '3 hours', 60);
insert into public.class_enrollments (live_class_id, profile_id) values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
create function pg_temp.told(p_kind text) returns bigint language sql as $$
  select count(*) from public.notifications where kind = p_kind and subject_id::text like '20000000%';
$$;
select private.remind_of_classes(now());
select is(pg_temp.told('class_tomorrow'), 2::bigint, 'host and student hear of a class within a day, and of one in three hours not that it is tomorrow');
select is(pg_temp.told('class_in_an_hour'), 0::bigint, 'it is not in an hour');
select private.remind_of_classes(now());
select is(pg_temp.told('class_tomorrow'), 2::bigint, 'nobody hears it twice');
update public.live_classes set scheduled_start = now() + interval '18 hours' where title = 'Algebra';
select private.remind_of_classes(now());
select is(pg_temp.told('class_tomorrow'), 4::bigint, 'a class that moves is reminded of again');
select private.remind_of_classes(now() + interval '17.5 hours');
select is(pg_temp.told('class_in_an_hour'), 2::bigint, 'an hour before they hear again');
update public.live_classes set status = 'cancelled' where title = 'Soon';
select private.remind_of_classes(now() + interval '2.5 hours');
select is(pg_temp.told('class_in_an_hour'), 2::bigint, 'a cancelled class is not reminded of');

alter table public.live_classes disable trigger user;
update public.live_classes set scheduled_start = now() - interval '3 hours', status = 'completed', attendance_synced = true,
  actual_start_time = now() - interval '3 hours', actual_end_time = now() - interval '2 hours' where title = 'Algebra';
update public.class_cards k set (scheduled_start, scheduled_end, status, actual_start_time, actual_end_time, attendance_synced)
  = (select scheduled_start, scheduled_end, status, actual_start_time, actual_end_time, attendance_synced from public.live_classes c where c.id = k.id)
  where title = 'Algebra';
select private.tell_absent_students(now());
select private.tell_absent_students(now());
select is(pg_temp.told('class_absent'), 1::bigint, 'a student who missed a class hears it once');
select is((select user_id from public.notifications where kind = 'class_absent' and subject_id = '20000000-0000-4000-8000-000000000001'),
  '10000000-0000-4000-8000-000000000002'::uuid, 'and only they');
select * from finish();
rollback;
