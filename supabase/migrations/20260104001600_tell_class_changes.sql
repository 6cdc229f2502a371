-- Who is to come is told that a class was moved, cancelled or put back. Of one class nobody has more than one such word unread:
-- the newest takes the place of those before, however often a teacher, or the provider, changes their mind.
create function private.people_of_class(p_class_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select host_id from public.live_classes where id = p_class_id and host_id is not null
  union
  select profile_id from public.class_enrollments where live_class_id = p_class_id;
$$;
comment on function private.people_of_class(uuid) is 'Who is to come to a class: its host and its roster.';

create function private.tell_class_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_kind constant text := case
    when new.status = 'cancelled' then 'class_cancelled'
    when old.status = 'cancelled' then 'class_restored'
    else 'class_moved' end;
begin
  delete from public.notifications n
  where n.subject_id = new.id and n.read_at is null and n.kind in ('class_moved', 'class_cancelled', 'class_restored')
    and n.user_id in (select * from private.people_of_class(new.id));
  perform private.notify(p.id, v_kind, new.id, jsonb_build_object('title', new.title,
    'scheduled_start', new.scheduled_start, 'scheduled_end', new.scheduled_end, 'previous_start', old.scheduled_start))
  from private.people_of_class(new.id) p (id)
  -- Who did it knows.
  where p.id is distinct from auth.uid();
  return null;
end;
$$;
comment on function private.tell_class_change() is 'AFTER trigger: tells the enrolled and the host, except who did it, that a class was moved, cancelled or put back.';
create trigger live_classes_tell_change after update on public.live_classes
  for each row when (
    greatest(old.scheduled_end, new.scheduled_end) > now()
    and ((old.status = 'cancelled') <> (new.status = 'cancelled')
      or (new.status = 'scheduled' and (new.scheduled_start, new.scheduled_end) is distinct from (old.scheduled_start, old.scheduled_end))))
  execute function private.tell_class_change();
