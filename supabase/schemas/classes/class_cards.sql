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
