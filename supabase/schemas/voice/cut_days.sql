-- Cuts days of any zone out of quarters of an hour: for the dashboard of a zone that has no day tier, and to make the day tier anew.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.days_of_quarter_hours(
  p_user_id uuid, p_zone text, p_from date, p_to date, p_assistant_id uuid, p_settled boolean, p_unsettled boolean
)
returns setof public.call_analytics_days
language plpgsql stable set search_path = '' rows 300 as $$
begin
  return query
  with quarters as materialized (
    select local.day, extract(hour from local.clock)::integer as hour, a.*
    from (
      select * from public.call_analytics where p_settled and user_id = p_user_id
      union all
      select * from private.unsettled_quarters(p_user_id, p_assistant_id) where p_unsettled
    ) a
    cross join lateral (select a.bucket_start at time zone p_zone as clock, (a.bucket_start at time zone p_zone)::date as day) local
    -- No zone is farther from UTC than this. The exact cut is the one by the local date.
    where a.bucket_start >= p_from::timestamp at time zone 'UTC' - interval '1 day'
      and a.bucket_start < p_to::timestamp at time zone 'UTC' + interval '2 days'
      and local.day between p_from and p_to
      and (p_assistant_id is null or a.assistant_id = p_assistant_id)
  ), reasons as (
    select word.day, word.assistant_id, jsonb_object_agg(word.reason, word.total) as counts
    from (
      select q.day, q.assistant_id, entry.key as reason, sum(entry.value::integer) as total
      from quarters q cross join lateral jsonb_each_text(q.reasons) entry
      group by 1, 2, 3 having sum(entry.value::integer) <> 0
    ) word
    group by 1, 2
  ), days as (
    select q.day, q.assistant_id,
      [[sum(q.NAME) as NAME]],
      array[sum(q.durations[1]), sum(q.durations[2]), sum(q.durations[3]), sum(q.durations[4]), sum(q.durations[5]), sum(q.durations[6]), sum(q.durations[7]), sum(q.durations[8]),
      sum(q.durations[9]), sum(q.durations[10]), sum(q.durations[11]), sum(q.durations[12]), sum(q.durations[13]), sum(q.durations[14]), sum(q.durations[15]), sum(q.durations[16]),
      sum(q.durations[17]), sum(q.durations[18]), sum(q.durations[19]), sum(q.durations[20]), sum(q.durations[21]), sum(q.durations[22]), sum(q.durations[23]), sum(q.durations[24]),
      sum(q.durations[25]), sum(q.durations[26]), sum(q.durations[27]), sum(q.durations[28]), sum(q.durations[29]), sum(q.durations[30]), sum(q.durations[31]), sum(q.durations[32])] as durations,
      array[coalesce(sum(q.calls) filter (where q.hour = 0), 0), coalesce(sum(q.calls) filter (where q.hour = 1), 0), coalesce(sum(q.calls) filter (where q.hour = 2), 0),
      coalesce(sum(q.calls) filter (where q.hour = 3), 0), coalesce(sum(q.calls) filter (where q.hour = 4), 0), coalesce(sum(q.calls) filter (where q.hour = 5), 0),
      coalesce(sum(q.calls) filter (where q.hour = 6), 0), coalesce(sum(q.calls) filter (where q.hour = 7), 0), coalesce(sum(q.calls) filter (where q.hour = 8), 0),
      coalesce(sum(q.calls) filter (where q.hour = 9), 0), coalesce(sum(q.calls) filter (where q.hour = 10), 0), coalesce(sum(q.calls) filter (where q.hour = 11), 0),
      coalesce(sum(q.calls) filter (where q.hour = 12), 0), coalesce(sum(q.calls) filter (where q.hour = 13), 0), coalesce(sum(q.calls) filter (where q.hour = 14), 0),
      coalesce(sum(q.calls) filter (where q.hour = 15), 0), coalesce(sum(q.calls) filter (where q.hour = 16), 0), coalesce(sum(q.calls) filter (where q.hour = 17), 0),
      coalesce(sum(q.calls) filter (where q.hour = 18), 0), coalesce(sum(q.calls) filter (where q.hour = 19), 0), coalesce(sum(q.calls) filter (where q.hour = 20), 0),
      coalesce(sum(q.calls) filter (where q.hour = 21), 0), coalesce(sum(q.calls) filter (where q.hour = 22), 0), coalesce(sum(q.calls) filter (where q.hour = 23), 0)] as hours
    from quarters q group by 1, 2
  )
  select p_user_id, d.day, d.assistant_id, d.durations::public.duration_histogram, coalesce(r.counts, '{}'), d.hours::public.hour_histogram,
    [[d.NAME::TYPE]]
  from days d left join reasons r on r.day = d.day and r.assistant_id = d.assistant_id;
end;
$$;
$sql$); end; $do$;
comment on function private.days_of_quarter_hours(uuid, text, date, date, uuid, boolean, boolean) is
  'Rows as in call_analytics_days, for the days p_from to p_to of a zone, of the fine tier (p_settled), of the calls that are in none (p_unsettled), '
  'or of both; p_assistant_id null = all. Reads with the rights of its caller.';

grant execute on function private.days_of_quarter_hours(uuid, text, date, date, uuid, boolean, boolean) to authenticated, service_role;
