insert into private.settings (name, value, type, lowest, highest, description) values
  ('attendance_minimum_seconds', '60', 'integer', '0', '3600', 'Less than this is absent, however short the class.'),
  ('attendance_minimum_share', '0.1', 'number', '0', '1', 'Less than this share of the class is absent.'),
  ('attendance_present_share', '0.75', 'number', '0', '1', 'Less than this share of the class is partial.'),
  ('attendance_late_after', '"5 minutes"', 'interval', '0 seconds', '1 hour', 'A first join later than this after the start is late.'),
  ('attendance_left_early_before', '"5 minutes"', 'interval', '0 seconds', '1 hour', 'A last leave earlier than this before the end is left_early.');

-- The thresholds in one place, so that view and tests cannot differ.
create function private.attendance_of(
  p_seconds numeric, p_length_seconds numeric, p_first_join timestamptz, p_last_leave timestamptz,
  p_start timestamptz, p_end timestamptz
) returns public.attendance_status
language sql stable security definer set search_path = '' as $$
  select (case
    when coalesce(p_seconds, 0) < greatest(private.setting_integer('attendance_minimum_seconds'),
      private.setting_numeric('attendance_minimum_share') * p_length_seconds) then 'absent'
    when p_seconds < private.setting_numeric('attendance_present_share') * p_length_seconds then 'partial'
    when p_first_join > p_start + private.setting_interval('attendance_late_after') then 'late'
    when p_last_leave < p_end - private.setting_interval('attendance_left_early_before') then 'left_early'
    else 'present'
  end)::public.attendance_status;
$$;
comment on function private.attendance_of(numeric, numeric, timestamptz, timestamptz, timestamptz, timestamptz) is
  'The computed status of seconds attended in a class of that length, with the first join and last leave inside it.';

grant execute on function private.attendance_of(numeric, numeric, timestamptz, timestamptz, timestamptz, timestamptz)
  to authenticated, service_role;

create view public.class_attendance with (security_invoker = true) as
with windows as (
  -- A class that still runs is measured up to now.
  select c.id, c.actual_start_time is not null as took_place,
    greatest(c.scheduled_start, c.actual_start_time) as starts_at,
    least(c.scheduled_end, case when c.status = 'ongoing' then now() else c.actual_end_time end) as ends_at
  from public.class_cards c
), computed as (
  -- Sessions are looked up for one student at a time, along their index. If they were joined as a list, the planner would guess their number wrong.
  select e.live_class_id, e.profile_id, w.took_place, w.starts_at, w.ends_at,
    lower(stays.attended) as first_join, upper(stays.attended) as last_leave,
    coalesce((select sum(extract(epoch from upper(stay) - lower(stay))) from unnest(stays.attended) stay), 0) as seconds,
    greatest(extract(epoch from w.ends_at - w.starts_at), 0) as length_seconds
  from public.class_enrollments e
  join windows w on w.id = e.live_class_id
  left join lateral (
    select range_agg(tstzrange(greatest(s.join_time, w.starts_at),
      least(coalesce(s.effective_leave_time, w.ends_at), w.ends_at), '[)')) as attended
    from public.meeting_sessions s
    where s.live_class_id = e.live_class_id and s.profile_id = e.profile_id and s.join_time < w.ends_at
      and coalesce(s.effective_leave_time, w.ends_at) > w.starts_at and w.starts_at < w.ends_at
  ) stays on true
)
select c.live_class_id, c.profile_id,
  coalesce(k.status, case when c.took_place then
    private.attendance_of(c.seconds, c.length_seconds, c.first_join, c.last_leave, c.starts_at, c.ends_at) end) as status,
  k.status is not null as is_marked,
  floor(c.seconds)::integer as attended_seconds,
  floor(c.length_seconds)::integer as class_seconds,
  round(case when c.length_seconds > 0 then c.seconds / c.length_seconds else 0 end, 4) as share,
  c.first_join, c.last_leave
from computed c
left join public.attendance_marks k on k.live_class_id = c.live_class_id and k.profile_id = c.profile_id;
comment on view public.class_attendance is
  'Per enrolled student: the union of the student''s sessions, clipped to [greatest(scheduled, actual start), least(scheduled, actual end)]. '
  'share is of the length of that window; first_join and last_leave are inside it. A mark wins over the computed status, which is null for a class that did not take place. Students see their own row.';

grant select on public.class_attendance to authenticated, service_role;

create view private.exported_marks with (security_invoker = true) as
  select profile_id as person, live_class_id, to_jsonb(m) - array['profile_id', 'marked_by'] as data
  from public.attendance_marks m;
comment on view private.exported_marks is 'How a student''s attendance was marked, and why.';

insert into private.export_sections (domain, section, view_name) values ('classes', 'marks', 'private.exported_marks');
