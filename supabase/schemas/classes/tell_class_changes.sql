-- Who is to come is told that a class was moved, cancelled or put back. Of one class nobody has more than one such word unread:
-- the newest takes the place of those before, however often a teacher, or the provider, changes their mind.
create function private.people_of_class(p_class_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select host_id from public.live_classes where id = p_class_id and host_id is not null
  union
  select profile_id from public.class_enrollments where live_class_id = p_class_id;
$$;
comment on function private.people_of_class(uuid) is 'Who is to come to a class: its host and its roster.';
