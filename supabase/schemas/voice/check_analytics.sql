-- Analytics is counted once and kept. Every night a sample of it is counted again from the calls: what differs is recorded and repaired.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('analytics_checked_accounts', '50', 'integer', '1', '10000', 'Accounts of which a night counts yesterday and one other day again.'),
  ('analytics_checked_days', '90', 'integer', '1', '3650', 'How far back the other day may lie.');

create table private.analytics_repairs (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  day date not null,
  found jsonb not null,
  counted jsonb not null,
  created_at timestamptz not null default now()
);
comment on table private.analytics_repairs is 'Days of analytics that were not what the calls say: what stood there and what was put in its place.';
comment on column private.analytics_repairs.day is 'In the zone of the account''s calendar.';

create index analytics_repairs_user_id_idx on private.analytics_repairs (user_id);

alter table private.analytics_repairs enable row level security;

create policy "nobody but the owner of the schema reads repairs" on private.analytics_repairs
  for all to anon, authenticated using (false) with check (false);

-- Ranges lie within these years. Outside of them are dates that no clock shows, infinity among them.
create function private.is_analytics_day(p_day date) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_day between '2000-01-01' and '2100-12-31', true);
$$;
comment on function private.is_analytics_day(date) is 'Whether a range may begin or end with a day: any of the years 2000 to 2100, or null.';

grant execute on function private.is_analytics_day(date) to authenticated;

-- A day begins at midnight. Clocks may skip midnight or show it twice; asking for 00:00 then gives the later moment.
create function private.day_start(p_day date, p_zone text) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_midnight constant timestamptz := p_day::timestamp at time zone p_zone;
begin
  return coalesce(
    (select min(moment) from generate_series(v_midnight - interval '3 hours', v_midnight, '15 minutes') moment
      where (moment at time zone p_zone)::date >= p_day),
    v_midnight);
end;
$$;
comment on function private.day_start(date, text) is 'The first moment of a day in a zone, also where the clocks change at midnight.';

grant execute on function private.day_start(date, text) to authenticated, service_role;

create function private.analytics_of_day(p_user_id uuid, p_day date, p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'day', (select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.assistant_id), '[]')
      from public.call_analytics_days d where d.user_id = p_user_id and d.day = p_day),
    'quarter_hours', (select coalesce(jsonb_agg(to_jsonb(a) - 'user_id' order by a.bucket_start, a.assistant_id), '[]')
      from public.call_analytics a where a.user_id = p_user_id and a.bucket_start >= p_from and a.bucket_start < p_to));
end;
$$;
comment on function private.analytics_of_day(uuid, date, timestamptz, timestamptz) is 'Both tiers of one day of an account, to compare.';

create function private.recount_analytics(p_user_id uuid, p_day date) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_zone constant text := private.lock_analytics(p_user_id);
  v_from constant timestamptz := private.day_start(p_day, v_zone);
  v_to constant timestamptz := private.day_start(p_day + 1, v_zone);
  v_found jsonb;
  v_counted jsonb;
  v_calls private.call_change[];
begin
  if v_zone is null then
    return false;
  end if;
  v_found := private.analytics_of_day(p_user_id, p_day, v_from, v_to);
  delete from public.call_analytics where user_id = p_user_id and bucket_start >= v_from and bucket_start < v_to;
  delete from public.call_analytics_days where user_id = p_user_id and day = p_day;
  select array_agg((1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
    duration_seconds, cost, is_success, null, null, null)::private.call_change)
  into v_calls from public.call_logs
  where user_id = p_user_id and called_at >= v_from and called_at < v_to and (ended_at is not null or stale_at is not null);
  if v_calls is not null then
    perform private.account_for_calls(v_calls, now());
  end if;
  v_counted := private.analytics_of_day(p_user_id, p_day, v_from, v_to);
  if v_counted = v_found then
    return false;
  end if;
  insert into private.analytics_repairs (user_id, day, found, counted) values (p_user_id, p_day, v_found, v_counted);
  return true;
end;
$$;
comment on function private.recount_analytics(uuid, date) is
  'Counts one day of an account again from its calls, both tiers, under the lock of its limits. True when they were wrong, which is recorded.';

create function private.check_analytics(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_accounts constant integer := private.setting_integer('analytics_checked_accounts');
  v_account record;
  v_yesterday date;
  v_repairs integer := 0;
begin
  for v_account in
    -- The sample begins at a random id, and goes on from the first one when too few follow, so that not all accounts are read.
    with origin as materialized (select gen_random_uuid() as id)
    select chosen.* from (
      (select c.user_id, c.time_zone from private.analytics_calendars c where c.user_id >= (select id from origin) order by c.user_id limit c_accounts)
      union all
      (select c.user_id, c.time_zone from private.analytics_calendars c where c.user_id < (select id from origin) order by c.user_id limit c_accounts)
      limit c_accounts
    ) chosen
    join public.user_limits l on l.user_id = chosen.user_id
    order by chosen.user_id
    for no key update of l skip locked
  loop
    v_yesterday := (p_now at time zone v_account.time_zone)::date - 1;
    v_repairs := v_repairs + private.recount_analytics(v_account.user_id, v_yesterday)::integer
      + private.recount_analytics(v_account.user_id,
        v_yesterday - 1 - floor(random() * private.setting_integer('analytics_checked_days'))::integer)::integer;
  end loop;
  return v_repairs;
end;
$$;
comment on function private.check_analytics(timestamptz) is 'Job: counts a sample again from the calls and repairs it; passes over accounts that somebody holds. Returns the number of repairs, each recorded.';

select private.schedule_job('check_analytics', '23 3 * * *', 'private.check_analytics', 'counts a sample of analytics again and repairs it');
