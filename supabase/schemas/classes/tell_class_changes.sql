-- Everybody who is to come is told that a class was moved, cancelled or put back. Nobody has more than one such unread notification about
-- a class: the newest takes the place of those before, however often the teacher or the provider changes it.
create function private.people_of_class(p_class_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select host_id from public.live_classes where id = p_class_id and host_id is not null
  union
  select profile_id from public.class_enrollments where live_class_id = p_class_id;
$$;
comment on function private.people_of_class(uuid) is 'Who is to come to a class: its host and its roster.';

create function private.tell_class_change(p_new public.live_classes, p_old public.live_classes) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_kind constant text := case
    when p_new.status = 'cancelled' then 'class_cancelled'
    when p_old.status = 'cancelled' then 'class_restored'
    else 'class_moved' end;
begin
  delete from public.notifications n
  where n.subject_id = p_new.id and n.read_at is null and n.kind in ('class_moved', 'class_cancelled', 'class_restored')
    and n.user_id in (select * from private.people_of_class(p_new.id));
  perform private.notify(p.id, v_kind, p_new.id, jsonb_build_object('title', p_new.title,
    'scheduled_start', p_new.scheduled_start, 'scheduled_end', p_new.scheduled_end, 'previous_start', p_old.scheduled_start))
  from private.people_of_class(p_new.id) p (id)
  -- The person who did it knows.
  where p.id is distinct from auth.uid();
end;
$$;
comment on function private.tell_class_change(public.live_classes, public.live_classes) is
  'Tells the enrolled and the host, except whoever did it, that a class was moved, cancelled or put back.';
