-- What counts as attendance: a class of 60 minutes from 10:00 that ran from 10:00 to 11:10, told second by second.
begin;
select plan(14);
insert into auth.users (id, email) values
  ('a7000000-0000-4000-8000-000000000001', 'host@attendance.test'), ('a7000000-0000-4000-8000-000000000002', 'a@attendance.test'),
  ('a7000000-0000-4000-8000-000000000003', 'b@attendance.test');
update public.profiles set role = 'teacher' where id = 'a7000000-0000-4000-8000-000000000001';
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('a7000000-0000-4000-8000-0000000000c1', 'a7000000-0000-4000-8000-000000000001', 'Algebra', '87100000001', '2026-03-02 10:00Z', 60);
insert into public.class_enrollments (live_class_id, profile_id) values
  ('a7000000-0000-4000-8000-0000000000c1', 'a7000000-0000-4000-8000-000000000002'),
  ('a7000000-0000-4000-8000-0000000000c1', 'a7000000-0000-4000-8000-000000000003');

create function pg_temp.row_of(p_profile text default '2') returns public.class_attendance language sql as $$
  select * from public.class_attendance
  where live_class_id = 'a7000000-0000-4000-8000-0000000000c1' and profile_id = ('a7000000-0000-4000-8000-00000000000' || p_profile)::uuid;
$$;
select is((pg_temp.row_of()).status, null, 'a class that did not take place says nothing of anybody');

insert into public.meeting_instances (id, provider, instance_key, meeting_id, started_at, start_evidence, ended_at)
values ('a7000000-0000-4000-8000-0000000000d1', 'zoom', 'union', '87100000001', '2026-03-02 10:00Z', 'start_event', '2026-03-02 11:10Z');
select private.bind_instance('a7000000-0000-4000-8000-0000000000d1');

-- Plays sessions of the first student, 'from-to' in minutes after 10:00, blank for what was not told, and takes them back.
create function pg_temp.attended(p_stays text[]) returns text language plpgsql as $$
declare
  v_row public.class_attendance;
begin
  insert into public.meeting_participants (instance_id, session_key, live_class_id, profile_id, match_confidence, join_time, leave_time)
  select 'a7000000-0000-4000-8000-0000000000d1', 's' || n, 'a7000000-0000-4000-8000-0000000000c1', 'a7000000-0000-4000-8000-000000000002', 'email',
    '2026-03-02 10:00Z'::timestamptz + nullif(split_part(stay, '..', 1), '')::numeric * interval '1 minute',
    '2026-03-02 10:00Z'::timestamptz + nullif(split_part(stay, '..', 2), '')::numeric * interval '1 minute'
  from unnest(p_stays) with ordinality as t (stay, n);
  v_row := pg_temp.row_of();
  delete from public.meeting_participants where instance_id = 'a7000000-0000-4000-8000-0000000000d1';
  return v_row.status || ' ' || v_row.attended_seconds || ' ' || v_row.share;
end;
$$;
select is(pg_temp.attended('{}'), 'absent 0 0.0000', 'nobody there: absent');
select is(pg_temp.attended('{0..60}'), 'present 3600 1.0000', 'the whole class');
select is(pg_temp.attended('{-5..70}'), 'present 3600 1.0000', 'what lies outside the class does not count');
select is(pg_temp.attended('{0..60,10..50}'), 'present 3600 1.0000', 'two devices at once count once');
select is(pg_temp.attended('{0..20,30..60}'), 'present 3000 0.8333', 'a gap is not attended');
select is(pg_temp.attended('{10..60}'), 'late 3000 0.8333', 'a first join after five minutes is late');
select is(pg_temp.attended('{0..50}'), 'left_early 3000 0.8333', 'a last leave ten minutes before the end is left early');
select is(pg_temp.attended('{0..30}'), 'partial 1800 0.5000', 'half of it is partial');
select is(pg_temp.attended('{0..0.8}'), 'absent 48 0.0133', '48 seconds are no attendance');
select is(pg_temp.attended('{..40}'), 'absent 0 0.0000', 'a leave without a join counts nothing');
select is(pg_temp.attended('{30..10,0..60}'), 'present 3600 1.0000', 'a leave before its join breaks nothing');
select is(pg_temp.attended('{0..}'), 'present 3600 1.0000', 'who never left stayed to the end');

insert into public.attendance_marks (live_class_id, profile_id, status)
values ('a7000000-0000-4000-8000-0000000000c1', 'a7000000-0000-4000-8000-000000000002', 'excused');
select is(pg_temp.attended('{0..60}'), 'excused 3600 1.0000', 'a mark wins, and the measure stays');
select * from finish();
rollback;
