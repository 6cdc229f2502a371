-- What the dashboard is made of. It reads some hundred day rows at most, with the rights of its caller: row level security decides what is seen.
create function private.duration_percentile(p_durations bigint[], p_share numeric) returns integer
language plpgsql stable set search_path = '' as $$
declare
  c_bounds constant integer[] := 0 || private.duration_bounds() || private.setting_integer('longest_call_seconds');
  v_rank numeric;
  v_below bigint := 0;
begin
  select p_share * sum(n) into v_rank from unnest(p_durations) n;
  for i in 1 .. 32 loop
    if p_durations[i] > 0 and v_below + p_durations[i] >= v_rank then
      return round(c_bounds[i] + (v_rank - v_below) / p_durations[i] * (c_bounds[i + 1] - c_bounds[i]));
    end if;
    v_below := v_below + p_durations[i];
  end loop;
  return null;
end;
$$;
comment on function private.duration_percentile(bigint[], numeric) is
  'A percentile of a duration histogram in seconds, interpolated within its class; null without calls.';

create function private.dashboard_days(p_zone text, p_from date, p_to date, p_assistant_id uuid)
returns setof public.call_analytics_days
language plpgsql stable set search_path = '' rows 300 as $$
begin
  if private.analytics_zone() = p_zone then
    return query select * from public.call_analytics_days d
      where d.user_id = (select auth.uid()) and d.day between p_from and p_to and (p_assistant_id is null or d.assistant_id = p_assistant_id)
      union all
      select * from private.days_of_quarter_hours((select auth.uid()), p_zone, p_from, p_to, p_assistant_id, false, true);
  else
    return query select * from private.days_of_quarter_hours((select auth.uid()), p_zone, p_from, p_to, p_assistant_id, true, true);
  end if;
end;
$$;
comment on function private.dashboard_days(text, date, date, uuid) is
  'The caller''s days in a zone: from the day tier where it is cut in that zone, else out of the fine tier. Calls that are in no tier yet have rows of their own.';

do $do$ begin execute private.write_for_each_metric($sql$
create function private.dashboard_hours(p_zone text, p_from date, p_to date, p_assistant_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with moments as (
      select distinct date_trunc('hour', quarter, p_zone) as hour
      from generate_series(private.day_start(p_from, p_zone), private.day_start(p_to + 1, p_zone) - interval '15 minutes', '15 minutes') quarter
    ), counted as (
      select date_trunc('hour', a.bucket_start, p_zone) as hour,
        [[sum(a.NAME) as SHOWN]]
      from (
        select * from public.call_analytics
        where user_id = (select auth.uid()) and (p_assistant_id is null or assistant_id = p_assistant_id)
        union all
        select * from private.unsettled_quarters((select auth.uid()), p_assistant_id)
      ) a
      where a.bucket_start >= private.day_start(p_from, p_zone) and a.bucket_start < private.day_start(p_to + 1, p_zone)
      group by 1
    )
    select coalesce(jsonb_agg(jsonb_build_object('start', to_char(m.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      [['SHOWN', coalesce(c.SHOWN, 0)]]) order by m.hour), '[]')
    from moments m left join counted c on c.hour = m.hour);
end;
$$;
$sql$); end; $do$;
comment on function private.dashboard_hours(text, date, date, uuid) is
  'The caller''s series by hour of the local clock, zero-filled; where clocks go back an hour stands twice, and a day that a zone skipped has none.';

create function private.assistant_names() returns table (assistant_id uuid, name text, is_deleted boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select a.id, a.name, false from public.assistants a where a.user_id = auth.uid()
    union all
    select distinct on (v.assistant_id) v.assistant_id, v.name, true from private.vapi_assistants v
    where v.user_id = auth.uid() and not exists (select from public.assistants a where a.id = v.assistant_id)
    order by 1;
end;
$$;
comment on function private.assistant_names() is 'The names of the caller''s assistants, also of deleted ones as far as VAPI ever had them.';

create function private.growth(p_current numeric, p_before numeric) returns numeric
language sql immutable set search_path = '' as $$
  select round((p_current - p_before) / nullif(p_before, 0), 4);
$$;
comment on function private.growth(numeric, numeric) is 'Change as a share of what was before: 0.25 is a quarter more; null when there was nothing.';

grant execute on function private.duration_percentile(bigint[], numeric), private.dashboard_days(text, date, date, uuid),
  private.dashboard_hours(text, date, date, uuid), private.assistant_names(), private.growth(numeric, numeric)
  to authenticated;
