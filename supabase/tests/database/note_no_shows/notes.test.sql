-- A class whose window went by without a meeting is noted and told once; a meeting that becomes known takes it back.
begin;
select plan(8);
insert into auth.users (id, email) values ('c6000000-0000-4000-8000-000000000001', 'no-show-host@example.com');
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes)
select ('c6000000-0000-4000-8000-00000000010' || n)::uuid, 'c6000000-0000-4000-8000-000000000001', 'Class ' || n, '9960000000' || n,
  '2026-03-02 10:00Z', 60
from generate_series(1, 3) n;
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes) values
  ('c6000000-0000-4000-8000-000000000104', 'c6000000-0000-4000-8000-000000000001', 'In the gym', '2026-03-02 10:00Z', 60);
update public.live_classes set status = 'cancelled' where id = 'c6000000-0000-4000-8000-000000000102';
do $$ begin perform private.note_instance('zoom', '{"key": "pgtap-shown", "meeting_id": "99600000003"}', '2026-03-02 10:00Z', 'start_event', '2026-03-02 11:00Z'); end $$;
create function pg_temp.noted() returns text language sql as $$
  select string_agg(title, ', ' order by title) from public.live_classes
  where host_id = 'c6000000-0000-4000-8000-000000000001' and no_show_at is not null;
$$;
do $$ begin perform private.note_no_shows('2026-03-02 12:59Z'); end $$;
select is(pg_temp.noted(), null, 'it may still begin');
do $$ begin perform private.note_no_shows('2026-03-02 13:01Z'); perform private.note_no_shows('2026-03-02 14:00Z'); end $$;
select is(pg_temp.noted(), 'Class 1', 'only the one that had a meeting to hold, was not cancelled and did not begin');
select is((select count(*)::integer from public.notifications where user_id = 'c6000000-0000-4000-8000-000000000001' and kind = 'class_no_show'),
  1, 'its host is told once');
select is((select status from public.live_classes where title = 'Class 1' and host_id = 'c6000000-0000-4000-8000-000000000001')::text,
  'scheduled', 'nobody cancelled it');
do $$ begin perform private.note_instance('zoom', '{"key": "pgtap-late", "meeting_id": "99600000001"}', '2026-03-02 10:10Z', 'start_event', '2026-03-02 11:00Z'); end $$;
select is(pg_temp.noted(), null, 'a meeting that becomes known takes it back');

insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes) values
  ('c6000000-0000-4000-8000-000000000105', 'c6000000-0000-4000-8000-000000000001', 'Moved', '99600000005', '2026-03-02 10:00Z', 60),
  ('c6000000-0000-4000-8000-000000000106', 'c6000000-0000-4000-8000-000000000001', 'Long ago', '99600000006', '2026-02-02 10:00Z', 60);
do $$ begin perform private.note_no_shows('2026-03-02 13:01Z'); end $$;
select is(pg_temp.noted(), 'Moved', 'what is long over is let be');
update public.live_classes set title = 'Moved away' where id = 'c6000000-0000-4000-8000-000000000105';
select is(pg_temp.noted(), 'Moved away', 'a new title changes nothing');
update public.live_classes set scheduled_start = '2026-03-09 10:00Z' where id = 'c6000000-0000-4000-8000-000000000105';
select is(pg_temp.noted(), null, 'a class that is moved has another chance');
select * from finish();
rollback;
