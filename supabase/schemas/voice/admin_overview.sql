-- All tenants at a glance, from the day tier. Days are each tenant's own, as in their dashboard, so that the figures are theirs.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('overview_longest_days', '92', 'integer', '1', '366', 'The longest range of the overview of all tenants. What it costs grows with the tenants that had calls, times the days.');

create type public.tenant_sort as enum ('calls', 'duration', 'cost', 'failures', 'share');
comment on type public.tenant_sort is 'By what tenants are ordered, the greatest first: share is the share of the limit of call time that is used.';

create function private.tenant_sums(p_from date, p_to date, p_sort public.tenant_sort)
returns table (
  user_id uuid, value numeric, calls bigint, ended_calls bigint, successful_calls bigint, failed_calls bigint, duration_seconds bigint,
  cost numeric, plan_type public.plan_type, used_call_time_seconds bigint, max_call_time_seconds bigint, call_time_percent numeric
)
language sql stable security definer set search_path = '' as $$
  with days as (
    select d.user_id, d.calls, d.ended_calls, d.successful_calls, d.failed_calls, d.duration_seconds, d.cost
    from public.call_analytics_days d where d.day between p_from and p_to
    union all
    -- Calls that are in no tier yet have neither length nor cost.
    select c.user_id, 1, (c.status = 'ended')::integer, 0, (c.outcome is not distinct from 'failed')::integer, 0, 0
    from public.call_logs c
    join public.profiles p on p.id = c.user_id
    left join private.analytics_calendars k on k.user_id = c.user_id
    where c.ended_at is null and c.stale_at is null
      and (c.called_at at time zone coalesce(k.time_zone, p.time_zone))::date between p_from and p_to
  ), sums as (
    select d.user_id, sum(d.calls) as calls, sum(d.ended_calls) as ended_calls, sum(d.successful_calls) as successful_calls,
      sum(d.failed_calls) as failed_calls, sum(d.duration_seconds)::bigint as duration_seconds, sum(d.cost) as cost
    from days d group by 1
  )
  select s.user_id, case p_sort when 'calls' then s.calls when 'duration' then s.duration_seconds when 'cost' then s.cost
      when 'failures' then s.failed_calls else coalesce(used.percent, -1) end,
    s.calls, s.ended_calls, s.successful_calls, s.failed_calls, s.duration_seconds, s.cost, l.plan_type, used.seconds,
    l.max_call_time_seconds, used.percent
  from sums s
  join public.user_limits l on l.user_id = s.user_id
  -- A period that is over is the next one, of which nothing is used.
  cross join lateral (select case when l.period_end <= now() then 0 else l.used_call_time_seconds end::bigint as seconds) use
  cross join lateral (select use.seconds, private.resource_usage(use.seconds, l.max_call_time_seconds) as percent) used;
$$;
comment on function private.tenant_sums(date, date, public.tenant_sort) is
  'Each tenant that had calls on the days, with what they add up to, and the value that the overview is ordered by.';

create function private.admin_overview(p_from date, p_to date, p_sort public.tenant_sort, p_cursor jsonb, p_limit integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_to constant date := coalesce(p_to, p_from + 29, (now() at time zone 'UTC')::date);
  c_from constant date := coalesce(p_from, c_to - 29);
  v_value numeric := 'Infinity'::numeric;
  v_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid;
begin
  perform private.require_admin();
  if not private.is_analytics_day(p_from) or not private.is_analytics_day(p_to) or c_from > c_to then
    perform private.refuse(422, 'invalid_range', 'The first day is after the last, or a day lies outside of 2000 to 2100.');
  elsif c_to - c_from >= private.setting_integer('overview_longest_days') then
    perform private.refuse(422, 'range_too_long', 'The range is longer than the overview goes.');
  end if;
  if p_cursor is not null then
    begin
      v_value := (p_cursor ->> 'value')::numeric;
      v_id := (p_cursor ->> 'id')::uuid;
    exception when data_exception then
      v_value := null;
    end;
    if v_value is null or v_id is null then
      perform private.refuse(422, 'invalid_cursor', 'The cursor must be the next of the page before.');
    end if;
  end if;
  return (
    with tenants as materialized (
      select * from private.tenant_sums(c_from, c_to, coalesce(p_sort, 'calls'))
    ), page as materialized (
      select * from tenants where (value, user_id) < (v_value, v_id) order by value desc, user_id desc limit c_size
    )
    select jsonb_build_object(
      'range', jsonb_build_object('from', c_from, 'to', c_to),
      'totals', (
        select jsonb_build_object('tenants', count(*), 'calls', coalesce(sum(calls), 0), 'ended_calls', coalesce(sum(ended_calls), 0),
          'successful_calls', coalesce(sum(successful_calls), 0), 'failed_calls', coalesce(sum(failed_calls), 0),
          'duration_seconds', coalesce(sum(duration_seconds), 0), 'cost', coalesce(sum(cost), 0))
        from tenants),
      'tenants', coalesce(jsonb_agg(to_jsonb(page) - 'value'
        || jsonb_build_object('full_name', p.full_name, 'email', p.email, 'account_status', p.account_status)
        order by page.value desc, page.user_id desc), '[]'),
      'next', case when count(*) = c_size then (
        select jsonb_build_object('value', value, 'id', user_id) from page order by value, user_id limit 1) end)
    from page join public.profiles p on p.id = page.user_id);
end;
$$;
comment on function private.admin_overview(date, date, public.tenant_sort, jsonb, integer) is 'A page of tenants with their sums, if the caller is an admin.';

create function public.admin_overview(
  p_from date default null, p_to date default null, p_sort public.tenant_sort default 'calls', p_cursor jsonb default null, p_limit integer default 50
) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_overview(p_from, p_to, p_sort, p_cursor, p_limit);
$$;
comment on function public.admin_overview(date, date, public.tenant_sort, jsonb, integer) is
  'For admins and the server: {range, totals, tenants, next} of the tenants that had calls, the greatest first. Without a range the last 30 days. '
  'Refuses: 403 admin_only, 422 invalid_range, range_too_long, invalid_cursor.';

grant execute on function private.admin_overview(date, date, public.tenant_sort, jsonb, integer),
  public.admin_overview(date, date, public.tenant_sort, jsonb, integer) to authenticated, service_role;
