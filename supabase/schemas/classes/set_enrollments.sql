-- A roster is set as a whole: whoever is not named is removed, so that a repeated request has the same result.
create function private.set_enrollments(p_class_id uuid, p_student_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_host_id uuid;
  v_unknown jsonb;
  v_added integer;
  v_removed integer;
begin
  perform private.plan_alone();
  select host_id into v_host_id from public.live_classes
  where id = p_class_id
    and (host_id = private.acting_host_id() or private.is_admin() or auth.role() = 'service_role')
  for no key update;
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  end if;
  if p_student_ids is null or array_position(p_student_ids, null) is not null then
    perform private.refuse(422, 'students_required', 'The roster must be a list of student ids.');
  end if;
  if cardinality(p_student_ids) > private.setting_integer('class_max_students') then
    perform private.refuse(422, 'too_many_students', 'A class cannot have that many students.',
      jsonb_build_object('allowed', private.setting_integer('class_max_students')));
  end if;
  if v_host_id = any (p_student_ids) then
    perform private.refuse(422, 'host_is_no_student', 'The host of a class cannot be enrolled in it.');
  end if;

  -- A person whose account is being deleted just now counts as unknown, and no new student's account can go before they are enrolled.
  perform from public.profiles p
  where p.id = any (p_student_ids)
    and not exists (select from public.class_enrollments e where e.live_class_id = p_class_id and e.profile_id = p.id)
  order by p.id
  for key share;
  select jsonb_agg(s.id) into v_unknown
  from (select distinct unnest(p_student_ids) as id) s
  where not exists (select from public.profiles p where p.id = s.id);
  if v_unknown is not null then
    perform private.refuse(422, 'unknown_students', 'Some of these students do not exist.',
      jsonb_build_object('student_ids', v_unknown));
  end if;

  delete from public.class_enrollments where live_class_id = p_class_id and profile_id <> all (p_student_ids);
  get diagnostics v_removed = row_count;
  insert into public.class_enrollments (live_class_id, profile_id, enrolled_by)
  select distinct p_class_id, s.id, auth.uid() from unnest(p_student_ids) as s (id) order by s.id
  on conflict do nothing;
  get diagnostics v_added = row_count;
  if v_added > 0 then
    perform private.take_rate(auth.uid(), 'rosters', now());
  end if;
  return jsonb_build_object(
    'enrolled', (select count(*) from public.class_enrollments where live_class_id = p_class_id),
    'added', v_added,
    'removed', v_removed);
end;
$$;
comment on function private.set_enrollments(uuid, uuid[]) is 'Sets the roster of a class, if the caller is its host or an admin.';

create function public.set_enrollments(p_class_id uuid, p_student_ids uuid[]) returns jsonb
language sql set search_path = '' as $$
  select private.set_enrollments(p_class_id, p_student_ids);
$$;
comment on function public.set_enrollments(uuid, uuid[]) is
  'Sets the roster of a class to exactly these students: {enrolled, added, removed}. For the host and admins; '
  'class_not_found 404, unknown_students, too_many_students, host_is_no_student 422, rate_limited 429.';

grant execute on function private.set_enrollments(uuid, uuid[]) to authenticated, service_role;
grant execute on function public.set_enrollments(uuid, uuid[]) to authenticated, service_role;
