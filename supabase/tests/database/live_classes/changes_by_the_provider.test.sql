-- What the provider says about plans: moved, renamed, deleted, recovered. The newest by event time counts, a person's edit included.
begin;
select plan(18);
insert into auth.users (id, email) values ('c1a55000-0000-4000-8000-000000000001', 'teacher@changes.test');
update public.profiles set role = 'teacher' where id = 'c1a55000-0000-4000-8000-000000000001';
insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
select 'c1a55000-0000-4000-8000-000000000001', title, meeting_id, start::timestamptz, 60 from (values
  ('One', '87000000001', '2026-03-02T10:00Z'), ('Week 1', '87000000002', '2026-03-02T10:00Z'), ('Week 2', '87000000002', '2026-03-09T10:00Z'),
  ('Week 3', '87000000002', '2026-03-16T10:00Z')) as c (title, meeting_id, start);

create function pg_temp.tell(p_event jsonb) returns text language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 't', now(), '{}', '{"provider": "zoom"}' || p_event, 't') ->> 'status';
$$;
create function pg_temp.update_of(p_meeting text, p_at text, p_changes jsonb, p_previous text default null, p_is_for_all boolean default false) returns text
language sql as $$
  select pg_temp.tell(jsonb_build_object('kind', 'meeting_updated', 'meeting_id', p_meeting, 'changed_at', p_at, 'changes', p_changes,
    'previous_start', p_previous, 'is_for_all', p_is_for_all));
$$;
create function pg_temp.plan_of(p_meeting text) returns text language sql as $$
  select string_agg(title || ' ' || to_char(scheduled_start at time zone 'UTC', 'MM-DD HH24:MI') || ' ' || duration_minutes || ' ' || status, ', '
    order by created_at, scheduled_start) from public.live_classes where meeting_id = p_meeting;
$$;
select is(pg_temp.update_of('87000000001', '2026-03-01T09:00:00Z', '{"scheduled_start": "2026-03-02T12:00:00Z", "duration_minutes": 45}'), 'applied', 'a known class moves');
select is(pg_temp.plan_of('87000000001'), 'One 03-02 12:00 45 scheduled', 'with what changed and nothing else');
select pg_temp.update_of('87000000001', '2026-03-01T08:00:00Z', '{"title": "Older", "scheduled_start": "2026-03-02T08:00:00Z"}');
select is(pg_temp.plan_of('87000000001'), 'Older 03-02 12:00 45 scheduled', 'field by field the newest counts, not the last to arrive');
select is(pg_temp.update_of('87000000001', '2026-03-01T09:30:00Z', '{"duration_minutes": 4000}'), 'ignored', 'what no class can be is left alone');
select is(pg_temp.update_of('87099999999', '2026-03-01T09:30:00Z', '{"title": "Who?"}'), 'ignored', 'an unknown meeting is not made up');
update public.live_classes set title = 'By hand' where meeting_id = '87000000001';
select pg_temp.update_of('87000000001', '2026-03-01T10:00:00Z', '{"title": "Before the hand"}');
select is(pg_temp.plan_of('87000000001'), 'By hand 03-02 12:00 45 scheduled', 'a person''s edit is a change of its own time');

select pg_temp.update_of('87000000002', '2026-03-01T10:00:00Z', '{"scheduled_start": "2026-03-09T12:00:00Z"}', '2026-03-09T11:00:00Z');
select is(pg_temp.plan_of('87000000002'), 'Week 1 03-02 10:00 60 scheduled, Week 2 03-09 10:00 60 scheduled, Week 3 03-16 10:00 60 scheduled',
  'the second of two moves finds nothing when it is first');
select pg_temp.update_of('87000000002', '2026-03-01T09:00:00Z', '{"scheduled_start": "2026-03-09T11:00:00Z", "title": "Moved"}', '2026-03-09T10:00:00Z');
select is(pg_temp.plan_of('87000000002'), 'Week 1 03-02 10:00 60 scheduled, Moved 03-09 12:00 60 scheduled, Week 3 03-16 10:00 60 scheduled',
  'and follows once the first is there: only that occurrence');
select is(pg_temp.update_of('87000000002', '2026-03-01T11:00:00Z', '{"title": "Which?"}'), 'ignored', 'a change of one unnamed occurrence changes none');
select is(pg_temp.update_of('87000000002', '2026-03-01T11:00:00Z', '{"title": "All"}', null, true), 'applied', 'a change of all changes all');
select is((select count(*) from public.live_classes where title = 'All'), 3::bigint, 'three of three');

select pg_temp.tell('{"kind": "meeting_deleted", "meeting_id": "87000000002", "changed_at": "2026-03-01T12:00:00Z", "occurrences": ["2026-03-16T10:00:00Z"]}');
select is(pg_temp.plan_of('87000000002'), 'All 03-02 10:00 60 scheduled, All 03-09 12:00 60 scheduled, All 03-16 10:00 60 cancelled',
  'a deleted occurrence is cancelled, the others are not');
select pg_temp.tell('{"kind": "meeting_recovered", "meeting_id": "87000000002", "changed_at": "2026-03-01T13:00:00Z", "occurrences": ["2026-03-16T10:00:00Z"]}');
select pg_temp.tell('{"kind": "meeting_deleted", "meeting_id": "87000000002", "changed_at": "2026-03-01T12:30:00Z", "occurrences": ["2026-03-16T10:00:00Z"]}');
select is((select count(*) from public.live_classes where status = 'cancelled'), 0::bigint, 'recovered, whatever arrives afterwards from before');

select pg_temp.tell('{"kind": "meeting_started", "instance": {"key": "w1", "meeting_id": "87000000002"}, "started_at": "2026-03-02T10:00:00Z"}');
select pg_temp.tell('{"kind": "meeting_ended", "instance": {"key": "w1", "meeting_id": "87000000002"}, "started_at": null, "ended_at": "2026-03-02T11:00:00Z"}');
select is(pg_temp.tell('{"kind": "meeting_deleted", "meeting_id": "87000000002", "changed_at": "2026-03-03T12:00:00Z", "occurrences": null}'), 'applied', 'the whole series is deleted');
select is(pg_temp.plan_of('87000000002'), 'All 03-02 10:00 60 completed, All 03-09 12:00 60 cancelled, All 03-16 10:00 60 cancelled',
  'what took place before that is not undone');
select pg_temp.tell('{"kind": "meeting_started", "instance": {"key": "w1b", "meeting_id": "87000000002"}, "started_at": "2026-03-02T11:10:00Z"}');
select is((select status::text from public.live_classes where scheduled_start = '2026-03-02T10:00Z' and meeting_id = '87000000002'), 'ongoing',
  'a restart makes a class ongoing again');
update public.live_classes set status = 'cancelled' where meeting_id = '87000000001';
select pg_temp.tell('{"kind": "meeting_started", "instance": {"key": "o1", "meeting_id": "87000000001"}, "started_at": "2026-03-02T12:00:00Z"}');
select is((select status::text from public.live_classes where meeting_id = '87000000001'), 'cancelled', 'a cancelled class never comes back as ongoing');
select is((select actual_start_time from public.live_classes where meeting_id = '87000000001'), '2026-03-02T12:00Z'::timestamptz, 'but what took place is kept');
select * from finish();
rollback;
