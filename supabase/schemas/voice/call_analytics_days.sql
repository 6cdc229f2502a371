do $do$ begin execute private.write_for_each_metric($sql$
create table public.call_analytics_days (
  user_id uuid not null references public.profiles (id) on delete cascade,
  day date not null,
  assistant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  durations public.duration_histogram not null default array_fill(0, array[32]),
  reasons jsonb not null default '{}',
  hours public.hour_histogram not null default array_fill(0, array[24]),
  [[NAME TYPE not null default 0]],
  primary key (user_id, day, assistant_id)
);
$sql$); end; $do$;
comment on table public.call_analytics_days is
  'Settled calls by day and assistant, in the zone of private.analytics_calendars. Columns as in call_analytics.';
comment on column public.call_analytics_days.hours is 'By hour of the local clock.';

-- For the overview of all tenants.
create index call_analytics_days_day_idx on public.call_analytics_days (day);

alter table public.call_analytics_days enable row level security;

create policy "owners read their own daily analytics" on public.call_analytics_days
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.call_analytics_days to authenticated, service_role;

create table private.analytics_calendars (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  time_zone text not null,
  rebuild_after timestamptz,
  rebuild_day date,
  rebuilds integer not null default 0
);
comment on table private.analytics_calendars is
  'In which zone a user''s days are cut. A row comes with the first call; it is read and changed under the lock of user_limits.';
comment on column private.analytics_calendars.rebuild_after is 'When the days may be cut anew in the profile''s zone; null: they are right.';
comment on column private.analytics_calendars.rebuilds is 'Rebuilds on rebuild_day (UTC): a zone may be changed often, but not rebuilt often.';

create index analytics_calendars_rebuild_after_idx on private.analytics_calendars (rebuild_after) where rebuild_after is not null;

alter table private.analytics_calendars enable row level security;

create policy "nobody but the owner of the schema reads calendars" on private.analytics_calendars
  for all to anon, authenticated using (false) with check (false);

create function private.analytics_zone() returns text
language sql stable security definer set search_path = '' as $$
  select time_zone from private.analytics_calendars where user_id = (select auth.uid());
$$;
comment on function private.analytics_zone() is 'The zone that the caller''s day tier is cut in; null without calls.';

grant execute on function private.analytics_zone() to authenticated, service_role;
