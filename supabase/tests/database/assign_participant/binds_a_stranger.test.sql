-- A host says who a session was; the matching does not take it back, and only people of the class can be said.
begin;
select plan(6);
insert into auth.users (id, email) values
  ('a8000000-0000-4000-8000-000000000001', 'host@assign.test'), ('a8000000-0000-4000-8000-000000000002', 'a@assign.test'),
  ('a8000000-0000-4000-8000-000000000003', 'outsider@assign.test');
update public.profiles set role = 'teacher' where id = 'a8000000-0000-4000-8000-000000000001';
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('a8000000-0000-4000-8000-0000000000c1', 'a8000000-0000-4000-8000-000000000001', 'Algebra', '87200000001', '2026-03-02 10:00Z', 60);
insert into public.class_enrollments (live_class_id, profile_id)
values ('a8000000-0000-4000-8000-0000000000c1', 'a8000000-0000-4000-8000-000000000002');
insert into public.meeting_instances (id, provider, instance_key, meeting_id, started_at, start_evidence)
values ('a8000000-0000-4000-8000-0000000000d1', 'zoom', 'assign', '87200000001', '2026-03-02 10:00Z', 'start_event');
insert into public.meeting_participants (id, instance_id, session_key, user_name, join_time)
values ('a8000000-0000-4000-8000-0000000000e1', 'a8000000-0000-4000-8000-0000000000d1', 's', 'iPhone', '2026-03-02 10:00Z');
select private.bind_instance('a8000000-0000-4000-8000-0000000000d1');

create function pg_temp.assign(p_profile_id uuid) returns text language plpgsql as $$
declare
  v_hint text;
begin
  set local role authenticated;
  perform public.assign_participant('a8000000-0000-4000-8000-0000000000e1', p_profile_id);
  reset role;
  return 'done';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return sqlstate || ' ' || v_hint;
end;
$$;
create function pg_temp.session() returns text language sql as $$
  select coalesce(profile_id::text, 'nobody') || ' ' || match_confidence
  from public.meeting_participants where id = 'a8000000-0000-4000-8000-0000000000e1';
$$;
set local request.jwt.claims = '{"sub":"a8000000-0000-4000-8000-000000000001","role":"authenticated"}';
select is(pg_temp.assign('a8000000-0000-4000-8000-000000000003'), 'PT422 not_on_the_roster', 'nobody from outside the class');
select is(pg_temp.assign('a8000000-0000-4000-8000-000000000002'), 'done', 'a student of the class');
select is(pg_temp.session(), 'a8000000-0000-4000-8000-000000000002 assigned', 'the session is his');
select private.match_class_participants('{a8000000-0000-4000-8000-0000000000c1}');
select is(pg_temp.session(), 'a8000000-0000-4000-8000-000000000002 assigned', 'matching again leaves it');
select is(pg_temp.assign(null), 'done', 'an assignment can be taken back');
select is(pg_temp.session(), 'nobody none', 'then the matching decides');
select * from finish();
rollback;
