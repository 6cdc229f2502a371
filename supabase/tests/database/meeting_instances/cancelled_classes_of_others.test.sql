-- A class that its teacher cancelled is no claim on a meeting that a colleague has scheduled since.
begin;
select plan(12);
insert into auth.users (id, email) values
  ('c1a55000-0000-4000-8000-000000000001', 'first@cancelled.test'), ('c1a55000-0000-4000-8000-000000000002', 'owner@cancelled.test');
update public.profiles set role = 'teacher' where id in ('c1a55000-0000-4000-8000-000000000001', 'c1a55000-0000-4000-8000-000000000002');

create function pg_temp.start(p_key text, p_at text) returns text language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 'meeting.started', p_at::timestamptz, '{}', jsonb_build_object('kind', 'meeting_started',
    'provider', 'zoom', 'instance', jsonb_build_object('key', p_key, 'meeting_id', '87000000009'), 'started_at', p_at), 't') ->> 'status';
$$;
create function pg_temp.class_of(p_key text) returns text language sql security definer as $$
  select c.title from public.meeting_instances i left join public.live_classes c on c.id = i.live_class_id where i.instance_key = p_key;
$$;
create function pg_temp.act_as(p_teacher integer) returns text language sql as $$
  select set_config('request.jwt.claims', format('{"sub": "c1a55000-0000-4000-8000-00000000000%s", "role": "authenticated"}', p_teacher), true);
$$;
create function pg_temp.unbound() returns bigint language sql as $$
  select count(*) from public.unbound_meetings() where kind = 'instance';
$$;
grant execute on all functions in schema pg_temp to authenticated;

select pg_temp.act_as(1);
set local role authenticated;
insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values ('First', '87000000009', '2026-03-02T10:00Z', 60);
update public.live_classes set status = 'cancelled' where title = 'First';
reset role;
select pg_temp.start('alone', '2026-03-02T10:00:00Z');
select is(pg_temp.class_of('alone'), 'First', 'a cancelled class has a meeting that nobody else has');

select pg_temp.act_as(2);
set local role authenticated;
select lives_ok($$insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes)
  values ('Own', '87000000009', '2026-03-09T10:05Z', 60)$$, 'the meeting of a cancelled class can be scheduled by its owner');
reset role;
select is(pg_temp.class_of('alone'), null, 'and takes its meetings from it, also outside of the new class''s window');
select pg_temp.start('later', '2026-03-02T11:30:00Z');
select is(pg_temp.class_of('later'), null, 'a meeting that runs in the cancelled class''s window is not its own');

select pg_temp.act_as(1);
set local role authenticated;
select throws_ok($$update public.live_classes set status = 'scheduled' where title = 'First'$$, 'PT409', null,
  'the cancelled class cannot be put back on the schedule');
select lives_ok($$update public.live_classes set scheduled_start = '2026-03-09T10:00Z' where title = 'First'$$, 'nor does moving it');
reset role;
select pg_temp.start('own', '2026-03-09T10:00:00Z');
select is(pg_temp.class_of('own'), 'Own', 'bring it the meeting of the other class');
select pg_temp.act_as(1);
set local role authenticated;
select is(pg_temp.unbound(), 0::bigint, 'and what runs outside of every class is not listed to him');
select pg_temp.act_as(2);
select is(pg_temp.unbound(), 2::bigint, 'but to the other teacher');

update public.live_classes set status = 'cancelled' where title = 'Own';
reset role;
select is(pg_temp.class_of('own'), 'First', 'once both are cancelled, the nearest start decides again');
delete from public.live_classes where title = 'Own';
select pg_temp.act_as(1);
set local role authenticated;
select lives_ok($$update public.live_classes set status = 'scheduled' where title = 'First'$$, 'and with the other class gone it can be put back');
reset role;
select is(pg_temp.class_of('own'), 'First', 'with the meeting that is in its window');
select * from finish();
rollback;
