-- A code becomes its space, whoever asks; that says nothing about whose it is.
begin;
select plan(8);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('c2000000-0000-4000-8000-000000000001', 'c1000000-0000-4000-8000-000000000001', 'Own', 'google_meet', 'spaces/pgtap-own', '2026-03-02 10:00Z', 60),
  ('c2000000-0000-4000-8000-000000000002', 'c1000000-0000-4000-8000-000000000001', 'Next', 'google_meet', 'ABC-defg-hij', '2026-03-09 10:00Z', 60),
  ('c2000000-0000-4000-8000-000000000003', 'c1000000-0000-4000-8000-000000000002', 'Other', 'google_meet', 'https://meet.google.com/abc-defg-hij?hs=1', '2026-03-02 10:00Z', 60);
create function pg_temp.meeting(p_n integer) returns text language sql as $$
  select meeting_id from public.live_classes where id = ('c2000000-0000-4000-8000-00000000000' || p_n)::uuid;
$$;
select is(pg_temp.meeting(2), 'abc-defg-hij', 'a code in capitals');
select is(pg_temp.meeting(3), 'abc-defg-hij', 'a code in a link');
select is((select count(*)::integer from public.tasks where kind = 'resolve_google_meet_space' and resource_id like 'c2000000-%'), 2, 'both are asked about');
select is(public.note_google_meet_space('c2000000-0000-4000-8000-000000000003', 'abc-defg-hij', 'spaces/pgtap-own') || ' ' || pg_temp.meeting(3),
  'resolved spaces/pgtap-own', 'that another teacher has typed it is told to nobody');
select is(public.note_google_meet_space('c2000000-0000-4000-8000-000000000002', 'abc-defg-hij', 'spaces/pgtap-own') || ' ' || pg_temp.meeting(2),
  'resolved spaces/pgtap-own', 'one''s own space may serve many classes');
select is(public.note_google_meet_space('c2000000-0000-4000-8000-000000000002', 'abc-defg-hij', 'spaces/else') || ' ' || pg_temp.meeting(2),
  'changed spaces/pgtap-own', 'an answer to an old question changes nothing');
update public.live_classes set meeting_id = 'xyz-defg-hij', meeting_proof = 'none' where id = 'c2000000-0000-4000-8000-000000000003';
select is(public.note_google_meet_space('c2000000-0000-4000-8000-000000000003', 'xyz-defg-hij', 'spaces/pgtap-own'), 'resolved', 'not with another code either');
select is((select meeting_proof::text from public.live_classes where id = 'c2000000-0000-4000-8000-000000000003'), 'none', 'and is no proof');
select * from finish();
rollback;
