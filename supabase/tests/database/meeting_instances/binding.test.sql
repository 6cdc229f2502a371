-- An instance belongs to the occurrence whose window holds its start, nearest start first; cancelled ones come last;
-- it is matched again when classes are created, moved, cancelled or deleted.
begin;
select plan(15);
insert into auth.users (id, email) values ('c1a55000-0000-4000-8000-000000000001', 'teacher@binding.test');
update public.profiles set role = 'teacher' where id = 'c1a55000-0000-4000-8000-000000000001';
insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
select 'c1a55000-0000-4000-8000-000000000001', title, '87000000001', start::timestamptz, 60
from (values ('Monday', '2026-03-02T10:00Z'), ('Monday later', '2026-03-02T11:00Z'), ('Tuesday', '2026-03-03T10:00Z')) as c (title, start);

create function pg_temp.start(p_key text, p_at text) returns text language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 'meeting.started', p_at::timestamptz, '{}', jsonb_build_object('kind', 'meeting_started',
    'provider', 'zoom', 'instance', jsonb_build_object('key', p_key, 'meeting_id', '87000000001'), 'started_at', p_at), 't') ->> 'status';
$$;
create function pg_temp.class_of(p_key text) returns text language sql as $$
  select c.title from public.meeting_instances i left join public.live_classes c on c.id = i.live_class_id where i.instance_key = p_key;
$$;
create function pg_temp.status_of(p_title text) returns text language sql as $$
  select status::text from public.live_classes where title = p_title;
$$;
select pg_temp.start(key, at) from (values ('early', '2026-03-02T09:30:00Z'), ('too early', '2026-03-02T09:29:59Z'), ('late', '2026-03-03T13:00:00Z'),
  ('too late', '2026-03-03T13:00:01Z'), ('between', '2026-03-02T10:40:00Z')) as s (key, at);

select is(pg_temp.class_of('early'), 'Monday', '30 minutes before the start belong to a class');
select is(pg_temp.class_of('too early'), null, 'a second more does not');
select is(pg_temp.class_of('late'), 'Tuesday', '120 minutes after the scheduled end belong to it');
select is(pg_temp.class_of('too late'), null, 'a second more does not');
select is(pg_temp.class_of('between'), 'Monday later', 'of two windows the nearest start has it');
select is(pg_temp.status_of('Monday later'), 'ongoing', 'and only that class runs');

update public.live_classes set status = 'cancelled' where title = 'Monday later';
select is(pg_temp.class_of('between'), 'Monday', 'a cancelled class gives it to one that is not');
update public.live_classes set status = 'cancelled' where title = 'Monday';
select is(pg_temp.class_of('between'), 'Monday later', 'when all are cancelled the nearest has it');
select is(pg_temp.status_of('Monday later'), 'cancelled', 'and stays cancelled');

insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('c1a55000-0000-4000-8000-000000000001', 'Made later', '87000000001', '2026-03-02T09:20Z', 30);
select is(pg_temp.class_of('too early'), 'Made later', 'a class that is made later gets what was its own');
select is(pg_temp.status_of('Made later'), 'ongoing', 'with its status');
update public.live_classes set scheduled_start = '2026-04-01T10:00Z' where title = 'Made later';
select is(pg_temp.class_of('too early'), null, 'a class that is moved away loses it');
select is(pg_temp.status_of('Made later'), 'scheduled', 'and is to come again');
delete from public.live_classes where title = 'Monday later';
select is(pg_temp.class_of('between'), 'Monday', 'what a deleted class had goes to the next');
select is((select count(*) from public.meeting_instances), 5::bigint, 'no instance is ever lost');
select * from finish();
rollback;
