-- What the class domain holds about a person. What others decided for them is theirs to know; who decided is not.
create view private.exported_hosted_classes with (security_invoker = true) as
  select host_id as person, created_at, id, to_jsonb(c) - array['host_id', 'cancelled_by'] as data
  from public.live_classes c;

create view private.exported_join_links with (security_invoker = true) as
  select c.host_id as person, c.id, to_jsonb(l) as data
  from public.live_classes c join public.class_join_links l on l.live_class_id = c.id;

create view private.exported_enrolments with (security_invoker = true) as
  select e.profile_id as person, e.live_class_id,
    to_jsonb(e) - array['profile_id', 'enrolled_by'] || jsonb_build_object('title', c.title, 'scheduled_start', c.scheduled_start) as data
  from public.class_enrollments e join public.live_classes c on c.id = e.live_class_id;

create view private.exported_sessions with (security_invoker = true) as
  select profile_id as person, id, to_jsonb(s) - array['profile_id', 'session_key', 'handles'] as data
  from public.meeting_participants s;

create view private.exported_provider_ids with (security_invoker = true) as
  select profile_id as person, provider, kind, key, to_jsonb(i) - 'profile_id' as data
  from public.profile_identities i;

create view private.exported_named_accounts with (security_invoker = true) as
  select profile_id as person, host_id, provider, key, to_jsonb(n) - array['profile_id', 'host_id'] as data
  from private.named_accounts n;

create view private.exported_google_meet_spaces with (security_invoker = true) as
  select profile_id as person, space, to_jsonb(s) - 'profile_id' as data
  from private.space_hosts s;
comment on view private.exported_hosted_classes is 'Classes of a host.';
comment on view private.exported_join_links is 'The links of a host''s classes.';
comment on view private.exported_enrolments is 'Classes of a student.';
comment on view private.exported_sessions is 'When a person was in a meeting, and as whom.';
comment on view private.exported_provider_ids is 'Which accounts of the providers are known to be a person''s.';
comment on view private.exported_named_accounts is 'Which accounts a host said to be a person''s.';
comment on view private.exported_google_meet_spaces is 'Rooms of Meet that are known to be a host''s.';

insert into private.export_sections (domain, section, view_name) values
  ('classes', 'hosted_classes', 'private.exported_hosted_classes'),
  ('classes', 'join_links', 'private.exported_join_links'),
  ('classes', 'enrolments', 'private.exported_enrolments'),
  ('classes', 'sessions', 'private.exported_sessions'),
  ('classes', 'provider_ids', 'private.exported_provider_ids'),
  ('classes', 'named_accounts', 'private.exported_named_accounts'),
  ('classes', 'google_meet_spaces', 'private.exported_google_meet_spaces');

-- Deleting a user reaches the classes that they host or attended after their profile; whoever sets a roster has the class and then
-- refers to the profile. So the classes come first here too, after the limits.
create function private.lock_classes_of_leaver(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  select from public.live_classes
  where id in (
    select h.id from public.live_classes h where h.host_id = p_user_id
    union
    select e.live_class_id from public.class_enrollments e where e.profile_id = p_user_id
    union
    select p.live_class_id from public.meeting_participants p where p.profile_id = p_user_id)
  order by id
  for no key update;
$$;
comment on function private.lock_classes_of_leaver(uuid) is 'Locks the classes of a user who is being deleted: keeps the order of locks.';

-- Who is deleted is forgotten in what providers told as well: their sessions, and the deliveries that name them. What providers tell
-- of these sessions later (a delivery that comes late, a report that is read again) brings nobody back.
create table private.forgotten_sessions (
  instance_id uuid not null references public.meeting_instances (id) on delete cascade,
  session_key text not null,
  primary key (instance_id, session_key)
);
comment on table private.forgotten_sessions is
  'Sessions of people who were deleted, by the provider''s key of the entry and nothing else: they are not written again.';

alter table private.forgotten_sessions enable row level security;

create policy "nobody but the owner of the schema reads forgotten sessions" on private.forgotten_sessions
  for all to anon, authenticated using (false) with check (false);

create function private.is_session_forgotten(p_instance_id uuid, p_session_key text, p_handles text[]) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from private.forgotten_sessions
    where instance_id = p_instance_id
      and (session_key = p_session_key or session_key = any (array(select 'report:' || handle from unnest(p_handles) handle))));
end;
$$;
comment on function private.is_session_forgotten(uuid, text, text[]) is 'Whether a session, or one of these of Zoom''s numbers in a report, was of somebody who is deleted.';

-- By meeting, and for what names no meeting by its instance. Deliveries of one meeting are few enough to be read.
create function private.meeting_of_event(p_event jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(p_event #>> '{instance,meeting_id}', p_event #>> '{instance,key}', p_event ->> 'meeting_id');
end;
$$;
comment on function private.meeting_of_event(jsonb) is 'Which meeting an event of a meeting provider is about, as far as it says so.';

create index webhook_events_of_meeting on public.webhook_events (private.meeting_of_event(event))
  where provider <> 'vapi' and event is not null;

create function private.events_that_name(p_meetings text[], p_words text[]) returns uuid[]
language sql stable security definer set search_path = '' as $$
  with near as (
    select id, payload, event from public.webhook_events
    where provider <> 'vapi' and event is not null and private.meeting_of_event(event) = any (p_meetings)
    union all
    select id, payload, event from public.webhook_events
    where provider <> 'vapi' and event is null and payload is not null and status in ('received', 'failed')
    union all
    select id, payload, event from public.webhook_events
    where provider <> 'vapi' and event is null and payload is not null and status = 'dead'
  ), texts as (
    select id, lower(concat(payload, event)) as text from near
  )
  select coalesce(array_agg(t.id), '{}') from texts t
  where exists (select from unnest(p_words) word where strpos(t.text, lower(to_jsonb(word)::text)) > 0);
$$;
comment on function private.events_that_name(text[], text[]) is
  'Deliveries about some meetings, and those that nothing could read yet, in which one of these words is a whole text: an address, an id.';

create function private.forget_person_of_classes(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_user auth.users;
  v_addresses text[];
  v_ids text[];
  v_sessions uuid[];
  v_meetings text[];
begin
  select * into strict v_user from auth.users where id = p_user_id;
  v_addresses := array_remove(array[
    case when v_user.email_confirmed_at is not null then lower(v_user.email) end,
    (select p.workspace_email from public.profiles p where p.id = p_user_id)], null);
  v_ids := array(
    select key from public.profile_identities where profile_id = p_user_id
    union select key from private.named_accounts where profile_id = p_user_id);
  v_sessions := array(
    select id from public.meeting_participants where profile_id = p_user_id
    union select id from public.meeting_participants where profile_id is null and user_email = any (v_addresses));
  v_ids := v_ids || array(
    select distinct word
    from public.meeting_participants p
    cross join unnest(array[p.session_key, p.provider_user_id, p.registrant_key, p.customer_key]) word
    where p.id = any (v_sessions) and word is not null);
  v_meetings := array(
    select i.meeting_id from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where p.id = any (v_sessions)
    union select i.instance_key from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where p.id = any (v_sessions)
    union select c.meeting_id from public.live_classes c where c.host_id = p_user_id
    union select c.meeting_id from public.live_classes c join public.class_enrollments e on e.live_class_id = c.id where e.profile_id = p_user_id);

  insert into private.forgotten_sessions (instance_id, session_key)
  select p.instance_id, key
  from public.meeting_participants p
  cross join unnest(p.session_key || array(select 'report:' || handle from unnest(p.handles) handle)) key
  where p.id = any (v_sessions)
  on conflict do nothing;
  delete from public.meeting_participants where id = any (v_sessions);
  perform private.drop_event_content(private.events_that_name(v_meetings, v_addresses || v_ids), now());
  delete from private.directory_answers where addresses && v_addresses or user_key = any (v_ids);
end;
$$;
comment on function private.forget_person_of_classes(uuid) is
  'Forgets a user who is being deleted: sessions, also those of a stranger with a confirmed address of theirs, go and stay away; '
  'deliveries that name them lose their content; so does what a directory said of them.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('before_user_deletion', 30, 'classes', 'private.lock_classes_of_leaver'),
  ('before_user_deletion', 60, 'classes', 'private.forget_person_of_classes');

create function private.classes_overview(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('classes', jsonb_build_object(
    'hosted', (select count(*) from public.live_classes where host_id = p_user_id),
    'enrolled', (select count(*) from public.class_enrollments where profile_id = p_user_id)));
$$;
comment on function private.classes_overview(uuid) is 'How many classes an account hosts and is enrolled in.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('account_overview', 30, 'classes', 'private.classes_overview');
