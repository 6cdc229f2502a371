-- Starts, ends, joins and leaves. Every write is the least, the greatest or the newest by event time, so each handler may
-- run in any order and any number of times.
-- An end that was only assumed gives way to one that is told.
create function private.note_instance(
  p_provider public.meeting_provider, p_instance jsonb, p_started_at timestamptz, p_evidence public.start_evidence,
  p_ended_at timestamptz
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_key constant text := p_instance ->> 'key';
  v_meeting_id constant text := p_instance ->> 'meeting_id';
  v_known public.meeting_instances;
  v_id uuid;
begin
  perform private.learn_host(p_provider, p_instance);
  select * into v_known from public.meeting_instances where provider = p_provider and instance_key = v_key;
  -- The class that the instance has and the one that it will have are locked before anything else.
  perform from public.live_classes
  where id in (
    v_known.live_class_id,
    private.match_class(p_provider, coalesce(v_known.meeting_id, v_meeting_id), greatest(v_known.host_key, p_instance ->> 'host_key'),
      case when (v_known.start_evidence, v_known.started_at) <= (p_evidence, p_started_at)
        then v_known.started_at else p_started_at end,
      v_known.live_class_id, v_known.ended_at is not null))
  order by id
  for no key update;
  perform private.lock_meeting(p_provider, coalesce(v_known.meeting_id, v_meeting_id));

  insert into public.meeting_instances as i
    (provider, instance_key, meeting_id, host_key, title, started_at, start_evidence, ended_at)
  values (p_provider, v_key, v_meeting_id, p_instance ->> 'host_key', p_instance ->> 'title',
    p_started_at, p_evidence, p_ended_at)
  on conflict on constraint instance_is_known_once do update set
    meeting_id = greatest(i.meeting_id, excluded.meeting_id),
    host_key = greatest(i.host_key, excluded.host_key),
    title = greatest(i.title, excluded.title),
    started_at = case when (excluded.start_evidence, excluded.started_at) < (i.start_evidence, i.started_at)
      then excluded.started_at else i.started_at end,
    start_evidence = least(i.start_evidence, excluded.start_evidence),
    ended_at = case when i.end_is_assumed and excluded.ended_at is not null
      then excluded.ended_at else greatest(i.ended_at, excluded.ended_at) end,
    end_is_assumed = i.end_is_assumed and excluded.ended_at is null
  returning id into v_id;
  perform private.bind_instance(v_id);
  return v_id;
end;
$$;
comment on function private.note_instance(public.meeting_provider, jsonb, timestamptz, public.start_evidence, timestamptz) is
  'Records what an event says about an instance {key, meeting_id, host_key, host_email?, owner_subscription?, title}, binds it and returns its id.';

create function private.apply_meeting_started(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
begin
  perform private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    (p_event ->> 'started_at')::timestamptz, 'start_event', null);
  return 'applied';
end;
$$;
comment on function private.apply_meeting_started(uuid, jsonb, timestamptz) is 'Event {provider, instance, started_at}.';

create function private.apply_meeting_ended(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_ended_at constant timestamptz := (p_event ->> 'ended_at')::timestamptz;
  v_started_at constant timestamptz := (p_event ->> 'started_at')::timestamptz;
begin
  perform private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    coalesce(v_started_at, v_ended_at),
    case when v_started_at is null then 'first_sign' else 'end_event' end::public.start_evidence, v_ended_at);
  return 'applied';
end;
$$;
comment on function private.apply_meeting_ended(uuid, jsonb, timestamptz) is 'Event {provider, instance, started_at|null, ended_at}.';

-- Nearly every event of a participant says nothing new of its meeting. Such events share its locks, so that a class may leave at once;
-- whoever binds the meeting, moves its class or changes its roster still waits for all of them, and they for it.
create function private.share_instance(
  p_provider public.meeting_provider, p_instance jsonb, p_started_at timestamptz, p_evidence public.start_evidence,
  out id uuid, out live_class_id uuid
)
language plpgsql security definer set search_path = '' as $$
declare
  v_meeting_id text;
begin
  select i.id, i.live_class_id, i.meeting_id into share_instance.id, share_instance.live_class_id, v_meeting_id
  from public.meeting_instances i
  where i.provider = p_provider and i.instance_key = p_instance ->> 'key'
    and i.live_class_id is not null and not i.end_is_assumed
    and (i.start_evidence, i.started_at) <= (p_evidence, p_started_at)
    and (p_instance ->> 'meeting_id' <= i.meeting_id) is not false
    and (p_instance ->> 'host_key' <= coalesce(i.host_key, '')) is not false
    and (p_instance ->> 'title' <= coalesce(i.title, '')) is not false;
  if not found then
    return;
  end if;
  perform from public.live_classes c where c.id = share_instance.live_class_id for share;
  perform pg_advisory_xact_lock_shared(private.meeting_lock(p_provider, v_meeting_id));
  -- What others wrote before they gave the locks away.
  perform from public.meeting_instances i
  where i.id = share_instance.id and i.live_class_id = share_instance.live_class_id and not i.end_is_assumed;
  if not found then
    raise exception using errcode = '55P03', message = 'the meeting went to another class just now';
  end if;
end;
$$;
comment on function private.share_instance(public.meeting_provider, jsonb, timestamptz, public.start_evidence) is
  'The instance of a class and that class, locked against being bound anew, when an event tells nothing new of it; null when private.note_instance has work to do. '
  'Raises as for a locked row when it was bound anew meanwhile: the next try sees it.';

create function private.newest(p_known text, p_known_at timestamptz, p_told text, p_told_at timestamptz) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if p_told is not null and (p_known is null or (p_told_at, p_told) > (p_known_at, p_known)) then
    return p_told;
  end if;
  return p_known;
end;
$$;
comment on function private.newest(text, timestamptz, text, timestamptz) is
  'Which of two names or addresses counts: the one of the newer event, of one moment the greater one, and any rather than none.';

-- What the provider's record says of a session is kept in columns beside these.
create function private.apply_participant(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_provider constant public.meeting_provider := (p_event ->> 'provider')::public.meeting_provider;
  v_session constant jsonb := p_event -> 'session';
  v_key constant text := v_session ->> 'key';
  v_joined_at constant timestamptz := (v_session ->> 'joined_at')::timestamptz;
  v_left_at constant timestamptz := (v_session ->> 'left_at')::timestamptz;
  v_at constant timestamptz := coalesce(v_joined_at, v_left_at);
  v_name constant text := v_session ->> 'name';
  v_email constant text := lower(v_session ->> 'email');
  v_user_id constant text := v_session ->> 'provider_user_id';
  v_registrant_key constant text := v_session ->> 'registrant_key';
  v_customer_key constant text := v_session ->> 'customer_key';
  v_handles constant text[] := array_remove(array[v_session ->> 'handle'], null);
  v_started_at timestamptz := (p_event ->> 'started_at')::timestamptz;
  v_evidence public.start_evidence := 'participant_event'::public.start_evidence;
  v_instance jsonb := p_event -> 'instance';
  v_running record;
  v_noted_id uuid;
  v_person record;
  v_is_new boolean;
begin
  if v_started_at is null then
    v_started_at := v_at;
    v_evidence := 'first_sign'::public.start_evidence;
  end if;
  -- This is the host, who is signed in: the address is their account's.
  if v_user_id = v_instance ->> 'host_key' and v_email is not null then
    v_instance := v_instance || jsonb_build_object('host_email', v_email);
  end if;
  if v_instance ?| array['host_email', 'owner_subscription'] then
    perform private.learn_host(v_provider, v_instance);
  end if;
  v_running := private.share_instance(v_provider, v_instance, v_started_at, v_evidence);
  if v_running.id is null then
    v_noted_id := private.note_instance(v_provider, v_instance, v_started_at, v_evidence, null);
    select id, live_class_id into strict v_running from public.meeting_instances where id = v_noted_id;
  end if;

  -- Nearly every leave tells of a session that is known with its name and all its hints: only its times are new.
  if v_left_at is not null then
    update public.meeting_participants set
      join_time = least(join_time, v_joined_at),
      leave_time = greatest(leave_time, v_left_at),
      user_name_at = case when v_name is null then user_name_at else greatest(user_name_at, v_at) end,
      user_email_at = case when v_email is null then user_email_at else greatest(user_email_at, v_at) end
    where instance_id = v_running.id and session_key = v_key
      and handles @> v_handles
      and (v_name is null or user_name = v_name)
      and (v_email is null or user_email = v_email)
      and (v_user_id is null or provider_user_id = v_user_id)
      and (v_registrant_key is null or registrant_key = v_registrant_key)
      and (v_customer_key is null or customer_key = v_customer_key);
    if found then
      return 'applied';
    end if;
  end if;

  v_person := private.match_person(v_running.live_class_id, v_provider, v_registrant_key, v_customer_key, v_user_id, v_email);
  insert into public.meeting_participants
    (instance_id, session_key, live_class_id, join_time, leave_time, user_name, user_name_at, user_email, user_email_at,
     provider_user_id, registrant_key, customer_key, handles, profile_id, match_confidence)
  values (v_running.id, v_key, v_running.live_class_id, v_joined_at, v_left_at,
    v_name, case when v_name is not null then v_at end, v_email, case when v_email is not null then v_at end,
    v_user_id, v_registrant_key, v_customer_key, v_handles, v_person.profile_id, coalesce(v_person.confidence, 'none'))
  on conflict on constraint session_is_known_once do nothing;
  v_is_new := found;
  if not v_is_new then
    update public.meeting_participants set
      join_time = least(join_time, v_joined_at),
      leave_time = greatest(leave_time, v_left_at),
      user_name = private.newest(user_name, user_name_at, v_name, v_at),
      user_name_at = case when v_name is null then user_name_at else greatest(user_name_at, v_at) end,
      user_email = private.newest(user_email, user_email_at, v_email, v_at),
      user_email_at = case when v_email is null then user_email_at else greatest(user_email_at, v_at) end,
      provider_user_id = greatest(provider_user_id, v_user_id),
      registrant_key = greatest(registrant_key, v_registrant_key),
      customer_key = greatest(customer_key, v_customer_key),
      handles = private.union_of(handles, v_handles)
    where instance_id = v_running.id and session_key = v_key;
    if not found then
      if not private.is_session_forgotten(v_running.id, v_key, v_handles) then
        raise exception using errcode = '55P03', message = 'the session was deleted just now';
      end if;
      -- The session is of somebody who is deleted.
      perform private.drop_event_content(array[p_event_id], p_now);
      return 'ignored';
    end if;
  end if;
  if private.take_reported_rows(v_running.id, v_key, v_handles) or not v_is_new then
    perform private.match_participants(v_running.id, v_key);
  end if;
  return 'applied';
end;
$$;
comment on function private.apply_participant(uuid, jsonb, timestamptz) is
  'Event {provider, instance, started_at|null, session: {key, handle|null, name, email, provider_user_id, registrant_key, customer_key, joined_at | left_at}}.';

insert into private.event_handlers (kind, function_name) values
  ('meeting_started', 'private.apply_meeting_started'),
  ('meeting_ended', 'private.apply_meeting_ended'),
  ('participant_joined', 'private.apply_participant'),
  ('participant_left', 'private.apply_participant'),
  -- Waiting rooms, breakout rooms, roles and the like say nothing about who attended: no rows by rule.
  ('meeting_informational', null);
