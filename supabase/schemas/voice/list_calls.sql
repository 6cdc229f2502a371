-- The caller's calls, newest first, page by page. Days are cut as in the dashboard. A page starts after the last call of the page before, so
-- that calls which come meanwhile neither repeat a call nor hide one. Row level security decides what is seen.
create function public.list_calls(
  p_from date default null, p_to date default null, p_tz text default null, p_assistant_id uuid default null,
  p_outcome public.call_outcome default null, p_direction public.call_direction default null, p_is_ended boolean default null,
  p_after_called_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_zone text := coalesce(p_tz, (select time_zone from public.profiles where id = (select auth.uid())), 'UTC');
begin
  perform private.require_time_zone(v_zone);
  if p_from > p_to then
    perform private.refuse(422, 'invalid_range', 'The first day is after the last.');
  elsif not private.is_analytics_day(p_from) or not private.is_analytics_day(p_to) then
    perform private.refuse(422, 'invalid_range', 'The range lies outside of 2000 to 2100.');
  elsif p_limit is null or p_limit not between 1 and 1000 then
    perform private.refuse(422, 'invalid_limit', 'A page has 1 to 1000 calls.');
  end if;
  return (
    with page as materialized (
      select c.*
      from public.call_logs c
      where c.user_id = (select auth.uid())
        and c.called_at >= coalesce(private.day_start(p_from, v_zone), '-infinity')
        and c.called_at < coalesce(private.day_start(p_to + 1, v_zone), 'infinity')
        and (c.called_at, c.id) < (coalesce(p_after_called_at, 'infinity'), coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        and (p_assistant_id is null or c.assistant_id = p_assistant_id)
        and (p_outcome is null or c.outcome = p_outcome)
        and (p_direction is null or c.direction = p_direction)
        and (p_is_ended is null or (c.status = 'ended') = p_is_ended)
      order by c.called_at desc, c.id desc
      limit p_limit
    ), names as materialized (
      select * from private.assistant_names()
    )
    select jsonb_build_object(
      'calls', coalesce(jsonb_agg(jsonb_build_object(
        'id', p.id, 'called_at', p.called_at, 'started_at', p.started_at, 'ended_at', p.ended_at, 'direction', p.direction,
        'status', p.status, 'outcome', p.outcome, 'ended_reason', p.ended_reason, 'assistant_id', p.assistant_id,
        'assistant_name', n.name, 'phone_number_id', p.phone_number_id, 'caller_number', p.caller_number,
        'duration_seconds', p.duration_seconds, 'cost', p.cost, 'is_success', p.is_success, 'summary', p.summary,
        'has_recording', p.recording_url is not null) order by p.called_at desc, p.id desc), '[]'),
      'next', case when count(*) = p_limit then (
        select jsonb_build_object('called_at', last.called_at, 'id', last.id) from page last order by last.called_at, last.id limit 1) end)
    from page p left join names n on n.assistant_id = p.assistant_id);
end;
$$;
comment on function public.list_calls(date, date, text, uuid, public.call_outcome, public.call_direction, boolean, timestamptz, uuid, integer) is
  'The caller''s calls {calls, next}, newest first; p_after_* is the next of the page before. Days are cut in p_tz (the profile''s zone). '
  'Refuses: 422 invalid_time_zone, invalid_range, invalid_limit.';

grant execute on function public.list_calls(date, date, text, uuid, public.call_outcome, public.call_direction, boolean, timestamptz, uuid, integer)
  to authenticated;
