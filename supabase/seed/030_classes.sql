-- The school's classes: one that took place, one that begins now (its meeting is the one of the request that `npm start` prints),
-- two to come, one cancelled. Events tell what took place, as a provider's events would.
-- Ids 00000000-0000-4000-8000-0000000003xx; people by 010_accounts.sql. Idempotent: a second run changes nothing.
insert into public.live_classes (id, host_id, title, description, provider, meeting_id, scheduled_start, duration_minutes, status)
select ('00000000-0000-4000-8000-0000000003' || suffix)::uuid, ('00000000-0000-4000-8000-0000000001' || host)::uuid,
  title, description, provider::public.meeting_provider, meeting_id, date_trunc('hour', now()) + starts_in::interval, minutes, status::public.class_status
from (values
  ('01', '03', 'Spanish A1, lesson 7', 'Past tense, first part.', 'zoom', '85746065432', '-7 days', 60, 'scheduled'),
  ('03', '03', 'Spanish A1, lesson 9', 'Reading: a letter from Lisbon.', 'zoom', '85746065432', '7 days', 60, 'scheduled'),
  ('04', '03', 'Conversation club', null, 'zoom', '86620417730', '3 days', 90, 'cancelled'),
  ('05', '04', 'Business Spanish', 'Negotiating, by example.', 'google_meet', 'spaces/seedBusinessSpanish', '1 day', 45, 'scheduled')
) as c (suffix, host, title, description, provider, meeting_id, starts_in, minutes, status)
on conflict (id) do nothing;

insert into public.live_classes (id, host_id, title, description, provider, meeting_id, scheduled_start, duration_minutes) values
  ('00000000-0000-4000-8000-000000000302', '00000000-0000-4000-8000-000000000103', 'Spanish A1, lesson 8', 'Past tense, second part.',
    'zoom', '85746065432', date_trunc('minute', now()), 60)
on conflict (id) do nothing;

insert into public.class_enrollments (live_class_id, profile_id)
select c.id, p.id
from public.live_classes c
join public.profiles p on p.id between '00000000-0000-4000-8000-000000000111' and '00000000-0000-4000-8000-00000000011c'
where c.id between '00000000-0000-4000-8000-000000000301' and '00000000-0000-4000-8000-000000000305'
on conflict do nothing;

insert into public.class_join_links (live_class_id, join_url)
select id, 'https://zoom.example/j/' || meeting_id || '?pwd=demo' from public.live_classes
where id between '00000000-0000-4000-8000-000000000301' and '00000000-0000-4000-8000-000000000304'
on conflict do nothing;

-- Lesson 7: the teacher and eight students; Keiko dropped out and came back, Luca left early, a stranger looked in.
with lesson as (
  select meeting_id, scheduled_start as start from public.live_classes where id = '00000000-0000-4000-8000-000000000301'
), facts (position, kind, session, email, minute) as (values
  (1, 'meeting_started', null, null, -3), (2, 'participant_joined', 'clara', 'clara@example.com', -3),
  (3, 'participant_joined', 'ines', 'ines@example.com', -1), (4, 'participant_joined', 'jonas', 'jonas@example.com', 0),
  (5, 'participant_joined', 'keiko', 'keiko@example.com', 0), (6, 'participant_joined', 'luca', 'luca@example.com', 1),
  (7, 'participant_joined', 'mina', 'mina@example.com', 2), (8, 'participant_joined', 'nils', 'nils@example.com', 2),
  (9, 'participant_joined', 'noor', 'noor@example.com', 4), (10, 'participant_joined', 'oskar', 'oskar@example.com', 21),
  (11, 'participant_joined', 'guest', null, 10), (12, 'participant_left', 'guest', null, 12),
  (13, 'participant_left', 'keiko', 'keiko@example.com', 18), (14, 'participant_joined', 'keiko-2', 'keiko@example.com', 20),
  (15, 'participant_left', 'luca', 'luca@example.com', 33), (16, 'meeting_ended', null, null, 61)
)
select count(public.ingest_event('zoom', 'seed-lesson-7-' || f.position, 'seed', at, null,
  jsonb_build_object('kind', f.kind, 'provider', 'zoom', 'occurred_at', at, 'started_at', lesson.start - interval '3 minutes', 'ended_at', at,
    'instance', jsonb_build_object('key', 'c2VlZC1sZXNzb24tNw==', 'meeting_id', lesson.meeting_id, 'title', 'Spanish A1'),
    'session', jsonb_build_object('key', f.session, 'name', coalesce(initcap(split_part(f.email, '@', 1)), 'iPhone'), 'email', f.email,
      case f.kind when 'participant_left' then 'left_at' else 'joined_at' end, at)), 'seed')) as events_told
from facts f
cross join lesson
cross join lateral (select lesson.start + f.minute * interval '1 minute' as at) t;
