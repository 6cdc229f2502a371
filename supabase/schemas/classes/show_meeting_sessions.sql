-- Sessions with the end they effectively have: what attendance is computed from.
create view public.meeting_sessions with (security_invoker = true) as
select p.id, p.instance_id, p.live_class_id, p.profile_id, p.match_confidence, p.user_name, p.user_email,
  p.join_time, p.leave_time,
  -- greatest() passes over nulls, so an open session is told apart first.
  case when p.join_time is not null and coalesce(p.leave_time, i.ended_at) is not null
    then greatest(p.join_time, coalesce(p.leave_time, i.ended_at)) end as effective_leave_time,
  p.join_time is not null and p.leave_time is null and i.ended_at is null as is_open
from public.meeting_participants p
join public.meeting_instances i on i.id = p.instance_id;
comment on view public.meeting_sessions is
  'meeting_participants with effective_leave_time: the leave, else the end of the meeting, never before the join; null while open or when no join is known.';

grant select on public.meeting_sessions to authenticated, service_role;
