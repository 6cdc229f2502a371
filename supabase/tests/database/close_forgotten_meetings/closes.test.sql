-- A meeting whose end was never told is closed once all is silent, and a real end wins whenever it comes.
begin;
select plan(22);
insert into public.live_classes (id, title, meeting_id, scheduled_start, duration_minutes) values
  ('c5000000-0000-4000-8000-000000000001', 'Class', '99500000001', '2026-03-02 10:00Z', 60);
create function pg_temp.told(p_end timestamptz) returns uuid language sql as $$
  select private.note_instance('zoom', '{"key": "pgtap-forgotten", "meeting_id": "99500000001"}', '2026-03-02 10:00Z', 'start_event', p_end);
$$;
create function pg_temp.seen(p_kind text, p_key text, p_at timestamptz) returns text language sql as $$
  select private.apply_participant(null, jsonb_build_object('kind', p_kind, 'provider', 'zoom', 'started_at', null,
    'instance', '{"key": "pgtap-forgotten", "meeting_id": "99500000001"}'::jsonb,
    'session', jsonb_build_object('key', p_key, case p_kind when 'participant_left' then 'left_at' else 'joined_at' end, p_at)), now());
$$;
create function pg_temp.state() returns text language sql as $$
  select concat_ws(' ', c.status, to_char(i.ended_at at time zone 'UTC', 'HH24:MI'), i.end_is_assumed)
  from public.live_classes c join public.meeting_instances i on i.live_class_id = c.id
  where c.id = 'c5000000-0000-4000-8000-000000000001';
$$;
create function pg_temp.close(p_now timestamptz) returns integer language sql as $$ select private.close_forgotten_meetings(p_now); $$;

do $$ begin perform pg_temp.told(null); perform pg_temp.seen('participant_joined', 'a', '2026-03-02 10:02Z'); end $$;
select is(pg_temp.close('2026-03-02 12:59Z'), 0, 'a class may run over');
do $$ begin perform pg_temp.seen('participant_joined', 'b', '2026-03-02 12:30Z'); end $$;
select is(pg_temp.close('2026-03-02 15:29Z'), 0, 'a sign of life keeps it open');
select is(pg_temp.state(), 'ongoing f', 'it runs');
select is(pg_temp.close('2026-03-02 15:31Z'), 1, 'after silence it is closed');
select is(pg_temp.state(), 'completed 12:30 t', 'at the last sign of life, as an assumption');
select is(pg_temp.close('2026-03-02 15:31Z'), 0, 'once');
do $$ begin perform pg_temp.seen('participant_left', 'b', '2026-03-02 12:50Z'); end $$;
select is(pg_temp.state(), 'completed 12:50 t', 'a later sign of life moves it');
do $$ begin perform pg_temp.told('2026-03-02 11:05Z'); end $$;
select is(pg_temp.state(), 'completed 11:05 f', 'an end that is told wins, also an earlier one');
do $$ begin perform pg_temp.seen('participant_left', 'a', '2026-03-02 11:20Z'); end $$;
select is(pg_temp.state(), 'completed 11:05 f', 'and signs of life do not move it');

insert into public.live_classes (id, title, meeting_id, scheduled_start, duration_minutes) values
  ('c5000000-0000-4000-8000-000000000002', 'Nobody came', '99500000002', '2026-03-02 10:00Z', 60);
do $$ begin perform private.note_instance('zoom', '{"key": "pgtap-empty", "meeting_id": "99500000002"}', '2026-03-02 10:00Z', 'start_event', null); end $$;
select is(pg_temp.close('2026-03-02 13:01Z'), 1, 'one that nobody joined is closed too');
select is((select actual_end_time from public.live_classes where id = 'c5000000-0000-4000-8000-000000000002'),
  '2026-03-02 11:00Z', 'at its scheduled end');

-- What the assumption was made from changes.
insert into public.live_classes (id, title, meeting_id, scheduled_start, duration_minutes) values
  ('c5000000-0000-4000-8000-000000000003', 'Assumed', '99500000003', '2026-03-02 10:00Z', 60);
create function pg_temp.assumed() returns text language sql as $$
  select concat_ws(' ', c.status, to_char(i.ended_at at time zone 'UTC', 'HH24:MI'), i.end_is_assumed)
  from public.meeting_instances i left join public.live_classes c on c.id = i.live_class_id
  where i.instance_key = 'pgtap-assumed';
$$;
create function pg_temp.hint(p_start timestamptz, p_evidence public.start_evidence) returns uuid language sql as $$
  select private.note_instance('zoom', '{"key": "pgtap-assumed", "meeting_id": "99500000003"}', p_start, p_evidence, null);
$$;
do $$ begin perform pg_temp.hint('2026-03-02 12:00Z', 'first_sign'); perform pg_temp.close('2026-03-02 18:00Z'); end $$;
select is(pg_temp.assumed(), 'completed 12:00 t', 'nothing is known after its start');
do $$ begin perform pg_temp.hint('2026-03-02 10:01Z', 'start_event'); end $$;
select is(pg_temp.assumed(), 'completed 11:00 t', 'it turns out to have started earlier');
update public.live_classes set duration_minutes = 75 where id = 'c5000000-0000-4000-8000-000000000003';
select is(pg_temp.assumed(), 'completed 11:15 t', 'the class was longer');
insert into public.meeting_participants (instance_id, live_class_id, session_key, leave_time)
select id, live_class_id, 'told', '2026-03-02 11:45Z' from public.meeting_instances where instance_key = 'pgtap-assumed';
select is(pg_temp.assumed(), 'completed 11:45 t', 'somebody was there longer');
update public.meeting_participants set reported_leave_time = '2026-03-02 11:30Z' where session_key = 'told';
select is(pg_temp.assumed(), 'completed 11:30 t', 'and not as long by the provider''s record');
update public.meeting_participants set leave_time = now(), reported_leave_time = null where session_key = 'told';
select is(pg_temp.assumed(), 'ongoing f', 'somebody is there: it runs');
update public.meeting_participants set leave_time = '2026-03-02 11:50Z' where session_key = 'told';
do $$ begin perform pg_temp.close('2026-03-02 18:00Z'); end $$;
select is(pg_temp.assumed(), 'completed 11:50 t', 'closed again');
update public.live_classes set scheduled_start = now() - interval '1 day' where id = 'c5000000-0000-4000-8000-000000000003';
select is(pg_temp.assumed(), 'f', 'of no class nothing is assumed');
update public.live_classes set scheduled_start = '2026-03-02 10:00Z' where id = 'c5000000-0000-4000-8000-000000000003';
select is(pg_temp.assumed(), 'ongoing f', 'bound again, it is open until the job looks');

insert into public.live_classes (id, title, meeting_id, scheduled_start, duration_minutes) values
  ('c5000000-0000-4000-8000-000000000004', 'Prolonged', '99500000004', now() - interval '8 hours', 60);
do $$ begin
  perform private.note_instance('zoom', '{"key": "pgtap-prolonged", "meeting_id": "99500000004"}', now() - interval '8 hours', 'start_event', null);
  perform pg_temp.close(now());
end $$;
select is((select status::text from public.live_classes where id = 'c5000000-0000-4000-8000-000000000004'), 'completed', 'closed');
update public.live_classes set duration_minutes = 1440 where id = 'c5000000-0000-4000-8000-000000000004';
select is((select status::text from public.live_classes where id = 'c5000000-0000-4000-8000-000000000004'), 'ongoing',
  'its class is not over after all');
select * from finish();
rollback;
