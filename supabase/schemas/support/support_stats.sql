-- The desk's figures over a time, in one statement: each is computed from the facts, none is sampled.
create function public.support_stats(p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_finished constant public.ticket_status[] := private.finished_statuses();
  v_stats jsonb;
begin
  if not private.is_support_staff() and auth.role() is distinct from 'service_role' then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  if p_from is null or p_to is null or p_from < '2000-01-01T00:00:00Z' or p_to > '2101-01-01T00:00:00Z' then
    perform private.refuse(422, 'invalid_stats_range', 'The range lies within the years 2000 to 2100.');
  elsif p_to <= p_from or p_to - p_from > interval '366 days' then
    perform private.refuse(422, 'invalid_stats_range', 'The range ends after it starts and is at most 366 days long.');
  end if;

  with created as materialized (
    select category, priority, status, first_response_at, first_response_seconds, first_response_state, resolution_seconds, resolution_state
    from public.ticket_sla where created_at >= p_from and created_at < p_to
  ), moves as (
    select count(*) filter (where to_status = 'resolved') as resolved,
      count(*) filter (where to_status = 'closed') as closed,
      count(*) filter (where from_status = any (v_finished) and to_status <> all (v_finished)) as reopened
    from public.ticket_events where created_at >= p_from and created_at < p_to
  ), rated as materialized (
    select s.agent_id, t.category, coalesce(s.rating,
        case s.satisfaction when 'very_dissatisfied' then 1 when 'dissatisfied' then 2 when 'neutral' then 3
          when 'satisfied' then 4 else 5 end) as score
    from public.ticket_surveys s join public.support_tickets t on t.id = s.ticket_id
    where s.created_at >= p_from and s.created_at < p_to
  )
  select jsonb_build_object(
    'range', jsonb_build_object('from', p_from, 'to', p_to),
    'volumes', jsonb_build_object(
      'created', (select count(*) from created), 'resolved', moves.resolved, 'closed', moves.closed, 'reopened', moves.reopened,
      'by_status', (select coalesce(jsonb_object_agg(status, n), '{}') from (select status, count(*) as n from created group by 1) g),
      'by_category', (select coalesce(jsonb_object_agg(category, n), '{}') from (select category, count(*) as n from created group by 1) g),
      'by_priority', (select coalesce(jsonb_object_agg(priority, n), '{}') from (select priority, count(*) as n from created group by 1) g)),
    'first_response', (select jsonb_build_object('count', count(*),
        'median_seconds', round((percentile_cont(0.5) within group (order by first_response_seconds))::numeric),
        'p90_seconds', round((percentile_cont(0.9) within group (order by first_response_seconds))::numeric))
      from created where first_response_at is not null),
    'resolution', (select jsonb_build_object('count', count(*),
        'median_seconds', round((percentile_cont(0.5) within group (order by resolution_seconds))::numeric),
        'p90_seconds', round((percentile_cont(0.9) within group (order by resolution_seconds))::numeric))
      from created where status = any (v_finished)),
    'sla', (select jsonb_build_object(
        'first_response', jsonb_build_object(
          'met', count(*) filter (where first_response_state = 'met'),
          'breached', count(*) filter (where first_response_state = 'breached'),
          'at_risk', count(*) filter (where first_response_state = 'at_risk'),
          'kept_share', round(avg((first_response_state = 'met')::integer) filter (where first_response_state in ('met', 'breached')), 4)),
        'resolution', jsonb_build_object(
          'met', count(*) filter (where resolution_state = 'met'),
          'breached', count(*) filter (where resolution_state = 'breached'),
          'at_risk', count(*) filter (where resolution_state = 'at_risk'),
          'kept_share', round(avg((resolution_state = 'met')::integer) filter (where resolution_state in ('met', 'breached')), 4)))
      from created),
    'csat', (select jsonb_build_object('responses', count(*), 'average', round(avg(score), 2),
        'satisfied_share', round(avg((score >= 4)::integer), 4)) from rated)
      || jsonb_build_object(
        'by_agent', (select coalesce(jsonb_agg(to_jsonb(g) order by g.responses desc, g.agent_id), '[]') from (
          select r.agent_id, c.full_name, count(*) as responses, round(avg(score), 2) as average,
            round(avg((score >= 4)::integer), 4) as satisfied_share
          from rated r left join public.profile_cards c on c.id = r.agent_id group by 1, 2) g),
        'by_category', (select coalesce(jsonb_agg(to_jsonb(g) order by g.category), '[]') from (
          select category, count(*) as responses, round(avg(score), 2) as average,
            round(avg((score >= 4)::integer), 4) as satisfied_share
          from rated group by 1) g)))
  into v_stats from moves;
  return v_stats;
end;
$$;
comment on function public.support_stats(timestamptz, timestamptz) is
  'Support staff''s figures of [from, to): volumes, first response and resolution of tickets created then (running seconds, '
  'median and p90), SLA kept, and ratings given then by agent and category (a satisfaction counts as 1 to 5, 4 is satisfied). '
  'At most 366 days within 2000 to 2100. Refuses: 403 support_staff_only, 422 invalid_stats_range.';

grant execute on function public.support_stats(timestamptz, timestamptz) to authenticated, service_role;
