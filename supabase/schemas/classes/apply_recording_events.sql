-- Recording events become rows. Newest by event time wins, per instance and per file, so the handlers may run in any order
-- and any number of times; two events that differ only in their tokens are the same set of files.
create function private.note_recording_status(p_instance_id uuid, p_status public.recording_status, p_at timestamptz) returns void
language sql security definer set search_path = '' as $$
  update public.meeting_instances
  set recording_status = p_status, recording_status_at = p_at
  where id = p_instance_id
    and (recording_status_at is null or (p_at, p_status) > (recording_status_at, recording_status));
$$;
comment on function private.note_recording_status(uuid, public.recording_status, timestamptz) is
  'Keeps what the newest recording event says; of one second the later word of the enum.';

create function private.note_recording_file(
  p_instance_id uuid, p_file jsonb, p_state public.recording_file_state, p_at timestamptz
) returns void
language sql security definer set search_path = '' as $$
  insert into public.class_recordings as r
    (instance_id, live_class_id, file_key, file_type, recording_type, started_at, ended_at, size_bytes, state, told_state, told_at)
  select i.id, i.live_class_id, p_file ->> 'key', p_file ->> 'file_type', p_file ->> 'recording_type',
    (p_file ->> 'started_at')::timestamptz, (p_file ->> 'ended_at')::timestamptz, (p_file ->> 'size_bytes')::bigint,
    p_state, p_state, p_at
  from public.meeting_instances i where i.id = p_instance_id
  on conflict on constraint file_is_known_once do update set
    -- What a file is does not change; an event that says less takes nothing away.
    file_type = greatest(r.file_type, excluded.file_type),
    recording_type = greatest(r.recording_type, excluded.recording_type),
    started_at = least(r.started_at, excluded.started_at),
    ended_at = greatest(r.ended_at, excluded.ended_at),
    size_bytes = greatest(r.size_bytes, excluded.size_bytes),
    told_state = case when (excluded.told_at, excluded.told_state) > (r.told_at, r.told_state)
      then excluded.told_state else r.told_state end,
    told_at = greatest(r.told_at, excluded.told_at);
$$;
comment on function private.note_recording_file(uuid, jsonb, public.recording_file_state, timestamptz) is
  'Records what an event says about one file {key, file_type, recording_type, started_at, ended_at, size_bytes}.';

create function private.apply_recording_changed(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_instance_id uuid;
begin
  v_instance_id := private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    coalesce((p_event #>> '{segment,started_at}')::timestamptz, v_at), 'first_sign', null);
  perform private.note_recording_status(v_instance_id, (case p_event ->> 'kind'
    when 'recording_paused' then 'paused'
    when 'recording_stopped' then 'stopped'
    else 'recording' end)::public.recording_status, v_at);
  return 'applied';
end;
$$;
comment on function private.apply_recording_changed(uuid, jsonb, timestamptz) is 'Event {kind, provider, occurred_at, instance, segment}.';

create function private.apply_recording_files(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_kind constant text := p_event ->> 'kind';
  v_instance_id uuid;
begin
  v_instance_id := private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    coalesce((select min((f ->> 'started_at')::timestamptz) from jsonb_array_elements(p_event -> 'files') f), v_at),
    'first_sign', null);
  perform private.note_recording_file(v_instance_id, f, (case
      when v_kind = 'recording_trashed' then 'trashed'
      when v_kind = 'recording_deleted' then 'deleted'
      when f ->> 'state' = 'processing' then 'processing'
      else 'available' end)::public.recording_file_state, v_at)
  from jsonb_array_elements(p_event -> 'files') f;
  perform private.refresh_recording_files(v_instance_id);
  if v_kind = 'recording_completed' then
    perform private.note_recording_status(v_instance_id, (case
      when exists (select from jsonb_array_elements(p_event -> 'files') f where f ->> 'state' = 'processing')
        then 'processing' else 'available' end)::public.recording_status, v_at);
  end if;
  return 'applied';
end;
$$;
comment on function private.apply_recording_files(uuid, jsonb, timestamptz) is 'Event {kind, provider, occurred_at, instance, files: [{key, …, state}]}.';

-- A batch names instances by their keys only, so it waits until an unknown instance is known.
create function private.apply_recording_batch(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_state constant public.recording_file_state := (case p_event ->> 'kind'
    when 'recording_batch_trashed' then 'trashed'
    when 'recording_batch_deleted' then 'deleted'
    else 'available' end)::public.recording_file_state;
  v_named record;
  v_instance_id uuid;
begin
  for v_named in select value ->> 'key' as key, value -> 'file_keys' as file_keys
    from jsonb_array_elements(p_event -> 'instances') order by value ->> 'key'
  loop
    select id into v_instance_id from public.meeting_instances
    where provider = (p_event ->> 'provider')::public.meeting_provider and instance_key = v_named.key
    for no key update;
    if not found then
      raise exception using errcode = 'P0002', message = 'an instance of this batch is not known yet';
    end if;
    if jsonb_typeof(v_named.file_keys) = 'array' then
      perform private.note_recording_file(v_instance_id, jsonb_build_object('key', file_key), v_state, v_at)
      from jsonb_array_elements_text(v_named.file_keys) file_key;
    else
      update public.meeting_instances set files_state = v_state, files_state_at = v_at
      where id = v_instance_id and (files_state_at is null or (v_at, v_state) > (files_state_at, files_state));
    end if;
    perform private.refresh_recording_files(v_instance_id);
  end loop;
  return 'applied';
end;
$$;
comment on function private.apply_recording_batch(uuid, jsonb, timestamptz) is 'Event {kind, provider, occurred_at, instances: [{key, file_keys|null}]}.';

insert into private.event_handlers (kind, function_name) values
  ('recording_started', 'private.apply_recording_changed'),
  ('recording_paused', 'private.apply_recording_changed'),
  ('recording_resumed', 'private.apply_recording_changed'),
  ('recording_stopped', 'private.apply_recording_changed'),
  ('recording_completed', 'private.apply_recording_files'),
  ('recording_transcript_completed', 'private.apply_recording_files'),
  ('recording_trashed', 'private.apply_recording_files'),
  ('recording_deleted', 'private.apply_recording_files'),
  ('recording_recovered', 'private.apply_recording_files'),
  ('recording_batch_trashed', 'private.apply_recording_batch'),
  ('recording_batch_deleted', 'private.apply_recording_batch'),
  ('recording_batch_recovered', 'private.apply_recording_batch');
