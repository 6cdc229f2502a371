-- Meetings without a class are listed to their host and to admins, and leave the list when a class takes them.
begin;
select plan(22);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1a55000-0000-4000-8000-000000000001', 'teacher@unbound.test', now()), ('c1a55000-0000-4000-8000-000000000005', 'unconfirmed@unbound.test', null), ('c1a55000-0000-4000-8000-000000000002', 'colleague@unbound.test', now()),
  ('c1a55000-0000-4000-8000-000000000003', 'student@unbound.test', now()), ('c1a55000-0000-4000-8000-000000000004', 'admin@unbound.test', now());
update public.profiles set role = 'teacher' where id in ('c1a55000-0000-4000-8000-000000000005', 'c1a55000-0000-4000-8000-000000000001', 'c1a55000-0000-4000-8000-000000000002');
update public.profiles set role = 'admin' where id = 'c1a55000-0000-4000-8000-000000000004';
insert into public.profile_identities (provider, kind, key, profile_id) values
  ('zoom', 'user', 'host-1', 'c1a55000-0000-4000-8000-000000000001'), ('zoom', 'user', 'host-2', 'c1a55000-0000-4000-8000-000000000002');
insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('c1a55000-0000-4000-8000-000000000001', 'Algebra', '87000000001', '2026-03-02T10:00Z', 60);
create function pg_temp.tell(p_event jsonb) returns text language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 't', now(), '{}', '{"provider": "zoom"}' || p_event, 't') ->> 'status';
$$;
select is(pg_temp.tell(e::jsonb), 'applied', 'an unmatched meeting is applied all the same') from (values
  ('{"kind": "meeting_started", "instance": {"key": "own", "meeting_id": "87000000001", "host_key": "host-1", "title": "At night"}, "started_at": "2026-03-02T23:00:00Z"}'),
  ('{"kind": "meeting_started", "instance": {"key": "key", "meeting_id": "87000000002", "host_key": "host-2"}, "started_at": "2026-03-02T23:00:00Z"}'),
  ('{"kind": "meeting_created", "meeting_id": "87000000003", "changed_at": "2026-03-01T10:00:00Z", "host_email": "Teacher@unbound.test", "title": "New", "scheduled_start": "2026-03-05T10:00:00Z", "duration_minutes": 30}')
  ) as t (e);

-- A colleague has typed the number as well, for the very time.
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
set local role authenticated;
insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values ('Spy', '87000000001', '2026-03-02T23:00Z', 60);
reset role;
select is(pg_temp.tell(e::jsonb), 'applied', 'what is told again is applied as well') from (values
  ('{"kind": "meeting_created", "meeting_id": "87000000003", "changed_at": "2026-02-28T10:00:00Z", "host_email": "colleague@unbound.test", "title": "Older"}'),
  ('{"kind": "meeting_created", "meeting_id": "87000000004", "changed_at": "2026-03-01T10:00:00Z", "host_email": "unconfirmed@unbound.test", "title": "Not proven"}'),
  ('{"kind": "meeting_created", "meeting_id": "87000000005", "changed_at": "2026-03-01T10:00:00Z", "host_email": "student@unbound.test", "title": "No teacher"}')
  ) as t (e);

set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000005", "role": "authenticated"}';
select is_empty($$select from public.unbound_meetings()$$, 'an address that nobody confirmed is no proof of a host');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000003", "role": "authenticated"}';
select is_empty($$select from public.unbound_meetings()$$, 'nor is a confirmed one of somebody who is no teacher');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
select results_eq($$select kind, meeting_id, title from public.unbound_meetings() order by kind$$,
  $$values ('announced', '87000000003', 'New'), ('instance', '87000000001', 'At night')$$, 'a host sees his own');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select results_eq($$select kind, meeting_id from public.unbound_meetings()$$, $$values ('instance', '87000000002')$$, 'by his id at the provider as well');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000003", "role": "authenticated"}';
select is_empty($$select from public.unbound_meetings()$$, 'who hosts nothing sees nothing');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000004", "role": "authenticated"}';
select is((select count(*) from public.unbound_meetings()), 5::bigint, 'an admin sees all');
select results_eq($$select u.meeting_id, c.title from public.unbound_meetings() u, unnest(u.class_ids) k join public.live_classes c on c.id = k$$,
  $$values ('87000000001', 'Spy')$$, 'and which class waits for what');

set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values
  ('Night', '87000000001', '2026-03-02T23:00Z', 60), ('New', '87000000003', '2026-03-05T10:00Z', 30);
select is_empty($$select from public.unbound_meetings()$$, 'scheduling classes for them empties the list');
select is((select status::text from public.live_classes where title = 'Night'), 'ongoing', 'and binds what ran');

-- One meeting, left open, runs on into the next class. While nobody has shown whose it is, it is the admins' to look at.
insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values
  ('Unproven', '87000000009', now() - interval '130 minutes', 60), ('Unproven, too', '87000000009', now() - interval '70 minutes', 60);
reset role;
select is(pg_temp.tell(jsonb_build_object('kind', 'meeting_ended', 'started_at', now() - interval '132 minutes', 'ended_at', now() - interval '5 minutes',
  'instance', '{"key": "whose", "meeting_id": "87000000009", "host_key": "unknown"}'::jsonb)), 'applied', 'a meeting of somebody whom nobody knows');
set local role authenticated;
select is_empty($$select from public.unbound_meetings()$$, 'is not listed to who typed its number');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000004", "role": "authenticated"}';
select is((select kind from public.unbound_meetings() where meeting_id = '87000000009'), 'instance', 'but to admins');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values
  ('First', '87000000003', now() - interval '130 minutes', 60), ('Second', '87000000003', now() - interval '70 minutes', 60);
reset role;
select is(pg_temp.tell(jsonb_build_object('kind', 'meeting_ended', 'started_at', now() - interval '132 minutes', 'ended_at', now() - interval '5 minutes',
  'instance', '{"key": "long", "meeting_id": "87000000003", "host_key": "host-1"}'::jsonb)), 'applied', 'a meeting of two classes');
set local role authenticated;
select results_eq($$select kind, c.title from public.unbound_meetings() u, unnest(u.class_ids) k join public.live_classes c on c.id = k$$,
  $$values ('shared', 'Second')$$, 'is the first one''s, and its host is shown that the second has none');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is_empty($$select from public.unbound_meetings() where kind = 'shared'$$, 'nobody else is');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
update public.live_classes set status = 'cancelled' where title = 'Second';
select is_empty($$select from public.unbound_meetings()$$, 'nor he once it is cancelled');
select * from finish();
rollback;
