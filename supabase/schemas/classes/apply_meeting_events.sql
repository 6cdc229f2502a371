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

-- What the provider's record says of a session is kept in columns beside these.
create function private.apply_participant(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_session constant jsonb := p_event -> 'session';
  v_joined_at constant timestamptz := (v_session ->> 'joined_at')::timestamptz;
  v_left_at constant timestamptz := (v_session ->> 'left_at')::timestamptz;
  v_started_at constant timestamptz := (p_event ->> 'started_at')::timestamptz;
  v_at constant timestamptz := coalesce(v_joined_at, v_left_at);
  v_instance jsonb := p_event -> 'instance';
  v_instance_id uuid;
begin
  -- This is the host, who is signed in: the address is their account's.
  if v_session ->> 'provider_user_id' = v_instance ->> 'host_key' and v_session ->> 'email' is not null then
    v_instance := v_instance || jsonb_build_object('host_email', v_session ->> 'email');
  end if;
  v_instance_id := private.note_instance((p_event ->> 'provider')::public.meeting_provider, v_instance,
    coalesce(v_started_at, v_at),
    case when v_started_at is null then 'first_sign' else 'participant_event' end::public.start_evidence, null);
  if private.is_session_forgotten(v_instance_id, v_session ->> 'key', array_remove(array[v_session ->> 'handle'], null)) then
    perform private.drop_event_content(array[p_event_id], p_now);
    return 'ignored';
  end if;

  insert into public.meeting_participants as p
    (instance_id, session_key, live_class_id, join_time, leave_time, user_name, user_name_at, user_email, user_email_at,
     provider_user_id, registrant_key, customer_key, handles)
  select v_instance_id, v_session ->> 'key', i.live_class_id, v_joined_at, v_left_at,
    v_session ->> 'name', case when v_session ->> 'name' is not null then v_at end,
    lower(v_session ->> 'email'), case when v_session ->> 'email' is not null then v_at end,
    v_session ->> 'provider_user_id', v_session ->> 'registrant_key', v_session ->> 'customer_key',
    array_remove(array[v_session ->> 'handle'], null)
  from public.meeting_instances i where i.id = v_instance_id
  on conflict on constraint session_is_known_once do update set
    join_time = least(p.join_time, excluded.join_time),
    leave_time = greatest(p.leave_time, excluded.leave_time),
    user_name = case when p.user_name is null or (excluded.user_name_at, excluded.user_name) > (p.user_name_at, p.user_name)
      then excluded.user_name else p.user_name end,
    user_name_at = greatest(p.user_name_at, excluded.user_name_at),
    user_email = case when p.user_email is null or (excluded.user_email_at, excluded.user_email) > (p.user_email_at, p.user_email)
      then excluded.user_email else p.user_email end,
    user_email_at = greatest(p.user_email_at, excluded.user_email_at),
    provider_user_id = greatest(p.provider_user_id, excluded.provider_user_id),
    registrant_key = greatest(p.registrant_key, excluded.registrant_key),
    customer_key = greatest(p.customer_key, excluded.customer_key),
    handles = private.union_of(p.handles, excluded.handles);
  perform private.take_reported_rows(v_instance_id, v_session ->> 'key');
  perform private.match_participants(v_instance_id, v_session ->> 'key');
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
