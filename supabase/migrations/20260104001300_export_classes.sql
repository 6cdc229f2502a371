-- What the class domain holds about a person.
create function private.export_classes(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'hosted_classes', (
      select coalesce(jsonb_agg(to_jsonb(c) - 'cancelled_by' order by c.scheduled_start), '[]')
      from public.live_classes c where c.host_id = p_user_id),
    'enrolments', (
      select coalesce(jsonb_agg(jsonb_build_object('class_id', c.id, 'title', c.title,
        'scheduled_start', c.scheduled_start, 'enrolled_at', e.created_at) order by c.scheduled_start), '[]')
      from public.class_enrollments e join public.live_classes c on c.id = e.live_class_id
      where e.profile_id = p_user_id),
    'sessions', (
      select coalesce(jsonb_agg(jsonb_build_object('class_id', s.live_class_id, 'user_name', s.user_name,
        'user_email', s.user_email, 'join_time', s.join_time, 'leave_time', s.leave_time) order by s.join_time), '[]')
      from public.meeting_participants s where s.profile_id = p_user_id),
    'provider_ids', (
      select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'kind', i.kind, 'key', i.key)), '[]')
      from (
        select provider, kind, key from public.profile_identities where profile_id = p_user_id
        union
        select provider, 'user', key from private.named_accounts where profile_id = p_user_id
      ) i));
$$;
comment on function private.export_classes(uuid) is 'Hosted classes, enrolments, own sessions and provider ids of a user.';
insert into private.domain_hooks (hook, domain, function_name) values ('export_data', 'classes', 'private.export_classes');
