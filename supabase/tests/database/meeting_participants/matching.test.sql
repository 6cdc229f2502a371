-- Who a session was: people of the class only, strongest hint first, never by name, never two guests as one.
begin;
select plan(20);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1a55000-0000-4000-8000-000000000001', 'Teacher@matching.test', now()), ('c1a55000-0000-4000-8000-000000000002', 'ann@matching.test', now()),
  ('c1a55000-0000-4000-8000-000000000003', 'ben@matching.test', now()), ('c1a55000-0000-4000-8000-000000000004', 'outsider@matching.test', now()),
  ('c1a55000-0000-4000-8000-000000000005', 'unconfirmed@matching.test', null);
update public.profiles set role = 'teacher' where id = 'c1a55000-0000-4000-8000-000000000001';
update public.profiles set workspace_email = 'ben@workspace.test' where id = 'c1a55000-0000-4000-8000-000000000003';
update public.profiles set full_name = 'Ann' where id = 'c1a55000-0000-4000-8000-000000000002';
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes) values
  ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000001', 'Algebra', '87000000001', '2026-03-02T10:00Z', 60);
insert into public.class_enrollments (live_class_id, profile_id)
select 'c1a55000-0000-4000-8000-0000000000c1', id from public.profiles
where email like '%@matching.test' and id not in ('c1a55000-0000-4000-8000-000000000001', 'c1a55000-0000-4000-8000-000000000004');
insert into public.profile_identities (provider, kind, key, profile_id) values
  ('zoom', 'user', 'zoom-ben', 'c1a55000-0000-4000-8000-000000000003'), ('zoom', 'registrant', 'reg-ann', 'c1a55000-0000-4000-8000-000000000002'),
  ('zoom', 'user', 'zoom-outsider', 'c1a55000-0000-4000-8000-000000000004'), ('google_meet', 'user', 'zoom-x', 'c1a55000-0000-4000-8000-000000000003');

create function pg_temp.join(p_key text, p_session jsonb) returns text language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 'meeting.participant_joined', now(), '{}', jsonb_build_object('kind', 'participant_joined',
    'provider', 'zoom', 'instance', '{"key": "matching", "meeting_id": "87000000001"}'::jsonb, 'started_at', '2026-03-02T10:00:00Z',
    'session', p_session || jsonb_build_object('key', p_key, 'joined_at', '2026-03-02T10:01:00Z')), 't') ->> 'status';
$$;
create function pg_temp.who(p_key text) returns text language sql as $$
  select concat_ws(' ', lower(f.email), p.match_confidence) from public.meeting_participants p left join public.profiles f on f.id = p.profile_id
  where p.session_key = p_key;
$$;
select pg_temp.join(key, session::jsonb) from (values
  ('host', '{"email": "teacher@matching.test"}'), ('ann', '{"email": "ann@matching.test"}'), ('ann phone', '{"email": "ann@matching.test"}'),
  ('workspace', '{"email": "ben@workspace.test"}'), ('identity', '{"provider_user_id": "zoom-ben", "email": "ann@matching.test"}'),
  ('registrant', '{"registrant_key": "reg-ann", "provider_user_id": "zoom-ben"}'), ('customer', '{"customer_key": "c1a550000000400080000000000000 03"}'),
  ('customer key', '{"customer_key": "C1A55000000040008000000000000003"}'), ('outsider', '{"email": "outsider@matching.test"}'),
  ('outsider id', '{"provider_user_id": "zoom-outsider"}'), ('unconfirmed', '{"email": "unconfirmed@matching.test"}'),
  ('contradiction', '{"registrant_key": "reg-ann", "customer_key": "c1a55000-0000-4000-8000-000000000003"}'),
  ('name', '{"name": "Ann"}'), ('guest 1', '{"name": "iPhone"}'), ('guest 2', '{"name": "iPhone"}'),
  ('other provider', '{"provider_user_id": "zoom-x"}')) as s (key, session);

select is(pg_temp.who('host'), 'teacher@matching.test email', 'the host by his address, whatever its case');
select is(pg_temp.who('ann'), 'ann@matching.test email', 'a student by a confirmed address');
select is(pg_temp.who('ann phone'), 'ann@matching.test email', 'on two devices at once');
select is(pg_temp.who('workspace'), 'ben@matching.test email', 'by the workspace address');
select is(pg_temp.who('identity'), 'ben@matching.test identity', 'a stored id counts before an address');
select is(pg_temp.who('registrant'), 'ann@matching.test key', 'a registration counts before an id');
select is(pg_temp.who('customer key'), 'ben@matching.test key', 'our own key, with or without dashes');
select is(pg_temp.who('customer'), 'none', 'and nothing that only resembles it');
select is(pg_temp.who('contradiction'), 'none', 'two hints of one strength that name two people name nobody');
select is(pg_temp.who('outsider'), 'none', 'an address outside the roster binds nobody');
select is(pg_temp.who('outsider id'), 'none', 'nor does an id');
select is(pg_temp.who('unconfirmed'), 'none', 'nor an address that nobody confirmed');
select is(pg_temp.who('name'), 'none', 'a name is no proof');
select results_eq($$select count(*) from public.meeting_participants where user_name = 'iPhone' and profile_id is null$$, $$values (2::bigint)$$,
  'two guests of one name stay two');
select is(pg_temp.who('other provider'), 'none', 'an id belongs to its provider');

insert into public.class_enrollments (live_class_id, profile_id)
values ('c1a55000-0000-4000-8000-0000000000c1', 'c1a55000-0000-4000-8000-000000000004');
select is(pg_temp.who('outsider') || ', ' || pg_temp.who('outsider id'), 'outsider@matching.test email, outsider@matching.test identity',
  'who is enrolled later was there all along');
insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', 'zoom-x', 'c1a55000-0000-4000-8000-000000000002');
select is(pg_temp.who('other provider'), 'ann@matching.test identity', 'an id that becomes known names the sessions that carried it');
update public.profile_identities set key = 'zoom-y' where provider = 'zoom' and key = 'zoom-x';
select is(pg_temp.who('other provider'), 'none', 'and is forgotten once it turns out to be another');
update public.meeting_participants set profile_id = 'c1a55000-0000-4000-8000-000000000002', match_confidence = 'assigned' where session_key = 'guest 1';
delete from public.class_enrollments where profile_id = 'c1a55000-0000-4000-8000-000000000003';
select is(pg_temp.who('guest 1') || ', ' || pg_temp.who('workspace'), 'ann@matching.test assigned, none',
  'who is taken off the roster is a stranger again, but nothing undoes an assignment by hand');
delete from public.live_classes where meeting_id = '87000000001';
select is(pg_temp.who('guest 1') || ', ' || pg_temp.who('ann'), 'ann@matching.test assigned, none', 'nobody is of a class that is gone');
select * from finish();
rollback;
