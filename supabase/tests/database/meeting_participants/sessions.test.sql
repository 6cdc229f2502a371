-- A session is closed by its own leave only; what is effectively its end is computed.
begin;
select plan(9);
create function pg_temp.tell(p_event jsonb) returns text language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 't', now(), '{}',
    '{"provider": "zoom", "instance": {"key": "sessions", "meeting_id": "87000000001"}, "started_at": "2026-03-02T10:00:00Z"}' || p_event, 't') ->> 'status';
$$;
create function pg_temp.session(p_key text) returns table (join_at text, leave_at text, effective text, is_open boolean) language sql as $$
  select to_char(s.join_time at time zone 'UTC', 'HH24:MI'), to_char(s.leave_time at time zone 'UTC', 'HH24:MI'),
    to_char(s.effective_leave_time at time zone 'UTC', 'HH24:MI'), s.is_open
  from public.meeting_sessions s join public.meeting_participants p using (id)
  where p.session_key = p_key;
$$;
select pg_temp.tell(e::jsonb) from (values
  ('{"kind": "participant_left", "session": {"key": "late leave", "left_at": "2026-03-02T10:30:00Z"}}'),
  ('{"kind": "participant_joined", "session": {"key": "first", "joined_at": "2026-03-02T10:05:00Z", "name": "Guest"}}'),
  ('{"kind": "participant_joined", "session": {"key": "second", "joined_at": "2026-03-02T10:20:00Z", "name": "Guest"}}'),
  ('{"kind": "participant_left", "session": {"key": "first", "left_at": "2026-03-02T10:10:00Z", "name": "Guest, renamed"}}'),
  ('{"kind": "participant_joined", "session": {"key": "backwards", "joined_at": "2026-03-02T10:40:00Z"}}'),
  ('{"kind": "participant_left", "session": {"key": "backwards", "left_at": "2026-03-02T10:35:00Z"}}')) as t (e);

select results_eq($$select * from pg_temp.session('late leave')$$, $$values (null, '10:30', null, false)$$, 'a leave without a join has no length');
select results_eq($$select * from pg_temp.session('first')$$, $$values ('10:05', '10:10', '10:10', false)$$, 'a leave closes its own session');
select results_eq($$select * from pg_temp.session('second')$$, $$values ('10:20', null, null, true)$$, 'and not the next one of that person');
select results_eq($$select * from pg_temp.session('backwards')$$, $$values ('10:40', '10:35', '10:40', false)$$, 'a leave before its join makes no negative time');
select is((select user_name from public.meeting_participants where session_key = 'first'), 'Guest, renamed', 'the newest name counts');
select pg_temp.tell('{"kind": "meeting_ended", "ended_at": "2026-03-02T11:00:00Z"}');
select results_eq($$select * from pg_temp.session('second')$$, $$values ('10:20', null, '11:00', false)$$, 'the end of the meeting ends who stayed, unstored');
select pg_temp.tell('{"kind": "participant_joined", "session": {"key": "late leave", "joined_at": "2026-03-02T10:15:00Z"}}');
select results_eq($$select * from pg_temp.session('late leave')$$, $$values ('10:15', '10:30', '10:30', false)$$, 'a join may come last');
select pg_temp.tell('{"kind": "participant_joined", "session": {"key": "after", "joined_at": "2026-03-02T10:59:00Z"}}');
select results_eq($$select ended_at from public.meeting_instances$$, $$values ('2026-03-02T11:00Z'::timestamptz)$$, 'a join that is told after the end opens nothing again');
select is(pg_temp.tell('{"kind": "meeting_informational", "notice": "meeting.participant_left_breakout_room"}'), 'ignored', 'breakout rooms are no leaving');
select * from finish();
rollback;
