create function private.enrolled_class_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select live_class_id from public.class_enrollments where profile_id = (select auth.uid());
$$;
comment on function private.enrolled_class_ids() is 'Classes that the caller is enrolled in.';

grant execute on function private.enrolled_class_ids() to authenticated, service_role;
