-- A host says who a session was; the matching does not take it back, and only people of the class can be said.
begin;
select plan(16);
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
  perform set_config('test.answer', to_jsonb(public.assign_participant('a8000000-0000-4000-8000-0000000000e1', p_profile_id))::text, true);
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
select is(current_setting('test.answer')::jsonb ->> 'profile_id', 'a8000000-0000-4000-8000-000000000002', 'and is answered so');
select is((select array_agg(k order by k) from jsonb_object_keys(current_setting('test.answer')::jsonb) k), (
    select array_agg(attname::text order by attname::text) from pg_attribute
    where attrelid = 'public.meeting_sessions'::regclass and attnum > 0 and has_column_privilege('authenticated', attrelid, attnum, 'select')),
  'with what its host may read of it, and no key of its provider');
select private.match_class_participants('{a8000000-0000-4000-8000-0000000000c1}');
select is(pg_temp.session(), 'a8000000-0000-4000-8000-000000000002 assigned', 'matching again leaves it');
select is(pg_temp.assign(null), 'done', 'an assignment can be taken back');
select is(pg_temp.session(), 'nobody none', 'then the matching decides');

-- The account of a session that the host assigned.
insert into auth.users (id, email) values ('a8000000-0000-4000-8000-000000000004', 'host-2@assign.test');
update public.profiles set role = 'teacher' where id = 'a8000000-0000-4000-8000-000000000004';
insert into public.profile_identities (provider, kind, key, profile_id) values
  ('zoom', 'user', 'host-of-87200000001', 'a8000000-0000-4000-8000-000000000001'),
  ('zoom', 'user', 'host-of-87200000003', 'a8000000-0000-4000-8000-000000000004');
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes) values
  ('a8000000-0000-4000-8000-0000000000c2', 'a8000000-0000-4000-8000-000000000001', 'Algebra', '87200000001', '2026-03-09 10:00Z', 60),
  ('a8000000-0000-4000-8000-0000000000c3', 'a8000000-0000-4000-8000-000000000004', 'History', '87200000003', '2026-03-09 10:00Z', 60);
insert into public.class_enrollments (live_class_id, profile_id) values
  ('a8000000-0000-4000-8000-0000000000c2', 'a8000000-0000-4000-8000-000000000002'),
  ('a8000000-0000-4000-8000-0000000000c3', 'a8000000-0000-4000-8000-000000000002');
update public.meeting_participants set provider_user_id = 'acc' where id = 'a8000000-0000-4000-8000-0000000000e1';
create function pg_temp.next_week(p_meeting_id text, p_key text) returns text language sql as $$
  select public.ingest_event('zoom', p_key, 'x', now(), '{}', jsonb_build_object('kind', 'participant_joined', 'provider', 'zoom',
    'occurred_at', '2026-03-09T10:00:00Z', 'started_at', '2026-03-09T10:00:00Z', 'instance', jsonb_build_object('key', p_key, 'meeting_id', p_meeting_id, 'host_key', 'host-of-' || p_meeting_id),
    'session', jsonb_build_object('key', p_key, 'name', 'iPhone', 'provider_user_id', 'acc', 'joined_at', '2026-03-09T10:00:00Z')), 'test');
  select coalesce(profile_id::text, 'nobody') || ' ' || match_confidence from public.meeting_participants where session_key = p_key;
$$;
create function pg_temp.of(p_key text) returns text language sql as $$
  select coalesce(profile_id::text, 'nobody') || ' ' || match_confidence from public.meeting_participants where session_key = p_key;
$$;
select is(pg_temp.next_week('87200000001', 'before'), 'nobody none', 'an account that nobody named is a stranger');
select is(pg_temp.assign('a8000000-0000-4000-8000-000000000002'), 'done', 'its session a week before is assigned');
select is(pg_temp.of('before'), 'a8000000-0000-4000-8000-000000000002 identity', 'which names it in the other classes of the host');
select is(pg_temp.next_week('87200000003', 'other-host'), 'nobody none', 'and nowhere else: a word of one teacher is none of another');
select ok((select live_class_id is not null from public.meeting_participants where session_key = 'other-host'), 'whose class it is');
insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', 'acc', 'a8000000-0000-4000-8000-000000000001');
select is(pg_temp.of('before'), 'a8000000-0000-4000-8000-000000000002 identity', 'the host''s word on it wins over a directory''s');
delete from public.profile_identities where key = 'acc';
select is(pg_temp.assign(null), 'done', 'taken back');
select is(pg_temp.of('before'), 'nobody none', 'it names nobody');
select * from finish();
rollback;
