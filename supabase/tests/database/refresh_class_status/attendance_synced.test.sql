-- attendance_synced: every instance has ended and was compared with the provider's record.
begin;
select plan(5);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('c2000000-0000-4000-8000-000000000001', 'c1000000-0000-4000-8000-000000000001', 'Class', 'zoom', '99000000001', '2026-03-02 10:00Z', 60);
create function pg_temp.run(p_key text, p_start timestamptz, p_end timestamptz) returns uuid language sql as $$
  select private.note_instance('zoom', jsonb_build_object('key', p_key, 'meeting_id', '99000000001'), p_start, 'start_event', p_end);
$$;
create function pg_temp.synced() returns boolean language sql as $$
  select attendance_synced from public.live_classes where id = 'c2000000-0000-4000-8000-000000000001';
$$;
select pg_temp.run('pgtap-one', '2026-03-02 10:00Z', '2026-03-02 10:30Z');
select ok(not pg_temp.synced(), 'ended, not compared');
select private.note_reconciled(id, now()) from public.meeting_instances where instance_key = 'pgtap-one';
select ok(pg_temp.synced(), 'ended and compared, whoever the provider is');
select pg_temp.run('pgtap-two', '2026-03-02 10:35Z', null);
select ok(not pg_temp.synced(), 'a restart takes it back');
select private.note_reconciled(id, now()) from public.meeting_instances where instance_key = 'pgtap-two';
select ok(not pg_temp.synced(), 'what still runs cannot be compared');
select pg_temp.run('pgtap-two', '2026-03-02 10:35Z', '2026-03-02 11:00Z');
select private.note_reconciled(id, now()) from public.meeting_instances where instance_key = 'pgtap-two';
select ok(pg_temp.synced(), 'until the restart was compared too');
select * from finish();
rollback;
