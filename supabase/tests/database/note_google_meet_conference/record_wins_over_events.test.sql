-- What Meet's own record says stands, before and after any event.
begin;
select plan(7);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('c2000000-0000-4000-8000-000000000001', 'c1000000-0000-4000-8000-000000000001', 'Class', 'google_meet', 'spaces/pgtap-record', '2026-03-02 10:00Z', 60);
create function pg_temp.tell(p_kind text, p_times jsonb) returns text language sql as $$
  select public.ingest_event('google_meet', gen_random_uuid()::text, p_kind, now(), '{}', jsonb_build_object('kind', p_kind,
    'provider', 'google_meet', 'instance', '{"key": "conferenceRecords/pgtap", "meeting_id": "spaces/pgtap-record"}'::jsonb) || p_times, 'test') ->> 'status';
$$;
create function pg_temp.session() returns text language sql as $$
  select format('%s %s %s', user_name, to_char(join_time at time zone 'UTC', 'HH24:MI:SS'), to_char(leave_time at time zone 'UTC', 'HH24:MI:SS'))
  from public.meeting_participants where session_key = 'conferenceRecords/pgtap/participants/p/participantSessions/s';
$$;

select pg_temp.tell('participant_joined', '{"session": {"key": "conferenceRecords/pgtap/participants/p/participantSessions/s", "joined_at": "2026-03-02T10:01:03Z"}}');
select is(pg_temp.session(), ' 10:01:03 ', 'an event''s time counts at once');
select private.note_google_meet_sessions(
  private.note_google_meet_conference('conferenceRecords/pgtap', 'spaces/pgtap-record', '2026-03-02 09:58Z', null), 'host@meet-school.example',
  '[{"key": "conferenceRecords/pgtap/participants/p/participantSessions/s", "name": " Ann ", "joined_at": "2026-03-02T10:01:00Z"}]', now());
select is(pg_temp.session(), 'Ann 10:01:00 ', 'the record corrects the join; the leave is open');
select pg_temp.tell('participant_left', '{"session": {"key": "conferenceRecords/pgtap/participants/p/participantSessions/s", "left_at": "2026-03-02T10:30:03Z"}}');
select is(pg_temp.session(), 'Ann 10:01:00 10:30:03', 'what the record does not say yet, an event says');
select private.note_google_meet_sessions(
  private.note_google_meet_conference('conferenceRecords/pgtap', 'spaces/pgtap-record', '2026-03-02 09:58Z', '2026-03-02 11:00Z'), 'host@meet-school.example',
  '[{"key": "conferenceRecords/pgtap/participants/p/participantSessions/s", "name": null, "joined_at": "2026-03-02T10:01:00Z", "left_at": "2026-03-02T10:30:00Z"}]', now());
select pg_temp.tell('participant_left', '{"session": {"key": "conferenceRecords/pgtap/participants/p/participantSessions/s", "left_at": "2026-03-02T10:30:03Z"}}');
select pg_temp.tell('participant_joined', '{"session": {"key": "conferenceRecords/pgtap/participants/p/participantSessions/s", "joined_at": "2026-03-02T09:00:00Z"}}');
select is(pg_temp.session(), 'Ann 10:01:00 10:30:00', 'late events change nothing of it, and a name is not lost');

select pg_temp.tell('meeting_started', '{"started_at": "2026-03-02T09:00:00Z"}');
select pg_temp.tell('meeting_ended', '{"started_at": null, "ended_at": "2026-03-02T13:00:00Z"}');
select results_eq($$ select started_at, ended_at from public.meeting_instances where instance_key = 'conferenceRecords/pgtap' $$,
  $$ values ('2026-03-02 09:58Z'::timestamptz, '2026-03-02 11:00Z'::timestamptz) $$, 'the same for the conference');
select results_eq($$ select status::text, actual_end_time from public.live_classes where id = 'c2000000-0000-4000-8000-000000000001' $$,
  $$ values ('completed', '2026-03-02 11:00Z'::timestamptz) $$, 'and for its class');
select is((select count(*)::integer from public.tasks where kind = 'resolve_google_meet_participant'
  and resource_id = 'conferenceRecords/pgtap/participants/p/participantSessions/s'), 1, 'who it is was asked once, when it was first seen');
select * from finish();
rollback;
