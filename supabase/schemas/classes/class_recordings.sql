create table public.class_recordings (
  id uuid primary key default gen_random_uuid(),
  instance_id uuid not null references public.meeting_instances (id) on delete cascade,
  live_class_id uuid references public.live_classes (id) on delete set null,
  file_key text not null constraint file_key_is_not_empty check (file_key <> ''),
  file_type text,
  recording_type text,
  started_at timestamptz,
  ended_at timestamptz,
  size_bytes bigint constraint size_is_not_negative check (size_bytes >= 0),
  state public.recording_file_state not null,
  told_state public.recording_file_state not null,
  told_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint file_is_known_once unique (instance_id, file_key)
);
comment on table public.class_recordings is 'One file at the provider. Written by the handlers of provider events only.';
comment on column public.class_recordings.file_key is 'Zoom: the file''s id. Google Meet: the resource name of the recording or transcript.';
comment on column public.class_recordings.live_class_id is 'The class of its instance, kept by a trigger there.';
comment on column public.class_recordings.state is 'The newest of what was told of this file and of all files of its instance.';
comment on column public.class_recordings.told_state is 'The newest that was told of this very file, at told_at.';

create index class_recordings_live_class_id_idx on public.class_recordings (live_class_id, started_at);

alter table public.class_recordings enable row level security;

create policy "hosts and admins read recordings, the enrolled available ones" on public.class_recordings
  for select to authenticated
  using (
    live_class_id = any (array(select private.hosted_class_ids()))
    or (state = 'available' and live_class_id = any (array(select private.enrolled_class_ids())))
    or id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

-- Without the key that it has at its provider.
grant select (id, instance_id, live_class_id, file_type, recording_type, started_at, ended_at, size_bytes, state, told_state, told_at,
  created_at, updated_at) on public.class_recordings to authenticated;

grant select on public.class_recordings to service_role;

create function private.refresh_recording_status(p_class_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.live_classes c
  set recording_status = newest.status
  from (
    select coalesce((
      select case when f.is_removed then 'removed' else i.recording_status end
      from public.meeting_instances i
      cross join lateral (
        select i.recording_status in ('processing', 'available') and bool_and(r.state in ('trashed', 'deleted')) is true as is_removed
        from public.class_recordings r where r.instance_id = i.id
      ) f
      where i.live_class_id = p_class_id and i.recording_status is not null
      order by f.is_removed, i.recording_status_at desc, i.recording_status desc
      limit 1), 'not_started') as status
  ) newest
  where c.id = p_class_id and c.recording_status <> newest.status;
end;
$$;
comment on function private.refresh_recording_status(uuid) is
  'Makes recording_status of a class what the newest recording event of its instances says; of an instance whose every file was '
  'trashed or deleted that is removed, and it counts when there is no other.';

create function private.refresh_recording_files(p_instance_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.class_recordings r
  set state = now_state.state
  from (
    select f.id, case when (i.files_state_at, i.files_state) > (f.told_at, f.told_state)
      then i.files_state else f.told_state end as state
    from public.class_recordings f
    join public.meeting_instances i on i.id = f.instance_id
    where f.instance_id = p_instance_id
  ) now_state
  where r.id = now_state.id and r.state <> now_state.state;
  select private.refresh_recording_status(i.live_class_id) from public.meeting_instances i where i.id = p_instance_id;
$$;
comment on function private.refresh_recording_files(uuid) is
  'Gives every file of an instance the newest state that was told of it or of all, and its class the status that follows.';

create function private.move_recordings(p_instance_id uuid, p_from_class_id uuid, p_to_class_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_to_class_id is distinct from p_from_class_id then
    update public.class_recordings set live_class_id = p_to_class_id where instance_id = p_instance_id;
    perform private.refresh_recording_status(p_from_class_id);
  end if;
  perform private.refresh_recording_status(p_to_class_id);
end;
$$;
comment on function private.move_recordings(uuid, uuid, uuid) is 'Lets the files and the recording status of an instance go where the instance goes.';

create trigger class_recordings_touch_updated_at before update on public.class_recordings
  for each row execute function private.touch_updated_at();
