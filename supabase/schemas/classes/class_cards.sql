-- What the enrolled read of a class: title, times and status. A table of its own, because a policy shows rows and not columns:
-- on live_classes it would show the meeting id too, which is the way into a Google Meet. That way is class_join_links, in its time.
create table public.class_cards (
  id uuid primary key references public.live_classes (id) on delete cascade,
  host_id uuid,
  title text not null,
  description text,
  provider public.meeting_provider not null,
  scheduled_start timestamptz not null,
  scheduled_end timestamptz not null,
  duration_minutes integer not null,
  status public.class_status not null,
  recording_status public.recording_status not null,
  actual_start_time timestamptz,
  actual_end_time timestamptz,
  attendance_synced boolean not null
);
comment on table public.class_cards is
  'What everybody in a class may know of it, without the meeting id. Kept in step with live_classes by a trigger.';

create index class_cards_scheduled_start_idx on public.class_cards (scheduled_start);

alter table public.class_cards enable row level security;

create policy "hosts, the enrolled and admins read the card of a class" on public.class_cards
  for select to authenticated
  using (
    host_id = (select private.acting_host_id())
    or id = any (array(select private.enrolled_class_ids()))
    or id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

grant select on public.class_cards to authenticated, service_role;

-- Reads the row as it is now: what follows from a change of a class may have changed it again.
create function private.write_class_card(p_class_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.class_cards as k (id, host_id, title, description, provider, scheduled_start, scheduled_end, duration_minutes,
    status, recording_status, actual_start_time, actual_end_time, attendance_synced)
  select c.id, c.host_id, c.title, c.description, c.provider, c.scheduled_start, c.scheduled_end, c.duration_minutes,
    c.status, c.recording_status, c.actual_start_time, c.actual_end_time, c.attendance_synced
  from public.live_classes c where c.id = p_class_id
  on conflict (id) do update set (host_id, title, description, provider, scheduled_start, scheduled_end, duration_minutes,
    status, recording_status, actual_start_time, actual_end_time, attendance_synced)
    = (excluded.host_id, excluded.title, excluded.description, excluded.provider, excluded.scheduled_start, excluded.scheduled_end,
      excluded.duration_minutes, excluded.status, excluded.recording_status, excluded.actual_start_time, excluded.actual_end_time,
      excluded.attendance_synced);
end;
$$;
comment on function private.write_class_card(uuid) is 'Makes the card of a class what the class says.';
