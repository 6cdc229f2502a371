-- A calendar link is one person's, replaced and revoked by them, worth nothing while they are barred; and what it shows when.
begin;
select plan(32);
insert into auth.users (id, email) values
  ('ca1e0000-0000-4000-8000-000000000001', 'teacher@calendar.test'), ('ca1e0000-0000-4000-8000-000000000002', 'student@calendar.test'),
  ('ca1e0000-0000-4000-8000-000000000003', 'other@calendar.test');
update public.profiles set role = 'teacher' where email = 'teacher@calendar.test';
insert into public.live_classes (id, host_id, title, description, meeting_id, scheduled_start, duration_minutes) values
  ('ca1e0000-0000-4000-8000-0000000000c1', 'ca1e0000-0000-4000-8000-000000000001', 'Algebra', repeat('x', 2000), '87100000001', '2027-03-28T00:30Z', 60),
  ('ca1e0000-0000-4000-8000-0000000000c2', 'ca1e0000-0000-4000-8000-000000000001', 'Later', null, '87100000002', '2027-05-01T10:00Z', 60),
  ('ca1e0000-0000-4000-8000-0000000000c3', null, 'Nobody''s', null, null, '2027-04-01T10:00Z', 60);
insert into public.class_enrollments (live_class_id, profile_id) values
  ('ca1e0000-0000-4000-8000-0000000000c1', 'ca1e0000-0000-4000-8000-000000000002'),
  ('ca1e0000-0000-4000-8000-0000000000c3', 'ca1e0000-0000-4000-8000-000000000002');
insert into public.class_join_links values ('ca1e0000-0000-4000-8000-0000000000c1', 'https://zoom.example/j/1?pwd=a');

create temp table tokens (who text primary key, token text) on commit drop;
grant select, insert, update on tokens to authenticated;
create function pg_temp.act_as(p_who text) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('sub', id, 'role', 'authenticated')::text, true)
  from auth.users where email = p_who || '@calendar.test';
$$;
create function pg_temp.titles(p_who text, p_at timestamptz) returns text[] language sql as $$
  select array_agg(k ->> 'title' order by n) from jsonb_array_elements(private.read_calendar((select token from tokens where who = p_who), p_at))
    with ordinality as l (k, n);
$$;
create function pg_temp.shown(p_who text, p_at timestamptz, p_key text) returns text language sql as $$
  select k ->> p_key from jsonb_array_elements(private.read_calendar((select token from tokens where who = p_who), p_at)) k
  where k ->> 'title' = 'Algebra';
$$;

-- Links.
select pg_temp.act_as('student');
set local role authenticated;
select is(public.calendar_link(), '{"created_at": null}', 'nobody has a link before they make one');
select lives_ok('select public.revoke_calendar_link()', 'and revoking none is no mistake');
insert into tokens select 'student', public.create_calendar_link() ->> 'token';
select matches((select token from tokens), '^[0-9a-f]{64}$', 'a token cannot be guessed');
select is(public.calendar_link() ->> 'created_at', to_jsonb(now()) #>> '{}', 'it is there now');
reset role;
select is((select token_hash from private.calendar_links), sha256(convert_to((select token from tokens), 'UTF8')), 'only its hash is kept');
select pg_temp.act_as('teacher');
set local role authenticated;
insert into tokens select 'teacher', public.create_calendar_link() ->> 'token';
reset role;

-- What it shows.
select is(pg_temp.titles('student', '2027-03-01Z'), '{Algebra,Nobody''s}', 'a student has the classes that they are enrolled in');
select is(pg_temp.titles('teacher', '2027-03-01Z'), '{Algebra,Later}', 'a host those that they host');
select is(length(pg_temp.shown('student', '2027-03-01Z', 'description')), 1000, 'a long description is cut');
select is(pg_temp.titles('student', '2027-06-29T10:00Z'), '{Nobody''s}', 'what is over goes after 90 days');
select is(pg_temp.titles('student', '2026-02-26Z'), '{Algebra,Nobody''s}', 'and what comes is there 400 days before');
select is(pg_temp.titles('student', '2026-02-22Z'), '{Algebra}', 'not earlier');
update private.settings set value = '1' where name = 'calendar_most_classes';
select is(pg_temp.titles('student', '2027-03-28T02:00Z'), '{Nobody''s}', 'of too many, what is not over is kept');
update private.settings set value = '500' where name = 'calendar_most_classes';

select is(pg_temp.shown('student', '2027-03-28T00:14:59Z', 'join_url'), null, 'no way in before its time');
select is(pg_temp.shown('student', '2027-03-28T00:15Z', 'join_url'), 'https://zoom.example/j/1?pwd=a', 'in its time');
select is(pg_temp.shown('student', '2027-03-28T01:30Z', 'join_url'), null, 'and after it no more');
select is(pg_temp.shown('teacher', '2027-03-28T00:14:59Z', 'join_url'), null, 'nor for the host, whose program reads it too');
select is(pg_temp.shown('student', '2027-03-28T00:15Z', 'revised_at')::timestamptz, '2027-03-28T00:15Z', 'that the link came is a revision');
select is(pg_temp.shown('student', '2027-03-28T02:00Z', 'revised_at')::timestamptz, '2027-03-28T01:30Z', 'and so is that it went');

-- Revisions.
update public.live_classes set revised_at = '2026-01-01Z', revision = 7 where id = 'ca1e0000-0000-4000-8000-0000000000c1';
select results_eq($$select revision, revised_at = now() from public.live_classes where title = 'Algebra'$$, $$values (0, true)$$, 'nobody writes a revision');
update public.live_classes set recording_status = 'recording', meeting_id = '87100000009' where title = 'Algebra';
select is((select revision from public.live_classes where title = 'Algebra'), 0, 'what a calendar does not show is no revision');
update public.live_classes set scheduled_start = scheduled_start + interval '1 hour' where title = 'Algebra';
select is((select revision from public.live_classes where title = 'Algebra'), 1, 'a move is one');
update public.live_classes set status = 'cancelled' where title = 'Algebra';
select is(pg_temp.shown('student', '2027-03-01Z', 'revision') || pg_temp.shown('student', '2027-03-01Z', 'is_cancelled'), '2true', 'a cancelled class stays, as cancelled');
update public.live_classes set status = 'scheduled' where title = 'Algebra';
select is(pg_temp.shown('student', '2027-03-01Z', 'revision') || pg_temp.shown('student', '2027-03-01Z', 'is_cancelled'), '3false', 'and a restored one is further, not back');

-- The end of links.
select throws_ok($$select private.read_calendar(repeat('0', 64), now())$$, 'PT404', 'This link is not valid, or it was revoked.', 'a guess is no link');
update public.profiles set account_status = 'suspended' where email = 'student@calendar.test';
select throws_ok($$select pg_temp.titles('student', '2027-03-01Z')$$, 'PT404', null, 'a suspended person''s is none');
select pg_temp.act_as('student');
select throws_ok('select public.create_calendar_link()', 'PT403', null, 'and they make no other');
update public.profiles set account_status = 'active' where email = 'student@calendar.test';
update public.profiles set role = 'member' where email = 'teacher@calendar.test';
select is(pg_temp.titles('teacher', '2027-03-01Z'), null, 'who hosts no more has nothing to show');
update private.rate_limits set max_count = (select max(taken) from private.rate_windows where kind = 'calendar_reads') where kind = 'calendar_reads';
select throws_ok($$select private.read_calendar((select token from tokens where who = 'student'), (select max(window_start) from private.rate_windows w
  where kind = 'calendar_reads' and taken = (select max_count from private.rate_limits where kind = 'calendar_reads')))$$, 'PGRST', null, 'a link is read so often in an hour');
update private.rate_limits set max_count = 240 where kind = 'calendar_reads';
insert into tokens select 'next', public.create_calendar_link() ->> 'token';
select throws_ok($$select pg_temp.titles('student', '2027-03-01Z')$$, 'PT404', null, 'a new link ends the one before');
select public.revoke_calendar_link();
select isnt_empty('select from private.calendar_links', 'who revokes theirs leaves those of others');
select throws_ok($$select pg_temp.titles('next', '2027-03-01Z')$$, 'PT404', null, 'and a revoked one is none');
update public.profiles set account_status = 'closing' where email = 'other@calendar.test';
select pg_temp.act_as('other');
select throws_ok('select public.create_calendar_link()', 'PT409', null, 'whoever closes their account makes none');
select * from finish();
rollback;
