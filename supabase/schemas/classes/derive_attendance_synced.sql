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
