-- A person who is deleted leaves neither sessions nor deliveries, and nothing that is told later brings them back.
begin;
select plan(14);
insert into auth.users (id, email, email_confirmed_at) values
  ('f0700000-0000-4000-8000-000000000001', 'host@forget.test', now()), ('f0700000-0000-4000-8000-000000000002', 'Ann@forget.test', now()),
  ('f0700000-0000-4000-8000-000000000003', 'ben@forget.test', now());
update public.profiles set role = 'teacher' where id = 'f0700000-0000-4000-8000-000000000001';
insert into public.live_classes (id, host_id, title, meeting_id, scheduled_start, duration_minutes)
values ('f0700000-0000-4000-8000-0000000000c1', 'f0700000-0000-4000-8000-000000000001', 'Algebra', '87200700001', '2026-03-02 10:00Z', 60);
insert into public.class_enrollments (live_class_id, profile_id)
select 'f0700000-0000-4000-8000-0000000000c1', id from auth.users where email in ('Ann@forget.test', 'ben@forget.test');

create function pg_temp.tell(p_key text, p_kind text, p_who text, p_meeting text default '87200700001') returns text language sql as $$
  select public.ingest_event('zoom', p_key, p_kind, now(), jsonb_build_object('email', p_who || '@forget.test', 'id', 'acc-' || p_who)::text,
    case p_kind
      when 'unread' then null
      when 'meeting_informational' then jsonb_build_object('kind', p_kind, 'provider', 'zoom', 'occurred_at', '2026-03-02T10:00:00Z',
        'notice', 'meeting.participant_waiting', 'meeting_id', p_meeting)
      else jsonb_build_object('kind', p_kind, 'provider', 'zoom', 'occurred_at', '2026-03-02T10:00:00Z', 'started_at', '2026-03-02T10:00:00Z',
        'instance', jsonb_build_object('key', 'forget-' || p_meeting, 'meeting_id', p_meeting),
        'session', jsonb_build_object('key', 'entry-' || p_who, 'handle', '1-' || p_who, 'name', p_who, 'email', p_who || '@forget.test',
          'provider_user_id', 'acc-' || p_who, case p_kind when 'participant_joined' then 'joined_at' else 'left_at' end, '2026-03-02T10:30:00Z'))
    end, 'test') ->> 'status';
$$;
create function pg_temp.with_content() returns text language sql as $$
  select coalesce(string_agg(dedupe_key, ' ' order by dedupe_key), '') from public.webhook_events
  where request_id = 'test' and (payload is not null or event is not null);
$$;
create function pg_temp.sessions() returns text language sql as $$
  select coalesce(string_agg(p.session_key, ' ' order by p.session_key), '')
  from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where i.instance_key like 'forget-%';
$$;

select is(array[pg_temp.tell('ann', 'participant_joined', 'ann'), pg_temp.tell('ben', 'participant_joined', 'ben'),
  pg_temp.tell('waited', 'meeting_informational', 'ann'), pg_temp.tell('unread', 'unread', 'ann'),
  pg_temp.tell('elsewhere', 'participant_joined', 'ann', '87200700009')],
  '{applied,applied,ignored,deferred,applied}', 'two people are told of, one of them also at a meeting of nobody');
insert into private.directory_answers (domain, user_key, addresses, asked_at)
values ('forget.test', 'g-ann', '{ann@forget.test}', now()), ('forget.test', 'g-ben', '{ben@forget.test}', now());
select is(pg_temp.sessions(), 'entry-ann entry-ann entry-ben', 'and have their sessions');

delete from auth.users where id = 'f0700000-0000-4000-8000-000000000002';
select is(pg_temp.sessions(), 'entry-ben', 'who is deleted has none, also where they were a stranger with their own address');
select is(pg_temp.with_content(), 'ben', 'and no delivery names them, not even one without effect or one that nothing could read');
select is((select array_agg(user_key) from private.directory_answers where domain = 'forget.test'), '{g-ben}', 'nor an answer of the directory');
select throws_ok($$select public.replay_event(id) from public.webhook_events where dedupe_key = 'ann'$$, 'PT409', null, 'a replay has nothing to apply');
select is(public.replay_events('zoom', now() - interval '1 minute', now() + interval '1 minute', 'applied') ->> 'queued', '1', 'nor has a replay of the day');
select is(private.retry_events(now()), 1, 'which applies what is left');
select is(pg_temp.sessions(), 'entry-ben', 'and brings nobody back');

select is(pg_temp.tell('late', 'participant_left', 'ann'), 'ignored', 'a delivery that comes late has no effect');
select is(pg_temp.with_content(), 'ben', 'and is not kept');
select public.note_zoom_stays('forget-87200700001', '[{"handle": "1-ann", "name": "ann", "email": "ann@forget.test", "joined_at": "2026-03-02T10:00:00Z"},
  {"handle": "1-ben", "name": "ben", "email": "ben@forget.test", "joined_at": "2026-03-02T10:00:00Z"}]');
select is(pg_temp.sessions(), 'entry-ben', 'the report brings nobody back');
select is((select reported_join_time from public.meeting_participants where session_key = 'entry-ben'), '2026-03-02 10:00Z',
  'and completes who is there');
select is(pg_temp.tell('ben-left', 'participant_left', 'ben'), 'applied', 'others are told of as before');
select * from finish();
rollback;
