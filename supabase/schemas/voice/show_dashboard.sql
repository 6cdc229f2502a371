-- The answer itself: everything is summed from one set of day rows, so that its parts cannot disagree.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.dashboard(p_from date, p_to date, p_zone text, p_assistant_id uuid, p_interval text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  c_days constant integer := p_to - p_from + 1;
  v_answer jsonb;
  v_now jsonb;
  v_before jsonb;
  v_limits constant jsonb := private.my_limits_overview();
begin
  with slices as materialized (
    select d.*, d.day >= p_from as is_now from private.dashboard_days(p_zone, p_from - c_days, p_to, p_assistant_id) d
  ), names as materialized (
    select * from private.assistant_names()
  ), sums as (
    select span.is_now,
      [[coalesce(sum(s.NAME), 0) as NAME]],
      array[sum(s.durations[1]), sum(s.durations[2]), sum(s.durations[3]), sum(s.durations[4]), sum(s.durations[5]), sum(s.durations[6]), sum(s.durations[7]), sum(s.durations[8]),
          sum(s.durations[9]), sum(s.durations[10]), sum(s.durations[11]), sum(s.durations[12]), sum(s.durations[13]), sum(s.durations[14]), sum(s.durations[15]), sum(s.durations[16]),
          sum(s.durations[17]), sum(s.durations[18]), sum(s.durations[19]), sum(s.durations[20]), sum(s.durations[21]), sum(s.durations[22]), sum(s.durations[23]), sum(s.durations[24]),
          sum(s.durations[25]), sum(s.durations[26]), sum(s.durations[27]), sum(s.durations[28]), sum(s.durations[29]), sum(s.durations[30]), sum(s.durations[31]), sum(s.durations[32])] as durations
    from (values (true), (false)) span (is_now) left join slices s on s.is_now = span.is_now
    group by 1
  ), metrics as (
    select is_now, jsonb_build_object(
      [['SHOWN', NAME]],
      'open_calls', calls - ended_calls, 'success_rate', round(successful_calls::numeric / nullif(ended_calls, 0), 4),
      'average_duration_seconds', round(duration_seconds / nullif((select sum(n) from unnest(durations) n), 0), 1),
      'p50_duration_seconds', private.duration_percentile(durations, 0.5),
      'p95_duration_seconds', private.duration_percentile(durations, 0.95)) as answer
    from sums
  ), series as (
    select s.day,
      [[sum(s.NAME) as SHOWN]]
    from slices s where s.is_now group by 1
  ), reasons as (
    select nullif(entry.key, '') as reason, sum(entry.value::integer) as calls
    from slices s cross join lateral jsonb_each_text(s.reasons) entry
    where s.is_now group by 1 having sum(entry.value::integer) <> 0
  ), weekdays as (
    select extract(isodow from s.day)::integer as weekday, array[
        coalesce(sum(s.hours[1]), 0), coalesce(sum(s.hours[2]), 0), coalesce(sum(s.hours[3]), 0), coalesce(sum(s.hours[4]), 0), coalesce(sum(s.hours[5]), 0), coalesce(sum(s.hours[6]), 0),
        coalesce(sum(s.hours[7]), 0), coalesce(sum(s.hours[8]), 0), coalesce(sum(s.hours[9]), 0), coalesce(sum(s.hours[10]), 0), coalesce(sum(s.hours[11]), 0), coalesce(sum(s.hours[12]), 0),
        coalesce(sum(s.hours[13]), 0), coalesce(sum(s.hours[14]), 0), coalesce(sum(s.hours[15]), 0), coalesce(sum(s.hours[16]), 0), coalesce(sum(s.hours[17]), 0), coalesce(sum(s.hours[18]), 0),
        coalesce(sum(s.hours[19]), 0), coalesce(sum(s.hours[20]), 0), coalesce(sum(s.hours[21]), 0), coalesce(sum(s.hours[22]), 0), coalesce(sum(s.hours[23]), 0), coalesce(sum(s.hours[24]), 0)] as hours
    from slices s where s.is_now group by 1
  ), assistants as (
    select nullif(s.assistant_id, '00000000-0000-0000-0000-000000000000') as id, sum(s.calls) as calls, sum(s.ended_calls) as ended,
      sum(s.successful_calls) as successful, sum(s.duration_seconds) as seconds, sum(s.cost) as cost
    from slices s where s.is_now group by 1
  ), recent as (
    select c.id, c.called_at, c.assistant_id, c.direction, c.status, c.outcome, c.ended_reason, c.caller_number, c.duration_seconds,
      c.cost, c.is_success
    from public.call_logs c
    where c.user_id = (select auth.uid()) and (p_assistant_id is null or c.assistant_id = p_assistant_id)
      and c.called_at >= private.day_start(p_from, p_zone) and c.called_at < private.day_start(p_to + 1, p_zone)
    order by c.called_at desc, c.id desc
    limit 10
  )
  select
    (select answer from metrics where is_now),
    (select answer from metrics where not is_now),
    jsonb_build_object(
      'range', jsonb_build_object('from', p_from, 'to', p_to, 'days', c_days, 'time_zone', p_zone, 'interval', p_interval,
        'assistant_id', p_assistant_id),
      'series', case when p_interval = 'hour' then private.dashboard_hours(p_zone, p_from, p_to, p_assistant_id) else (
        select jsonb_agg(jsonb_build_object('start', to_char(day.start, 'YYYY-MM-DD'),
          [['SHOWN', coalesce(s.SHOWN, 0)]])
          order by day.start)
        from generate_series(p_from::timestamp, p_to::timestamp, '1 day') day (start) left join series s on s.day = day.start::date) end,
      'by_outcome', (
        select jsonb_agg(jsonb_build_object('outcome', named.outcome, 'calls', named.calls) order by named.place)
        from sums o cross join lateral (values (1, 'completed', o.completed_calls), (2, 'no_answer', o.no_answer_calls), (3, 'busy', o.busy_calls),
          (4, 'voicemail', o.voicemail_calls), (5, 'cancelled', o.cancelled_calls), (6, 'rejected', o.rejected_calls),
          (7, 'failed', o.failed_calls)) named (place, outcome, calls)
        where o.is_now),
      'by_ended_reason', coalesce(
        (select jsonb_agg(jsonb_build_object('ended_reason', reason, 'calls', calls) order by calls desc, reason) from reasons), '[]'),
      'by_weekday_hour', (
        select jsonb_agg(jsonb_build_object('weekday', week.day, 'calls', coalesce(w.hours, array_fill(0::bigint, array[24]))) order by week.day)
        from generate_series(1, 7) week (day) left join weekdays w on w.weekday = week.day),
      'by_assistant', coalesce((
        select jsonb_agg(jsonb_build_object('assistant_id', a.id, 'name', n.name, 'is_deleted', a.id is not null and coalesce(n.is_deleted, true),
          'total_calls', a.calls, 'ended_calls', a.ended, 'successful_calls', a.successful, 'total_duration_seconds', a.seconds,
          'total_cost', a.cost) order by a.calls desc, a.id)
        from assistants a left join names n on n.assistant_id = a.id), '[]'),
      'recent_calls', coalesce((
        select jsonb_agg(jsonb_build_object('id', r.id, 'called_at', r.called_at, 'assistant_id', r.assistant_id, 'assistant_name', n.name,
          'direction', r.direction, 'status', r.status, 'outcome', r.outcome, 'ended_reason', r.ended_reason, 'caller_number', r.caller_number,
          'duration_seconds', r.duration_seconds, 'cost', r.cost, 'is_success', r.is_success) order by r.called_at desc, r.id desc)
        from recent r left join names n on n.assistant_id = r.assistant_id), '[]'),
      'freshness', jsonb_build_object('computed_at', now(),
        'tier', case when private.analytics_zone() = p_zone then 'day' else 'quarter_hour' end,
        'last_call_at', (select max(c.called_at) from public.call_logs c where c.user_id = (select auth.uid()))))
  into v_now, v_before, v_answer;

  return v_answer || jsonb_build_object(
    'metrics', v_now || jsonb_build_object(
      'minutes_used', round((v_limits ->> 'used_call_time_seconds')::numeric / 60, 2),
      'minutes_remaining', round((v_limits ->> 'remaining_call_time_seconds')::numeric / 60, 2),
      'active_assistants', case when v_limits #>> '{account,status}' = 'active'
        then (select count(*) from public.assistants where user_id = (select auth.uid()) and is_active) else 0 end,
      'phone_numbers', (select count(*) from public.phone_numbers where user_id = (select auth.uid()) and status = 'active')),
    'previous', v_before || jsonb_build_object('from', p_from - c_days, 'to', p_from - 1),
    'growth', (
      select jsonb_object_agg(name, private.growth((v_now ->> name)::numeric, (v_before ->> name)::numeric))
      from unnest('{total_calls,answered_calls,successful_calls,failed_calls,success_rate,total_duration_seconds,average_duration_seconds,total_cost}'::text[]) name));
end;
$$;
$sql$); end; $do$;
comment on function private.dashboard(date, date, text, uuid, text) is 'The answer of analytics_dashboard, its arguments checked. Reads with the rights of its caller.';

grant execute on function private.dashboard(date, date, text, uuid, text) to authenticated;

create function public.analytics_dashboard(
  p_from date default null, p_to date default null, p_tz text default null, p_assistant_id uuid default null, p_interval text default 'day'
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  c_longest constant integer := 366;
  v_zone text := coalesce(p_tz, (select time_zone from public.profiles where id = (select auth.uid())), 'UTC');
  v_to date;
  v_from date;
begin
  if auth.uid() is null then
    perform private.refuse(401, 'unauthenticated', 'A valid access token is required.');
  end if;
  perform private.require_time_zone(v_zone);
  if coalesce(p_interval, 'day') not in ('day', 'hour') then
    perform private.refuse(422, 'invalid_interval', 'The interval is day or hour.');
  elsif not private.is_analytics_day(p_from) or not private.is_analytics_day(p_to) then
    perform private.refuse(422, 'invalid_range', 'The range lies outside of 2000 to 2100.');
  end if;
  v_to := coalesce(p_to, p_from + 29, (now() at time zone v_zone)::date);
  v_from := coalesce(p_from, v_to - 29);
  if v_from > v_to then
    perform private.refuse(422, 'invalid_range', 'The first day is after the last.');
  elsif v_to - v_from >= c_longest then
    perform private.refuse(422, 'range_too_long', 'A range has at most 366 days.', jsonb_build_object('max_days', c_longest));
  elsif not private.is_analytics_day(v_from) or not private.is_analytics_day(v_to) then
    perform private.refuse(422, 'invalid_range', 'The range lies outside of 2000 to 2100.');
  end if;
  return private.dashboard(v_from, v_to, v_zone, p_assistant_id, coalesce(p_interval, 'day'));
end;
$$;
comment on function public.analytics_dashboard(date, date, text, uuid, text) is
  'The caller''s calls of p_from to p_to (the last 30 days), cut in p_tz (the profile''s zone), of one assistant or all, by day or hour. '
  'Refuses: 422 invalid_time_zone, invalid_interval, invalid_range, range_too_long.';

grant execute on function public.analytics_dashboard(date, date, text, uuid, text) to authenticated;
