-- Months of usage, counted from an anchor in UTC.
create function private.usage_month(p_anchor timestamptz, p_at timestamptz)
returns table (period_start timestamptz, period_end timestamptz)
language sql immutable rows 1 set search_path = '' as $$
  with utc as (
    select p_anchor at time zone 'UTC' as anchor, p_at at time zone 'UTC' as instant
  ), calendar as (
    select anchor, instant,
      ((extract(year from instant) - extract(year from anchor)) * 12
        + extract(month from instant) - extract(month from anchor))::integer as months
    from utc
  ), whole as (
    select anchor,
      months - (case when anchor + make_interval(months => months) > instant then 1 else 0 end) as months
    from calendar
  )
  select (anchor + make_interval(months => months)) at time zone 'UTC',
    (anchor + make_interval(months => months + 1)) at time zone 'UTC'
  from whole;
$$;
comment on function private.usage_month(timestamptz, timestamptz) is
  'The month [period_start, period_end) of p_anchor that holds p_at. 31 January is followed by the last of February and 31 March.';
