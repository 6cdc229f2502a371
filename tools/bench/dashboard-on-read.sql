-- The dashboard's answer computed from call_logs alone: what it would cost without the tiers. $1 user, $2 first day, $3 last day, in UTC.
-- Leaves out what both sides read from elsewhere (limits, numbers, freshness).
with span as (
  select $2::date as first_day, $3::date as last_day, $3::date - $2::date + 1 as days
), calls as materialized (
  select (c.called_at at time zone 'UTC')::date as day, extract(hour from c.called_at at time zone 'UTC')::integer as hour,
    (c.called_at at time zone 'UTC')::date >= s.first_day as is_now, c.assistant_id, c.status = 'ended' as is_ended,
    c.started_at is not null as is_answered, c.outcome, coalesce(c.ended_reason, '') as reason, c.duration_seconds as seconds,
    coalesce(c.cost, 0) as cost,
    c.status = 'ended' and coalesce(c.is_success, c.outcome = 'completed' and c.duration_seconds >= 10, false) as is_success
  from public.call_logs c, span s
  where c.user_id = $1
    and c.called_at >= (s.first_day - s.days)::timestamp at time zone 'UTC' and c.called_at < (s.last_day + 1)::timestamp at time zone 'UTC'
), classes as (
  select is_now, array_agg(n order by class) as durations
  from (
    select is_now, class, count(seconds) as n
    from (select distinct is_now from calls) sides cross join generate_series(1, 32) class
    left join lateral (select 1) one on true
    left join (select is_now as side, width_bucket(seconds, private.duration_bounds()) + 1 as of_class, seconds from calls where is_answered and seconds is not null) c
      on c.side = sides.is_now and c.of_class = class
    group by 1, 2
  ) counted
  group by 1
), sums as (
  select is_now, count(*) as calls, count(*) filter (where is_ended) as ended, count(*) filter (where is_answered) as answered,
    count(*) filter (where is_success) as successful, count(*) filter (where outcome = 'failed') as failed,
    count(*) filter (where outcome = 'completed') as completed, count(*) filter (where outcome = 'no_answer') as no_answer, count(*) filter (where outcome = 'busy') as busy,
    count(*) filter (where outcome = 'voicemail') as voicemail, count(*) filter (where outcome = 'cancelled') as cancelled, count(*) filter (where outcome = 'rejected') as rejected,
    sum(seconds) filter (where is_answered) as seconds, sum(cost) as cost, count(seconds) filter (where is_answered) as measured
  from calls group by 1
), metrics as (
  select is_now, jsonb_build_object('total_calls', calls, 'ended_calls', ended, 'open_calls', calls - ended, 'answered_calls', answered,
    'successful_calls', successful, 'failed_calls', failed,
    'completed_calls', completed, 'no_answer_calls', no_answer, 'busy_calls', busy, 'voicemail_calls', voicemail, 'cancelled_calls', cancelled, 'rejected_calls', rejected, 'success_rate', round(successful::numeric / nullif(ended, 0), 4),
    'total_duration_seconds', seconds, 'average_duration_seconds', round(seconds::numeric / nullif(measured, 0), 1),
    'p50_duration_seconds', private.duration_percentile(durations, 0.5), 'p95_duration_seconds', private.duration_percentile(durations, 0.95),
    'total_cost', cost) as answer
  from sums left join classes using (is_now)
), names as (
  select id, name from public.assistants where user_id = $1
)
select jsonb_build_object(
  'metrics', (select answer from metrics where is_now),
  'previous', (select answer from metrics where not is_now),
  'series', (
    select jsonb_agg(jsonb_build_object('start', to_char(day.start, 'YYYY-MM-DD'), 'total_calls', coalesce(c.calls, 0),
      'ended_calls', coalesce(c.ended, 0), 'answered_calls', coalesce(c.answered, 0), 'successful_calls', coalesce(c.successful, 0),
      'failed_calls', coalesce(c.failed, 0),
      'completed_calls', coalesce(c.completed, 0), 'no_answer_calls', coalesce(c.no_answer, 0), 'busy_calls', coalesce(c.busy, 0), 'voicemail_calls', coalesce(c.voicemail, 0), 'cancelled_calls', coalesce(c.cancelled, 0), 'rejected_calls', coalesce(c.rejected, 0), 'total_duration_seconds', coalesce(c.seconds, 0), 'total_cost', coalesce(c.cost, 0)) order by day.start)
    from generate_series($2::date::timestamp, $3::date::timestamp, '1 day') day (start)
    left join (
      select day, count(*) as calls, count(*) filter (where is_ended) as ended, count(*) filter (where is_answered) as answered,
        count(*) filter (where is_success) as successful, count(*) filter (where outcome = 'failed') as failed,
    count(*) filter (where outcome = 'completed') as completed, count(*) filter (where outcome = 'no_answer') as no_answer, count(*) filter (where outcome = 'busy') as busy,
    count(*) filter (where outcome = 'voicemail') as voicemail, count(*) filter (where outcome = 'cancelled') as cancelled, count(*) filter (where outcome = 'rejected') as rejected,
        sum(seconds) filter (where is_answered) as seconds, sum(cost) as cost
      from calls where is_now group by 1
    ) c on c.day = day.start::date),
  'by_outcome', (
    select jsonb_agg(jsonb_build_object('outcome', o.outcome, 'calls', coalesce(c.calls, 0)) order by o.outcome)
    from unnest(enum_range(null::public.call_outcome)) o (outcome)
    left join (select outcome, count(*) as calls from calls where is_now and is_ended group by 1) c on c.outcome = o.outcome),
  'by_ended_reason', (
    select jsonb_agg(jsonb_build_object('ended_reason', nullif(reason, ''), 'calls', calls) order by calls desc, nullif(reason, ''))
    from (select reason, count(*) as calls from calls where is_now and is_ended group by 1) c),
  'by_weekday_hour', (
    select jsonb_agg(jsonb_build_object('weekday', weekday, 'calls', hours) order by weekday)
    from (
      select w.weekday, array_agg(coalesce(c.calls, 0) order by h.hour) as hours
      from generate_series(1, 7) w (weekday) cross join generate_series(0, 23) h (hour)
      left join (select extract(isodow from day)::integer as weekday, hour, count(*) as calls from calls where is_now group by 1, 2) c
        on c.weekday = w.weekday and c.hour = h.hour
      group by 1
    ) week),
  'by_assistant', (
    select jsonb_agg(jsonb_build_object('assistant_id', c.assistant_id, 'name', n.name, 'is_deleted', n.id is null, 'total_calls', c.calls,
      'ended_calls', c.ended, 'successful_calls', c.successful, 'total_duration_seconds', c.seconds, 'total_cost', c.cost)
      order by c.calls desc, c.assistant_id)
    from (
      select assistant_id, count(*) as calls, count(*) filter (where is_ended) as ended, count(*) filter (where is_success) as successful,
        sum(seconds) filter (where is_answered) as seconds, sum(cost) as cost
      from calls where is_now group by 1
    ) c left join names n on n.id = c.assistant_id),
  'recent_calls', (
    select jsonb_agg(jsonb_build_object('id', r.id, 'called_at', r.called_at, 'assistant_id', r.assistant_id, 'assistant_name', n.name,
      'direction', r.direction, 'status', r.status, 'outcome', r.outcome, 'ended_reason', r.ended_reason, 'caller_number', r.caller_number,
      'duration_seconds', r.duration_seconds, 'cost', r.cost, 'is_success', r.is_success) order by r.called_at desc, r.id desc)
    from (
      select c.* from public.call_logs c, span s
      where c.user_id = $1 and c.called_at >= s.first_day::timestamp at time zone 'UTC' and c.called_at < (s.last_day + 1)::timestamp at time zone 'UTC'
      order by c.called_at desc, c.id desc limit 10
    ) r left join names n on n.id = r.assistant_id)
) as answer;
