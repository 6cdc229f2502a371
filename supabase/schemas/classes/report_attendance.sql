-- A class's attendance for its host, in one round trip. RLS applies: whoever is neither host nor admin gets the answer for an absent class.
create function public.class_attendance_report(p_class_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select c.* into v_class from public.live_classes c
  where c.id = p_class_id and (c.host_id = (select private.acting_host_id()) or (select private.is_admin()));
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  end if;
  return jsonb_build_object(
    'class', jsonb_build_object('id', v_class.id, 'title', v_class.title, 'status', v_class.status,
      'scheduled_start', v_class.scheduled_start, 'scheduled_end', v_class.scheduled_end,
      'actual_start_time', v_class.actual_start_time, 'actual_end_time', v_class.actual_end_time,
      'attendance_synced', v_class.attendance_synced),
    'students', (
      select coalesce(jsonb_agg(jsonb_build_object('profile_id', a.profile_id, 'full_name', k.full_name,
          'status', a.status, 'is_marked', a.is_marked, 'attended_seconds', a.attended_seconds, 'share', a.share,
          'first_join', a.first_join, 'last_leave', a.last_leave)
        order by k.full_name, a.profile_id), '[]')
      from public.class_attendance a
      left join public.profile_cards k on k.id = a.profile_id
      where a.live_class_id = v_class.id),
    'unmatched', (
      select coalesce(jsonb_agg(jsonb_build_object('participant_id', s.id, 'user_name', s.user_name, 'user_email', s.user_email,
          'join_time', s.join_time, 'leave_time', s.effective_leave_time) order by s.join_time, s.id), '[]')
      from public.meeting_sessions s
      where s.live_class_id = v_class.id and s.profile_id is null),
    'to_review', (
      select coalesce(jsonb_agg(jsonb_build_object('participant_id', s.id, 'profile_id', s.profile_id, 'user_name', s.user_name,
          'leave_time', s.leave_time) order by s.leave_time, s.id), '[]')
      from public.meeting_sessions s
      where s.live_class_id = v_class.id and s.profile_id is not null and s.join_time is null));
end;
$$;
comment on function public.class_attendance_report(uuid) is
  'For the host and admins: {class, students: [{profile_id, full_name, status, is_marked, attended_seconds, share, first_join, last_leave}], '
  'unmatched: sessions of strangers, to_review: sessions without a join, which count 0 s}. status is null before the class. class_not_found 404.';

grant execute on function public.class_attendance_report(uuid) to authenticated;
