-- Who is to come is told that a class was moved, cancelled or put back; nobody twice, and not who did it.
begin;
select plan(11);
insert into auth.users (id, email) values ('c1a55000-0000-4000-8000-000000000001', 'host@told.test'), ('c1a55000-0000-4000-8000-000000000002', 'ann@told.test'),
  ('c1a55000-0000-4000-8000-000000000003', 'outsider@told.test'), ('c1a55000-0000-4000-8000-000000000004', 'admin@told.test');
update public.profiles set role = 'teacher' where email = 'host@told.test';
update public.profiles set role = 'admin' where email = 'admin@told.test';
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000001', 'Algebra', '87000000001', date_trunc('day', now()) + interval '3 days', 60);
insert into public.class_enrollments (live_class_id, profile_id) values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000002');
create function pg_temp.told() returns text language sql as $$
  select string_agg(split_part(p.email, '@', 1) || ' ' || n.kind || case when n.read_at is null then '' else ' read' end, ', ' order by p.email, n.created_at, n.kind)
  from public.notifications n join public.profiles p on p.id = n.user_id where n.subject_id = 'c1a55000-0000-4000-8000-0000000000c1' and n.kind <> 'class_enrolled';
$$;
create function pg_temp.change(p_who integer, p_set text) returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', format('{"sub": "c1a55000-0000-4000-8000-00000000000%s", "role": "authenticated"}', p_who), true);
  set local role authenticated;
  execute 'update public.live_classes set ' || p_set;
  reset role;
  perform set_config('request.jwt.claims', '', true);
end;
$$;
select pg_temp.change(1, $$title = 'Algebra 2', description = 'New'$$);
select is(pg_temp.told(), null, 'another title is no news');
select pg_temp.change(1, $$scheduled_start = scheduled_start + interval '1 hour'$$);
select is(pg_temp.told(), 'ann class_moved', 'a move is told to the enrolled');
select is((select (data ->> 'scheduled_start')::timestamptz - (data ->> 'previous_start')::timestamptz from public.notifications where kind = 'class_moved'),
  interval '1 hour', 'from when to when');
select pg_temp.change(1, $$duration_minutes = 90$$);
select is(pg_temp.told(), 'ann class_moved', 'the newest word takes the place of one that is unread');
update public.notifications set read_at = now() where kind = 'class_moved';
select pg_temp.change(4, $$status = 'cancelled'$$);
select is(pg_temp.told(), 'ann class_cancelled, ann class_moved read, host class_cancelled', 'what an admin does is told to the host as well');
select pg_temp.change(1, $$scheduled_start = scheduled_start + interval '1 hour'$$);
select is(pg_temp.told(), 'ann class_cancelled, ann class_moved read, host class_cancelled', 'moving what is cancelled is no news');
select pg_temp.change(1, $$status = 'scheduled'$$);
select is(pg_temp.told(), 'ann class_moved read, ann class_restored', 'putting it back is; who did it has no word left that is not so any more');
select public.ingest_event('zoom', gen_random_uuid()::text, 't', now(), '{}', jsonb_build_object('kind', 'meeting_deleted', 'provider', 'zoom',
  'meeting_id', '87000000001', 'changed_at', now()), 't');
select is(pg_temp.told(), 'ann class_cancelled, ann class_moved read, host class_cancelled', 'so does the provider');
select is((select count(*) from public.notifications where user_id = 'c1a55000-0000-4000-8000-000000000003'), 0::bigint, 'nobody else is told');
update public.notifications set read_at = now();
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes)
values ('c1a55000-0000-4000-8000-0000000000c2', 'c1a55000-0000-4000-8000-000000000001', 'Past', now() - interval '2 days', 60);
update public.live_classes set scheduled_start = scheduled_start - interval '1 hour' where title = 'Past';
update public.live_classes set status = 'cancelled' where title = 'Past';
select is((select count(*) from public.notifications where subject_id = 'c1a55000-0000-4000-8000-0000000000c2'), 0::bigint, 'what is past is nobody''s plan');
update public.live_classes set scheduled_start = now() + interval '1 day' where title = 'Past';
select is((select count(*) from public.notifications where subject_id = 'c1a55000-0000-4000-8000-0000000000c2'), 0::bigint, 'nor what is cancelled');
select * from finish();
rollback;
