insert into public.sla_targets (priority, first_response_seconds, resolution_seconds) values
  ('urgent', 1 * 3600, 4 * 3600), ('high', 4 * 3600, 24 * 3600), ('medium', 8 * 3600, 48 * 3600), ('low', 24 * 3600, 120 * 3600);

create view public.ticket_sla with (security_invoker = true) as
select t.id as ticket_id, t.ticket_number, t.user_id, t.assigned_to, t.category, t.priority, t.status, t.created_at, t.first_response_at,
  t.status <> all (rules.running) as is_paused,
  target.first_response_seconds as first_response_target_seconds,
  clock.first_response_seconds,
  (case
    when clock.first_response_seconds > target.first_response_seconds then 'breached'
    when t.first_response_at is not null then 'met'
    when t.status = any (rules.finished) then 'not_needed'
    when clock.first_response_seconds >= target.first_response_seconds * rules.risk_share then 'at_risk'
    else 'on_track'
  end)::public.sla_state as first_response_state,
  case when t.first_response_at is null and t.status = any (rules.running)
    then case when rules.is_always_open then now() + (target.first_response_seconds - clock.first_response_seconds) * interval '1 second'
      else (
        select case when s.opens_at + (due.open_time - s.open_before) <= s.closes_at then s.opens_at + (due.open_time - s.open_before) end
        from (select rules.open_now + (target.first_response_seconds - clock.first_response_seconds) * interval '1 second') due (open_time)
        join public.opening_spans s on s.open_before < due.open_time order by s.open_before desc limit 1)
      end end as first_response_due_at,
  target.resolution_seconds as resolution_target_seconds,
  clock.resolution_seconds,
  (case
    when clock.resolution_seconds > target.resolution_seconds then 'breached'
    when t.status = any (rules.finished) then 'met'
    when clock.resolution_seconds >= target.resolution_seconds * rules.risk_share then 'at_risk'
    else 'on_track'
  end)::public.sla_state as resolution_state,
  case when t.status = any (rules.running)
    then case when rules.is_always_open then now() + (target.resolution_seconds - clock.resolution_seconds) * interval '1 second'
      else (
        select case when s.opens_at + (due.open_time - s.open_before) <= s.closes_at then s.opens_at + (due.open_time - s.open_before) end
        from (select rules.open_now + (target.resolution_seconds - clock.resolution_seconds) * interval '1 second') due (open_time)
        join public.opening_spans s on s.open_before < due.open_time order by s.open_before desc limit 1)
      end end as resolution_due_at
from public.support_tickets t
join public.sla_targets target on target.priority = t.priority
-- What stands in a select of its own is read once, not for every ticket.
cross join (
  select (select private.setting_numeric('sla_at_risk_percent')) / 100 as risk_share,
    (select private.staffs_turn_statuses()) as running, (select private.finished_statuses()) as finished,
    (select not exists (select from public.opening_spans where opens_at > '2000-01-01Z')) as is_always_open,
    (select s.open_before + (least(now(), s.closes_at) - s.opens_at) from public.opening_spans s
      where s.opens_at <= now() order by s.opens_at desc limit 1) as open_now
) rules
-- A time as the hours that the desk had worked until then. Looked up for each, unless the desk has always been open.
cross join lateral (
  select
    case when rules.is_always_open then t.created_at - '2000-01-01Z' else (
      select s.open_before + (least(t.created_at, s.closes_at) - s.opens_at) from public.opening_spans s
      where s.opens_at <= t.created_at order by s.opens_at desc limit 1) end as created,
    case when rules.is_always_open then t.first_response_at - '2000-01-01Z' else (
      select s.open_before + (least(t.first_response_at, s.closes_at) - s.opens_at) from public.opening_spans s
      where s.opens_at <= t.first_response_at order by s.opens_at desc limit 1) end as answered
) worked
-- The running time is the times at which the clock stopped less those at which it started, with now as the last stop of one that
-- runs. A sum over one index, without a sort: the desk's figures ask it of thousands of tickets.
cross join lateral (
  select
    greatest(ceil(date_part('epoch', sum(case when turn.starts then -turn.to_response else turn.to_response end)
      + case when t.status = any (rules.running) then least(rules.open_now, worked.answered) - worked.created else '0' end)), 0)::bigint
      as first_response_seconds,
    greatest(ceil(date_part('epoch', sum(case when turn.starts then -turn.age else turn.age end)
      + case when t.status = any (rules.running) then rules.open_now - worked.created else '0' end)), 0)::bigint as resolution_seconds
  from (
    select e.to_status = any (rules.running) as starts, at.open_time - worked.created as age,
      least(at.open_time, worked.answered) - worked.created as to_response
    from public.ticket_events e
    cross join lateral (
      select case when rules.is_always_open then e.created_at - '2000-01-01Z' else (
        select s.open_before + (least(e.created_at, s.closes_at) - s.opens_at) from public.opening_spans s
        where s.opens_at <= e.created_at order by s.opens_at desc limit 1) end
    ) at (open_time)
    where e.ticket_id = t.id
      and coalesce(e.from_status = any (rules.running), false) <> (e.to_status = any (rules.running))
  ) turn
) clock;
comment on view public.ticket_sla is
  'Running seconds of each ticket to its first response and its resolution, against the targets of its priority. '
  'Time counts in the desk''s hours alone (business_hours). due_at is null while the clock is paused, the work is done, or it would be more than five years ahead.';

grant select on public.ticket_sla to authenticated, service_role;
