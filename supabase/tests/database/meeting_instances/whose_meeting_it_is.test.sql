-- A number that a teacher types is no claim. What a meeting tells goes to the class of whoever the provider, or an admin, shows to be its host.
begin;
select plan(26);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1a55000-0000-4000-8000-000000000001', 'owner@whose.test', now()), ('c1a55000-0000-4000-8000-000000000002', 'spy@whose.test', now()),
  ('c1a55000-0000-4000-8000-000000000003', 'admin@whose.test', now()), ('c1a55000-0000-4000-8000-000000000004', 'unconfirmed@whose.test', null);
update public.profiles set role = case when email = 'admin@whose.test' then 'admin' else 'teacher' end::public.user_role where email like '%@whose.test';

create function pg_temp.act_as(p_who integer) returns text language sql as $$
  select set_config('request.jwt.claims', format('{"sub": "c1a55000-0000-4000-8000-00000000000%s", "role": "authenticated"}', p_who), true);
$$;
create function pg_temp.plan_as(p_who integer, p_title text, p_number text, p_start text default '2026-03-02T10:00Z') returns text
language plpgsql as $$
begin
  perform pg_temp.act_as(p_who);
  set local role authenticated;
  insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values (p_title, p_number, p_start::timestamptz, 60);
  reset role;
  perform set_config('request.jwt.claims', '', true);
  return p_title;
end;
$$;
create function pg_temp.tell(p_number text, p_kind text, p_more jsonb default '{}', p_host text default null) returns void language sql as $$
  select public.ingest_event('zoom', gen_random_uuid()::text, 't', now(), '{}', jsonb_build_object('kind', p_kind, 'provider', 'zoom',
    'meeting_id', p_number, 'changed_at', '2026-03-01T10:00:00Z', 'started_at', '2026-03-02T10:00:00Z', 'ended_at', '2026-03-02T11:00:00Z',
    'instance', jsonb_build_object('key', 'run ' || p_number, 'meeting_id', p_number, 'host_key', coalesce(p_host, 'host of ' || p_number))) || p_more, 't');
$$;
create function pg_temp.come(p_number text, p_id text, p_email text) returns void language sql as $$
  select pg_temp.tell(p_number, 'participant_joined', jsonb_build_object('session', jsonb_build_object('key', p_id, 'provider_user_id', p_id,
    'email', p_email, 'joined_at', '2026-03-02T10:01:00Z')));
$$;
create function pg_temp.class_of(p_number text) returns text language sql as $$
  select c.title from public.meeting_instances i left join public.live_classes c on c.id = i.live_class_id where i.instance_key = 'run ' || p_number;
$$;
create function pg_temp.state_of(p_title text) returns text language sql as $$
  select meeting_proof || ' ' || status from public.live_classes where title = p_title;
$$;

grant execute on all functions in schema pg_temp to authenticated;

-- Who typed the number first gets nothing, whatever happens.
select pg_temp.plan_as(2, 'Spy 1', '87000000001');
select pg_temp.tell('87000000001', 'meeting_started');
select is(pg_temp.class_of('87000000001'), null, 'a meeting of an unknown host is of no class');
select pg_temp.tell('87000000001', 'meeting_updated', '{"changes": {"title": "Secret"}, "is_for_all": true}');
update private.meeting_changes set received_at = received_at - interval '1 hour';
select is(pg_temp.state_of('Spy 1'), 'none scheduled', 'the class says that nothing is shown, and not that there is a meeting');
select pg_temp.come('87000000001', 'guest', 'spy@whose.test');
select is(pg_temp.class_of('87000000001'), null, 'being in a meeting does not make its host');
select is(pg_temp.plan_as(1, 'Own 1', '87000000001'), 'Own 1', 'the teacher whose meeting it is is not refused');
select pg_temp.come('87000000001', 'host of 87000000001', 'Owner@whose.test');
select is(pg_temp.class_of('87000000001'), 'Own 1', 'the event in which the host joins shows whose it is');
select is(pg_temp.state_of('Own 1') || ', ' || pg_temp.state_of('Spy 1'), 'provider ongoing, none scheduled', 'to his class only');
select is((select count(*) from public.meeting_participants p join public.live_classes c on c.id = p.live_class_id where c.title = 'Own 1'), 2::bigint,
  'with everybody who had come before');
select pg_temp.tell('87000000001', 'meeting_deleted');
select is(pg_temp.state_of('Spy 1'), 'none scheduled', 'nor does the spy learn that it was deleted');

-- A host who is known once is known.
select pg_temp.plan_as(2, 'Spy 2', '87000000002', '2026-03-02T10:00Z');
select pg_temp.plan_as(1, 'Own 2', '87000000002', '2026-03-02T10:20Z');
select pg_temp.tell('87000000002', 'meeting_started', '{}', 'host of 87000000001');
select is(pg_temp.class_of('87000000002'), 'Own 2', 'a known id gets another meeting at once, past a nearer class of somebody else');
select is(pg_temp.state_of(pg_temp.plan_as(1, 'Own 2b', '87000000002', '2026-04-02T10:00Z')), 'provider scheduled', 'and the next class in it is known from its start');

-- An address in the event, the answer of Zoom, the announcement by the host himself.
select pg_temp.plan_as(1, 'Own 3', '87000000003');
select pg_temp.tell('87000000003', 'meeting_started', jsonb_build_object('instance',
  '{"key": "run 87000000003", "meeting_id": "87000000003", "host_key": "host of 87000000003", "host_email": "owner@whose.test"}'::jsonb));
select is(pg_temp.class_of('87000000003'), 'Own 3', 'an event that names the host''s address shows it');
select pg_temp.plan_as(4, 'Unconfirmed', '87000000004');
select pg_temp.tell('87000000004', 'meeting_started');
select is((select count(*) from public.tasks where kind = 'resolve_zoom_host' and resource_id = '87000000004'), 1::bigint, 'Zoom is asked about an unknown host');
select is(public.is_host_wanted('zoom', '87000000004') and not public.is_host_wanted('zoom', '87000000003'), true, 'as long as a class waits for it');
select public.note_host('zoom', 'host of 87000000004', 'unconfirmed@whose.test');
select is(pg_temp.class_of('87000000004'), null, 'an address that nobody confirmed shows nothing');
update auth.users set email_confirmed_at = now() where email = 'unconfirmed@whose.test';
select public.note_host('zoom', 'host of 87000000004', 'Unconfirmed@whose.test');
select is(pg_temp.class_of('87000000004'), 'Unconfirmed', 'a confirmed one does');
select pg_temp.tell('87000000005', 'meeting_created', '{"host_key": "made by host", "host_email": "spy@whose.test"}');
select is(pg_temp.state_of(pg_temp.plan_as(2, 'Announced', '87000000005')), 'provider scheduled', 'who made a meeting himself is its host');

-- What was changed before it was shown is not lost.
select pg_temp.plan_as(2, 'Moved', '87000000006');
select pg_temp.tell('87000000006', 'meeting_updated', '{"changes": {"duration_minutes": 90}, "is_for_all": true}');
select pg_temp.tell('87000000006', 'meeting_started', '{}', 'made by host');
select is((select duration_minutes from public.live_classes where title = 'Moved'), 90, 'a change that came before is taken once it is known');

-- An admin has the last word.
select pg_temp.plan_as(2, 'Shared account', '87000000007');
select pg_temp.tell('87000000007', 'meeting_ended');
select pg_temp.act_as(2);
set local role authenticated;
select throws_ok($$select public.confirm_class_meeting(id) from public.live_classes where title = 'Shared account'$$, 'PT404', null, 'no teacher confirms his own');
select pg_temp.act_as(3);
select lives_ok($$select public.confirm_class_meeting(id) from public.live_classes where title = 'Shared account'$$, 'an admin does');
reset role;
select is(pg_temp.class_of('87000000007') || ' ' || pg_temp.state_of('Shared account'), 'Shared account admin completed', 'and the class has what took place');
select is(pg_temp.state_of(pg_temp.plan_as(3, 'Of an admin', '87000000098')), 'admin scheduled', 'an admin''s own class needs no other word');
select pg_temp.act_as(2);
set local role authenticated;
update public.live_classes set meeting_id = '87000000099' where title = 'Shared account';
reset role;
select is(pg_temp.state_of('Shared account'), 'none scheduled', 'his word is about one number: with another the class starts from nothing');
select set_config('request.jwt.claims', '', true);

-- An id that turns out to be somebody else's.
update public.profile_identities set profile_id = 'c1a55000-0000-4000-8000-000000000002' where key = 'host of 87000000003';
select is(pg_temp.class_of('87000000003'), null, 'with a corrected id its meetings go, and a class of the new one would get them');
select is(pg_temp.state_of('Own 3'), 'none scheduled', 'the class is as if it had never had it');
delete from auth.users where email = 'owner@whose.test';
select is(pg_temp.class_of('87000000001') || ', ' || pg_temp.class_of('87000000002'), 'Own 1, Own 2', 'a host whose account goes leaves what took place in his classes');
select pg_temp.plan_as(2, 'Successor', '87000000001', '2026-03-02T10:00Z');
select is(pg_temp.class_of('87000000001'), 'Own 1', 'where no other class can have it');
select * from finish();
rollback;
