-- A class as its teacher plans it, and what became of it. The people's side is written here, the facts' side by
-- the functions of 20260104000700; who may read follows with the enrolments.
create table public.live_classes (
  id uuid primary key default gen_random_uuid(),
  host_id uuid default auth.uid() references public.profiles (id) on delete set null,
  title text not null
    constraint title_is_1_to_200_characters check (char_length(title) between 1 and 200 and title = btrim(title)),
  description text
    constraint description_is_at_most_5000_characters check (char_length(description) <= 5000),
  provider public.meeting_provider not null default 'zoom',
  meeting_id text,
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
  constraint meeting_id_is_the_providers check (
    case provider
      when 'zoom' then meeting_id ~ '^[0-9]{5,20}$'
      when 'google_meet' then meeting_id ~ '^(spaces/[A-Za-z0-9_-]{1,128}|[a-z]{3}-[a-z]{4}-[a-z]{3})$'
    end
  )
);
comment on table public.live_classes is 'One class at one time. Several classes may share a meeting id: the occurrences of a recurring meeting.';
comment on column public.live_classes.host_id is 'The teacher; null once his account is gone.';
comment on column public.live_classes.meeting_id is
  'Zoom: the meeting number as text. Google Meet: the space, "spaces/…", or the meeting code until it is resolved. Null until there is a meeting.';
comment on column public.live_classes.scheduled_end is 'scheduled_start plus duration_minutes, kept by trigger; the default only tells the generated types that nobody needs to write it.';
comment on column public.live_classes.status is
  'Derived from cancelled_at, meeting_deleted_at and the actual times. Writing "cancelled" cancels, writing "scheduled" takes that back.';
comment on column public.live_classes.actual_start_time is 'Start of the first meeting of this class.';
comment on column public.live_classes.actual_end_time is 'End of the last meeting of this class; null while one runs.';
comment on column public.live_classes.attendance_synced is 'Whether attendance was compared with the provider''s own report.';
comment on column public.live_classes.cancelled_at is 'When a person cancelled it.';
comment on column public.live_classes.meeting_deleted_at is 'When the provider says its meeting was deleted before it began.';

create index live_classes_host_id_idx on public.live_classes (host_id, scheduled_start desc);
create index live_classes_meeting_idx on public.live_classes (provider, meeting_id, scheduled_start);
create index live_classes_cancelled_by_idx on public.live_classes (cancelled_by) where cancelled_by is not null;
create index live_classes_scheduled_start_idx on public.live_classes (scheduled_start);

create trigger live_classes_touch_updated_at before update on public.live_classes
  for each row execute function private.touch_updated_at();

-- Times and status that follow from the other columns. Runs before the checks, so a number typed as "123 4567 8901" is fine.
create function private.derive_live_class() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.title := btrim(new.title);
  if new.provider = 'zoom' then
    new.meeting_id := nullif(regexp_replace(new.meeting_id, '[\s-]', '', 'g'), '');
  end if;
  new.scheduled_end := new.scheduled_start + new.duration_minutes * interval '1 minute';

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
  return new;
end;
$$;
comment on function private.derive_live_class() is 'BEFORE trigger: tidies what was typed, derives scheduled_end and status.';

create trigger live_classes_derive before insert or update on public.live_classes
  for each row execute function private.derive_live_class();

-- Whose meeting it is. Without this, a teacher who enters a colleague's number would receive that meeting's participants.
-- Runs after the row-level checks, so that it is no oracle for those who may not write at all.
create function private.lock_meeting(p_provider public.meeting_provider, p_meeting_id text) returns void
language sql set search_path = '' as $$
  select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('meeting:' || p_provider || ':' || p_meeting_id, 0))
  where p_meeting_id is not null;
$$;
comment on function private.lock_meeting(public.meeting_provider, text) is
  'Serialises, until commit, who schedules a meeting and what happens in it: neither may miss the other. Take it after the class row.';

create function private.plan_alone() returns void
language plpgsql set search_path = '' as $$
begin
  if auth.uid() is not null then
    perform pg_advisory_xact_lock(hashtextextended('plans:' || auth.uid(), 0));
  end if;
end;
$$;
comment on function private.plan_alone() is
  'Serialises, until commit, what one caller changes of plans and rosters: two changes of his would hold a class each and want the other. Take it before any row.';

create function private.is_meeting_of_another(p_provider public.meeting_provider, p_meeting_id text, p_host_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.live_classes c
    where c.provider = p_provider and c.meeting_id = p_meeting_id and c.host_id is distinct from p_host_id and c.cancelled_at is null);
$$;
comment on function private.is_meeting_of_another(public.meeting_provider, text, uuid) is
  'Whether another teacher, or one whose account is gone, has a class with this meeting that is not cancelled.';

create function private.guard_meeting_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.meeting_id is null or auth.uid() is null or private.is_admin() then
    return null;
  end if;
  perform private.lock_meeting(new.provider, new.meeting_id);
  if private.is_meeting_of_another(new.provider, new.meeting_id, new.host_id) then
    perform private.refuse(409, 'meeting_taken', 'This meeting belongs to the class of another teacher.');
  end if;
  return null;
end;
$$;
comment on function private.guard_meeting_owner() is 'AFTER trigger: a teacher cannot schedule a meeting that another teacher''s class has. Admins can.';

create trigger live_classes_guard_meeting_insert after insert on public.live_classes
  for each row execute function private.guard_meeting_owner();
-- Putting a class back on the schedule asks for its meeting again: another teacher may have scheduled it meanwhile.
create trigger live_classes_guard_meeting_update after update of provider, meeting_id, status on public.live_classes
  for each row when (new.meeting_id is distinct from old.meeting_id or new.provider is distinct from old.provider
    or (old.cancelled_at is not null and new.cancelled_at is null))
  execute function private.guard_meeting_owner();

create function private.end_demo_of_host() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.end_demo(new.host_id, 'hosted_class');
  return null;
end;
$$;
comment on function private.end_demo_of_host() is 'AFTER trigger: hosting a class ends the voice trial.';

create trigger live_classes_end_demo_on_insert after insert on public.live_classes
  for each row when (new.host_id is not null) execute function private.end_demo_of_host();
create trigger live_classes_end_demo_on_handover after update of host_id on public.live_classes
  for each row when (new.host_id is not null and new.host_id is distinct from old.host_id)
  execute function private.end_demo_of_host();

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

grant select,
  insert (title, description, provider, meeting_id, scheduled_start, duration_minutes),
  update (title, description, provider, meeting_id, scheduled_start, duration_minutes, status)
  on public.live_classes to authenticated;
grant select, insert, update, delete on public.live_classes to service_role;
