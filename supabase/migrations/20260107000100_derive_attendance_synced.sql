-- attendance_synced is a fact of the instances like the status: every one has ended and was compared with the provider's
-- record. A restart that binds later takes it back until it is compared as well.
create or replace function private.refresh_class_status(p_class_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.live_classes c
  set actual_start_time = f.started_at, actual_end_time = f.ended_at, meeting_deleted_at = f.deleted_at,
    attendance_synced = f.is_synced
  from (
    select i.started_at, i.ended_at, i.is_synced, (
      select max(d.changed_at)
      from public.live_classes k
      join private.meeting_deletions d on d.provider = k.provider and d.meeting_id = k.meeting_id
        and d.occurrence_start in ('-infinity', k.scheduled_start) and d.is_deleted
      -- Deleting a meeting that has taken place is tidying up, not a cancellation.
      where k.id = p_class_id and k.meeting_proof <> 'none' and (i.started_at is null or i.started_at > d.changed_at)
    ) as deleted_at
    from (
      select min(started_at) as started_at,
        case when bool_and(ended_at is not null) then max(ended_at) end as ended_at,
        coalesce(bool_and(ended_at is not null and reconciled_at is not null), false) as is_synced
      from public.meeting_instances where live_class_id = p_class_id
    ) i
  ) f
  where c.id = p_class_id
    and (c.actual_start_time, c.actual_end_time, c.meeting_deleted_at, c.attendance_synced)
      is distinct from (f.started_at, f.ended_at, f.deleted_at, f.is_synced);
end;
$$;
comment on function private.refresh_class_status(uuid) is
  'Makes a class what its facts say; the status follows by the table''s own trigger. Nothing is written when nothing changed.';

create function private.note_reconciled(p_instance_id uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_class_id uuid;
begin
  select live_class_id into v_class_id from public.meeting_instances where id = p_instance_id;
  perform from public.live_classes where id = v_class_id for no key update;
  update public.meeting_instances set reconciled_at = p_now
  where id = p_instance_id and ended_at is not null
  returning live_class_id into v_class_id;
  perform private.refresh_class_status(v_class_id);
end;
$$;
comment on function private.note_reconciled(uuid, timestamptz) is
  'An ended instance was compared with the provider''s record, whoever the provider is. One that still runs stays unreconciled.';
