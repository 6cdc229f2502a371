-- Files of this class that are there, whoever may see the others: the host's table has them all.
begin;
select plan(7);
insert into auth.users (id, email) values
  ('c8000000-0000-4000-8000-000000000001', 'recordings-host@example.com'), ('c8000000-0000-4000-8000-000000000002', 'recordings-ann@example.com');
update public.profiles set role = 'teacher' where id = 'c8000000-0000-4000-8000-000000000001';
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes)
select ('c8000000-0000-4000-8000-00000000010' || n)::uuid, 'c8000000-0000-4000-8000-000000000001', 'Class ' || n, '9980000000' || n,
  '2026-03-02 10:00Z', 60
from generate_series(1, 2) n;
insert into public.class_enrollments (live_class_id, profile_id)
select id, 'c8000000-0000-4000-8000-000000000002' from public.live_classes where host_id = 'c8000000-0000-4000-8000-000000000001';
do $$ begin
  perform private.note_instance('zoom', jsonb_build_object('key', 'pgtap-files-' || n, 'meeting_id', '9980000000' || n),
    '2026-03-02 10:00Z', 'start_event', '2026-03-02 11:00Z')
  from generate_series(1, 2) n;
end $$;
insert into public.class_recordings (instance_id, live_class_id, file_key, file_type, started_at, state, told_state, told_at)
select i.id, i.live_class_id, f.key, f.key, f.started_at, f.state, f.state, now()
from public.meeting_instances i
cross join (values
  ('late', timestamptz '2026-03-02 10:30Z', 'available'::public.recording_file_state), ('early', '2026-03-02 10:00Z', 'available'),
  ('unfinished', '2026-03-02 10:00Z', 'processing'), ('thrown-away', '2026-03-02 10:00Z', 'trashed'), ('gone', '2026-03-02 10:00Z', 'deleted')
) f (key, started_at, state)
where i.instance_key = 'pgtap-files-1' or (i.instance_key = 'pgtap-files-2' and f.key = 'late');
create function pg_temp.listed(p_class text) returns text[] language sql as $$
  select array_agg(f ->> 'file_type' order by place)
  from jsonb_array_elements(public.playable_recordings(('c8000000-0000-4000-8000-00000000010' || p_class)::uuid))
    with ordinality as files (f, place);
$$;

grant execute on function pg_temp.listed(text) to authenticated;
set local role authenticated;
set local request.jwt.claims = '{"sub": "c8000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is(pg_temp.listed('1'), '{early,late}', 'the host plays what is there, in its order');
select is(pg_temp.listed('2'), '{late}', 'of this class');
select is((select count(*)::integer from public.class_recordings where live_class_id = 'c8000000-0000-4000-8000-000000000101'), 5,
  'and reads of everything that was');
set local request.jwt.claims = '{"sub": "c8000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is(pg_temp.listed('1'), '{early,late}', 'so does a student');
select is((select count(*)::integer from public.class_recordings where live_class_id = 'c8000000-0000-4000-8000-000000000101'), 2,
  'who reads of nothing else');
select ok(not (public.playable_recordings('c8000000-0000-4000-8000-000000000101') -> 0) ?| '{file_key,instance_key,provider}',
  'and of no key at the provider');
set local role service_role;
select is((select s ->> 'instance_key' from public.class_recordings r, jsonb_array_elements(public.recording_sources(array[r.id])) s
    where r.file_key = 'early'), 'pgtap-files-1', 'which the server reads');
select * from finish();
rollback;
