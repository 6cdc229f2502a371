-- Whose name and picture a class shows: hosts see their students, students see the host. Students do not see each other.
create function private.cards_of_classes(p_user_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select e.profile_id
  from public.live_classes c join public.class_enrollments e on e.live_class_id = c.id
  where c.host_id = p_user_id and private.acting_role(p_user_id) in ('teacher', 'admin')
  union
  select c.host_id
  from public.class_enrollments e join public.live_classes c on c.id = e.live_class_id
  where e.profile_id = p_user_id and c.host_id is not null;
$$;
comment on function private.cards_of_classes(uuid) is 'The people whose cards someone may see because of their classes.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('visible_profiles', 30, 'classes', 'private.cards_of_classes');
