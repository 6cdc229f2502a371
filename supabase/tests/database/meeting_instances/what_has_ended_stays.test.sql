-- A meeting that has ended in somebody's class does not go to another person's class by itself, not even once its host is gone.
begin;
select plan(6);
insert into auth.users (id, email) values
  ('c1a55000-0000-4000-8000-000000000001', 'leaver@ended.test'), ('c1a55000-0000-4000-8000-000000000002', 'successor@ended.test'),
  ('c1a55000-0000-4000-8000-000000000003', 'admin@ended.test');
update public.profiles set role = 'teacher' where email in ('leaver@ended.test', 'successor@ended.test');
update public.profiles set role = 'admin' where email = 'admin@ended.test';
create function pg_temp.schedule(p_host integer, p_title text, p_start text) returns void language sql as $$
  insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
  values (('c1a55000-0000-4000-8000-00000000000' || p_host)::uuid, p_title, '87000000001', p_start::timestamptz, 60);
$$;
create function pg_temp.tell(p_key text, p_start text, p_end text) returns void language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 't', now(), '{}', jsonb_build_object('kind', 'meeting_ended', 'provider', 'zoom',
    'instance', jsonb_build_object('key', p_key, 'meeting_id', '87000000001'), 'started_at', p_start, 'ended_at', p_end), 't');
$$;
create function pg_temp.class_of(p_key text) returns text language sql as $$
  select c.title from public.meeting_instances i left join public.live_classes c on c.id = i.live_class_id where i.instance_key = p_key;
$$;
select pg_temp.schedule(1, 'Leaver''s', '2026-03-02T10:00Z');
select pg_temp.tell('past', '2026-03-02T10:20:00Z', '2026-03-02T11:00:00Z');
select pg_temp.schedule(2, 'Nearer', '2026-03-02T10:20Z');
select is(pg_temp.class_of('past'), 'Leaver''s', 'a nearer class of another person does not get it');
select pg_temp.schedule(1, 'Nearer and own', '2026-03-02T10:19Z');
select is(pg_temp.class_of('past'), 'Nearer and own', 'a nearer one of his own does');
delete from auth.users where email = 'leaver@ended.test';
select is(pg_temp.class_of('past'), 'Nearer and own', 'once he is gone it stays in his class');
update public.live_classes set scheduled_start = '2026-03-02T10:21Z' where title = 'Leaver''s';
select is(pg_temp.class_of('past'), 'Nearer and own', 'of nobody two classes are not of one person');
select pg_temp.tell('past', '2026-03-02T10:20:00Z', '2026-03-02T11:05:00Z');
select is(pg_temp.class_of('past'), 'Nearer and own', 'what is told late moves it no more');
set local request.jwt.claims = '{"sub": "c1a55000-0000-4000-8000-000000000003", "role": "authenticated"}';
set local role authenticated;
update public.live_classes set duration_minutes = 45 where title = 'Nearer';
reset role;
select is(pg_temp.class_of('past'), 'Nearer', 'an admin moves it');
select * from finish();
rollback;
