-- What the own system of a host is told of their classes.
insert into public.webhook_kinds (kind, description, data_fields) values
  ('class.scheduled', 'A class was planned.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('class.moved', 'A class has another time.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('class.cancelled', 'A class was cancelled.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('class.completed', 'The last meeting of a class has ended. A meeting that begins again is followed by another.',
    array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('attendance.ready', 'The attendance of a class was compared with the provider''s own report.',
    array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('recording.ready', 'A recording of a class can be played.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']);

create function private.publish_class(p_class public.live_classes, p_kind text, p_occurred_at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.publish_webhook(p_class.host_id, p_kind, concat_ws(' ', p_class.id, extract(epoch from p_occurred_at)), p_occurred_at,
    jsonb_build_object('class_id', p_class.id, 'status', p_class.status,
      'scheduled_start', p_class.scheduled_start, 'scheduled_end', p_class.scheduled_end));
end;
$$;
comment on function private.publish_class(public.live_classes, text, timestamptz) is 'Tells the host''s own system something of a class.';

create function private.publish_class_changes(p_new public.live_classes, p_old public.live_classes) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_old.id is null then
    perform private.publish_class(p_new, 'class.scheduled', p_new.created_at);
    return;
  end if;
  if p_new.status = 'cancelled' and p_old.status <> 'cancelled' then
    perform private.publish_class(p_new, 'class.cancelled', coalesce(p_new.cancelled_at, p_new.meeting_deleted_at));
  elsif p_new.status = 'completed' and p_old.status <> 'completed' then
    perform private.publish_class(p_new, 'class.completed', p_new.actual_end_time);
  elsif p_new.status <> 'cancelled'
    and (p_new.scheduled_start, p_new.scheduled_end) is distinct from (p_old.scheduled_start, p_old.scheduled_end) then
    perform private.publish_class(p_new, 'class.moved', p_new.updated_at);
  end if;
  if p_new.attendance_synced and not p_old.attendance_synced then
    perform private.publish_class(p_new, 'attendance.ready', p_new.updated_at);
  end if;
  if p_new.recording_status = 'available' and p_old.recording_status <> 'available' then
    perform private.publish_class(p_new, 'recording.ready', p_new.updated_at);
  end if;
end;
$$;
comment on function private.publish_class_changes(public.live_classes, public.live_classes) is
  'Tells the host''s own system what changed of a class; the old row is null for a new class.';
