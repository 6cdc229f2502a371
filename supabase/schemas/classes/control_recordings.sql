-- What a caller may do with the recording of a class is asked with their own rights. The call to the provider follows with the server's key.
create function public.recording_control_target(p_class_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select c.* into v_class from public.live_classes c
  where c.id = p_class_id and (c.host_id = (select private.acting_host_id()) or (select private.is_admin()));
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  elsif v_class.provider <> 'zoom' or v_class.meeting_id is null then
    perform private.refuse(409, 'recording_not_controllable', 'Only a Zoom meeting can be recorded from here.');
  elsif v_class.status <> 'ongoing' then
    perform private.refuse(409, 'class_not_live', 'This class is not running.', jsonb_build_object('status', v_class.status));
  end if;
  return jsonb_build_object('meeting_id', v_class.meeting_id, 'recording_status', v_class.recording_status);
end;
$$;
comment on function public.recording_control_target(uuid) is
  'For the host and admins: {meeting_id, recording_status} of a Zoom class that runs. class_not_found 404; recording_not_controllable, class_not_live 409.';

grant execute on function public.recording_control_target(uuid) to authenticated;

-- The files of a class that the caller may play. Only the server learns what a link is fetched by.
create function public.playable_recordings(p_class_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  perform from public.class_cards c where c.id = p_class_id;
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object('id', r.id, 'file_type', r.file_type, 'recording_type', r.recording_type,
      'started_at', r.started_at, 'ended_at', r.ended_at, 'size_bytes', r.size_bytes) order by r.started_at, r.id)
    from public.class_recordings r
    where r.live_class_id = p_class_id and r.state = 'available'), '[]');
end;
$$;
comment on function public.playable_recordings(uuid) is
  'For the host, admins and the enrolled: the available files of a class. class_not_found 404.';

grant execute on function public.playable_recordings(uuid) to authenticated;

create function public.recording_sources(p_recording_ids uuid[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'provider', i.provider, 'instance_key', i.instance_key,
    'file_key', r.file_key)), '[]')
  from public.class_recordings r
  join public.meeting_instances i on i.id = r.instance_id
  where r.id = any (p_recording_ids);
$$;
comment on function public.recording_sources(uuid[]) is 'For the server: what the links of files are fetched by, [{id, provider, instance_key, file_key}].';

grant execute on function public.recording_sources(uuid[]) to service_role;
