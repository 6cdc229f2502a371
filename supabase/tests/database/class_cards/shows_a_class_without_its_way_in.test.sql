-- The enrolled read of a class what its card says, at any time; the way into its meeting is class_join_links, in its window.
begin;
select plan(12);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1a55000-0000-4000-8000-000000000001', 'teacher@cards.test', now()), ('c1a55000-0000-4000-8000-000000000002', 'student@cards.test', now()),
  ('c1a55000-0000-4000-8000-000000000003', 'colleague@cards.test', now());
update public.profiles set role = 'teacher' where id in ('c1a55000-0000-4000-8000-000000000001', 'c1a55000-0000-4000-8000-000000000003');
insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', 'host-of-cards', 'c1a55000-0000-4000-8000-000000000001');
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000001', 'Over Meet', 'google_meet', 'spaces/cards', now() + interval '5 minutes', 60),
  ('c1a55000-0000-4000-8000-0000000000c2', 'c1a55000-0000-4000-8000-000000000001', 'Over Zoom', 'zoom', '87000000001', now() - interval '30 minutes', 60);
insert into public.class_enrollments (live_class_id, profile_id)
select id, 'c1a55000-0000-4000-8000-000000000002' from public.live_classes where host_id = 'c1a55000-0000-4000-8000-000000000001';
create function pg_temp.strays() returns setof text language sql as $$
  (select to_jsonb(k)::text from public.class_cards k
   except
   select to_jsonb(c)::text from (
     select id, host_id, title, description, provider, scheduled_start, scheduled_end, duration_minutes, status, recording_status,
       actual_start_time, actual_end_time, attendance_synced from public.live_classes) c)
  union all
  select id::text from public.live_classes where id not in (select id from public.class_cards);
$$;
select is_empty('select pg_temp.strays()', 'every class has its card');

set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select results_eq($$select title, status from public.class_cards order by scheduled_start$$,
  $$values ('Over Zoom', 'scheduled'::public.class_status), ('Over Meet', 'scheduled')$$, 'the enrolled list their classes');
select is_empty($$select from public.live_classes$$, 'and read the meeting of none, not even when they may join');
select results_eq($$select status, attended_seconds from public.class_attendance order by status$$,
  $$values (null::public.attendance_status, 0), (null, 0)$$, 'their attendance needs none');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000003", "role": "authenticated"}';
select is_empty($$select from public.class_cards$$, 'a colleague reads none');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
select lives_ok($$with made as (
    insert into public.live_classes (title, description, meeting_id, scheduled_start, duration_minutes)
    values (' New ', 'One', '87000000002', now(), 45) returning *)
  select id from made$$, 'a host reads back the whole of what they plan');
update public.live_classes set title = 'Moved', scheduled_start = now() + interval '1 day', duration_minutes = 90 where title = 'Over Meet';
update public.live_classes set status = 'cancelled' where title = 'New';
reset role;
select is_empty('select pg_temp.strays()', 'a card follows what its host changes');

select public.ingest_event('zoom', 'cards-' || kind, 'cards', now(), '{}', jsonb_build_object('kind', kind, 'provider', 'zoom',
  'started_at', now() - interval '30 minutes', 'ended_at', now(),
  'instance', '{"key": "cards", "meeting_id": "87000000001", "host_key": "host-of-cards"}'::jsonb), 't')
from unnest('{meeting_started,meeting_ended}'::text[]) kind;
select is((select status::text from public.class_cards where title = 'Over Zoom'), 'completed', 'and what its meeting tells');
select is_empty('select pg_temp.strays()', 'in every column');
update public.live_classes set host_id = 'c1a55000-0000-4000-8000-000000000003' where title = 'Moved';
select is_empty('select pg_temp.strays()', 'a class that is handed over');
delete from auth.users where id = 'c1a55000-0000-4000-8000-000000000003';
select is((select host_id from public.class_cards where title = 'Moved'), null, 'or whose host is gone');
delete from public.live_classes where title = 'Moved';
select is_empty($$select from public.class_cards where title = 'Moved'$$, 'and a card goes with its class');
select * from finish();
rollback;
