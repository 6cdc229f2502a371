-- The way into a meeting, in a table of its own: the link carries the passcode, and reading a class must not hand it out.
create table public.class_join_links (
  live_class_id uuid primary key references public.live_classes (id) on delete cascade,
  join_url text not null
    constraint join_url_is_an_https_url check (join_url ~ '^https://[^\s"<>]+$' and char_length(join_url) <= 2048),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.class_join_links is
  'One link a class. The host sees it always; the enrolled from 15 minutes before the start to the end, judged by the clock.';

create function private.is_join_window_open(
  p_status public.class_status, p_scheduled_start timestamptz, p_scheduled_end timestamptz, p_now timestamptz
) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return p_status <> 'cancelled'
    and p_now >= p_scheduled_start - private.setting_interval('join_link_opens_before')
    -- A class that runs over has not ended; the cap is for one whose end was never told.
    and (p_now < p_scheduled_end
      or (p_status = 'ongoing' and p_now < p_scheduled_end + private.setting_interval('class_meeting_late')));
end;
$$;
comment on function private.is_join_window_open(public.class_status, timestamptz, timestamptz, timestamptz) is
  'Whether those who are to come to a class get its join link at that time.';

create function private.joinable_class_ids(p_profile_id uuid, p_now timestamptz) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select c.id
  from public.class_enrollments e
  join public.live_classes c on c.id = e.live_class_id
  where e.profile_id = p_profile_id
    and private.is_join_window_open(c.status, c.scheduled_start, c.scheduled_end, p_now);
$$;
comment on function private.joinable_class_ids(uuid, timestamptz) is 'Classes that a student may join at that time.';

create function private.joinable_class_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select private.joinable_class_ids((select auth.uid()), now());
$$;
comment on function private.joinable_class_ids() is 'Classes that the caller may join now, as a student.';

grant execute on function private.joinable_class_ids() to authenticated, service_role;

alter table public.class_join_links enable row level security;

create policy "hosts and admins read a join link, the enrolled in its window" on public.class_join_links
  for select to authenticated
  using (
    live_class_id = any (array(select private.hosted_class_ids()))
    or live_class_id = any (array(select private.joinable_class_ids()))
    or live_class_id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

create policy "teachers set the join link of their classes, admins any" on public.class_join_links
  for insert to authenticated
  with check (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

create policy "teachers change the join link of their classes, admins any" on public.class_join_links
  for update to authenticated
  using (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()))
  with check (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

create policy "teachers remove the join link of their classes, admins any" on public.class_join_links
  for delete to authenticated
  using (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

grant select, delete, insert (live_class_id, join_url), update (live_class_id, join_url)
  on public.class_join_links to authenticated;

grant select, insert, update, delete on public.class_join_links to service_role;

create trigger class_join_links_touch_updated_at before update on public.class_join_links
  for each row execute function private.touch_updated_at();
