-- A class as its teacher plans it, and what became of it. The people's side is written here, the facts' side by
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

create index live_classes_host_id_idx on public.live_classes (host_id, scheduled_start desc);
create index live_classes_meeting_idx on public.live_classes (provider, meeting_id, scheduled_start);
create index live_classes_cancelled_by_idx on public.live_classes (cancelled_by) where cancelled_by is not null;
create index live_classes_scheduled_start_idx on public.live_classes (scheduled_start);
create index live_classes_meet_idx on public.live_classes (scheduled_start) where provider = 'google_meet';

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

-- What people paste is what calendars and Zoom show: a number in groups, with a label before it, or a link around it. What is none
-- of these is left as it is, for the check to refuse: a personal link, say, names a person and no meeting.
create function private.read_meeting_id(p_provider public.meeting_provider, p_typed text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- Other spaces and dashes than those of ASCII come with what is copied; some are not to be seen.
  v_plain constant text := btrim(regexp_replace(regexp_replace(p_typed,
    '[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]', ' ', 'g'), '[\u2010-\u2015\u2212]', '-', 'g'), E' \t\r\n');
  v_found text;
begin
  if p_provider = 'zoom' then
    v_found := coalesce(
      substring(v_plain from '(?i)^(?:https?://)?(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)/(?:j|s|w|wc|wc/join)/([0-9]+)(?:[/?#].*)?$'),
      regexp_replace(v_plain, '^(?:meeting )?id ?: ?', '', 'i'));
    return nullif(regexp_replace(v_found, '[\s-]', '', 'g'), '');
  end if;
  v_found := lower(coalesce(
    substring(v_plain from '(?i)^(?:https?://)?meet\.google\.com/(?:u/[0-9]+/)?([a-z-]+)/?(?:[?#].*)?$'),
    case when v_plain !~ '^spaces/' then v_plain end));
  return nullif(coalesce(regexp_replace(v_found, '^([a-z]{3})-?([a-z]{4})-?([a-z]{3})$', '\1-\2-\3'), v_plain), '');
end;
$$;
comment on function private.read_meeting_id(public.meeting_provider, text) is 'The number, code or space in what somebody typed or pasted; else what was typed.';

grant execute on function private.read_meeting_id(public.meeting_provider, text) to authenticated, service_role;

-- Times and status that follow from the other columns. Runs before the checks, so what was pasted is read first.
create function private.derive_live_class() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.title := btrim(new.title);
  new.meeting_id := private.read_meeting_id(new.provider, new.meeting_id);
  new.scheduled_end := new.scheduled_start + new.duration_minutes * interval '1 minute';

  if tg_op = 'INSERT' or (auth.uid() is not null and (new.provider, new.meeting_id) is distinct from (old.provider, old.meeting_id)) then
    -- Who may speak for everybody says with the number whose meeting it is.
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
  return new;
end;
$$;
comment on function private.derive_live_class() is 'BEFORE trigger: tidies what was typed, derives scheduled_end and status.';

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

create function private.end_demo_of_host() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.end_demo(new.host_id, 'hosted_class');
  return null;
end;
$$;
comment on function private.end_demo_of_host() is 'AFTER trigger: hosting a class ends the voice trial.';

-- Reads the row as it is now: a trigger that fires before this one may have changed it again.
create function private.follow_class_card() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.class_cards as k (id, host_id, title, description, provider, scheduled_start, scheduled_end, duration_minutes,
    status, recording_status, actual_start_time, actual_end_time, attendance_synced)
  select c.id, c.host_id, c.title, c.description, c.provider, c.scheduled_start, c.scheduled_end, c.duration_minutes,
    c.status, c.recording_status, c.actual_start_time, c.actual_end_time, c.attendance_synced
  from public.live_classes c where c.id = new.id
  on conflict (id) do update set (host_id, title, description, provider, scheduled_start, scheduled_end, duration_minutes,
    status, recording_status, actual_start_time, actual_end_time, attendance_synced)
    = (excluded.host_id, excluded.title, excluded.description, excluded.provider, excluded.scheduled_start, excluded.scheduled_end,
      excluded.duration_minutes, excluded.status, excluded.recording_status, excluded.actual_start_time, excluded.actual_end_time,
      excluded.attendance_synced);
  return null;
end;
$$;
comment on function private.follow_class_card() is 'AFTER trigger: keeps class_cards in step with live_classes.';

-- A class that is created, moved, cancelled, handed over or given another meeting: what took place is matched again.
create function private.rebind_after_class_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_meeting(m.provider, m.meeting_id)
  from (
    select new.provider, new.meeting_id union select old.provider, old.meeting_id where tg_op = 'UPDATE'
  ) m
  where m.meeting_id is not null;

  perform private.refresh_meeting_proof(new.id);
  perform private.bind_instance(i.id)
  from public.meeting_instances i
  where i.live_class_id = new.id
    or (i.provider = new.provider and i.meeting_id = new.meeting_id
      and i.started_at between new.scheduled_start - private.setting_interval('class_meeting_early')
        and new.scheduled_end + private.setting_interval('class_meeting_late'));
  perform private.refresh_class_status(new.id);
  return null;
end;
$$;
comment on function private.rebind_after_class_change() is 'AFTER trigger: binds again what the change may concern, and only that.';

create function private.rebind_after_class_deletion() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_meeting(old.provider, old.meeting_id);
  -- What goes to no class is loose by now (on delete set null) and has nothing to be bound away from, but still its people.
  perform case when private.bind_instance(i.id) is null then private.match_participants(i.id) end
  from public.meeting_instances i
  where i.provider = old.provider and i.meeting_id = old.meeting_id
    and i.started_at between old.scheduled_start - private.setting_interval('class_meeting_early')
      and old.scheduled_end + private.setting_interval('class_meeting_late');
  return null;
end;
$$;
comment on function private.rebind_after_class_deletion() is 'AFTER trigger: what a deleted class had goes to another class or to nobody.';

-- The host of a class is one of the people that can be matched.
create function private.match_after_handover() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.match_class_participants(array[new.id]);
  return null;
end;
$$;
comment on function private.match_after_handover() is 'AFTER trigger: another host, other matches.';

create function private.stamp_class_edit() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.stamp_class_field(new.id, f.field, now())
  from (values
    ('title', new.title is distinct from old.title),
    ('scheduled_start', new.scheduled_start is distinct from old.scheduled_start),
    ('duration_minutes', new.duration_minutes is distinct from old.duration_minutes)
  ) as f (field, is_changed)
  where f.is_changed;
  return null;
end;
$$;
comment on function private.stamp_class_edit() is 'AFTER trigger: an edit happens now; a provider''s change is stamped with its own time afterwards.';

create function private.tell_class_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_kind constant text := case
    when new.status = 'cancelled' then 'class_cancelled'
    when old.status = 'cancelled' then 'class_restored'
    else 'class_moved' end;
begin
  delete from public.notifications n
  where n.subject_id = new.id and n.read_at is null and n.kind in ('class_moved', 'class_cancelled', 'class_restored')
    and n.user_id in (select * from private.people_of_class(new.id));
  perform private.notify(p.id, v_kind, new.id, jsonb_build_object('title', new.title,
    'scheduled_start', new.scheduled_start, 'scheduled_end', new.scheduled_end, 'previous_start', old.scheduled_start))
  from private.people_of_class(new.id) p (id)
  -- Who did it knows.
  where p.id is distinct from auth.uid();
  return null;
end;
$$;
comment on function private.tell_class_change() is 'AFTER trigger: tells the enrolled and the host, except who did it, that a class was moved, cancelled or put back.';

create function private.ask_meet_space_of_class() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.meet_space_lookups where live_class_id = new.id;
  perform private.ask_meet_space(new.id, new.meeting_id, now());
  return null;
end;
$$;
comment on function private.ask_meet_space_of_class() is 'AFTER trigger: a code is resolved once, when it is set.';

create function private.subscribe_to_meet_class() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into private.meet_subscriptions (space, host_id)
  select w.space, w.host_id from private.wanted_meet_subscriptions(now()) w
  where w.space = new.meeting_id and w.host_id = new.host_id
  on conflict on constraint host_subscribes_once_to_a_space do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.ask_meet_subscription(v_id, now());
  end if;
  return null;
end;
$$;
comment on function private.subscribe_to_meet_class() is 'AFTER trigger: a class that is near is subscribed to at once; the job sees to all others.';

create function private.follow_scheduled_end() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.refresh_assumed_end(i.id, now())
  from public.meeting_instances i where i.live_class_id = new.id and i.end_is_assumed;
  return null;
end;
$$;
comment on function private.follow_scheduled_end() is 'AFTER trigger: assumed ends follow the plan of their class. Fires after the meetings were bound again.';

create function private.forget_no_show() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.no_show_at := null;
  return new;
end;
$$;
comment on function private.forget_no_show() is 'BEFORE trigger: a meeting is known after all, or the class was moved or cancelled.';

-- Moving one class of a recurring meeting may take what happened in it from another, whose row is then written as well. Two such
-- moves at once hold a row each and want the other's: a deadlock, which plain REST tells the client as 40P01. A meeting is one
-- teacher's, so each caller's plans wait for each other before any row is locked, and nobody else's wait for them.
create function private.plan_one_after_another() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.plan_alone();
  return null;
end;
$$;
comment on function private.plan_one_after_another() is
  'BEFORE STATEMENT trigger: a caller''s changes of plans are made one after another. Handlers and jobs lock class rows in order by themselves.';

-- Of these columns only: what follows from meetings is written by everybody's events.
create trigger live_classes_plan_one_after_another
  before insert or delete or update of provider, meeting_id, scheduled_start, duration_minutes, status on public.live_classes
  for each statement execute function private.plan_one_after_another();

create trigger live_classes_derive before insert or update on public.live_classes
  for each row execute function private.derive_live_class();

create trigger live_classes_forget_no_show before update on public.live_classes
  for each row when (new.no_show_at is not null
    and (new.status <> 'scheduled' or new.scheduled_end is distinct from old.scheduled_end))
  execute function private.forget_no_show();

create trigger live_classes_touch_updated_at before update on public.live_classes
  for each row execute function private.touch_updated_at();

create trigger live_classes_ask_meet_space_on_insert after insert on public.live_classes
  for each row when (new.provider = 'google_meet' and new.meeting_id !~ '^spaces/') execute function private.ask_meet_space_of_class();

create trigger live_classes_ask_meet_space_on_update after update on public.live_classes
  for each row when (new.provider = 'google_meet' and new.meeting_id !~ '^spaces/'
    and (new.provider, new.meeting_id) is distinct from (old.provider, old.meeting_id))
  execute function private.ask_meet_space_of_class();

create trigger live_classes_ask_zoom_host_on_insert after insert on public.live_classes
  for each row when (new.provider = 'zoom' and new.meeting_id is not null and new.meeting_proof <> 'admin')
  execute function private.ask_zoom_host();

create trigger live_classes_ask_zoom_host_on_number after update on public.live_classes
  for each row when (new.provider = 'zoom' and new.meeting_id is not null and new.meeting_proof <> 'admin'
    and (new.provider, new.meeting_id, new.scheduled_start) is distinct from (old.provider, old.meeting_id, old.scheduled_start))
  execute function private.ask_zoom_host();

create trigger live_classes_end_demo_on_handover after update of host_id on public.live_classes
  for each row when (new.host_id is not null and new.host_id is distinct from old.host_id)
  execute function private.end_demo_of_host();

create trigger live_classes_end_demo_on_insert after insert on public.live_classes
  for each row when (new.host_id is not null) execute function private.end_demo_of_host();

create trigger live_classes_follow_card after update on public.live_classes
  for each row when (
    (new.host_id, new.title, new.description, new.provider, new.scheduled_start, new.scheduled_end, new.duration_minutes,
      new.status, new.recording_status, new.actual_start_time, new.actual_end_time, new.attendance_synced)
    is distinct from (old.host_id, old.title, old.description, old.provider, old.scheduled_start, old.scheduled_end,
      old.duration_minutes, old.status, old.recording_status, old.actual_start_time, old.actual_end_time, old.attendance_synced))
  execute function private.follow_class_card();

create trigger live_classes_make_card after insert on public.live_classes
  for each row execute function private.follow_class_card();

create trigger live_classes_match_on_handover after update of host_id on public.live_classes
  for each row when (new.host_id is distinct from old.host_id) execute function private.match_after_handover();

create trigger live_classes_rebind_on_delete after delete on public.live_classes
  for each row when (old.meeting_id is not null) execute function private.rebind_after_class_deletion();

create trigger live_classes_rebind_on_insert after insert on public.live_classes
  for each row when (new.meeting_id is not null) execute function private.rebind_after_class_change();

create trigger live_classes_rebind_on_update after update on public.live_classes
  for each row when (
    (new.provider, new.meeting_id, new.scheduled_start, new.scheduled_end, new.cancelled_at, new.host_id)
    is distinct from (old.provider, old.meeting_id, old.scheduled_start, old.scheduled_end, old.cancelled_at, old.host_id))
  execute function private.rebind_after_class_change();

create trigger live_classes_stamp_edit after update of title, scheduled_start, duration_minutes on public.live_classes
  for each row execute function private.stamp_class_edit();

create trigger live_classes_subscribe_on_insert after insert on public.live_classes
  for each row when (new.provider = 'google_meet' and new.meeting_id ~ '^spaces/') execute function private.subscribe_to_meet_class();

create trigger live_classes_subscribe_on_update after update on public.live_classes
  for each row when (new.provider = 'google_meet' and new.meeting_id ~ '^spaces/'
    and (new.provider, new.meeting_id, new.host_id, new.scheduled_start) is distinct from (old.provider, old.meeting_id, old.host_id, old.scheduled_start))
  execute function private.subscribe_to_meet_class();

create trigger live_classes_sync_assumed_ends after update on public.live_classes
  for each row when (new.scheduled_end is distinct from old.scheduled_end)
  execute function private.follow_scheduled_end();

create trigger live_classes_tell_change after update on public.live_classes
  for each row when (
    greatest(old.scheduled_end, new.scheduled_end) > now()
    and ((old.status = 'cancelled') <> (new.status = 'cancelled')
      or (new.status = 'scheduled' and (new.scheduled_start, new.scheduled_end) is distinct from (old.scheduled_start, old.scheduled_end))))
  execute function private.tell_class_change();
