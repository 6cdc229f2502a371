-- When the desk works. The clocks of ticket_sla.sql run in these hours alone; unless somebody says otherwise the desk is always open.
create table public.business_hours (
  is_only boolean primary key default true constraint business_hours_are_one_row check (is_only),
  time_zone text not null default 'UTC',
  weekly jsonb not null default '[]' constraint weekly_hours_are_a_list check (jsonb_typeof(weekly) = 'array'),
  holidays jsonb not null default '[]' constraint holidays_are_a_list check (jsonb_typeof(holidays) = 'array')
);
comment on table public.business_hours is 'When the desk works; one row, changed as a whole by admin_set_business_hours.';
comment on column public.business_hours.weekly is '[{weekday, opens, closes}]: 1 is Monday, times as 09:00, in the zone; 24:00 is midnight. Empty: every day, all day.';
comment on column public.business_hours.holidays is '[{day, name}]: days of the zone on which nobody works.';

insert into public.business_hours default values;

alter table public.business_hours enable row level security;

create policy "signed-in users read when the desk works" on public.business_hours
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.business_hours to authenticated, service_role;

-- The hours as instants, so that time between two of them is a difference of two sums. What is past stays as it was then.
create table public.opening_spans (
  opens_at timestamptz primary key,
  closes_at timestamptz not null,
  open_before interval not null constraint open_before_is_not_negative check (open_before >= '0'),
  constraint span_has_a_length check (closes_at > opens_at)
);
comment on table public.opening_spans is 'From when to when the desk works, five years ahead. Made of business_hours from the moment on at which they were changed.';
comment on column public.opening_spans.open_before is 'The length of all spans before.';

create index opening_spans_open_before_idx on public.opening_spans (open_before);

insert into public.opening_spans (opens_at, closes_at, open_before) values ('2000-01-01Z', 'infinity', '0');

alter table public.opening_spans enable row level security;

create policy "signed-in users read the spans of their clocks" on public.opening_spans
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.opening_spans to authenticated, service_role;

create function private.build_opening_spans(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_ahead constant interval := interval '5 years';
  v_hours public.business_hours;
  v_today date;
  v_before interval;
  v_rows integer;
begin
  select * into strict v_hours from public.business_hours for update;
  v_today := (p_now at time zone v_hours.time_zone)::date;
  delete from public.opening_spans where opens_at >= p_now;
  update public.opening_spans set closes_at = p_now where closes_at > p_now;
  select s.open_before + (s.closes_at - s.opens_at) into v_before from public.opening_spans s order by s.opens_at desc limit 1;
  v_before := coalesce(v_before, '0');

  if v_hours.weekly = '[]' and v_hours.holidays = '[]' then
    insert into public.opening_spans (opens_at, closes_at, open_before) values (p_now, 'infinity', v_before);
    return 1;
  end if;
  with weekly as (
    select weekday, opens, closes from jsonb_to_recordset(v_hours.weekly) as w (weekday integer, opens time, closes time)
    union all
    select weekday, '00:00', '24:00' from generate_series(1, 7) weekday where v_hours.weekly = '[]'
  ), spans as (
    -- Where clocks go forward, what opens or closes in the hour that is not there does so after it, and may meet the next span.
    select greatest((day + w.opens) at time zone v_hours.time_zone, p_now,
        max((day + w.closes) at time zone v_hours.time_zone) over (order by day, w.opens rows between unbounded preceding and 1 preceding)) as opens_at,
      (day + w.closes) at time zone v_hours.time_zone as closes_at
    from (select generate_series(v_today, v_today + c_ahead, '1 day')::date) days (day)
    join weekly w on w.weekday = extract(isodow from day)
    where not exists (select from jsonb_to_recordset(v_hours.holidays) as h (day date) where h.day = days.day)
  )
  insert into public.opening_spans (opens_at, closes_at, open_before)
  select s.opens_at, s.closes_at,
    v_before + coalesce(sum(s.closes_at - s.opens_at) over (order by s.opens_at rows between unbounded preceding and 1 preceding), '0')
  from spans s where s.closes_at > s.opens_at;
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.build_opening_spans(timestamptz) is
  'Makes the spans from p_now on anew, as the hours and the zone''s rules are now, and ends the one that is open.';

create function private.extend_opening_spans(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_enough constant interval := interval '59 months';
begin
  if (select max(closes_at) from public.opening_spans) < p_now + c_enough then
    return private.build_opening_spans(p_now);
  end if;
  return 0;
end;
$$;
comment on function private.extend_opening_spans(timestamptz) is 'Job: once a month brings the spans five years ahead, and in step with the zone''s rules.';

select private.schedule_job('extend_opening_spans', '17 3 * * *', 'private.extend_opening_spans', 'Bring the desk''s hours five years ahead.');

create function private.is_opening(p_opening jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_typeof(p_opening -> 'weekday') = 'number' and p_opening ->> 'weekday' ~ '^[1-7]$'
    and p_opening ->> 'opens' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and p_opening ->> 'closes' ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
    -- Of the same form, so that texts compare as times.
    and (p_opening ->> 'opens') collate "C" < p_opening ->> 'closes', false);
$$;
comment on function private.is_opening(jsonb) is 'Whether this is hours of a weekday: {weekday, opens, closes}.';

create function private.is_holiday(p_holiday jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(p_holiday ->> 'day' ~ '^20[0-9]{2}-[0-9]{2}-[0-9]{2}$' and to_char((p_holiday ->> 'day')::date, 'YYYY-MM-DD') = p_holiday ->> 'day'
    and char_length(btrim(p_holiday ->> 'name')) between 1 and 100, false);
exception when datetime_field_overflow then
  return false;
end;
$$;
comment on function private.is_holiday(jsonb) is 'Whether this is a day of this century with a name: {day, name}.';

create function private.set_business_hours(p_time_zone text, p_weekly jsonb, p_holidays jsonb, p_now timestamptz) returns public.business_hours
language plpgsql security definer set search_path = '' as $$
declare
  v_was public.business_hours;
  v_hours public.business_hours;
  v_is_valid boolean := coalesce(jsonb_typeof(p_weekly) = 'array' and jsonb_typeof(p_holidays) = 'array', false);
begin
  perform private.require_admin();
  perform private.require_time_zone(p_time_zone);
  if v_is_valid then
    v_is_valid := jsonb_array_length(p_weekly) <= 50 and jsonb_array_length(p_holidays) <= 500
      and (select coalesce(bool_and(private.is_opening(e)), true) from jsonb_array_elements(p_weekly) e)
      and (select coalesce(bool_and(private.is_holiday(e)), true) from jsonb_array_elements(p_holidays) e);
  end if;
  if v_is_valid then
    v_is_valid := not exists (
        select from (
          select w.opens < lag(w.closes) over (partition by w.weekday order by w.opens) as is_overlapping
          from jsonb_to_recordset(p_weekly) as w (weekday integer, opens time, closes time)
        ) w where w.is_overlapping)
      and (select count(distinct e ->> 'day') = count(*) from jsonb_array_elements(p_holidays) e);
  end if;
  if not v_is_valid then
    perform private.refuse(422, 'invalid_business_hours',
      'Hours are a list of {weekday, opens, closes} that do not overlap, holidays a list of {day, name} with each day once.');
  end if;
  select * into strict v_was from public.business_hours for update;
  update public.business_hours set time_zone = p_time_zone,
    weekly = (select coalesce(jsonb_agg(jsonb_build_object('weekday', w.weekday, 'opens', w.opens, 'closes', w.closes) order by w.weekday, w.opens), '[]')
      from jsonb_to_recordset(p_weekly) as w (weekday integer, opens text, closes text)),
    holidays = (select coalesce(jsonb_agg(jsonb_build_object('day', h.day, 'name', btrim(h.name)) order by h.day), '[]')
      from jsonb_to_recordset(p_holidays) as h (day text, name text))
  returning * into v_hours;
  perform private.build_opening_spans(p_now);
  perform private.record_admin_action('set_business_hours', jsonb_build_object('from', to_jsonb(v_was), 'to', to_jsonb(v_hours)));
  return v_hours;
end;
$$;
comment on function private.set_business_hours(text, jsonb, jsonb, timestamptz) is 'Sets when the desk works, from p_now on, if the caller is an admin.';

create function private.admin_set_business_hours(p_time_zone text, p_weekly jsonb, p_holidays jsonb) returns public.business_hours
language sql security definer set search_path = '' as $$
  select * from private.set_business_hours(p_time_zone, p_weekly, p_holidays, now());
$$;
comment on function private.admin_set_business_hours(text, jsonb, jsonb) is 'Sets when the desk works, from now on.';

create function public.admin_set_business_hours(p_time_zone text, p_weekly jsonb, p_holidays jsonb default '[]') returns public.business_hours
language sql set search_path = '' as $$
  select * from private.admin_set_business_hours(p_time_zone, p_weekly, p_holidays);
$$;
comment on function public.admin_set_business_hours(text, jsonb, jsonb) is
  'For admins and the server: sets when the desk works, for the clocks of tickets from now on; recorded. '
  'Refuses: 403 admin_only, 422 invalid_time_zone, 422 invalid_business_hours.';

grant execute on function private.admin_set_business_hours(text, jsonb, jsonb), public.admin_set_business_hours(text, jsonb, jsonb)
  to authenticated, service_role;
