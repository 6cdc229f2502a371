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
  p_provider public.meeting_provider, p_instance jsonb, p_started_at timestamptz, p_evidence public.start_evidence
) returns public.meeting_instances
language plpgsql security definer set search_path = '' as $$
declare
  v_known public.meeting_instances;
  v_class_id uuid;
begin
  perform private.learn_host(p_provider, p_instance);
  select * into v_known from public.meeting_instances where provider = p_provider and instance_key = p_instance ->> 'key';
  v_class_id := v_known.live_class_id;
  if v_class_id is null or v_known.end_is_assumed
    or (v_known.start_evidence, v_known.started_at) > (p_evidence, p_started_at)
    or (p_instance ->> 'meeting_id' <= v_known.meeting_id) is false
    or (p_instance ->> 'host_key' <= coalesce(v_known.host_key, '')) is false
    or (p_instance ->> 'title' <= coalesce(v_known.title, '')) is false
  then
    return null;
  end if;
  perform from public.live_classes where id = v_class_id for share;
  perform pg_advisory_xact_lock_shared(private.meeting_lock(p_provider, v_known.meeting_id));
  -- What others wrote before they gave the locks away.
  select * into v_known from public.meeting_instances where id = v_known.id;
  if v_known.end_is_assumed is not false or v_known.live_class_id is distinct from v_class_id then
    raise exception using errcode = '55P03', message = 'the meeting went to another class just now';
  end if;
  return v_known;
end;
$$;
comment on function private.share_instance(public.meeting_provider, jsonb, timestamptz, public.start_evidence) is
  'The instance of a class, locked against being bound anew, when an event tells nothing new of it; null when private.note_instance has work to do. '
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
  v_session constant jsonb := p_event -> 'session';
  v_provider constant public.meeting_provider := (p_event ->> 'provider')::public.meeting_provider;
  v_key constant text := v_session ->> 'key';
  v_joined_at constant timestamptz := (v_session ->> 'joined_at')::timestamptz;
  v_left_at constant timestamptz := (v_session ->> 'left_at')::timestamptz;
  v_started_at constant timestamptz := (p_event ->> 'started_at')::timestamptz;
  v_at constant timestamptz := coalesce(v_joined_at, v_left_at);
  v_evidence constant public.start_evidence :=
    case when v_started_at is null then 'first_sign' else 'participant_event' end::public.start_evidence;
  v_told public.meeting_participants;
  v_instance jsonb := p_event -> 'instance';
  v_running public.meeting_instances;
  v_is_new boolean;
begin
  v_told.user_name := v_session ->> 'name';
  v_told.user_email := lower(v_session ->> 'email');
  v_told.provider_user_id := v_session ->> 'provider_user_id';
  v_told.registrant_key := v_session ->> 'registrant_key';
  v_told.customer_key := v_session ->> 'customer_key';
  v_told.handles := array_remove(array[v_session ->> 'handle'], null);
  -- This is the host, who is signed in: the address is their account's.
  if v_told.provider_user_id = v_instance ->> 'host_key' and v_told.user_email is not null then
    v_instance := v_instance || jsonb_build_object('host_email', v_session ->> 'email');
  end if;
  v_running := private.share_instance(v_provider, v_instance, coalesce(v_started_at, v_at), v_evidence);
  if v_running.id is null then
    v_running.id := private.note_instance(v_provider, v_instance, coalesce(v_started_at, v_at), v_evidence, null);
    select * into strict v_running from public.meeting_instances where id = v_running.id;
  end if;

  -- Nearly every leave tells of a session that is known with all its hints: only its times are new.
  update public.meeting_participants set
    join_time = least(join_time, v_joined_at),
    leave_time = greatest(leave_time, v_left_at),
    user_name = private.newest(user_name, user_name_at, v_told.user_name, v_at),
    user_name_at = case when v_told.user_name is null then user_name_at else greatest(user_name_at, v_at) end,
    user_email_at = case when v_told.user_email is null then user_email_at else greatest(user_email_at, v_at) end
  where instance_id = v_running.id and session_key = v_key
    and handles @> v_told.handles
    and (v_told.user_email is null or user_email = v_told.user_email)
    and (v_told.provider_user_id is null or provider_user_id = v_told.provider_user_id)
    and (v_told.registrant_key is null or registrant_key = v_told.registrant_key)
    and (v_told.customer_key is null or customer_key = v_told.customer_key);
  if found then
    return 'applied';
  end if;

  insert into public.meeting_participants as p
    (instance_id, session_key, live_class_id, join_time, leave_time, user_name, user_name_at, user_email, user_email_at,
     provider_user_id, registrant_key, customer_key, handles, profile_id, match_confidence)
  select v_running.id, v_key, v_running.live_class_id, v_joined_at, v_left_at,
    v_told.user_name, case when v_told.user_name is not null then v_at end,
    v_told.user_email, case when v_told.user_email is not null then v_at end,
    v_told.provider_user_id, v_told.registrant_key, v_told.customer_key, v_told.handles,
    person.profile_id, coalesce(person.confidence, 'none')
  from (select) one
  left join lateral private.match_person(v_running.live_class_id, v_provider,
    v_told.registrant_key, v_told.customer_key, v_told.provider_user_id, v_told.user_email) person on true
  on conflict on constraint session_is_known_once do update set
    join_time = least(p.join_time, excluded.join_time),
    leave_time = greatest(p.leave_time, excluded.leave_time),
    user_name = private.newest(p.user_name, p.user_name_at, excluded.user_name, excluded.user_name_at),
    user_name_at = greatest(p.user_name_at, excluded.user_name_at),
    user_email = private.newest(p.user_email, p.user_email_at, excluded.user_email, excluded.user_email_at),
    user_email_at = greatest(p.user_email_at, excluded.user_email_at),
    provider_user_id = greatest(p.provider_user_id, excluded.provider_user_id),
    registrant_key = greatest(p.registrant_key, excluded.registrant_key),
    customer_key = greatest(p.customer_key, excluded.customer_key),
    handles = private.union_of(p.handles, excluded.handles)
  returning xmax = 0 into v_is_new;
  if not found then
    -- The session is of somebody who is deleted.
    perform private.drop_event_content(array[p_event_id], p_now);
    return 'ignored';
  end if;
  if private.take_reported_rows(v_running.id, v_key, v_told.handles) or not v_is_new then
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
