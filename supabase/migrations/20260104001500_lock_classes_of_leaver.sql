-- Deleting a user reaches the classes that they host or attended after their profile; whoever sets a roster has the class and then
-- refers to the profile. So the classes come first here too. The name puts this after the limits (20260105000600).
create function private.lock_classes_of_leaver() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.live_classes
  where id in (
    select h.id from public.live_classes h where h.host_id = old.id
    union
    select e.live_class_id from public.class_enrollments e where e.profile_id = old.id
    union
    select p.live_class_id from public.meeting_participants p where p.profile_id = old.id)
  order by id
  for no key update;
  return old;
end;
$$;
comment on function private.lock_classes_of_leaver() is 'BEFORE DELETE on auth.users: keeps the order of locks.';

create trigger users_lock_live_classes before delete on auth.users
  for each row execute function private.lock_classes_of_leaver();
