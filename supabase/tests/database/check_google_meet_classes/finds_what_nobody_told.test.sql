-- Once a class's window has closed its space is asked for conferences; codes that were left are asked again.
begin;
select plan(9);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('c2000000-0000-4000-8000-000000000001', 'c1000000-0000-4000-8000-000000000001', 'Space', 'google_meet', 'spaces/pgtap-check', '2026-03-02 10:00Z', 60),
  ('c2000000-0000-4000-8000-000000000002', 'c1000000-0000-4000-8000-000000000001', 'Code', 'google_meet', 'abc-defg-hij', '2026-03-02 10:00Z', 60);
update private.google_meet_space_lookups set asked_at = '2026-03-01 10:00Z';
create function pg_temp.asked(p_now timestamptz) returns text[] language plpgsql as $$
begin
  update public.tasks set cancelled_at = now() where kind in ('find_google_meet_conferences', 'resolve_google_meet_space') and cancelled_at is null and done_at is null;
  perform private.check_google_meet_classes(p_now);
  return (select coalesce(array_agg(kind order by kind), '{}') from public.tasks
    where resource_id like 'c2000000-%' and kind in ('find_google_meet_conferences', 'resolve_google_meet_space') and cancelled_at is null);
end;
$$;
select is(pg_temp.asked('2026-03-01 15:00Z'), '{}', 'a code is not asked about again within six hours');
select is(pg_temp.asked('2026-03-01 17:00Z'), '{resolve_google_meet_space}', 'but after them');
update private.google_meet_space_lookups set outcome = 'absent';
select is(pg_temp.asked('2026-03-02 12:59Z'), '{}', 'a code that is none is not asked about again; a class''s window is open');
select is(pg_temp.asked('2026-03-02 13:01Z'), '{find_google_meet_conferences}', 'its window has closed');
select is(pg_temp.asked('2026-03-02 13:11Z'), '{}', 'it is asked for once');
update public.live_classes set scheduled_start = '2026-03-04 10:00Z' where id = 'c2000000-0000-4000-8000-000000000001';
select is(pg_temp.asked('2026-03-04 12:59Z'), '{}', 'a class that is moved has another window');
select is(pg_temp.asked('2026-03-04 13:01Z'), '{find_google_meet_conferences}', 'and is asked for when that has closed');
update public.live_classes set meeting_id = 'abc-defg-xyz' where id = 'c2000000-0000-4000-8000-000000000002';
select is((select count(*)::integer from public.tasks where kind = 'resolve_google_meet_space' and resource_id = 'c2000000-0000-4000-8000-000000000002'
  and cancelled_at is null), 1, 'another code is another question');
update public.profiles set workspace_email = null where id = 'c1000000-0000-4000-8000-000000000001';
update private.google_meet_space_lookups set asked_at = '2026-03-01 10:00Z', outcome = 'asked';
select is(pg_temp.asked('2026-03-05 10:00Z'), '{}', 'nobody to ask as: nothing is asked');
select * from finish();
rollback;
