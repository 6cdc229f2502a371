-- Whoever marks is on record, also for a mark that says the same again. Forgetting that person is no new mark.
begin;
select plan(4);
insert into auth.users (id, email) values
  ('3a000000-0000-4000-8000-000000000001', 'host@marks.test'), ('3a000000-0000-4000-8000-000000000002', 'student@marks.test'),
  ('3a000000-0000-4000-8000-000000000003', 'admin@marks.test');
update public.profiles set role = 'teacher' where id = '3a000000-0000-4000-8000-000000000001';
update public.profiles set role = 'admin' where id = '3a000000-0000-4000-8000-000000000003';
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes)
values ('3a000000-0000-4000-8000-00000000000a', '3a000000-0000-4000-8000-000000000001', 'Algebra', now() - interval '1 day', 60);
insert into public.class_enrollments (live_class_id, profile_id)
values ('3a000000-0000-4000-8000-00000000000a', '3a000000-0000-4000-8000-000000000002');

create function pg_temp.act_as(p_user text) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', '3a000000-0000-4000-8000-00000000000' || p_user)::text, true);
$$;
create function pg_temp.marked_by() returns text language sql as $$
  select right(marked_by::text, 1) from public.attendance_marks where live_class_id = '3a000000-0000-4000-8000-00000000000a';
$$;

select pg_temp.act_as('1');
insert into public.attendance_marks (live_class_id, profile_id, status)
values ('3a000000-0000-4000-8000-00000000000a', '3a000000-0000-4000-8000-000000000002', 'late');
select is(pg_temp.marked_by(), '1', 'the host marked');
select pg_temp.act_as('3');
update public.attendance_marks set status = 'late' where live_class_id = '3a000000-0000-4000-8000-00000000000a';
select is(pg_temp.marked_by(), '3', 'an admin who says the same is who marked last');
select pg_temp.act_as('1');
update public.attendance_marks set status = 'excused' where live_class_id = '3a000000-0000-4000-8000-00000000000a';
select is(pg_temp.marked_by(), '1', 'and so is the host who says something else');
select pg_temp.act_as('3');
delete from auth.users where id = '3a000000-0000-4000-8000-000000000001';
select is(pg_temp.marked_by(), null, 'a person who is deleted is forgotten, and the admin who deletes them marks nothing');
select * from finish();
rollback;
