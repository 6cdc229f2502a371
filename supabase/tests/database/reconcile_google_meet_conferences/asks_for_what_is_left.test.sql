-- The job asks for comparisons that nothing else asked for or that were given up, and not all the time.
begin;
select plan(8);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
insert into public.live_classes (host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('c1000000-0000-4000-8000-000000000001', 'Class', 'google_meet', 'spaces/pgtap-left', '2026-03-02 10:00Z', 60);
insert into public.meeting_instances (provider, instance_key, meeting_id, started_at, start_evidence, ended_at)
values ('google_meet', 'conferenceRecords/pgtap-ended', 'spaces/pgtap-left', '2026-03-02 10:00Z', 'start_event', '2026-03-02 11:00Z'),
  ('google_meet', 'conferenceRecords/pgtap-open', 'spaces/pgtap-left', '2026-03-02 10:00Z', 'start_event', null),
  ('google_meet', 'conferenceRecords/pgtap-strange', 'spaces/pgtap-nobodys', '2026-03-02 10:00Z', 'start_event', '2026-03-02 11:00Z');
create function pg_temp.asked(p_now timestamptz) returns text[] language plpgsql as $$
begin
  update public.tasks set cancelled_at = now() where kind = 'reconcile_google_meet_conference' and done_at is null and cancelled_at is null;
  perform private.reconcile_google_meet_conferences(p_now);
  return (select coalesce(array_agg(replace(resource_id, 'conferenceRecords/pgtap-', '') order by resource_id), '{}') from public.tasks
    where kind = 'reconcile_google_meet_conference' and resource_id like 'conferenceRecords/pgtap-%' and cancelled_at is null);
end;
$$;
select is((select count(*)::integer from public.tasks where resource_id = 'conferenceRecords/pgtap-ended' and run_after > now()), 1,
  'an end asks for the comparison a little later');
select is(pg_temp.asked('2026-03-02 11:10Z'), '{}', 'nothing is overdue');
select is(pg_temp.asked('2026-03-02 11:20Z'), '{ended}', 'a comparison that did not happen');
select is(pg_temp.asked('2026-03-02 12:00Z'), '{}', 'is not asked for again at once');
select is(pg_temp.asked('2026-03-02 14:30Z'), '{ended,open}', 'but later, and so is an end that never came');
select private.note_reconciled(id, now()) from public.meeting_instances where instance_key = 'conferenceRecords/pgtap-ended';
select is(pg_temp.asked('2026-03-02 18:00Z'), '{open}', 'what was compared is left alone');
select private.note_reconciled(id, now()) from public.meeting_instances where instance_key = 'conferenceRecords/pgtap-open';
select is(pg_temp.asked('2026-03-03 18:00Z'), '{open}', 'one that still runs cannot be compared for good');
select is(pg_temp.asked('2026-04-02 18:00Z'), '{}', 'Google keeps a record for 30 days');
select * from finish();
rollback;
