-- What the provider changes for all occurrences reaches those that were scheduled by then, and never puts them on one time.
begin;
select plan(6);
insert into auth.users (id, email) values ('c1a55000-0000-4000-8000-000000000001', 'teacher@recurring.test');
update public.profiles set role = 'teacher' where id = 'c1a55000-0000-4000-8000-000000000001';
insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes, created_at)
select 'c1a55000-0000-4000-8000-000000000001', 'Week ' || n, '87000000077', '2026-03-02T10:00Z'::timestamptz + n * interval '7 days', 60, now() - interval '2 hours'
from generate_series(1, 2) n;

create function pg_temp.change(p_at text, p_changes jsonb) returns text language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 'meeting.updated', p_at::timestamptz, '{}', jsonb_build_object('kind', 'meeting_updated',
    'provider', 'zoom', 'meeting_id', '87000000077', 'changed_at', p_at, 'is_for_all', true, 'changes', p_changes), 't') ->> 'status';
$$;
select is(pg_temp.change('2026-02-01T10:00:00Z', '{"title": "Algebra"}'), 'applied', 'a title for all');
select results_eq($$select distinct title from public.live_classes$$, $$values ('Algebra')$$, 'is that of every occurrence');
select is(pg_temp.change('2026-02-01T11:00:00Z', '{"scheduled_start": "2026-03-20T08:00:00Z"}'), 'ignored', 'a start for all names no occurrence');
select is((select count(distinct scheduled_start) from public.live_classes), 2::bigint, 'and moves none');

-- Told an hour ago; the third week is scheduled now, by somebody who knew.
update private.meeting_changes set received_at = now() - interval '1 hour';
insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('c1a55000-0000-4000-8000-000000000001', 'Exam', '87000000077', '2026-03-23T10:00Z', 60);
select is(pg_temp.change('2026-02-01T12:00:00Z', '{"duration_minutes": 90}'), 'applied', 'a length for all');
select results_eq($$select title, duration_minutes from public.live_classes order by scheduled_start$$,
  $$values ('Algebra', 90), ('Algebra', 90), ('Exam', 90)$$, 'is that of the new one too, which keeps its own title');
select * from finish();
rollback;
