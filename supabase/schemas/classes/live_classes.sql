-- A class as its teacher plans it, and what became of it. People write the plan. The facts are derived from its meetings by
-- the functions of bind_meeting_instances.sql.
create table public.live_classes (
  id uuid primary key default gen_random_uuid(),
  host_id uuid default auth.uid() references public.profiles (id) on delete set null,
  title text not null
    constraint title_is_1_to_200_characters check (char_length(title) between 1 and 200 and title = btrim(title)),
  description text
    constraint description_is_at_most_5000_characters check (char_length(description) <= 5000),
  provider public.meeting_provider not null default 'zoom',
  meeting_id text,
  meeting_proof public.meeting_proof not null default 'none',
  scheduled_start timestamptz not null
    constraint scheduled_start_is_in_this_age check (scheduled_start between '2000-01-01Z' and '2200-01-01Z'),
  duration_minutes integer not null
    constraint duration_is_5_to_1440_minutes check (duration_minutes between 5 and 1440),
  scheduled_end timestamptz not null default '-infinity',
  status public.class_status not null default 'scheduled',
  recording_status public.recording_status not null default 'not_started',
  actual_start_time timestamptz,
  actual_end_time timestamptz,
  attendance_synced boolean not null default false,
  cancelled_at timestamptz,
  cancelled_by uuid references public.profiles (id) on delete set null,
  meeting_deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  no_show_at timestamptz,
  revision integer not null default 0,
  revised_at timestamptz not null default now(),
  constraint meeting_id_is_the_providers check (private.is_meeting_id(provider, meeting_id))
);
comment on table public.live_classes is 'One class at one time. Several classes may share a meeting id: the occurrences of a recurring meeting.';
comment on column public.live_classes.host_id is 'The teacher; null once their account is gone.';
comment on column public.live_classes.meeting_id is
  'Zoom: the meeting number as text. Google Meet: the space, "spaces/…", or the meeting code until it is resolved. Null until there is a meeting.';
comment on column public.live_classes.meeting_proof is
  'Whether the meeting was shown to be the host''s; of the meeting_id as it is, so another one starts from none. Says nothing about whether there is such a meeting.';
comment on column public.live_classes.scheduled_end is 'scheduled_start plus duration_minutes, kept by trigger; the default only tells the generated types that nobody needs to write it.';
comment on column public.live_classes.status is
  'Derived from cancelled_at, meeting_deleted_at and the actual times. Writing "cancelled" cancels, writing "scheduled" takes that back.';
comment on column public.live_classes.actual_start_time is 'Start of the first meeting of this class.';
comment on column public.live_classes.actual_end_time is 'End of the last meeting of this class; null while one runs.';
comment on column public.live_classes.attendance_synced is 'Whether attendance was compared with the provider''s own report.';
comment on column public.live_classes.cancelled_at is 'When a person cancelled it.';
comment on column public.live_classes.meeting_deleted_at is 'When the provider says its meeting was deleted before it began.';
comment on column public.live_classes.no_show_at is
  'When it was noted that its window went by without a meeting; null again once one is known, or the class is moved or cancelled.';
comment on column public.live_classes.revision is
  'How often what a calendar shows of the plan was changed: title, description, times, cancelled or not. It never goes down.';
comment on column public.live_classes.revised_at is 'When that was changed last.';

create index live_classes_host_id_idx on public.live_classes (host_id, scheduled_start desc);
create index live_classes_meeting_idx on public.live_classes (provider, meeting_id, scheduled_start);
create index live_classes_cancelled_by_idx on public.live_classes (cancelled_by) where cancelled_by is not null;
create index live_classes_scheduled_start_idx on public.live_classes (scheduled_start);

-- Hosting is a right of the role in which somebody acts now: every right of a host compares a class's host with this.
create function private.acting_host_id() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return case when private.is_teacher() then auth.uid() end;
end;
$$;
comment on function private.acting_host_id() is
  'The caller as a host of classes; null for whoever is no teacher or admin now: suspended, closing, demoted, nobody.';

grant execute on function private.acting_host_id() to authenticated, service_role;

alter table public.live_classes enable row level security;

create policy "teachers schedule their own classes" on public.live_classes
  for insert to authenticated
  with check (host_id = (select private.acting_host_id()));

create policy "teachers edit their own classes, admins any" on public.live_classes
  for update to authenticated
  using (host_id = (select private.acting_host_id()) or (select private.is_admin()))
  with check (host_id = (select private.acting_host_id()) or (select private.is_admin()));

create policy "hosts and admins read a class with its meeting" on public.live_classes
  for select to authenticated
  using (
    host_id = (select private.acting_host_id())
    or id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

grant select,
  insert (title, description, provider, meeting_id, scheduled_start, duration_minutes),
  update (title, description, provider, meeting_id, scheduled_start, duration_minutes, status)
  on public.live_classes to authenticated;

grant select, insert, update, delete on public.live_classes to service_role;

-- Times and status that follow from the other columns. Runs before the checks, so what was pasted is read first.
create function private.live_classes_guard() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.title := btrim(new.title);
  new.meeting_id := private.read_meeting_id(new.provider, new.meeting_id);
  new.scheduled_end := new.scheduled_start + new.duration_minutes * interval '1 minute';

  if tg_op = 'INSERT' or (auth.uid() is not null and (new.provider, new.meeting_id) is distinct from (old.provider, old.meeting_id)) then
    -- Admins and the secret key say with the number whose meeting it is.
    new.meeting_proof := case when new.meeting_id is not null and (auth.uid() is null or private.is_admin())
      then 'admin' else 'none' end::public.meeting_proof;
  end if;

  if tg_op = 'INSERT' then
    if new.status = 'cancelled' then
      new.cancelled_at := coalesce(new.cancelled_at, now());
    end if;
  elsif new.status is distinct from old.status then
    if new.status = 'cancelled' then
      new.cancelled_at := coalesce(old.cancelled_at, now());
      new.cancelled_by := auth.uid();
    elsif new.status = 'scheduled' and old.status = 'cancelled' then
      new.cancelled_at := null;
      new.cancelled_by := null;
    else
      perform private.refuse(422, 'class_status_is_derived',
        'A class can be cancelled or put back on the schedule; whether it runs or is over follows from its meeting.');
    end if;
  end if;

  new.status := case
    when new.cancelled_at is not null or new.meeting_deleted_at is not null then 'cancelled'
    when new.actual_start_time is null then 'scheduled'
    when new.actual_end_time is null then 'ongoing'
    else 'completed'
  end;

  if tg_op = 'UPDATE' then
    -- A meeting is known after all, or the class was moved or cancelled.
    if new.no_show_at is not null and (new.status <> 'scheduled' or new.scheduled_end is distinct from old.scheduled_end) then
      new.no_show_at := null;
    end if;
    new.revision := old.revision;
    new.revised_at := old.revised_at;
    if (new.title, new.description, new.scheduled_start, new.scheduled_end, new.status = 'cancelled')
      is distinct from (old.title, old.description, old.scheduled_start, old.scheduled_end, old.status = 'cancelled') then
      new.revision := old.revision + 1;
      new.revised_at := now();
    end if;
    new.updated_at := now();
  end if;
  return new;
end;
$$;
comment on function private.live_classes_guard() is
  'Tidies what was typed, refuses a status that is not a person''s to write, and derives scheduled_end, status, no_show_at and the revision.';

-- Moving one class of a recurring meeting may take what happened in it from another class, whose row is then written as well.
-- Two such moves at once each hold a row and want the other's: a deadlock, which plain REST shows to the client as 40P01. A
-- meeting is one teacher's, so each caller's plans wait for each other before any row is locked, and nobody else's wait for them.
create function private.live_classes_take_turns() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.plan_alone();
  return null;
end;
$$;
comment on function private.live_classes_take_turns() is
  'Lets the changes of one caller''s plans be made one after another. Event handlers and jobs lock class rows in order by themselves.';

-- The steps read the class as it is now, because a step before them may have changed it again.
create function private.live_classes_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  -- On insert every column of OLD is null, so that whatever a new class has counts as changed.
  v_is_new constant boolean := tg_op = 'INSERT';
begin
  if tg_op = 'DELETE' then
    if old.meeting_id is not null then
      perform private.rebind_after_class_deletion(old);
    end if;
    return null;
  end if;

  if new.meeting_id is not null and new.meeting_proof <> 'admin'
    and (new.provider, new.meeting_id, new.scheduled_start) is distinct from (old.provider, old.meeting_id, old.scheduled_start) then
    perform private.ask_for_host(new.provider, new.meeting_id);
  end if;
  if new.host_id is not null and new.host_id is distinct from old.host_id then
    perform private.end_demo(new.host_id, 'hosted_class');
  end if;
  if (new.host_id, new.title, new.description, new.provider, new.scheduled_start, new.scheduled_end, new.duration_minutes,
      new.status, new.recording_status, new.actual_start_time, new.actual_end_time, new.attendance_synced)
    is distinct from (old.host_id, old.title, old.description, old.provider, old.scheduled_start, old.scheduled_end,
      old.duration_minutes, old.status, old.recording_status, old.actual_start_time, old.actual_end_time, old.attendance_synced) then
    perform private.write_class_card(new.id);
  end if;
  -- The host of a class is one of the people whom its sessions can be matched with.
  if not v_is_new and new.host_id is distinct from old.host_id then
    perform private.match_class_participants(array[new.id]);
  end if;
  -- A class that never had a meeting has nothing to be bound again.
  if not (v_is_new and new.meeting_id is null)
    and (new.provider, new.meeting_id, new.scheduled_start, new.scheduled_end, new.cancelled_at, new.host_id)
      is distinct from (old.provider, old.meeting_id, old.scheduled_start, old.scheduled_end, old.cancelled_at, old.host_id) then
    perform private.rebind_after_class_change(new, old.provider, old.meeting_id);
  end if;
  if not v_is_new and (new.title, new.scheduled_start, new.duration_minutes)
    is distinct from (old.title, old.scheduled_start, old.duration_minutes) then
    perform private.stamp_class_edit(new, old);
  end if;
  if new.meeting_id is not null and (new.provider, new.meeting_id, new.host_id, new.scheduled_start)
    is distinct from (old.provider, old.meeting_id, old.host_id, old.scheduled_start) then
    perform private.prepare_meeting(new.provider, new.id,
      (new.provider, new.meeting_id) is distinct from (old.provider, old.meeting_id));
  end if;
  if not v_is_new then
    -- After the meetings were bound again: assumed ends follow the plan of the class that they are of.
    if new.scheduled_end is distinct from old.scheduled_end then
      perform private.refresh_assumed_ends_of_class(new.id);
    end if;
    if greatest(old.scheduled_end, new.scheduled_end) > now()
      and ((old.status = 'cancelled') <> (new.status = 'cancelled')
        or (new.status = 'scheduled'
          and (new.scheduled_start, new.scheduled_end) is distinct from (old.scheduled_start, old.scheduled_end))) then
      perform private.tell_class_change(new, old);
    end if;
  end if;
  if new.host_id is not null then
    perform private.publish_class_changes(new, old);
  end if;
  return null;
end;
$$;
comment on function private.live_classes_follow() is
  'What follows from a class that was scheduled, changed or deleted, in this order: the question for the host, the end of the '
  'trial, the card, people, meetings, field times, what the provider needs before the meeting, assumed ends, notifications, webhooks.';

-- Only of the columns of a plan: what follows from meetings is written by everybody's events.
create trigger live_classes_take_turns
  before insert or delete or update of provider, meeting_id, scheduled_start, duration_minutes, status on public.live_classes
  for each statement execute function private.live_classes_take_turns();

create trigger live_classes_guard before insert or update on public.live_classes
  for each row execute function private.live_classes_guard();

create trigger live_classes_follow after insert or update or delete on public.live_classes
  for each row execute function private.live_classes_follow();
