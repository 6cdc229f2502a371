-- The enrolled get the link from 15 minutes before the start to the end, judged by the clock; the host always; nobody else.
begin;
select plan(19);
insert into auth.users (id, email) values
  ('c1a55000-0000-4000-8000-000000000001', 'teacher@links.test'), ('c1a55000-0000-4000-8000-000000000002', 'student@links.test'),
  ('c1a55000-0000-4000-8000-000000000003', 'other@links.test'), ('c1a55000-0000-4000-8000-000000000004', 'colleague@links.test');
update public.profiles set role = 'teacher' where id in ('c1a55000-0000-4000-8000-000000000001', 'c1a55000-0000-4000-8000-000000000004');
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes) values
  ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000001', 'Algebra', '87000000001', '2026-03-02T10:00Z', 60);
insert into public.class_enrollments (live_class_id, profile_id)
values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000002');

-- The form with a clock, which no client may execute.
create function pg_temp.may_join(p_at timestamptz) returns boolean language sql as $$
  select 'c1a55000-0000-4000-8000-0000000000c1' in (select private.joinable_class_ids('c1a55000-0000-4000-8000-000000000002', p_at));
$$;
select is(pg_temp.may_join('2026-03-02T09:44:59Z'), false, 'not a second before the window');
select is(pg_temp.may_join('2026-03-02T09:45:00Z'), true, 'from its first');
select is(pg_temp.may_join('2026-03-02T10:59:59Z'), true, 'to the end');
select is(pg_temp.may_join('2026-03-02T11:00:00Z'), false, 'and not at it');
select public.ingest_event('zoom', 'links-1', 'meeting.started', now(), '{}',
  '{"kind": "meeting_started", "provider": "zoom", "instance": {"key": "links-1", "meeting_id": "87000000001"}, "started_at": "2026-03-02T10:01:00Z"}', 't');
select is(pg_temp.may_join('2026-03-02T11:05:00Z'), true, 'a class that runs over can be re-joined');
select is(pg_temp.may_join('2026-03-02T13:00:00Z'), false, 'but not for ever when its end is never told');
update public.live_classes set status = 'cancelled';
select is(pg_temp.may_join('2026-03-02T10:30:00Z'), false, 'a cancelled class has no way in');
update public.live_classes set status = 'scheduled';
update public.live_classes set scheduled_start = now() + interval '10 minutes';

set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
select lives_ok($$insert into public.class_join_links (live_class_id, join_url)
  values ('c1a55000-0000-4000-8000-0000000000c1', 'https://zoom.example/j/1?pwd=a')
  on conflict (live_class_id) do update set live_class_id = excluded.live_class_id, join_url = excluded.join_url$$, 'the host sets the link');
select throws_ok($$update public.class_join_links set join_url = 'javascript:alert(1)'$$, '23514', null, 'which must be one');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select isnt_empty($$select from public.class_join_links$$, 'the enrolled reads it ten minutes before');
select is_empty($$update public.class_join_links set join_url = 'https://evil.example' returning live_class_id$$, 'and changes nothing');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000003", "role": "authenticated"}';
select is_empty($$select from public.class_join_links$$, 'somebody else reads none');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000004", "role": "authenticated"}';
select is_empty($$select from public.class_join_links$$, 'nor does a colleague');
select throws_ok($$insert into public.class_join_links (live_class_id, join_url)
  values ('c1a55000-0000-4000-8000-0000000000c1', 'https://evil.example')$$, '42501', null, 'who sets none either');

reset role;
update public.live_classes set scheduled_start = now() + interval '20 minutes';
set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is_empty($$select from public.class_join_links$$, 'the enrolled reads none twenty minutes before');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000001", "role": "authenticated"}';
select isnt_empty($$select from public.class_join_links$$, 'the host does');
reset role;
update public.live_classes set scheduled_start = now() - interval '61 minutes';
set local role authenticated;
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is_empty($$select from public.class_join_links$$, 'nor after the end');
select is_empty($$select from public.notifications where data::text like '%zoom.example%'$$, 'and no notification carries it');
set local role anon;
select throws_ok($$select from public.class_join_links$$, '42501', null, 'without an account there is nothing at all');
select * from finish();
rollback;
