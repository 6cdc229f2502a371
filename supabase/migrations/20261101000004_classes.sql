-- What a function's body needs may come later.
set check_function_bodies = off;

-- schemas/classes/class_access.sql
create function private.enrolled_class_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select live_class_id from public.class_enrollments where profile_id = (select auth.uid());
$$;
comment on function private.enrolled_class_ids() is 'Classes that the caller is enrolled in.';

grant execute on function private.enrolled_class_ids() to authenticated, service_role;

-- schemas/classes/meeting_providers.sql
-- The providers of meetings. This file holds all in which they differ for the rest of the domain; what one provider alone needs,
-- such as the subscriptions of Google Meet, is in files of its own.
create type public.meeting_provider as enum ('zoom', 'google_meet');
comment on type public.meeting_provider is 'Who runs the meeting of a class.';

insert into private.settings (name, value, type, lowest, highest, description) values
  ('zoom_host_ask_after', '"3 minutes"', 'interval', '0 seconds', '1 hour', 'How long after a meeting of an unknown host is first seen Zoom is asked who its host is.'),
  ('zoom_reconcile_after', '"5 minutes"', 'interval', '0 seconds', '1 hour', 'How long after the end of a Zoom meeting its report is asked for; before that Zoom often has none.'),
  ('google_meet_reconcile_after', '"2 minutes"', 'interval', '0 seconds', '1 hour', 'How long after the end of a conference it is compared with Meet''s record.');

create table private.meeting_providers (
  provider public.meeting_provider primary key,
  comparison_task text not null,
  comparison_delay text not null,
  compares_every_meeting boolean not null,
  host_task text,
  host_delay text,
  constraint host_task_has_a_delay check ((host_task is null) = (host_delay is null))
);
comment on table private.meeting_providers is 'What is asked of each provider, and when.';
comment on column private.meeting_providers.comparison_task is 'The kind of task that compares a meeting that has ended with the provider''s record.';
comment on column private.meeting_providers.comparison_delay is 'The setting that says how long after the end that is.';
comment on column private.meeting_providers.compares_every_meeting is 'Whether a meeting of no class is compared too.';
comment on column private.meeting_providers.host_task is
  'The kind of task that asks who hosts a meeting; null for a provider that names no host.';
comment on column private.meeting_providers.host_delay is 'The setting that says how long after a meeting is first seen that is.';

alter table private.meeting_providers enable row level security;

create policy "nobody but the owner of the schema reads providers" on private.meeting_providers
  for all to anon, authenticated using (false) with check (false);

insert into private.meeting_providers
  (provider, comparison_task, comparison_delay, compares_every_meeting, host_task, host_delay) values
  ('zoom', 'reconcile_zoom_meeting', 'zoom_reconcile_after', false, 'resolve_zoom_host', 'zoom_host_ask_after'),
  ('google_meet', 'reconcile_google_meet_conference', 'google_meet_reconcile_after', true, null, null);

create function private.is_meeting_id(p_provider public.meeting_provider, p_meeting_id text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case p_provider
    when 'zoom' then p_meeting_id ~ '^[0-9]{5,20}$'
    when 'google_meet' then p_meeting_id ~ '^(spaces/[A-Za-z0-9_-]{1,128}|[a-z]{3}-[a-z]{4}-[a-z]{3})$'
    else false
  end;
end;
$$;
comment on function private.is_meeting_id(public.meeting_provider, text) is 'Whether this is a meeting''s number, code or space at a provider; null for null.';

-- People paste what calendars and Zoom show: a number in groups, with a label before it, or a link around it. Anything else is
-- left as it is, for the check to refuse: a personal link, say, names a person and no meeting.
create function private.read_meeting_id(p_provider public.meeting_provider, p_typed text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- Copied text brings spaces and dashes that are not ASCII, and some that cannot be seen.
  v_plain constant text := btrim(regexp_replace(regexp_replace(p_typed,
    '[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]', ' ', 'g'), '[\u2010-\u2015\u2212]', '-', 'g'), E' \t\r\n');
  v_found text := v_plain;
begin
  if p_provider = 'zoom' then
    v_found := coalesce(
      substring(v_plain from '(?i)^(?:https?://)?(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)/(?:j|s|w|wc|wc/join)/([0-9]+)(?:[/?#].*)?$'),
      regexp_replace(v_plain, '^(?:meeting )?id ?: ?', '', 'i'));
    v_found := regexp_replace(v_found, '[\s-]', '', 'g');
  elsif p_provider = 'google_meet' and v_plain !~ '^spaces/' then
    v_found := lower(coalesce(
      substring(v_plain from '(?i)^(?:https?://)?meet\.google\.com/(?:u/[0-9]+/)?([a-z-]+)/?(?:[?#].*)?$'), v_plain));
    v_found := regexp_replace(v_found, '^([a-z]{3})-?([a-z]{4})-?([a-z]{3})$', '\1-\2-\3');
  end if;
  return nullif(v_found, '');
end;
$$;
comment on function private.read_meeting_id(public.meeting_provider, text) is 'The number, code or space in what somebody typed or pasted; else what was typed.';

grant execute on function private.is_meeting_id(public.meeting_provider, text), private.read_meeting_id(public.meeting_provider, text)
  to authenticated, service_role;

create function private.prepare_meeting(p_provider public.meeting_provider, p_class_id uuid, p_has_new_meeting boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_provider = 'google_meet' then
    perform private.prepare_google_meet(p_class_id, p_has_new_meeting);
  end if;
end;
$$;
comment on function private.prepare_meeting(public.meeting_provider, uuid, boolean) is
  'Does what a provider needs before the meeting of a class that has another meeting, host or start.';

create function private.compare_ended_meeting(p_provider public.meeting_provider, p_instance_key text) returns uuid
language plpgsql security definer set search_path = '' as $$
begin
  return (
    select private.enqueue_task(comparison_task, p_instance_key, null, now() + private.setting_interval(comparison_delay))
    from private.meeting_providers where provider = p_provider);
end;
$$;
comment on function private.compare_ended_meeting(public.meeting_provider, text) is
  'Has a meeting that has ended compared with its provider''s record; returns the task.';

-- schemas/classes/types.sql
-- The words of the class domain, and its windows as settings.
create type public.class_status as enum ('scheduled', 'ongoing', 'completed', 'cancelled');
comment on type public.class_status is
  'A function of the facts. cancelled: a person or the provider said so; ongoing: a meeting runs; completed: one ran and none does; scheduled: else.';

create type public.recording_status as enum
  ('not_started', 'recording', 'paused', 'stopped', 'processing', 'available', 'failed', 'removed');
comment on type public.recording_status is 'What the newest recording event of a class says. removed: there were files, and each was trashed or deleted.';

create type public.match_confidence as enum ('assigned', 'key', 'identity', 'email', 'none');
comment on type public.match_confidence is
  'How a session found its person. assigned: by hand; key: registrant or customer key; identity: the provider''s user id, as stored; '
  'email: a confirmed address; none: a stranger.';

create type public.meeting_proof as enum ('none', 'provider', 'admin');
comment on type public.meeting_proof is
  'Who showed that the meeting of a class is its host''s. none: nobody, and nothing of the meeting reaches the class; '
  'provider: Zoom or Google did; admin: an admin or the secret key said so.';

-- Ordered from the strongest evidence to the weakest: the order decides which one counts.
create type public.start_evidence as enum ('start_event', 'end_event', 'participant_event', 'first_sign');
comment on type public.start_evidence is
  'What told us when a meeting started: its start event, its end event, a participant''s event, or only the time of the first event we know.';

-- Who a participant is. Only people of the class, its roster and its host, can be found: an address or a name from
-- outside binds nobody, and nothing is guessed from names. Of contradicting hints the strongest counts; if it fits two people, nobody.
create type public.identity_kind as enum ('user', 'registrant', 'customer');
comment on type public.identity_kind is 'Which of a provider''s ids it is: the account, a registration, or the key our own client joined with.';

-- Attendance one can defend: the union of a student's sessions, clipped to the class as it took place.
-- Two devices at once count once; a session without a join counts nothing and is listed for review.
create type public.attendance_status as enum ('present', 'late', 'left_early', 'partial', 'absent', 'excused');
comment on type public.attendance_status is
  'absent: less than a minimum; partial: less than the share that counts as present; late, left_early: enough, but not from the start or to the end. '
  'excused is never computed, only marked.';

-- Recordings as the provider tells of them: a row per file, and what the newest event says of the class. Nothing is copied
-- and no link or token is kept; a link is fetched when somebody who may plays it.
create type public.recording_file_state as enum ('processing', 'available', 'trashed', 'deleted');
comment on type public.recording_file_state is 'Ordered: of two events of one second the later word counts.';

-- schemas/classes/live_classes.sql
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

-- schemas/classes/match_participants.sql
-- What a host says of an account counts in their own classes only: it is one person's word, and no other teacher asked for it.
create table private.named_accounts (
  host_id uuid not null references public.profiles (id) on delete cascade,
  provider public.meeting_provider not null,
  key text not null constraint key_is_not_empty check (key <> ''),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (host_id, provider, key)
);
comment on table private.named_accounts is 'Whose a provider''s account is, as a host said by assigning a session of it. Holds in the classes of that host.';

create index named_accounts_profile_id_idx on private.named_accounts (profile_id);

alter table private.named_accounts enable row level security;

create policy "nobody but the owner of the schema reads named accounts" on private.named_accounts
  for all to anon, authenticated using (false) with check (false);

create function private.match_person(
  p_class_id uuid, p_provider public.meeting_provider,
  p_registrant_key text, p_customer_key text, p_provider_user_id text, p_email text,
  out profile_id uuid, out confidence public.match_confidence
)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_confidence public.match_confidence;
  v_customer_id uuid;
  v_people uuid[];
begin
  if p_class_id is null then
    return;
  end if;
  -- The surest hint that points to somebody of the class decides, and the ones below it are not looked up.
  foreach v_confidence in array array['key', 'identity', 'email']::public.match_confidence[] loop
    if v_confidence = 'key' then
      continue when p_registrant_key is null and p_customer_key is null;
      -- Our own client joins with the profile's id, with or without dashes (Zoom allows 35 characters).
      if replace(lower(p_customer_key), '-', '') ~ '^[0-9a-f]{32}$' then
        v_customer_id := replace(p_customer_key, '-', '')::uuid;
      end if;
      v_people := array(
        select i.profile_id
        from public.profile_identities i
        where i.provider = p_provider and (i.kind, i.key) in (('registrant', p_registrant_key), ('customer', p_customer_key))
        union all
        select v_customer_id where v_customer_id is not null);
    elsif v_confidence = 'identity' then
      continue when p_provider_user_id is null;
      v_people := array(select coalesce(
        (select n.profile_id
          from public.live_classes c
          join private.named_accounts n on n.host_id = c.host_id and n.provider = p_provider and n.key = p_provider_user_id
          where c.id = p_class_id),
        (select i.profile_id
          from public.profile_identities i
          where i.provider = p_provider and i.kind = 'user' and i.key = p_provider_user_id)));
    else
      continue when p_email is null;
      v_people := array(
        select p.id from public.profiles p where p.workspace_email = p_email
        union all
        select p.id
        from public.profiles p
        join auth.users u on u.id = p.id
        where lower(p.email) collate "C" = p_email and lower(u.email) = p_email and u.email_confirmed_at is not null);
    end if;
    continue when v_people = array[]::uuid[];
    -- Only people of the class can be found.
    v_people := array(
      select person from unnest(v_people) person
      where exists (select from public.class_enrollments e where e.live_class_id = p_class_id and e.profile_id = person)
        or exists (select from public.live_classes c where c.id = p_class_id and c.host_id = person));
    if v_people <> array[]::uuid[] then
      if v_people[1] = all (v_people) then
        match_person.profile_id := v_people[1];
        match_person.confidence := v_confidence;
      end if;
      return;
    end if;
  end loop;
end;
$$;
comment on function private.match_person(uuid, public.meeting_provider, text, text, text, text) is
  'The person of a class that these hints point to, and by which of them; nulls for a stranger. p_email is lower case.';

create function private.match_participants(p_instance_id uuid, p_session_key text default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.meeting_participants p
  set profile_id = found.profile_id, match_confidence = coalesce(found.confidence, 'none')
  from public.meeting_participants s
  join public.meeting_instances i on i.id = s.instance_id
  cross join lateral private.match_person(i.live_class_id, i.provider,
    s.registrant_key, s.customer_key, s.provider_user_id, s.user_email) found
  where s.instance_id = p_instance_id
    and (p_session_key is null or s.session_key = p_session_key)
    and p.id = s.id
    -- This is asked of the row that is written, because somebody may be assigning it just now.
    and p.match_confidence <> 'assigned'
    and (p.profile_id, p.match_confidence) is distinct from (found.profile_id, coalesce(found.confidence, 'none'));
end;
$$;
comment on function private.match_participants(uuid, text) is
  'Finds the people of an instance''s sessions, or of one; those assigned by hand stay.';

-- A roster that comes later finds those who were there before. Locks: class rows (by id) → private.lock_meeting, as
-- events take them: a meeting that is being bound to one of these classes is either seen here or sees the new roster.
create function private.match_class_participants(p_class_ids uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.live_classes where id = any (p_class_ids) order by id for no key update;
  perform private.lock_meeting(m.provider, m.meeting_id)
  from (select distinct provider, meeting_id from public.live_classes where id = any (p_class_ids) order by provider, meeting_id) m;
  perform private.match_participants(i.id) from public.meeting_instances i where i.live_class_id = any (p_class_ids);
end;
$$;
comment on function private.match_class_participants(uuid[]) is 'Finds the people of every session of some classes again.';

create function private.match_named_account(p_host_id uuid, p_provider public.meeting_provider, p_key text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_meeting_id text;
begin
  -- Also the meetings that the host has about now: an event may be bringing such a session.
  for v_meeting_id in
    select distinct c.meeting_id
    from public.live_classes c
    where c.host_id = p_host_id and c.provider = p_provider and c.meeting_id is not null
      and (now() between c.scheduled_start - private.setting_interval('class_meeting_early')
          and c.scheduled_end + private.setting_interval('class_meeting_late')
        or exists (select from public.meeting_participants p where p.live_class_id = c.id and p.provider_user_id = p_key))
    order by c.meeting_id
  loop
    perform private.lock_meeting(p_provider, v_meeting_id);
    perform private.match_participants(p.instance_id, p.session_key)
    from public.meeting_instances i
    join public.meeting_participants p on p.instance_id = i.id and p.provider_user_id = p_key
    where i.provider = p_provider and i.meeting_id = v_meeting_id;
  end loop;
end;
$$;
comment on function private.match_named_account(uuid, public.meeting_provider, text) is
  'Finds the person of every session of an account in a host''s classes again.';

create function private.name_account(p_host_id uuid, p_provider public.meeting_provider, p_key text, p_profile_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_profile_id is null then
    delete from private.named_accounts where host_id = p_host_id and provider = p_provider and key = p_key;
  else
    insert into private.named_accounts as n (host_id, provider, key, profile_id)
    values (p_host_id, p_provider, p_key, p_profile_id)
    on conflict (host_id, provider, key) do update set profile_id = excluded.profile_id;
  end if;
  perform private.match_named_account(p_host_id, p_provider, p_key);
end;
$$;
comment on function private.name_account(uuid, public.meeting_provider, text, uuid) is
  'Keeps whose an account is in the classes of a host, or forgets it (null), and finds its sessions again.';

-- schemas/classes/profile_identities.sql
create table public.profile_identities (
  provider public.meeting_provider not null,
  kind public.identity_kind not null,
  key text not null constraint key_is_not_empty check (key <> ''),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (provider, kind, key)
);
comment on table public.profile_identities is
  'Which provider ids are known to be which person. Written with the secret key, from what a host confirmed or a provider''s directory says.';

create index profile_identities_profile_id_idx on public.profile_identities (profile_id);

alter table public.profile_identities enable row level security;

create policy "people read their own provider ids" on public.profile_identities
  for select to authenticated using (profile_id = (select auth.uid()));

grant select on public.profile_identities to authenticated;
grant select, insert, update, delete on public.profile_identities to service_role;

-- An id that becomes known names the sessions that carried it. They are looked for under the locks of their meetings, because a
-- meeting may be going to another class just now, and in the meetings that its person has about now, because an event may be
-- bringing such a session.
create function private.match_changed_identities(p_changed public.profile_identities[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_meeting record;
begin
  for v_meeting in
    select i.provider, i.meeting_id
    from unnest(p_changed) r
    -- Each kind has its branch, because no index serves an OR over three columns.
    cross join lateral (
      select p.instance_id from public.meeting_participants p where r.kind = 'user' and p.provider_user_id = r.key
      union all
      select p.instance_id from public.meeting_participants p where r.kind = 'registrant' and p.registrant_key = r.key
      union all
      select p.instance_id from public.meeting_participants p where r.kind = 'customer' and p.customer_key = r.key
    ) p
    join public.meeting_instances i on i.id = p.instance_id and i.provider = r.provider
    union
    select c.provider, c.meeting_id
    from unnest(p_changed) r
    join public.live_classes c on c.provider = r.provider and c.id in (
      select e.live_class_id from public.class_enrollments e where e.profile_id = r.profile_id
      union all
      select h.id from public.live_classes h where h.host_id = r.profile_id)
    where now() between c.scheduled_start - private.setting_interval('class_meeting_early')
      and c.scheduled_end + private.setting_interval('class_meeting_late')
    order by provider, meeting_id
  loop
    perform private.lock_meeting(v_meeting.provider, v_meeting.meeting_id);
    perform private.match_participants(p.instance_id, p.session_key)
    from public.meeting_instances i
    join public.meeting_participants p on p.instance_id = i.id
    join unnest(p_changed) r on r.provider = i.provider
      and (r.kind, r.key) in (('registrant', p.registrant_key), ('customer', p.customer_key), ('user', p.provider_user_id))
    where i.provider = v_meeting.provider and i.meeting_id = v_meeting.meeting_id;
  end loop;
end;
$$;
comment on function private.match_changed_identities(public.profile_identities[]) is 'Finds the people of the sessions that carried some ids again.';

create function private.rebind_hosted_meetings(p_changed public.profile_identities[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.rebind_meeting(m.provider, m.meeting_id)
  from (
    select distinct r.provider, h.meeting_id
    from unnest(p_changed) r
    cross join lateral (
      select i.meeting_id from public.meeting_instances i where i.provider = r.provider and i.host_key = r.key
      union all
      select a.meeting_id from private.announced_meetings a where a.provider = r.provider and a.host_key = r.key) h
    where r.kind = 'user'
      and exists (select from public.live_classes c where c.provider = r.provider and c.meeting_id = h.meeting_id)
    order by r.provider, h.meeting_id
  ) m;
end;
$$;
comment on function private.rebind_hosted_meetings(public.profile_identities[]) is 'Binds again the meetings whose host has one of some ids.';

create function private.profile_identities_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_changed public.profile_identities[];
begin
  if tg_op = 'INSERT' then
    v_changed := array(select r::public.profile_identities from new_rows r);
  elsif tg_op = 'DELETE' then
    v_changed := array(select r::public.profile_identities from old_rows r);
  else
    v_changed := array(select r::public.profile_identities from new_rows r union select r::public.profile_identities from old_rows r);
  end if;
  -- The meetings come first: the class of a meeting decides who can be matched.
  perform private.rebind_hosted_meetings(v_changed);
  perform private.match_changed_identities(v_changed);
  return null;
end;
$$;
comment on function private.profile_identities_follow() is
  'What follows from ids that become known or unknown, in this order: their meetings are bound again, their sessions are matched again.';

create trigger profile_identities_follow_insert after insert on public.profile_identities
  referencing new table as new_rows for each statement execute function private.profile_identities_follow();

create trigger profile_identities_follow_update after update on public.profile_identities
  referencing old table as old_rows new table as new_rows for each statement execute function private.profile_identities_follow();

create trigger profile_identities_follow_delete after delete on public.profile_identities
  referencing old table as old_rows for each statement execute function private.profile_identities_follow();

-- schemas/classes/show_whose_meeting_it_is.sql
-- An address that one person has confirmed, or hosts under, makes the account theirs for good: ids are never given out twice.
-- What a host confirmed is never overwritten.
create function private.learn_identity(p_provider public.meeting_provider, p_user_key text, p_addresses text[]) returns void
language sql security definer set search_path = '' as $$
  insert into public.profile_identities (provider, kind, key, profile_id)
  select p_provider, 'user', p_user_key, (array_agg(p.id))[1]
  from public.profiles p
  left join auth.users u on u.id = p.id
  where p.workspace_email = any (p_addresses)
    or (lower(u.email) = any (p_addresses) and u.email_confirmed_at is not null)
  having count(*) = 1
  on conflict do nothing;
$$;
comment on function private.learn_identity(public.meeting_provider, text, text[]) is
  'Keeps whose a provider''s account is, when its addresses are those of exactly one profile.';

-- Google names no host. Google itself decides who may read a conference, and tells only the owner of a space what happens in it.
create table private.space_hosts (
  space text not null constraint space_is_a_resource check (space ~ '^spaces/'),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  is_owner boolean not null,
  created_at timestamptz not null default now(),
  primary key (space, profile_id)
);
comment on table private.space_hosts is 'Hosts of whom Google showed that a space is theirs.';
comment on column private.space_hosts.is_owner is
  'Whether Google told their subscription what it tells owners only. Else it let their address read a conference, which it also lets participants: that counts while no owner is known.';

create index space_hosts_profile_id_idx on private.space_hosts (profile_id);

alter table private.space_hosts enable row level security;

create policy "nobody but the owner of the schema reads hosts of spaces" on private.space_hosts
  for all to anon, authenticated using (false) with check (false);

create function private.is_shown_to_host(p_provider public.meeting_provider, p_meeting_id text, p_host_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Only Google Meet has spaces, and it names no host. So one of the two questions finds nothing.
  return exists (
    select from private.space_hosts s
    where s.space = p_meeting_id and s.profile_id = p_host_id
      and (s.is_owner or not exists (select from private.space_hosts o where o.space = s.space and o.is_owner))
  ) or exists (
    select from public.profile_identities p
    where p.provider = p_provider and p.kind = 'user' and p.profile_id = p_host_id
      and p.key in (
        select i.host_key from public.meeting_instances i where i.provider = p_provider and i.meeting_id = p_meeting_id
        union all
        select a.host_key from private.announced_meetings a where a.provider = p_provider and a.meeting_id = p_meeting_id));
end;
$$;
comment on function private.is_shown_to_host(public.meeting_provider, text, uuid) is
  'Whether the provider has shown that a person hosts a meeting: by the host''s id, or as the host of a space.';

create function private.refresh_meeting_proof(p_class_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.live_classes c
  set meeting_proof = now_proof.proof
  from (
    select k.id, (case when private.is_shown_to_host(k.provider, k.meeting_id, k.host_id)
      then 'provider' else 'none' end)::public.meeting_proof as proof
    from public.live_classes k where k.id = p_class_id and k.meeting_proof <> 'admin'
  ) now_proof
  where c.id = now_proof.id and c.meeting_proof <> now_proof.proof;
$$;
comment on function private.refresh_meeting_proof(uuid) is 'Makes meeting_proof of a class what the provider has shown. What an admin said stays.';

create function private.rebind_meeting(p_provider public.meeting_provider, p_meeting_id text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.live_classes where provider = p_provider and meeting_id = p_meeting_id order by id for no key update;
  perform private.lock_meeting(p_provider, p_meeting_id);
  perform private.refresh_meeting_proof(c.id)
  from public.live_classes c where c.provider = p_provider and c.meeting_id = p_meeting_id;
  perform private.bind_instance(i.id)
  from (select id from public.meeting_instances where provider = p_provider and meeting_id = p_meeting_id order by id) i;
  perform private.take_meeting_changes(p_provider, p_meeting_id);
  perform private.refresh_class_status(c.id)
  from public.live_classes c where c.provider = p_provider and c.meeting_id = p_meeting_id;
end;
$$;
comment on function private.rebind_meeting(public.meeting_provider, text) is
  'Gives the classes of a meeting what is theirs by what is known of its host now. Takes its class rows and the meeting.';

create function private.space_hosts_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' or (new.is_owner and not old.is_owner) then
    perform private.rebind_meeting('google_meet', new.space);
  end if;
  return null;
end;
$$;
comment on function private.space_hosts_follow() is 'Gives a host who becomes known what happened in their space.';

create trigger space_hosts_follow after insert or update on private.space_hosts
  for each row execute function private.space_hosts_follow();

create function private.note_space_host(p_space text, p_profile_id uuid, p_is_owner boolean) returns void
language sql security definer set search_path = '' as $$
  insert into private.space_hosts as s (space, profile_id, is_owner)
  select p_space, p.id, p_is_owner from public.profiles p where p.id = p_profile_id and p_space ~ '^spaces/'
  on conflict (space, profile_id) do update set is_owner = true where excluded.is_owner and not s.is_owner;
$$;
comment on function private.note_space_host(text, uuid, boolean) is 'Keeps that Google has shown a space to be somebody''s. Whoever was shown to be an owner stays one.';

-- What an event tells about the host of its meeting. Zoom tells their address; Google tells which subscription of ours it notified.
create function private.learn_host(p_provider public.meeting_provider, p_instance jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_key constant text := p_instance ->> 'host_key';
  v_address constant text := lower(p_instance ->> 'host_email');
begin
  if p_instance ? 'owner_subscription' then
    perform private.note_space_host(s.space, s.host_id, true)
    from private.google_meet_subscriptions s
    where s.name = p_instance ->> 'owner_subscription' and s.space = p_instance ->> 'meeting_id'
      and not exists (select from private.space_hosts h where h.space = s.space and h.profile_id = s.host_id and h.is_owner);
  elsif v_key is not null and v_address is not null and not exists (
    select from public.profile_identities i where i.provider = p_provider and i.kind = 'user' and i.key = v_key
  ) then
    perform private.learn_identity(p_provider, v_key, array[v_address]);
  end if;
end;
$$;
comment on function private.learn_host(public.meeting_provider, jsonb) is
  'Keeps what an event shows of the host of an instance {meeting_id, host_key, host_email?, owner_subscription?}.';

-- An admin has the last word: the provider's answer says nothing of an account that several teachers share.
create function private.confirm_class_meeting(p_class_id uuid) returns public.live_classes
language plpgsql security definer set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select * into v_class from public.live_classes where id = p_class_id and private.is_admin() for no key update;
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  elsif v_class.meeting_id is null then
    perform private.refuse(409, 'class_without_meeting', 'This class has no meeting yet.');
  end if;
  update public.live_classes set meeting_proof = 'admin' where id = p_class_id;
  perform private.rebind_meeting(v_class.provider, v_class.meeting_id);
  select * into v_class from public.live_classes where id = p_class_id;
  return v_class;
end;
$$;
comment on function private.confirm_class_meeting(uuid) is 'Says that the meeting of a class is its host''s, if the caller is an admin, and binds the meeting again.';

create function public.confirm_class_meeting(p_class_id uuid) returns public.live_classes
language sql set search_path = '' as $$
  select * from private.confirm_class_meeting(p_class_id);
$$;
comment on function public.confirm_class_meeting(uuid) is
  'For admins: says that the meeting of a class is its host''s, and gives the class what took place in it, also from a class of somebody else. '
  'class_not_found 404, class_without_meeting 409.';

grant execute on function private.confirm_class_meeting(uuid), public.confirm_class_meeting(uuid) to authenticated;

-- schemas/classes/class_cards.sql
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

-- schemas/classes/class_enrollments.sql
-- Who attends a class and therefore may read its card.
create table public.class_enrollments (
  live_class_id uuid not null references public.live_classes (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  enrolled_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (live_class_id, profile_id)
);
comment on table public.class_enrollments is 'The roster of each class. Written by set_enrollments and the secret key.';
comment on column public.class_enrollments.enrolled_by is 'Who put the student on the roster; null for the secret key or once that person is gone.';

create index class_enrollments_profile_id_idx on public.class_enrollments (profile_id);
create index class_enrollments_enrolled_by_idx on public.class_enrollments (enrolled_by);

-- What the caller hosts and attends. Policies read it once for a statement.
create function private.hosted_class_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select id from public.live_classes where host_id = (select private.acting_host_id());
$$;
comment on function private.hosted_class_ids() is 'Classes that the caller hosts now, as a teacher or admin.';

grant execute on function private.hosted_class_ids() to authenticated, service_role;

alter table public.class_enrollments enable row level security;

create policy "students read their own enrolments, hosts and admins a roster" on public.class_enrollments
  for select to authenticated
  using (
    profile_id = (select auth.uid())
    or live_class_id = any (array(select private.hosted_class_ids()))
    or live_class_id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

grant select on public.class_enrollments to authenticated;
grant select, insert, update, delete on public.class_enrollments to service_role;

create function private.class_enrollments_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Who is enrolled decides who can be matched.
  if tg_op = 'DELETE' then
    perform private.match_class_participants(array(select distinct live_class_id from old_rows));
    return null;
  end if;
  perform private.match_class_participants(array(select distinct live_class_id from new_rows));
  perform private.end_demo(n.profile_id, 'enrolment') from (select profile_id from new_rows order by profile_id) n;
  perform private.tell_once(n.profile_id, 'class_enrolled', concat_ws(' ', c.id, extract(epoch from c.scheduled_start)), c.id,
      jsonb_build_object('title', c.title, 'scheduled_start', c.scheduled_start))
  from new_rows n join public.live_classes c on c.id = n.live_class_id
  where c.status <> 'cancelled' and c.scheduled_end > now();
  return null;
end;
$$;
comment on function private.class_enrollments_follow() is
  'What follows from a change of a roster: sessions are matched again, and an enrolment ends the voice trial and is told to the '
  'student, once for a class and its time.';

create trigger class_enrollments_follow_insert after insert on public.class_enrollments
  referencing new table as new_rows for each statement execute function private.class_enrollments_follow();

create trigger class_enrollments_follow_delete after delete on public.class_enrollments
  referencing old table as old_rows for each statement execute function private.class_enrollments_follow();

-- schemas/classes/class_join_links.sql
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

-- schemas/classes/meeting_instances.sql
-- What really took place: one row for every time a meeting ran. Written by the handlers of provider events only.
create table public.meeting_instances (
  id uuid primary key default gen_random_uuid(),
  provider public.meeting_provider not null,
  instance_key text not null constraint instance_key_is_not_empty check (instance_key <> ''),
  meeting_id text,
  live_class_id uuid references public.live_classes (id) on delete set null,
  host_key text,
  title text,
  started_at timestamptz not null,
  start_evidence public.start_evidence not null,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- What the provider's own record says when it is asked afterwards. Events tell when they happened and may never come; a
  -- record has the exact times of everybody. Where both are known the record counts, whichever came first.
  reported_started_at timestamptz,
  reported_ended_at timestamptz,
  reconciled_at timestamptz,
  recording_status public.recording_status,
  recording_status_at timestamptz,
  files_state public.recording_file_state,
  files_state_at timestamptz,
  end_is_assumed boolean not null default false,
  constraint instance_is_known_once unique (provider, instance_key)
);
comment on table public.meeting_instances is 'One run of a meeting. A restart is another instance. Its class follows from its start: private.bind_instance.';
comment on column public.meeting_instances.instance_key is 'Zoom: the uuid of the meeting instance. Google Meet: the conference record.';
comment on column public.meeting_instances.meeting_id is 'The same value as live_classes.meeting_id; null until an event names it.';
comment on column public.meeting_instances.live_class_id is 'The class it belongs to; null while no class has a window that holds its start.';
comment on column public.meeting_instances.host_key is 'The provider''s id of the host.';
comment on column public.meeting_instances.started_at is 'By the strongest evidence there is, and of equal evidence the earliest.';
comment on column public.meeting_instances.ended_at is 'The latest end that was told; null while it runs.';
comment on column public.meeting_instances.reported_started_at is 'The start by the provider''s own record; wins over every event.';
comment on column public.meeting_instances.reported_ended_at is 'The end by the provider''s own record; wins over every event.';
comment on column public.meeting_instances.reconciled_at is 'When all its sessions were compared with the provider''s own record, after its end.';
comment on column public.meeting_instances.recording_status is 'What the newest recording event says, at recording_status_at.';
comment on column public.meeting_instances.files_state is 'What the newest event about all files of this instance says, at files_state_at.';
comment on column public.meeting_instances.end_is_assumed is
  'No end was told: ended_at is private.assumed_end. Any end that is told replaces it, earlier or later.';

create index meeting_instances_live_class_id_idx on public.meeting_instances (live_class_id);
create index meeting_instances_meeting_idx on public.meeting_instances (provider, meeting_id, started_at);
create index meeting_instances_unbound_idx on public.meeting_instances (started_at) where live_class_id is null;

-- Whose meeting it is. A teacher may type any number, so a number is no claim: what a meeting tells goes to a class once it is shown
-- that the meeting is its host's. The provider shows it, by an id or an address of the host, or an admin says it. Until then the
-- meeting waits among the unbound ones, and the class's meeting_proof is none, whether or not there is such a meeting.
create index meeting_instances_host_key_idx on public.meeting_instances (provider, host_key);

create index meeting_instances_open_idx on public.meeting_instances (started_at)
  where ended_at is null and live_class_id is not null;

alter table public.meeting_instances enable row level security;

create policy "hosts, the enrolled and admins read when a class took place" on public.meeting_instances
  for select to authenticated
  using (
    live_class_id = any (array(select private.hosted_class_ids()))
    or live_class_id = any (array(select private.enrolled_class_ids()))
    or id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

-- Without the keys that it has at its provider, nor its meeting id, which is the way into a Google Meet.
grant select (id, provider, live_class_id, title, started_at, start_evidence, ended_at, created_at, updated_at)
  on public.meeting_instances to authenticated;

grant select on public.meeting_instances to service_role;
grant select (reported_started_at, reported_ended_at, reconciled_at) on public.meeting_instances to authenticated;
grant select (recording_status, recording_status_at, files_state, files_state_at) on public.meeting_instances to authenticated;
grant select (end_is_assumed) on public.meeting_instances to authenticated;

create function private.meeting_instances_guard() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- The provider's record of a meeting wins over its events.
  new.started_at := coalesce(new.reported_started_at, new.started_at);
  new.ended_at := coalesce(new.reported_ended_at, new.ended_at);
  if tg_op = 'UPDATE' then
    new.updated_at := now();
  end if;
  return new;
end;
$$;
comment on function private.meeting_instances_guard() is 'Prefers the reported start and end to those of events.';

create function private.meeting_instances_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_provider private.meeting_providers;
begin
  select * into strict v_provider from private.meeting_providers p where p.provider = new.provider;
  if new.live_class_id is null and (tg_op = 'UPDATE' or new.host_key is not null)
    and (new.meeting_id, new.host_key) is distinct from (old.meeting_id, old.host_key) then
    perform private.ask_for_host(new.provider, new.meeting_id);
  end if;
  if tg_op = 'UPDATE' then
    if (new.live_class_id, new.recording_status, new.recording_status_at)
      is distinct from (old.live_class_id, old.recording_status, old.recording_status_at) then
      perform private.move_recordings(new.id, old.live_class_id, new.live_class_id);
    end if;
    -- An assumed end follows the start of its meeting and the class that it is of.
    if new.end_is_assumed and (new.started_at, new.live_class_id) is distinct from (old.started_at, old.live_class_id) then
      perform private.refresh_assumed_end(new.id, now());
    end if;
  end if;
  if new.ended_at is not null and new.reconciled_at is null
    and (new.live_class_id is not null or v_provider.compares_every_meeting)
    and (old.ended_at is null or (old.live_class_id is null and not v_provider.compares_every_meeting)) then
    perform private.compare_ended_meeting(new.provider, new.instance_key);
  end if;
  return null;
end;
$$;
comment on function private.meeting_instances_follow() is
  'What follows from an instance, in this order: the question for its host, its recordings, its assumed end, the comparison with the '
  'provider''s record once it has ended.';

create trigger meeting_instances_guard before insert or update on public.meeting_instances
  for each row execute function private.meeting_instances_guard();

create trigger meeting_instances_follow after insert or update on public.meeting_instances
  for each row execute function private.meeting_instances_follow();

-- schemas/classes/meeting_participants.sql
-- Who was there: one row per session, that is, per person, device and entry. Written by the handlers of provider events only.
create table public.meeting_participants (
  id uuid primary key default gen_random_uuid(),
  instance_id uuid not null references public.meeting_instances (id) on delete cascade,
  session_key text not null constraint session_key_is_not_empty check (session_key <> ''),
  live_class_id uuid references public.live_classes (id) on delete set null,
  profile_id uuid references public.profiles (id) on delete cascade,
  match_confidence public.match_confidence not null default 'none',
  user_name text,
  user_email text constraint user_email_is_lower_case check (user_email = lower(user_email)),
  join_time timestamptz,
  leave_time timestamptz,
  provider_user_id text,
  registrant_key text,
  customer_key text,
  user_name_at timestamptz,
  user_email_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  reported_join_time timestamptz,
  reported_leave_time timestamptz,
  resolved_at timestamptz,
  handles text[] not null default '{}',
  constraint session_is_known_once unique (instance_id, session_key),
  constraint match_says_how check ((profile_id is null) = (match_confidence = 'none'))
);
comment on table public.meeting_participants is
  'One session of one participant. A leave may be known before its join; a re-join is a new row. '
  'How long an open session lasted follows from its instance''s end and is never stored.';
comment on column public.meeting_participants.live_class_id is 'The class of its instance, kept by private.bind_instance.';
comment on column public.meeting_participants.profile_id is 'Who it was, of the roster and the host; null for a stranger.';
comment on column public.meeting_participants.join_time is 'The earliest join told for this session; null when only a leave is known.';
comment on column public.meeting_participants.leave_time is 'The latest leave told for this session; null when none is known.';
comment on column public.meeting_participants.user_name_at is 'Event time of the name: the newest one counts.';
comment on column public.meeting_participants.user_email_at is 'Event time of the address: the newest one counts.';
comment on column public.meeting_participants.reported_join_time is 'The join by the provider''s own record; wins over every event.';
comment on column public.meeting_participants.reported_leave_time is 'The leave by the provider''s own record; wins over every event.';
comment on column public.meeting_participants.resolved_at is 'When the provider was asked who this is; null when never. Zoom tells it in the event.';
comment on column public.meeting_participants.handles is
  'Zoom: the numbers (user_id) that this session had in the meeting, by which its report finds it. Sorted.';
comment on column public.meeting_participants.session_key is
  'The provider''s key of one entry: Zoom participant_uuid, Google Meet participant session. "report:<handle>": only Zoom''s report knows it so far.';

create index meeting_participants_live_class_id_idx on public.meeting_participants (live_class_id, profile_id);
create index meeting_participants_profile_id_idx on public.meeting_participants (profile_id, join_time desc);

-- By the ids that a provider knows people by: one that becomes somebody's names the sessions that carried it.
create index meeting_participants_user_key_idx on public.meeting_participants (provider_user_id) where provider_user_id is not null;
create index meeting_participants_registrant_key_idx on public.meeting_participants (registrant_key) where registrant_key is not null;
create index meeting_participants_customer_key_idx on public.meeting_participants (customer_key) where customer_key is not null;

create index meeting_participants_stranger_idx on public.meeting_participants (user_email)
  where profile_id is null and user_email is not null;

alter table public.meeting_participants enable row level security;

create policy "people read their own sessions, hosts and admins all of a class" on public.meeting_participants
  for select to authenticated
  using (
    profile_id = (select auth.uid())
    or live_class_id = any (array(select private.hosted_class_ids()))
    or id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

-- Without the key that it has at its provider: Google's names the conference.
grant select (id, instance_id, live_class_id, profile_id, match_confidence, user_name, user_email, join_time, leave_time,
  provider_user_id, registrant_key, customer_key, user_name_at, user_email_at, created_at, updated_at)
  on public.meeting_participants to authenticated;

grant select on public.meeting_participants to service_role;
grant select (reported_join_time, reported_leave_time, resolved_at) on public.meeting_participants to authenticated;

create function private.meeting_participants_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    -- Sessions of people who were deleted are left out.
    if private.is_session_forgotten(new.instance_id, new.session_key, new.handles) then
      return null;
    end if;
  else
    new.updated_at := now();
  end if;
  -- The provider's record of a session wins over its events.
  new.join_time := coalesce(new.reported_join_time, new.join_time);
  new.leave_time := coalesce(new.reported_leave_time, new.leave_time);
  return new;
end;
$$;
comment on function private.meeting_participants_guard() is
  'Leaves out forgotten sessions, and prefers the reported times to those of events.';

create function private.meeting_participants_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_provider public.meeting_provider;
  v_is_end_assumed boolean;
begin
  if tg_op = 'UPDATE' and (new.join_time, new.leave_time) is not distinct from (old.join_time, old.leave_time) then
    return null;
  end if;
  select i.provider, i.end_is_assumed into v_provider, v_is_end_assumed from public.meeting_instances i where i.id = new.instance_id;
  -- A meeting lasts at least as long as somebody is known to have been there.
  if v_is_end_assumed then
    perform private.refresh_assumed_end(new.instance_id, now());
  end if;
  if tg_op = 'INSERT' and new.resolved_at is null then
    perform private.ask_who_joined(v_provider, new.session_key);
  end if;
  return null;
end;
$$;
comment on function private.meeting_participants_follow() is
  'What follows from a session, in this order: the assumed end of its meeting, the question who it is.';

create trigger meeting_participants_guard before insert or update on public.meeting_participants
  for each row execute function private.meeting_participants_guard();

create trigger meeting_participants_follow after insert or update on public.meeting_participants
  for each row execute function private.meeting_participants_follow();

-- schemas/classes/show_meeting_sessions.sql
-- Sessions with the end they effectively have: what attendance is computed from.
create view public.meeting_sessions with (security_invoker = true) as
select p.id, p.instance_id, p.live_class_id, p.profile_id, p.match_confidence, p.user_name, p.user_email,
  p.join_time, p.leave_time,
  -- greatest() passes over nulls, so an open session is told apart first.
  case when p.join_time is not null and coalesce(p.leave_time, i.ended_at) is not null
    then greatest(p.join_time, coalesce(p.leave_time, i.ended_at)) end as effective_leave_time,
  p.join_time is not null and p.leave_time is null and i.ended_at is null as is_open
from public.meeting_participants p
join public.meeting_instances i on i.id = p.instance_id;
comment on view public.meeting_sessions is
  'meeting_participants with effective_leave_time: the leave, else the end of the meeting, never before the join; null while open or when no join is known.';

grant select on public.meeting_sessions to authenticated, service_role;

-- schemas/classes/account_life.sql
-- What the class domain holds about a person. What others decided for them is theirs to know; who decided is not.
create view private.exported_hosted_classes with (security_invoker = true) as
  select host_id as person, created_at, id, to_jsonb(c) - array['host_id', 'cancelled_by'] as data
  from public.live_classes c;

create view private.exported_join_links with (security_invoker = true) as
  select c.host_id as person, c.id, to_jsonb(l) as data
  from public.live_classes c join public.class_join_links l on l.live_class_id = c.id;

create view private.exported_enrolments with (security_invoker = true) as
  select e.profile_id as person, e.live_class_id,
    to_jsonb(e) - array['profile_id', 'enrolled_by'] || jsonb_build_object('title', c.title, 'scheduled_start', c.scheduled_start) as data
  from public.class_enrollments e join public.live_classes c on c.id = e.live_class_id;

create view private.exported_sessions with (security_invoker = true) as
  select profile_id as person, id, to_jsonb(s) - array['profile_id', 'session_key', 'handles'] as data
  from public.meeting_participants s;

create view private.exported_provider_ids with (security_invoker = true) as
  select profile_id as person, provider, kind, key, to_jsonb(i) - 'profile_id' as data
  from public.profile_identities i;

create view private.exported_named_accounts with (security_invoker = true) as
  select profile_id as person, host_id, provider, key, to_jsonb(n) - array['profile_id', 'host_id'] as data
  from private.named_accounts n;

create view private.exported_google_meet_spaces with (security_invoker = true) as
  select profile_id as person, space, to_jsonb(s) - 'profile_id' as data
  from private.space_hosts s;
comment on view private.exported_hosted_classes is 'Classes of a host.';
comment on view private.exported_join_links is 'The links of a host''s classes.';
comment on view private.exported_enrolments is 'Classes of a student.';
comment on view private.exported_sessions is 'When a person was in a meeting, and as whom.';
comment on view private.exported_provider_ids is 'Which accounts of the providers are known to be a person''s.';
comment on view private.exported_named_accounts is 'Which accounts a host said to be a person''s.';
comment on view private.exported_google_meet_spaces is 'Rooms of Meet that are known to be a host''s.';

insert into private.export_sections (domain, section, view_name) values
  ('classes', 'hosted_classes', 'private.exported_hosted_classes'),
  ('classes', 'join_links', 'private.exported_join_links'),
  ('classes', 'enrolments', 'private.exported_enrolments'),
  ('classes', 'sessions', 'private.exported_sessions'),
  ('classes', 'provider_ids', 'private.exported_provider_ids'),
  ('classes', 'named_accounts', 'private.exported_named_accounts'),
  ('classes', 'google_meet_spaces', 'private.exported_google_meet_spaces');

-- Deleting a user reaches the classes that they host or attended after their profile; whoever sets a roster has the class and then
-- refers to the profile. So the classes come first here too, after the limits.
create function private.lock_classes_of_leaver(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  select from public.live_classes
  where id in (
    select h.id from public.live_classes h where h.host_id = p_user_id
    union
    select e.live_class_id from public.class_enrollments e where e.profile_id = p_user_id
    union
    select p.live_class_id from public.meeting_participants p where p.profile_id = p_user_id)
  order by id
  for no key update;
$$;
comment on function private.lock_classes_of_leaver(uuid) is 'Locks the classes of a user who is being deleted: keeps the order of locks.';

-- Who is deleted is forgotten in what providers told as well: their sessions, and the deliveries that name them. What providers tell
-- of these sessions later (a delivery that comes late, a report that is read again) brings nobody back.
create table private.forgotten_sessions (
  instance_id uuid not null references public.meeting_instances (id) on delete cascade,
  session_key text not null,
  primary key (instance_id, session_key)
);
comment on table private.forgotten_sessions is
  'Sessions of people who were deleted, by the provider''s key of the entry and nothing else: they are not written again.';

alter table private.forgotten_sessions enable row level security;

create policy "nobody but the owner of the schema reads forgotten sessions" on private.forgotten_sessions
  for all to anon, authenticated using (false) with check (false);

create function private.is_session_forgotten(p_instance_id uuid, p_session_key text, p_handles text[]) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from private.forgotten_sessions
    where instance_id = p_instance_id
      and (session_key = p_session_key or session_key = any (array(select 'report:' || handle from unnest(p_handles) handle))));
end;
$$;
comment on function private.is_session_forgotten(uuid, text, text[]) is 'Whether a session, or one of these of Zoom''s numbers in a report, was of somebody who is deleted.';

-- By meeting, and for what names no meeting by its instance. Deliveries of one meeting are few enough to be read.
create function private.meeting_of_event(p_event jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(p_event #>> '{instance,meeting_id}', p_event #>> '{instance,key}', p_event ->> 'meeting_id');
end;
$$;
comment on function private.meeting_of_event(jsonb) is 'Which meeting an event of a meeting provider is about, as far as it says so.';

create index webhook_events_of_meeting on public.webhook_events (private.meeting_of_event(event))
  where provider <> 'vapi' and event is not null;

create function private.events_that_name(p_meetings text[], p_words text[]) returns uuid[]
language sql stable security definer set search_path = '' as $$
  with near as (
    select id, payload, event from public.webhook_events
    where provider <> 'vapi' and event is not null and private.meeting_of_event(event) = any (p_meetings)
    union all
    select id, payload, event from public.webhook_events
    where provider <> 'vapi' and event is null and payload is not null and status in ('received', 'failed')
    union all
    select id, payload, event from public.webhook_events
    where provider <> 'vapi' and event is null and payload is not null and status = 'dead'
  ), texts as (
    select id, lower(concat(payload, event)) as text from near
  )
  select coalesce(array_agg(t.id), '{}') from texts t
  where exists (select from unnest(p_words) word where strpos(t.text, lower(to_jsonb(word)::text)) > 0);
$$;
comment on function private.events_that_name(text[], text[]) is
  'Deliveries about some meetings, and those that nothing could read yet, in which one of these words is a whole text: an address, an id.';

create function private.forget_person_of_classes(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_user auth.users;
  v_addresses text[];
  v_ids text[];
  v_sessions uuid[];
  v_meetings text[];
begin
  select * into strict v_user from auth.users where id = p_user_id;
  v_addresses := array_remove(array[
    case when v_user.email_confirmed_at is not null then lower(v_user.email) end,
    (select p.workspace_email from public.profiles p where p.id = p_user_id)], null);
  v_ids := array(
    select key from public.profile_identities where profile_id = p_user_id
    union select key from private.named_accounts where profile_id = p_user_id);
  v_sessions := array(
    select id from public.meeting_participants where profile_id = p_user_id
    union select id from public.meeting_participants where profile_id is null and user_email = any (v_addresses));
  v_ids := v_ids || array(
    select distinct word
    from public.meeting_participants p
    cross join unnest(array[p.session_key, p.provider_user_id, p.registrant_key, p.customer_key]) word
    where p.id = any (v_sessions) and word is not null);
  v_meetings := array(
    select i.meeting_id from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where p.id = any (v_sessions)
    union select i.instance_key from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where p.id = any (v_sessions)
    union select c.meeting_id from public.live_classes c where c.host_id = p_user_id
    union select c.meeting_id from public.live_classes c join public.class_enrollments e on e.live_class_id = c.id where e.profile_id = p_user_id);

  insert into private.forgotten_sessions (instance_id, session_key)
  select p.instance_id, key
  from public.meeting_participants p
  cross join unnest(p.session_key || array(select 'report:' || handle from unnest(p.handles) handle)) key
  where p.id = any (v_sessions)
  on conflict do nothing;
  delete from public.meeting_participants where id = any (v_sessions);
  perform private.drop_event_content(private.events_that_name(v_meetings, v_addresses || v_ids), now());
  delete from private.directory_answers where addresses && v_addresses or user_key = any (v_ids);
end;
$$;
comment on function private.forget_person_of_classes(uuid) is
  'Forgets a user who is being deleted: sessions, also those of a stranger with a confirmed address of theirs, go and stay away; '
  'deliveries that name them lose their content; so does what a directory said of them.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('before_user_deletion', 30, 'classes', 'private.lock_classes_of_leaver'),
  ('before_user_deletion', 60, 'classes', 'private.forget_person_of_classes');

create function private.classes_overview(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('classes', jsonb_build_object(
    'hosted', (select count(*) from public.live_classes where host_id = p_user_id),
    'enrolled', (select count(*) from public.class_enrollments where profile_id = p_user_id)));
$$;
comment on function private.classes_overview(uuid) is 'How many classes an account hosts and is enrolled in.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('account_overview', 30, 'classes', 'private.classes_overview');

-- schemas/classes/apply_meeting_changes.sql
-- What the provider says about a meeting that has not run: moved, renamed, deleted, recovered, created.
-- A person's edit and a provider's change of one field meet by time: the newest counts.
create table private.class_field_changes (
  live_class_id uuid not null references public.live_classes (id) on delete cascade,
  field text not null constraint field_is_known check (field in ('title', 'scheduled_start', 'duration_minutes')),
  changed_at timestamptz not null,
  primary key (live_class_id, field)
);
comment on table private.class_field_changes is 'When a field of a class was last changed, by a person or, in event time, by the provider. No row: as created.';

alter table private.class_field_changes enable row level security;

create policy "nobody but the owner of the schema reads class field changes" on private.class_field_changes
  for all to anon, authenticated using (false) with check (false);

create function private.stamp_class_field(p_class_id uuid, p_field text, p_changed_at timestamptz) returns void
language sql security definer set search_path = '' as $$
  insert into private.class_field_changes (live_class_id, field, changed_at) values (p_class_id, p_field, p_changed_at)
  on conflict (live_class_id, field) do update set changed_at = excluded.changed_at;
$$;
comment on function private.stamp_class_field(uuid, text, timestamptz) is 'Notes when a field of a class was changed.';

create function private.stamp_class_edit(p_new public.live_classes, p_old public.live_classes) returns void
language sql security definer set search_path = '' as $$
  select private.stamp_class_field(p_new.id, f.field, now())
  from (values
    ('title', p_new.title is distinct from p_old.title),
    ('scheduled_start', p_new.scheduled_start is distinct from p_old.scheduled_start),
    ('duration_minutes', p_new.duration_minutes is distinct from p_old.duration_minutes)
  ) as f (field, is_changed)
  where f.is_changed;
$$;
comment on function private.stamp_class_edit(public.live_classes, public.live_classes) is
  'Notes that the fields that differ were changed now. A provider''s change is stamped with its own time afterwards.';

create table private.meeting_changes (
  id bigint generated always as identity primary key,
  provider public.meeting_provider not null,
  meeting_id text not null,
  changed_at timestamptz not null,
  received_at timestamptz not null,
  previous_start timestamptz,
  is_for_all boolean not null,
  field text not null,
  value text not null,
  constraint change_is_known_once
    unique nulls not distinct (provider, meeting_id, changed_at, previous_start, is_for_all, field, value)
);
comment on table private.meeting_changes is
  'Changes of meetings as the provider told them, a row per field. Kept, because the second of two moves of an occurrence may arrive first.';
comment on column private.meeting_changes.previous_start is 'Says which occurrence of a recurring meeting is meant.';

alter table private.meeting_changes enable row level security;

create policy "nobody but the owner of the schema reads meeting changes" on private.meeting_changes
  for all to anon, authenticated using (false) with check (false);

-- A change is meant for the only class of its meeting, or for the one that starts when the change says it did. Otherwise it is meant for
-- all classes if it says so. A start never is, because all would start at once. Within one change the start comes last, because it is the address.
create function private.next_meeting_change(p_provider public.meeting_provider, p_meeting_id text)
returns table (class_id uuid, field text, value text, changed_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with classes as (
    select c.id, c.title, c.scheduled_start, c.duration_minutes, c.created_at, count(*) over () as siblings
    from public.live_classes c
    where c.provider = p_provider and c.meeting_id = p_meeting_id and c.meeting_proof <> 'none'
  )
  select c.id, m.field, m.value, m.changed_at
  from private.meeting_changes m
  join classes c on c.siblings = 1 or m.previous_start = c.scheduled_start
    or (m.previous_start is null and m.is_for_all and m.field <> 'scheduled_start')
  left join private.class_field_changes s on s.live_class_id = c.id and s.field = m.field
  where m.provider = p_provider and m.meeting_id = p_meeting_id
    -- Whoever scheduled the class knew what had been told before.
    and m.received_at >= c.created_at
    and (s.changed_at is null or m.changed_at > s.changed_at
      or (m.changed_at = s.changed_at and m.value > case m.field
        when 'title' then c.title
        when 'scheduled_start' then to_char(c.scheduled_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        else to_char(c.duration_minutes, 'FM0000') end))
  order by m.changed_at, m.field = 'scheduled_start', m.field, m.value, c.id
  limit 1;
$$;
comment on function private.next_meeting_change(public.meeting_provider, text) is 'The oldest change that a class of this meeting has not taken yet.';

create function private.take_meeting_changes(p_provider public.meeting_provider, p_meeting_id text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  c_max_steps constant integer := 200;
  v_change record;
  v_is_taken boolean := false;
begin
  for step in 1 .. c_max_steps loop
    select * into v_change from private.next_meeting_change(p_provider, p_meeting_id);
    exit when not found;
    update public.live_classes c set
      title = case when v_change.field = 'title' then v_change.value else c.title end,
      scheduled_start = case when v_change.field = 'scheduled_start' then v_change.value::timestamptz else c.scheduled_start end,
      duration_minutes = case when v_change.field = 'duration_minutes' then v_change.value::integer else c.duration_minutes end
    where c.id = v_change.class_id;
    perform private.stamp_class_field(v_change.class_id, v_change.field, v_change.changed_at);
    v_is_taken := true;
  end loop;
  return v_is_taken;
end;
$$;
comment on function private.take_meeting_changes(public.meeting_provider, text) is
  'Gives the classes of a meeting every change that they have not taken yet; whether there was one.';

create function private.apply_meeting_updated(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_provider constant public.meeting_provider := (p_event ->> 'provider')::public.meeting_provider;
  v_meeting_id constant text := p_event ->> 'meeting_id';
  v_changes constant jsonb := p_event -> 'changes';
  v_title constant text := nullif(btrim(left(btrim(v_changes ->> 'title'), 200)), '');
  v_minutes constant integer := (v_changes ->> 'duration_minutes')::integer;
begin
  perform from public.live_classes where provider = v_provider and meeting_id = v_meeting_id order by id for no key update;
  if not found then
    return 'ignored';
  end if;
  perform private.lock_meeting(v_provider, v_meeting_id);

  insert into private.meeting_changes (provider, meeting_id, changed_at, received_at, previous_start, is_for_all, field, value)
  select v_provider, v_meeting_id, (p_event ->> 'changed_at')::timestamptz, p_now,
    (p_event ->> 'previous_start')::timestamptz, coalesce((p_event ->> 'is_for_all')::boolean, false), f.field, f.value
  from (values
    ('title', v_title),
    ('scheduled_start', to_char((v_changes ->> 'scheduled_start')::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
    ('duration_minutes', case when v_minutes between 5 and 1440 then to_char(v_minutes, 'FM0000') end)
  ) as f (field, value)
  where f.value is not null
  on conflict do nothing;

  return case when private.take_meeting_changes(v_provider, v_meeting_id) then 'applied' else 'ignored' end;
end;
$$;
comment on function private.apply_meeting_updated(uuid, jsonb, timestamptz) is
  'Event {provider, meeting_id, changed_at, previous_start|null, is_for_all, changes: {title?, scheduled_start?, duration_minutes?}}; unknown meetings are ignored.';

create function private.apply_meeting_deleted(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_provider constant public.meeting_provider := (p_event ->> 'provider')::public.meeting_provider;
  v_meeting_id constant text := p_event ->> 'meeting_id';
begin
  perform from public.live_classes where provider = v_provider and meeting_id = v_meeting_id order by id for no key update;
  perform private.lock_meeting(v_provider, v_meeting_id);
  insert into private.meeting_deletions as d (provider, meeting_id, occurrence_start, changed_at, is_deleted)
  select distinct v_provider, v_meeting_id, o.start::timestamptz, (p_event ->> 'changed_at')::timestamptz,
    p_event ->> 'kind' = 'meeting_deleted'
  from jsonb_array_elements_text(case when jsonb_typeof(p_event -> 'occurrences') = 'array'
    then p_event -> 'occurrences' else '["-infinity"]' end) as o (start)
  on conflict (provider, meeting_id, occurrence_start) do update
  set changed_at = excluded.changed_at, is_deleted = excluded.is_deleted
  where (excluded.changed_at, excluded.is_deleted) > (d.changed_at, d.is_deleted);
  perform private.refresh_class_status(c.id)
  from public.live_classes c where c.provider = v_provider and c.meeting_id = v_meeting_id;
  return 'applied';
end;
$$;
comment on function private.apply_meeting_deleted(uuid, jsonb, timestamptz) is
  'Event {kind: meeting_deleted|meeting_recovered, provider, meeting_id, changed_at, occurrences: [start]|null}; null is the whole meeting.';

insert into private.event_handlers (kind, function_name) values
  ('meeting_updated', 'private.apply_meeting_updated'),
  ('meeting_deleted', 'private.apply_meeting_deleted'),
  ('meeting_recovered', 'private.apply_meeting_deleted');

-- schemas/classes/apply_meeting_events.sql
-- Starts, ends, joins and leaves. Every write is the least, the greatest or the newest by event time, so each handler may
-- run in any order and any number of times.
-- An end that was only assumed gives way to one that is told.
create function private.note_instance(
  p_provider public.meeting_provider, p_instance jsonb, p_started_at timestamptz, p_evidence public.start_evidence,
  p_ended_at timestamptz
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_key constant text := p_instance ->> 'key';
  v_meeting_id constant text := p_instance ->> 'meeting_id';
  v_known public.meeting_instances;
  v_id uuid;
begin
  perform private.learn_host(p_provider, p_instance);
  select * into v_known from public.meeting_instances where provider = p_provider and instance_key = v_key;
  -- The class that the instance has and the one that it will have are locked before anything else.
  perform from public.live_classes
  where id in (
    v_known.live_class_id,
    private.match_class(p_provider, coalesce(v_known.meeting_id, v_meeting_id), greatest(v_known.host_key, p_instance ->> 'host_key'),
      case when (v_known.start_evidence, v_known.started_at) <= (p_evidence, p_started_at)
        then v_known.started_at else p_started_at end,
      v_known.live_class_id, v_known.ended_at is not null))
  order by id
  for no key update;
  perform private.lock_meeting(p_provider, coalesce(v_known.meeting_id, v_meeting_id));

  insert into public.meeting_instances as i
    (provider, instance_key, meeting_id, host_key, title, started_at, start_evidence, ended_at)
  values (p_provider, v_key, v_meeting_id, p_instance ->> 'host_key', p_instance ->> 'title',
    p_started_at, p_evidence, p_ended_at)
  on conflict on constraint instance_is_known_once do update set
    meeting_id = greatest(i.meeting_id, excluded.meeting_id),
    host_key = greatest(i.host_key, excluded.host_key),
    title = greatest(i.title, excluded.title),
    started_at = case when (excluded.start_evidence, excluded.started_at) < (i.start_evidence, i.started_at)
      then excluded.started_at else i.started_at end,
    start_evidence = least(i.start_evidence, excluded.start_evidence),
    ended_at = case when i.end_is_assumed and excluded.ended_at is not null
      then excluded.ended_at else greatest(i.ended_at, excluded.ended_at) end,
    end_is_assumed = i.end_is_assumed and excluded.ended_at is null
  returning id into v_id;
  perform private.bind_instance(v_id);
  return v_id;
end;
$$;
comment on function private.note_instance(public.meeting_provider, jsonb, timestamptz, public.start_evidence, timestamptz) is
  'Records what an event says about an instance {key, meeting_id, host_key, host_email?, owner_subscription?, title}, binds it and returns its id.';

create function private.apply_meeting_started(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
begin
  perform private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    (p_event ->> 'started_at')::timestamptz, 'start_event', null);
  return 'applied';
end;
$$;
comment on function private.apply_meeting_started(uuid, jsonb, timestamptz) is 'Event {provider, instance, started_at}.';

create function private.apply_meeting_ended(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_ended_at constant timestamptz := (p_event ->> 'ended_at')::timestamptz;
  v_started_at constant timestamptz := (p_event ->> 'started_at')::timestamptz;
begin
  perform private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    coalesce(v_started_at, v_ended_at),
    case when v_started_at is null then 'first_sign' else 'end_event' end::public.start_evidence, v_ended_at);
  return 'applied';
end;
$$;
comment on function private.apply_meeting_ended(uuid, jsonb, timestamptz) is 'Event {provider, instance, started_at|null, ended_at}.';

-- Nearly every event of a participant says nothing new of its meeting. Such events share its locks, so that a class may leave at once;
-- whoever binds the meeting, moves its class or changes its roster still waits for all of them, and they for it.
create function private.share_instance(
  p_provider public.meeting_provider, p_instance jsonb, p_started_at timestamptz, p_evidence public.start_evidence,
  out id uuid, out live_class_id uuid
)
language plpgsql security definer set search_path = '' as $$
declare
  v_meeting_id text;
begin
  select i.id, i.live_class_id, i.meeting_id into share_instance.id, share_instance.live_class_id, v_meeting_id
  from public.meeting_instances i
  where i.provider = p_provider and i.instance_key = p_instance ->> 'key'
    and i.live_class_id is not null and not i.end_is_assumed
    and (i.start_evidence, i.started_at) <= (p_evidence, p_started_at)
    and (p_instance ->> 'meeting_id' <= i.meeting_id) is not false
    and (p_instance ->> 'host_key' <= coalesce(i.host_key, '')) is not false
    and (p_instance ->> 'title' <= coalesce(i.title, '')) is not false;
  if not found then
    return;
  end if;
  perform from public.live_classes c where c.id = share_instance.live_class_id for share;
  perform pg_advisory_xact_lock_shared(private.meeting_lock(p_provider, v_meeting_id));
  -- What others wrote before they gave the locks away.
  perform from public.meeting_instances i
  where i.id = share_instance.id and i.live_class_id = share_instance.live_class_id and not i.end_is_assumed;
  if not found then
    raise exception using errcode = '55P03', message = 'the meeting went to another class just now';
  end if;
end;
$$;
comment on function private.share_instance(public.meeting_provider, jsonb, timestamptz, public.start_evidence) is
  'The instance of a class and that class, locked against being bound anew, when an event tells nothing new of it; null when private.note_instance has work to do. '
  'Raises as for a locked row when it was bound anew meanwhile: the next try sees it.';

create function private.newest(p_known text, p_known_at timestamptz, p_told text, p_told_at timestamptz) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if p_told is not null and (p_known is null or (p_told_at, p_told) > (p_known_at, p_known)) then
    return p_told;
  end if;
  return p_known;
end;
$$;
comment on function private.newest(text, timestamptz, text, timestamptz) is
  'Which of two names or addresses counts: the one of the newer event, of one moment the greater one, and any rather than none.';

-- What the provider's record says of a session is kept in columns beside these.
create function private.apply_participant(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_provider constant public.meeting_provider := (p_event ->> 'provider')::public.meeting_provider;
  v_session constant jsonb := p_event -> 'session';
  v_key constant text := v_session ->> 'key';
  v_joined_at constant timestamptz := (v_session ->> 'joined_at')::timestamptz;
  v_left_at constant timestamptz := (v_session ->> 'left_at')::timestamptz;
  v_at constant timestamptz := coalesce(v_joined_at, v_left_at);
  v_name constant text := v_session ->> 'name';
  v_email constant text := lower(v_session ->> 'email');
  v_user_id constant text := v_session ->> 'provider_user_id';
  v_registrant_key constant text := v_session ->> 'registrant_key';
  v_customer_key constant text := v_session ->> 'customer_key';
  v_handles constant text[] := array_remove(array[v_session ->> 'handle'], null);
  v_started_at timestamptz := (p_event ->> 'started_at')::timestamptz;
  v_evidence public.start_evidence := 'participant_event'::public.start_evidence;
  v_instance jsonb := p_event -> 'instance';
  v_running record;
  v_noted_id uuid;
  v_person record;
  v_is_new boolean;
begin
  if v_started_at is null then
    v_started_at := v_at;
    v_evidence := 'first_sign'::public.start_evidence;
  end if;
  -- This is the host, who is signed in: the address is their account's.
  if v_user_id = v_instance ->> 'host_key' and v_email is not null then
    v_instance := v_instance || jsonb_build_object('host_email', v_email);
  end if;
  if v_instance ?| array['host_email', 'owner_subscription'] then
    perform private.learn_host(v_provider, v_instance);
  end if;
  v_running := private.share_instance(v_provider, v_instance, v_started_at, v_evidence);
  if v_running.id is null then
    v_noted_id := private.note_instance(v_provider, v_instance, v_started_at, v_evidence, null);
    select id, live_class_id into strict v_running from public.meeting_instances where id = v_noted_id;
  end if;

  -- Nearly every leave tells of a session that is known with its name and all its hints: only its times are new.
  if v_left_at is not null then
    update public.meeting_participants set
      join_time = least(join_time, v_joined_at),
      leave_time = greatest(leave_time, v_left_at),
      user_name_at = case when v_name is null then user_name_at else greatest(user_name_at, v_at) end,
      user_email_at = case when v_email is null then user_email_at else greatest(user_email_at, v_at) end
    where instance_id = v_running.id and session_key = v_key
      and handles @> v_handles
      and (v_name is null or user_name = v_name)
      and (v_email is null or user_email = v_email)
      and (v_user_id is null or provider_user_id = v_user_id)
      and (v_registrant_key is null or registrant_key = v_registrant_key)
      and (v_customer_key is null or customer_key = v_customer_key);
    if found then
      return 'applied';
    end if;
  end if;

  v_person := private.match_person(v_running.live_class_id, v_provider, v_registrant_key, v_customer_key, v_user_id, v_email);
  insert into public.meeting_participants
    (instance_id, session_key, live_class_id, join_time, leave_time, user_name, user_name_at, user_email, user_email_at,
     provider_user_id, registrant_key, customer_key, handles, profile_id, match_confidence)
  values (v_running.id, v_key, v_running.live_class_id, v_joined_at, v_left_at,
    v_name, case when v_name is not null then v_at end, v_email, case when v_email is not null then v_at end,
    v_user_id, v_registrant_key, v_customer_key, v_handles, v_person.profile_id, coalesce(v_person.confidence, 'none'))
  on conflict on constraint session_is_known_once do nothing;
  v_is_new := found;
  if not v_is_new then
    update public.meeting_participants set
      join_time = least(join_time, v_joined_at),
      leave_time = greatest(leave_time, v_left_at),
      user_name = private.newest(user_name, user_name_at, v_name, v_at),
      user_name_at = case when v_name is null then user_name_at else greatest(user_name_at, v_at) end,
      user_email = private.newest(user_email, user_email_at, v_email, v_at),
      user_email_at = case when v_email is null then user_email_at else greatest(user_email_at, v_at) end,
      provider_user_id = greatest(provider_user_id, v_user_id),
      registrant_key = greatest(registrant_key, v_registrant_key),
      customer_key = greatest(customer_key, v_customer_key),
      handles = private.union_of(handles, v_handles)
    where instance_id = v_running.id and session_key = v_key;
    if not found then
      if not private.is_session_forgotten(v_running.id, v_key, v_handles) then
        raise exception using errcode = '55P03', message = 'the session was deleted just now';
      end if;
      -- The session is of somebody who is deleted.
      perform private.drop_event_content(array[p_event_id], p_now);
      return 'ignored';
    end if;
  end if;
  if private.take_reported_rows(v_running.id, v_key, v_handles) or not v_is_new then
    perform private.match_participants(v_running.id, v_key);
  end if;
  return 'applied';
end;
$$;
comment on function private.apply_participant(uuid, jsonb, timestamptz) is
  'Event {provider, instance, started_at|null, session: {key, handle|null, name, email, provider_user_id, registrant_key, customer_key, joined_at | left_at}}.';

insert into private.event_handlers (kind, function_name) values
  ('meeting_started', 'private.apply_meeting_started'),
  ('meeting_ended', 'private.apply_meeting_ended'),
  ('participant_joined', 'private.apply_participant'),
  ('participant_left', 'private.apply_participant'),
  -- Waiting rooms, breakout rooms, roles and the like say nothing about who attended: no rows by rule.
  ('meeting_informational', null);

-- schemas/classes/apply_recording_events.sql
-- Recording events become rows. Newest by event time wins, per instance and per file, so the handlers may run in any order
-- and any number of times; two events that differ only in their tokens are the same set of files.
create function private.note_recording_status(p_instance_id uuid, p_status public.recording_status, p_at timestamptz) returns void
language sql security definer set search_path = '' as $$
  update public.meeting_instances
  set recording_status = p_status, recording_status_at = p_at
  where id = p_instance_id
    and (recording_status_at is null or (p_at, p_status) > (recording_status_at, recording_status));
$$;
comment on function private.note_recording_status(uuid, public.recording_status, timestamptz) is
  'Keeps what the newest recording event says; of one second the later word of the enum.';

create function private.note_recording_file(
  p_instance_id uuid, p_file jsonb, p_state public.recording_file_state, p_at timestamptz
) returns void
language sql security definer set search_path = '' as $$
  insert into public.class_recordings as r
    (instance_id, live_class_id, file_key, file_type, recording_type, started_at, ended_at, size_bytes, state, told_state, told_at)
  select i.id, i.live_class_id, p_file ->> 'key', p_file ->> 'file_type', p_file ->> 'recording_type',
    (p_file ->> 'started_at')::timestamptz, (p_file ->> 'ended_at')::timestamptz, (p_file ->> 'size_bytes')::bigint,
    p_state, p_state, p_at
  from public.meeting_instances i where i.id = p_instance_id
  on conflict on constraint file_is_known_once do update set
    -- What a file is does not change; an event that says less takes nothing away.
    file_type = greatest(r.file_type, excluded.file_type),
    recording_type = greatest(r.recording_type, excluded.recording_type),
    started_at = least(r.started_at, excluded.started_at),
    ended_at = greatest(r.ended_at, excluded.ended_at),
    size_bytes = greatest(r.size_bytes, excluded.size_bytes),
    told_state = case when (excluded.told_at, excluded.told_state) > (r.told_at, r.told_state)
      then excluded.told_state else r.told_state end,
    told_at = greatest(r.told_at, excluded.told_at);
$$;
comment on function private.note_recording_file(uuid, jsonb, public.recording_file_state, timestamptz) is
  'Records what an event says about one file {key, file_type, recording_type, started_at, ended_at, size_bytes}.';

create function private.apply_recording_changed(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_instance_id uuid;
begin
  v_instance_id := private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    coalesce((p_event #>> '{segment,started_at}')::timestamptz, v_at), 'first_sign', null);
  perform private.note_recording_status(v_instance_id, (case p_event ->> 'kind'
    when 'recording_paused' then 'paused'
    when 'recording_stopped' then 'stopped'
    else 'recording' end)::public.recording_status, v_at);
  return 'applied';
end;
$$;
comment on function private.apply_recording_changed(uuid, jsonb, timestamptz) is 'Event {kind, provider, occurred_at, instance, segment}.';

create function private.apply_recording_files(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_kind constant text := p_event ->> 'kind';
  v_instance_id uuid;
begin
  v_instance_id := private.note_instance((p_event ->> 'provider')::public.meeting_provider, p_event -> 'instance',
    coalesce((select min((f ->> 'started_at')::timestamptz) from jsonb_array_elements(p_event -> 'files') f), v_at),
    'first_sign', null);
  perform private.note_recording_file(v_instance_id, f, (case
      when v_kind = 'recording_trashed' then 'trashed'
      when v_kind = 'recording_deleted' then 'deleted'
      when f ->> 'state' = 'processing' then 'processing'
      else 'available' end)::public.recording_file_state, v_at)
  from jsonb_array_elements(p_event -> 'files') f;
  perform private.refresh_recording_files(v_instance_id);
  if v_kind = 'recording_completed' then
    perform private.note_recording_status(v_instance_id, (case
      when exists (select from jsonb_array_elements(p_event -> 'files') f where f ->> 'state' = 'processing')
        then 'processing' else 'available' end)::public.recording_status, v_at);
  end if;
  return 'applied';
end;
$$;
comment on function private.apply_recording_files(uuid, jsonb, timestamptz) is 'Event {kind, provider, occurred_at, instance, files: [{key, …, state}]}.';

-- A batch names instances by their keys only, so it waits until an unknown instance is known.
create function private.apply_recording_batch(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_state constant public.recording_file_state := (case p_event ->> 'kind'
    when 'recording_batch_trashed' then 'trashed'
    when 'recording_batch_deleted' then 'deleted'
    else 'available' end)::public.recording_file_state;
  v_named record;
  v_instance_id uuid;
begin
  for v_named in select value ->> 'key' as key, value -> 'file_keys' as file_keys
    from jsonb_array_elements(p_event -> 'instances') order by value ->> 'key'
  loop
    select id into v_instance_id from public.meeting_instances
    where provider = (p_event ->> 'provider')::public.meeting_provider and instance_key = v_named.key
    for no key update;
    if not found then
      raise exception using errcode = 'P0002', message = 'an instance of this batch is not known yet';
    end if;
    if jsonb_typeof(v_named.file_keys) = 'array' then
      perform private.note_recording_file(v_instance_id, jsonb_build_object('key', file_key), v_state, v_at)
      from jsonb_array_elements_text(v_named.file_keys) file_key;
    else
      update public.meeting_instances set files_state = v_state, files_state_at = v_at
      where id = v_instance_id and (files_state_at is null or (v_at, v_state) > (files_state_at, files_state));
    end if;
    perform private.refresh_recording_files(v_instance_id);
  end loop;
  return 'applied';
end;
$$;
comment on function private.apply_recording_batch(uuid, jsonb, timestamptz) is 'Event {kind, provider, occurred_at, instances: [{key, file_keys|null}]}.';

insert into private.event_handlers (kind, function_name) values
  ('recording_started', 'private.apply_recording_changed'),
  ('recording_paused', 'private.apply_recording_changed'),
  ('recording_resumed', 'private.apply_recording_changed'),
  ('recording_stopped', 'private.apply_recording_changed'),
  ('recording_completed', 'private.apply_recording_files'),
  ('recording_transcript_completed', 'private.apply_recording_files'),
  ('recording_trashed', 'private.apply_recording_files'),
  ('recording_deleted', 'private.apply_recording_files'),
  ('recording_recovered', 'private.apply_recording_files'),
  ('recording_batch_trashed', 'private.apply_recording_batch'),
  ('recording_batch_deleted', 'private.apply_recording_batch'),
  ('recording_batch_recovered', 'private.apply_recording_batch');

-- schemas/classes/ask_for_hosts.sql
-- A provider is asked who hosts a meeting when no event showed it and a class waits for the meeting. Most meetings need no
-- question, because their host comes, and the event of that says who they are.
create function private.is_host_wanted(p_provider public.meeting_provider, p_meeting_id text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.meeting_instances i
    join public.live_classes c on c.provider = i.provider and c.meeting_id = i.meeting_id and c.meeting_proof <> 'admin'
    where i.provider = p_provider and i.meeting_id = p_meeting_id and i.live_class_id is null
      and i.started_at between c.scheduled_start - private.setting_interval('class_meeting_early')
        and c.scheduled_end + private.setting_interval('class_meeting_late')
      and not exists (
        select from public.profile_identities p where p.provider = i.provider and p.kind = 'user' and p.key = i.host_key));
end;
$$;
comment on function private.is_host_wanted(public.meeting_provider, text) is 'Whether a class waits for a meeting of this number whose host nobody knows.';

create function private.ask_for_host(p_provider public.meeting_provider, p_meeting_id text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_provider private.meeting_providers;
begin
  select * into strict v_provider from private.meeting_providers p where p.provider = p_provider;
  if v_provider.host_task is not null and private.is_host_wanted(p_provider, p_meeting_id) then
    perform private.enqueue_task(v_provider.host_task, p_meeting_id, null, now() + private.setting_interval(v_provider.host_delay));
  end if;
end;
$$;
comment on function private.ask_for_host(public.meeting_provider, text) is
  'Asks a provider that names hosts who hosts a meeting, when a class waits for the meeting and nobody knows its host.';

create function public.is_host_wanted(p_provider public.meeting_provider, p_meeting_id text) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_host_wanted(p_provider, p_meeting_id);
$$;
comment on function public.is_host_wanted(public.meeting_provider, text) is
  'For the maintenance function: whether a class still waits to know the host of a meeting.';

create function public.note_host(p_provider public.meeting_provider, p_host_key text, p_address text) returns void
language sql security definer set search_path = '' as $$
  select private.learn_identity(p_provider, p_host_key, array[lower(p_address)]);
$$;
comment on function public.note_host(public.meeting_provider, text, text) is
  'For the maintenance function: the address of the account that hosts a meeting, as the provider''s API tells it.';

grant execute on function public.is_host_wanted(public.meeting_provider, text), public.note_host(public.meeting_provider, text, text)
  to service_role;

-- schemas/classes/assign_participants.sql
-- A person says who a stranger is, and that stays: matching never looks at an assigned session again. If the session has an
-- account at its provider, that account is the same person in every class of that host.
create function private.assign_participant(p_participant_id uuid, p_profile_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_class_id uuid;
  v_account record;
  v_participant public.meeting_participants;
begin
  select p.live_class_id into v_class_id from public.meeting_participants p where p.id = p_participant_id;
  -- Locks: the class first, then its sessions (decision 0020).
  perform from public.live_classes c
  where c.id = v_class_id
    and (c.host_id = private.acting_host_id() or private.is_admin() or auth.role() = 'service_role')
  for no key update;
  if not found then
    perform private.refuse(404, 'participant_not_found', 'There is no such participant.');
  end if;
  if p_profile_id is not null and not exists (
    select from public.class_enrollments where live_class_id = v_class_id and profile_id = p_profile_id
    union all
    select from public.live_classes where id = v_class_id and host_id = p_profile_id
  ) then
    perform private.refuse(422, 'not_on_the_roster', 'Only people of the class can be assigned.');
  end if;

  update public.meeting_participants
  set profile_id = p_profile_id,
      match_confidence = case when p_profile_id is null then 'none' else 'assigned' end::public.match_confidence
  where id = p_participant_id and live_class_id = v_class_id
  returning * into v_participant;
  if not found then
    -- The meeting went to another class before this class was locked, and the other one may have another host.
    perform private.refuse(404, 'participant_not_found', 'There is no such participant.');
  end if;
  select c.host_id, i.provider, v_participant.provider_user_id as key into v_account
  from public.meeting_instances i join public.live_classes c on c.id = i.live_class_id
  where i.id = v_participant.instance_id and c.host_id is not null and v_participant.provider_user_id is not null;
  if found then
    perform private.name_account(v_account.host_id, v_account.provider, v_account.key, p_profile_id);
  end if;
  if p_profile_id is null then
    perform private.match_participants(v_participant.instance_id, v_participant.session_key);
  end if;
end;
$$;
comment on function private.assign_participant(uuid, uuid) is 'Says who a session was, if the caller is its host or an admin.';

-- The session as its readers see it, without the keys that it has at its provider.
create function public.assign_participant(p_participant_id uuid, p_profile_id uuid) returns public.meeting_sessions
language sql set search_path = '' as $$
  select private.assign_participant(p_participant_id, p_profile_id);
  select s from public.meeting_sessions s where s.id = p_participant_id;
$$;
comment on function public.assign_participant(uuid, uuid) is
  'Says who a session was, and with it whose its account is in the classes of that host: for the host and admins. '
  'p_profile_id null takes both back and lets the matching decide. Returns the session as meeting_sessions shows it. '
  'participant_not_found 404, not_on_the_roster 422.';

grant execute on function private.assign_participant(uuid, uuid), public.assign_participant(uuid, uuid)
  to authenticated, service_role;

-- schemas/classes/attendance_marks.sql
-- Marks are what a person decided. They are rows of their own, so that a reconciliation never touches them.
create table public.attendance_marks (
  live_class_id uuid not null,
  profile_id uuid not null,
  status public.attendance_status not null,
  note text constraint note_is_at_most_500_characters check (char_length(note) between 1 and 500),
  marked_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (live_class_id, profile_id),
  constraint marked_student_is_enrolled foreign key (live_class_id, profile_id)
    references public.class_enrollments (live_class_id, profile_id) on update cascade on delete cascade
);
comment on table public.attendance_marks is 'Attendance as the host or an admin decided it; wins over the computed one and survives every reconciliation.';
comment on column public.attendance_marks.note is 'Why. The student reads it too.';
comment on column public.attendance_marks.marked_by is 'Who marked it last; null once that person is gone, and for the secret key.';

create index attendance_marks_marked_by_idx on public.attendance_marks (marked_by);
create index attendance_marks_profile_id_idx on public.attendance_marks (profile_id, live_class_id);

alter table public.attendance_marks enable row level security;

create policy "students read their own mark, hosts and admins a class's" on public.attendance_marks
  for select to authenticated
  using (
    profile_id = (select auth.uid())
    or live_class_id = any (array(select private.hosted_class_ids()))
    or live_class_id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

create policy "hosts mark their classes, admins any" on public.attendance_marks
  for insert to authenticated
  with check (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

create policy "hosts change marks of their classes, admins any" on public.attendance_marks
  for update to authenticated
  using (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()))
  with check (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

create policy "hosts remove marks of their classes, admins any" on public.attendance_marks
  for delete to authenticated
  using (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

grant select, delete, insert (live_class_id, profile_id, status, note), update (status, note)
  on public.attendance_marks to authenticated;

grant select, insert, update, delete on public.attendance_marks to service_role;

create function private.attendance_marks_guard() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- A foreign key that forgets a person or follows a key marks nothing.
  if tg_op = 'INSERT' or (new.status, new.note) is distinct from (old.status, old.note)
    or (new.live_class_id, new.profile_id, new.marked_by) is not distinct from (old.live_class_id, old.profile_id, old.marked_by) then
    new.marked_by := auth.uid();
  end if;
  if tg_op = 'UPDATE' then
    new.updated_at := now();
  end if;
  return new;
end;
$$;
comment on function private.attendance_marks_guard() is 'Stamps who marked, and when.';

create trigger attendance_marks_guard before insert or update on public.attendance_marks
  for each row execute function private.attendance_marks_guard();

-- schemas/classes/bind_meeting_instances.sql
-- Which class an instance belongs to, and what a class is because of its instances. Both are functions of what is stored,
-- computed again whenever a fact changes, so that neither order nor repetition of events matters.
--
-- Locks: class rows (by id) → private.lock_meeting → instance → sessions.
create function private.match_class(
  p_provider public.meeting_provider, p_meeting_id text, p_host_key text, p_started_at timestamptz,
  p_held_by uuid, p_has_ended boolean
) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  v_owner_id constant uuid := (
    select i.profile_id from public.profile_identities i
    where i.provider = p_provider and i.kind = 'user' and i.key = p_host_key);
  -- What has taken place belongs to its host. Somebody else may plan later; only an admin moves it to them.
  v_is_settled constant boolean := p_held_by is not null and p_has_ended and not private.is_admin();
  v_holder_id constant uuid := (select c.host_id from public.live_classes c where c.id = p_held_by);
begin
  return (
    select c.id
    from public.live_classes c
    where c.provider = p_provider and c.meeting_id = p_meeting_id
      and p_started_at >= c.scheduled_start - private.setting_interval('class_meeting_early')
      and p_started_at <= c.scheduled_end + private.setting_interval('class_meeting_late')
      and (c.meeting_proof = 'admin'
        or c.host_id = v_owner_id
        or (p_host_key is null and c.meeting_proof = 'provider')
        -- A class whose host's account is gone keeps what it has, because the proof went with the account.
        or (c.id = p_held_by and c.host_id is null))
      and (not v_is_settled or c.id = p_held_by or c.host_id = v_holder_id)
    -- A class that a person cancelled gets a meeting only when no other one wants it.
    order by c.cancelled_at is not null,
      greatest(c.scheduled_start - p_started_at, p_started_at - c.scheduled_start), c.scheduled_start, c.id
    limit 1);
end;
$$;
comment on function private.match_class(public.meeting_provider, text, text, timestamptz, uuid, boolean) is
  'The class that a meeting is of: of those whose host it was shown to be and whose window holds its start the nearest; null for none. '
  'What has ended in a class goes to others of the same host only, unless an admin is asking.';

-- Newest event wins; "all" of a meeting and single occurrences are separate facts.
create table private.meeting_deletions (
  provider public.meeting_provider not null,
  meeting_id text not null,
  occurrence_start timestamptz not null,
  changed_at timestamptz not null,
  is_deleted boolean not null,
  primary key (provider, meeting_id, occurrence_start)
);
comment on table private.meeting_deletions is 'What the provider says about deleted and recovered meetings; the newest event by its own time.';
comment on column private.meeting_deletions.occurrence_start is '-infinity for the whole meeting.';

alter table private.meeting_deletions enable row level security;

create policy "nobody but the owner of the schema reads meeting deletions" on private.meeting_deletions
  for all to anon, authenticated using (false) with check (false);

-- attendance_synced is a fact of the instances like the status: every one has ended and was compared with the provider's
-- record. A restart that binds later takes it back until it is compared as well.
create function private.refresh_class_status(p_class_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.live_classes c
  set actual_start_time = f.started_at, actual_end_time = f.ended_at, meeting_deleted_at = f.deleted_at,
    attendance_synced = f.is_synced
  from (
    select i.started_at, i.ended_at, i.is_synced, (
      select max(d.changed_at)
      from public.live_classes k
      join private.meeting_deletions d on d.provider = k.provider and d.meeting_id = k.meeting_id
        and d.occurrence_start in ('-infinity', k.scheduled_start) and d.is_deleted
      -- Deleting a meeting that has taken place is tidying up, not a cancellation.
      where k.id = p_class_id and k.meeting_proof <> 'none' and (i.started_at is null or i.started_at > d.changed_at)
    ) as deleted_at
    from (
      select min(started_at) as started_at,
        case when bool_and(ended_at is not null) then max(ended_at) end as ended_at,
        coalesce(bool_and(ended_at is not null and reconciled_at is not null), false) as is_synced
      from public.meeting_instances where live_class_id = p_class_id
    ) i
  ) f
  where c.id = p_class_id
    and (c.actual_start_time, c.actual_end_time, c.meeting_deleted_at, c.attendance_synced)
      is distinct from (f.started_at, f.ended_at, f.deleted_at, f.is_synced);
end;
$$;

create function private.bind_instance(p_instance_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_instance public.meeting_instances;
  v_class_id uuid;
begin
  select * into strict v_instance from public.meeting_instances where id = p_instance_id;
  v_class_id := private.match_class(v_instance.provider, v_instance.meeting_id, v_instance.host_key, v_instance.started_at,
    v_instance.live_class_id, v_instance.ended_at is not null);
  if v_class_id is distinct from v_instance.live_class_id then
    -- A move locked its own class only. Here it waits for what jobs are writing of the other class, before this statement's snapshot.
    perform from public.live_classes where id in (v_instance.live_class_id, v_class_id) order by id for no key update;
    update public.meeting_instances set live_class_id = v_class_id where id = p_instance_id;
    update public.meeting_participants set live_class_id = v_class_id where instance_id = p_instance_id;
    perform private.match_participants(p_instance_id);
    perform private.refresh_class_status(v_instance.live_class_id);
  end if;
  if exists (select from public.live_classes c where c.id = v_class_id and c.meeting_proof = 'none') then
    -- This is the host's first meeting of this number. What was told of the number before is theirs, too.
    perform private.refresh_meeting_proof(v_class_id);
    perform private.take_meeting_changes(v_instance.provider, v_instance.meeting_id);
  end if;
  perform private.refresh_class_status(v_class_id);
  return v_class_id;
end;
$$;
comment on function private.bind_instance(uuid) is 'Gives an instance, with its sessions, to the class that it is of; returns that class.';
comment on function private.refresh_class_status(uuid) is
  'Makes a class what its facts say; the status follows by the table''s own trigger. Nothing is written when nothing changed.';

-- A class that is created, moved, cancelled, handed over or given another meeting: what took place is matched again.
create function private.rebind_after_class_change(
  p_class public.live_classes, p_old_provider public.meeting_provider, p_old_meeting_id text
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_meeting(m.provider, m.meeting_id)
  from (
    select p_class.provider, p_class.meeting_id union select p_old_provider, p_old_meeting_id
  ) m
  where m.meeting_id is not null;

  perform private.refresh_meeting_proof(p_class.id);
  perform private.bind_instance(i.id)
  from public.meeting_instances i
  where i.live_class_id = p_class.id
    or (i.provider = p_class.provider and i.meeting_id = p_class.meeting_id
      and i.started_at between p_class.scheduled_start - private.setting_interval('class_meeting_early')
        and p_class.scheduled_end + private.setting_interval('class_meeting_late'));
  perform private.refresh_class_status(p_class.id);
end;
$$;
comment on function private.rebind_after_class_change(public.live_classes, public.meeting_provider, text) is
  'Binds again the instances that a change of a class may concern, and only those.';

create function private.rebind_after_class_deletion(p_class public.live_classes) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_meeting(p_class.provider, p_class.meeting_id);
  -- What goes to no class is loose by now (on delete set null) and has nothing to be bound away from, but still its people.
  perform case when private.bind_instance(i.id) is null then private.match_participants(i.id) end
  from public.meeting_instances i
  where i.provider = p_class.provider and i.meeting_id = p_class.meeting_id
    and i.started_at between p_class.scheduled_start - private.setting_interval('class_meeting_early')
      and p_class.scheduled_end + private.setting_interval('class_meeting_late');
end;
$$;
comment on function private.rebind_after_class_deletion(public.live_classes) is 'Gives what a deleted class had to another class or to nobody.';

-- schemas/classes/calendar_links.sql
-- A person's classes for their calendar program, by a link that works without a sign-in until it is replaced or revoked.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('calendar_past', '"90 days"', 'interval', '0 seconds', '10 years', 'Classes that ended longer ago are not in calendars.'),
  ('calendar_ahead', '"400 days"', 'interval', '1 day', '10 years', 'Classes that begin later than that are not in calendars yet.'),
  ('calendar_most_classes', '500', 'integer', '1', '2000', 'The most classes in a calendar: those that are not over come first, then the nearest.');

insert into private.rate_limits (kind, max_count, per) values ('calendar_reads', 240, '1 hour');

create table private.calendar_links (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  token_hash bytea not null constraint calendar_token_is_one_persons unique,
  created_at timestamptz not null default now()
);
comment on table private.calendar_links is 'SHA-256 of the token of a person''s calendar link; one for each person.';

alter table private.calendar_links enable row level security;

create policy "nobody but the owner of the schema reads calendar links" on private.calendar_links
  for all to anon, authenticated using (false) with check (false);

create view private.exported_calendar_link with (security_invoker = true) as
  select profile_id as person, profile_id, to_jsonb(l) - array['profile_id', 'token_hash'] as data from private.calendar_links l;
comment on view private.exported_calendar_link is 'That a person has a link to their calendar, and since when.';

insert into private.export_sections (domain, section, view_name) values ('classes', 'calendar_link', 'private.exported_calendar_link');

create function private.create_calendar_link() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_token constant text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
  perform from public.profiles where id = auth.uid() for key share;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  end if;
  case private.account_problem(auth.uid(), now())
    when 'account_closing' then perform private.refuse(409, 'account_closing', 'The account is being closed.');
    when 'account_suspended' then perform private.refuse(403, 'account_suspended', 'The account is suspended.');
    else null;
  end case;
  insert into private.calendar_links (profile_id, token_hash) values (auth.uid(), sha256(convert_to(v_token, 'UTF8')))
  on conflict (profile_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at;
  return jsonb_build_object('token', v_token, 'created_at', now());
end;
$$;
comment on function private.create_calendar_link() is
  'Gives the caller a calendar link in place of the one before. An expired trial has one too: classes go on.';

create function private.calendar_link() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('created_at', (select created_at from private.calendar_links where profile_id = auth.uid()));
$$;
comment on function private.calendar_link() is 'Since when the caller has a calendar link; null without one.';

create function private.revoke_calendar_link() returns void
language sql security definer set search_path = '' as $$
  delete from private.calendar_links where profile_id = auth.uid();
$$;
comment on function private.revoke_calendar_link() is 'Ends the caller''s calendar link.';

-- What changes what a calendar shows of a class: its plan, its link, and that the time of the link begins or ends.
create function private.calendar_classes(p_profile_id uuid, p_now timestamptz)
returns table (
  id uuid, title text, description text, starts_at timestamptz, ends_at timestamptz, is_cancelled boolean, revision integer,
  revised_at timestamptz, created_at timestamptz, join_url text
)
language sql stable security definer set search_path = '' as $$
  with mine (id) as (
    select h.id from public.live_classes h
    where h.host_id = p_profile_id and private.acting_role(p_profile_id) in ('teacher', 'admin')
    union
    select e.live_class_id from public.class_enrollments e where e.profile_id = p_profile_id
  )
  select c.id, c.title, left(c.description, 1000), c.scheduled_start, c.scheduled_end, c.status = 'cancelled', c.revision,
    greatest(c.revised_at, l.updated_at, (
      select max(t) from unnest(array[c.scheduled_start - private.setting_interval('join_link_opens_before'), c.scheduled_end, c.actual_end_time]) t
      where t <= p_now and l.join_url is not null)),
    c.created_at,
    case when private.is_join_window_open(c.status, c.scheduled_start, c.scheduled_end, p_now) then l.join_url end
  from mine
  join public.live_classes c on c.id = mine.id
  left join public.class_join_links l on l.live_class_id = c.id
  where c.scheduled_end > p_now - private.setting_interval('calendar_past')
    and c.scheduled_start < p_now + private.setting_interval('calendar_ahead')
  order by c.scheduled_end <= p_now, abs(extract(epoch from c.scheduled_start - p_now)), c.id
  limit private.setting_integer('calendar_most_classes');
$$;
comment on function private.calendar_classes(uuid, timestamptz) is
  'What a person''s calendar shows at that time: classes that they host or are enrolled in. The host gets the link in its time too, because programs and their makers read it.';

create function private.read_calendar(p_token text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_profile_id constant uuid := (
    select profile_id from private.calendar_links where token_hash = sha256(convert_to(p_token, 'UTF8')));
begin
  if private.acting_role(v_profile_id) is null then
    perform private.refuse(404, 'calendar_link_not_valid', 'This link is not valid, or it was revoked.');
  end if;
  perform private.take_rate(v_profile_id, 'calendar_reads', p_now);
  return (
    select coalesce(jsonb_agg(to_jsonb(k) order by k.starts_at, k.id), '[]') from private.calendar_classes(v_profile_id, p_now) k);
end;
$$;
comment on function private.read_calendar(text, timestamptz) is
  'What the calendar of a token''s person shows. A barred person''s link is as none, and holds again once they act again.';

create function public.create_calendar_link() returns jsonb
language sql security invoker set search_path = '' as $$
  select private.create_calendar_link();
$$;
comment on function public.create_calendar_link() is
  'Makes the caller''s calendar link: {token, created_at}. The token is shown this once, and the one before ends. '
  '403 account_suspended, 404 account_not_found, 409 account_closing.';

create function public.calendar_link() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.calendar_link();
$$;
comment on function public.calendar_link() is 'Since when the caller has a calendar link: {created_at}, which is null without one.';

create function public.revoke_calendar_link() returns void
language sql security invoker set search_path = '' as $$
  select private.revoke_calendar_link();
$$;
comment on function public.revoke_calendar_link() is 'Ends the caller''s calendar link. Without one it changes nothing.';

create function public.read_calendar(p_token text) returns jsonb
language sql security definer set search_path = '' as $$
  select private.read_calendar(p_token, now());
$$;
comment on function public.read_calendar(text) is
  'For the function calendar: the classes of the person whom a token is of. Refuses: 404 calendar_link_not_valid, 429 rate_limited.';

grant execute on function public.create_calendar_link(), private.create_calendar_link(), public.calendar_link(), private.calendar_link(),
  public.revoke_calendar_link(), private.revoke_calendar_link() to authenticated;
grant execute on function public.read_calendar(text) to service_role;

-- schemas/classes/class_attendance.sql
insert into private.settings (name, value, type, lowest, highest, description) values
  ('attendance_minimum_seconds', '60', 'integer', '0', '3600', 'Less than this is absent, however short the class.'),
  ('attendance_minimum_share', '0.1', 'number', '0', '1', 'Less than this share of the class is absent.'),
  ('attendance_present_share', '0.75', 'number', '0', '1', 'Less than this share of the class is partial.'),
  ('attendance_late_after', '"5 minutes"', 'interval', '0 seconds', '1 hour', 'A first join later than this after the start is late.'),
  ('attendance_left_early_before', '"5 minutes"', 'interval', '0 seconds', '1 hour', 'A last leave earlier than this before the end is left_early.');

-- The thresholds in one place, so that view and tests cannot differ.
create function private.attendance_of(
  p_seconds numeric, p_length_seconds numeric, p_first_join timestamptz, p_last_leave timestamptz,
  p_start timestamptz, p_end timestamptz
) returns public.attendance_status
language sql stable security definer set search_path = '' as $$
  select (case
    when coalesce(p_seconds, 0) < greatest(private.setting_integer('attendance_minimum_seconds'),
      private.setting_numeric('attendance_minimum_share') * p_length_seconds) then 'absent'
    when p_seconds < private.setting_numeric('attendance_present_share') * p_length_seconds then 'partial'
    when p_first_join > p_start + private.setting_interval('attendance_late_after') then 'late'
    when p_last_leave < p_end - private.setting_interval('attendance_left_early_before') then 'left_early'
    else 'present'
  end)::public.attendance_status;
$$;
comment on function private.attendance_of(numeric, numeric, timestamptz, timestamptz, timestamptz, timestamptz) is
  'The computed status of seconds attended in a class of that length, with the first join and last leave inside it.';

grant execute on function private.attendance_of(numeric, numeric, timestamptz, timestamptz, timestamptz, timestamptz)
  to authenticated, service_role;

create view public.class_attendance with (security_invoker = true) as
with windows as (
  -- A class that still runs is measured up to now.
  select c.id, c.actual_start_time is not null as took_place,
    greatest(c.scheduled_start, c.actual_start_time) as starts_at,
    least(c.scheduled_end, case when c.status = 'ongoing' then now() else c.actual_end_time end) as ends_at
  from public.class_cards c
), computed as (
  -- Sessions are looked up for one student at a time, along their index. If they were joined as a list, the planner would guess their number wrong.
  select e.live_class_id, e.profile_id, w.took_place, w.starts_at, w.ends_at,
    lower(stays.attended) as first_join, upper(stays.attended) as last_leave,
    coalesce((select sum(extract(epoch from upper(stay) - lower(stay))) from unnest(stays.attended) stay), 0) as seconds,
    greatest(extract(epoch from w.ends_at - w.starts_at), 0) as length_seconds
  from public.class_enrollments e
  join windows w on w.id = e.live_class_id
  left join lateral (
    select range_agg(tstzrange(greatest(s.join_time, w.starts_at),
      least(coalesce(s.effective_leave_time, w.ends_at), w.ends_at), '[)')) as attended
    from public.meeting_sessions s
    where s.live_class_id = e.live_class_id and s.profile_id = e.profile_id and s.join_time < w.ends_at
      and coalesce(s.effective_leave_time, w.ends_at) > w.starts_at and w.starts_at < w.ends_at
  ) stays on true
)
select c.live_class_id, c.profile_id,
  coalesce(k.status, case when c.took_place then
    private.attendance_of(c.seconds, c.length_seconds, c.first_join, c.last_leave, c.starts_at, c.ends_at) end) as status,
  k.status is not null as is_marked,
  floor(c.seconds)::integer as attended_seconds,
  floor(c.length_seconds)::integer as class_seconds,
  round(case when c.length_seconds > 0 then c.seconds / c.length_seconds else 0 end, 4) as share,
  c.first_join, c.last_leave
from computed c
left join public.attendance_marks k on k.live_class_id = c.live_class_id and k.profile_id = c.profile_id;
comment on view public.class_attendance is
  'Per enrolled student: the union of the student''s sessions, clipped to [greatest(scheduled, actual start), least(scheduled, actual end)]. '
  'share is of the length of that window; first_join and last_leave are inside it. A mark wins over the computed status, which is null for a class that did not take place. Students see their own row.';

grant select on public.class_attendance to authenticated, service_role;

create view private.exported_marks with (security_invoker = true) as
  select profile_id as person, live_class_id, to_jsonb(m) - array['profile_id', 'marked_by'] as data
  from public.attendance_marks m;
comment on view private.exported_marks is 'How a student''s attendance was marked, and why.';

insert into private.export_sections (domain, section, view_name) values ('classes', 'marks', 'private.exported_marks');

-- schemas/classes/class_recordings.sql
create table public.class_recordings (
  id uuid primary key default gen_random_uuid(),
  instance_id uuid not null references public.meeting_instances (id) on delete cascade,
  live_class_id uuid references public.live_classes (id) on delete set null,
  file_key text not null constraint file_key_is_not_empty check (file_key <> ''),
  file_type text,
  recording_type text,
  started_at timestamptz,
  ended_at timestamptz,
  size_bytes bigint constraint size_is_not_negative check (size_bytes >= 0),
  state public.recording_file_state not null,
  told_state public.recording_file_state not null,
  told_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint file_is_known_once unique (instance_id, file_key)
);
comment on table public.class_recordings is 'One file at the provider. Written by the handlers of provider events only.';
comment on column public.class_recordings.file_key is 'Zoom: the file''s id. Google Meet: the resource name of the recording or transcript.';
comment on column public.class_recordings.live_class_id is 'The class of its instance, kept by a trigger there.';
comment on column public.class_recordings.state is 'The newest of what was told of this file and of all files of its instance.';
comment on column public.class_recordings.told_state is 'The newest that was told of this very file, at told_at.';

create index class_recordings_live_class_id_idx on public.class_recordings (live_class_id, started_at);

alter table public.class_recordings enable row level security;

create policy "hosts and admins read recordings, the enrolled available ones" on public.class_recordings
  for select to authenticated
  using (
    live_class_id = any (array(select private.hosted_class_ids()))
    or (state = 'available' and live_class_id = any (array(select private.enrolled_class_ids())))
    or id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

-- Without the key that it has at its provider.
grant select (id, instance_id, live_class_id, file_type, recording_type, started_at, ended_at, size_bytes, state, told_state, told_at,
  created_at, updated_at) on public.class_recordings to authenticated;

grant select on public.class_recordings to service_role;

create function private.refresh_recording_status(p_class_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.live_classes c
  set recording_status = newest.status
  from (
    select coalesce((
      select case when f.is_removed then 'removed' else i.recording_status end
      from public.meeting_instances i
      cross join lateral (
        select i.recording_status in ('processing', 'available') and bool_and(r.state in ('trashed', 'deleted')) is true as is_removed
        from public.class_recordings r where r.instance_id = i.id
      ) f
      where i.live_class_id = p_class_id and i.recording_status is not null
      order by f.is_removed, i.recording_status_at desc, i.recording_status desc
      limit 1), 'not_started') as status
  ) newest
  where c.id = p_class_id and c.recording_status <> newest.status;
end;
$$;
comment on function private.refresh_recording_status(uuid) is
  'Makes recording_status of a class what the newest recording event of its instances says; of an instance whose every file was '
  'trashed or deleted that is removed, and it counts when there is no other.';

create function private.refresh_recording_files(p_instance_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.class_recordings r
  set state = now_state.state
  from (
    select f.id, case when (i.files_state_at, i.files_state) > (f.told_at, f.told_state)
      then i.files_state else f.told_state end as state
    from public.class_recordings f
    join public.meeting_instances i on i.id = f.instance_id
    where f.instance_id = p_instance_id
  ) now_state
  where r.id = now_state.id and r.state <> now_state.state;
  select private.refresh_recording_status(i.live_class_id) from public.meeting_instances i where i.id = p_instance_id;
$$;
comment on function private.refresh_recording_files(uuid) is
  'Gives every file of an instance the newest state that was told of it or of all, and its class the status that follows.';

create function private.move_recordings(p_instance_id uuid, p_from_class_id uuid, p_to_class_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_to_class_id is distinct from p_from_class_id then
    update public.class_recordings set live_class_id = p_to_class_id where instance_id = p_instance_id;
    perform private.refresh_recording_status(p_from_class_id);
  end if;
  perform private.refresh_recording_status(p_to_class_id);
end;
$$;
comment on function private.move_recordings(uuid, uuid, uuid) is 'Lets the files and the recording status of an instance go where the instance goes.';

create trigger class_recordings_touch_updated_at before update on public.class_recordings
  for each row execute function private.touch_updated_at();

-- schemas/classes/close_forgotten_classes.sql
-- Classes whose end was never told are given one, and classes that never began are noted. Both are guesses from silence, so
-- both give way to a fact that comes later.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('meeting_silent_for', '"3 hours"', 'interval', '30 minutes', '2 days', 'A meeting whose class is long over, and of which nothing was told for that long, is taken to have ended.'),
  ('no_show_days', '7', 'integer', '1', '3650', 'Classes that ended longer ago are not noted as no-shows any more.');

create function private.assumed_end(p_instance_id uuid, p_now timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select greatest(i.started_at, c.scheduled_end, s.last_sign)
  from public.meeting_instances i
  join public.live_classes c on c.id = i.live_class_id
  left join lateral (
    select max(greatest(p.join_time, p.leave_time)) as last_sign
    from public.meeting_participants p where p.instance_id = i.id
  ) s on true
  where i.id = p_instance_id
    and c.scheduled_end + private.setting_interval('class_meeting_late') < p_now
    and greatest(i.started_at, s.last_sign) < p_now - private.setting_interval('meeting_silent_for');
$$;
comment on function private.assumed_end(uuid, timestamptz) is
  'When a meeting whose end nobody told is taken to have ended, by what is known now; null while it may still run or is of no class.';

-- The assumption follows the facts that it was made from, so that it is the same whenever it was made.
create function private.refresh_assumed_end(p_instance_id uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_ended_at timestamptz;
  v_class_id uuid;
begin
  perform from public.meeting_instances where id = p_instance_id and end_is_assumed;
  if not found then
    return;
  end if;
  v_ended_at := private.assumed_end(p_instance_id, p_now);
  update public.meeting_instances
  set ended_at = v_ended_at, end_is_assumed = v_ended_at is not null
  where id = p_instance_id and end_is_assumed and ended_at is distinct from v_ended_at
  returning live_class_id into v_class_id;
  if found then
    perform private.refresh_class_status(v_class_id);
  end if;
end;
$$;
comment on function private.refresh_assumed_end(uuid, timestamptz) is
  'Makes an assumed end what is known by now, or takes it back. An end that was told stays.';

create function private.refresh_assumed_ends_of_class(p_class_id uuid) returns void
language sql security definer set search_path = '' as $$
  select private.refresh_assumed_end(i.id, now())
  from public.meeting_instances i where i.live_class_id = p_class_id and i.end_is_assumed;
$$;
comment on function private.refresh_assumed_ends_of_class(uuid) is 'Makes the assumed ends of a class''s meetings follow its plan.';

create function private.close_forgotten_meetings(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_open record;
  v_count integer := 0;
begin
  for v_open in
    select i.id, c.id as class_id
    from public.meeting_instances i
    join public.live_classes c on c.id = i.live_class_id
    where i.ended_at is null
      and c.scheduled_end + private.setting_interval('class_meeting_late') < p_now
      and private.assumed_end(i.id, p_now) is not null
    order by c.id, i.id
    limit c_batch
  loop
    perform from public.live_classes where id = v_open.class_id for no key update;
    -- What is known once the class is locked counts, not what was known when the batch was chosen.
    update public.meeting_instances
    set ended_at = private.assumed_end(id, p_now), end_is_assumed = true
    where id = v_open.id and live_class_id = v_open.class_id and ended_at is null
      and private.assumed_end(id, p_now) is not null;
    if found then
      perform private.refresh_class_status(v_open.class_id);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end;
$$;
comment on function private.close_forgotten_meetings(timestamptz) is
  'Job: gives meetings whose end was never told the last sign of life or the scheduled end, whichever is later.';

create function private.note_no_shows(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_count integer;
begin
  with due as (
    select c.id from public.live_classes c
    where c.status = 'scheduled' and c.no_show_at is null and c.meeting_id is not null
      and c.scheduled_end < p_now - private.setting_interval('class_meeting_late')
      and c.scheduled_end > p_now - private.setting_integer('no_show_days') * interval '1 day'
    order by c.id
    limit c_batch
    for no key update skip locked
  ), noted as (
    update public.live_classes c set no_show_at = p_now from due where c.id = due.id
    returning c.id, c.host_id, c.title, c.scheduled_start
  )
  select count(private.notify(n.host_id, 'class_no_show', n.id,
      jsonb_build_object('title', n.title, 'scheduled_start', n.scheduled_start))) into v_count
  from noted n;
  return v_count;
end;
$$;
comment on function private.note_no_shows(timestamptz) is
  'Job: notes classes whose window went by without a meeting and tells their hosts, once. The status stays what the facts say.';

select private.schedule_job('close_forgotten_meetings', '*/10 * * * *', 'private.close_forgotten_meetings',
  'ends meetings whose end was never told');

select private.schedule_job('note_no_shows', '*/15 * * * *', 'private.note_no_shows',
  'notes classes that never began and tells their hosts');

-- schemas/classes/control_recordings.sql
-- What a caller may do with the recording of a class is asked with their own rights. The call to the provider follows with the server's key.
create function public.recording_control_target(p_class_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select c.* into v_class from public.live_classes c
  where c.id = p_class_id and (c.host_id = (select private.acting_host_id()) or (select private.is_admin()));
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  elsif v_class.provider <> 'zoom' or v_class.meeting_id is null then
    perform private.refuse(409, 'recording_not_controllable', 'Only a Zoom meeting can be recorded from here.');
  elsif v_class.status <> 'ongoing' then
    perform private.refuse(409, 'class_not_live', 'This class is not running.', jsonb_build_object('status', v_class.status));
  end if;
  return jsonb_build_object('meeting_id', v_class.meeting_id, 'recording_status', v_class.recording_status);
end;
$$;
comment on function public.recording_control_target(uuid) is
  'For the host and admins: {meeting_id, recording_status} of a Zoom class that runs. class_not_found 404; recording_not_controllable, class_not_live 409.';

grant execute on function public.recording_control_target(uuid) to authenticated;

-- The files of a class that the caller may play. Only the server learns what a link is fetched by.
create function public.playable_recordings(p_class_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  perform from public.class_cards c where c.id = p_class_id;
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object('id', r.id, 'file_type', r.file_type, 'recording_type', r.recording_type,
      'started_at', r.started_at, 'ended_at', r.ended_at, 'size_bytes', r.size_bytes) order by r.started_at, r.id)
    from public.class_recordings r
    where r.live_class_id = p_class_id and r.state = 'available'), '[]');
end;
$$;
comment on function public.playable_recordings(uuid) is
  'For the host, admins and the enrolled: the available files of a class. class_not_found 404.';

grant execute on function public.playable_recordings(uuid) to authenticated;

create function public.recording_sources(p_recording_ids uuid[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'provider', i.provider, 'instance_key', i.instance_key,
    'file_key', r.file_key)), '[]')
  from public.class_recordings r
  join public.meeting_instances i on i.id = r.instance_id
  where r.id = any (p_recording_ids);
$$;
comment on function public.recording_sources(uuid[]) is 'For the server: what the links of files are fetched by, [{id, provider, instance_key, file_key}].';

grant execute on function public.recording_sources(uuid[]) to service_role;

-- schemas/classes/derive_attendance_synced.sql
create function private.note_reconciled(p_instance_id uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_class_id uuid;
begin
  select live_class_id into v_class_id from public.meeting_instances where id = p_instance_id;
  perform from public.live_classes where id = v_class_id for no key update;
  update public.meeting_instances set reconciled_at = p_now
  where id = p_instance_id and ended_at is not null
  returning live_class_id into v_class_id;
  perform private.refresh_class_status(v_class_id);
end;
$$;
comment on function private.note_reconciled(uuid, timestamptz) is
  'An ended instance was compared with the provider''s record, whoever the provider is. One that still runs stays unreconciled.';

-- schemas/classes/directory_answers.sql
-- Who is behind an account of Google. Meet knows a number and a display name. The Directory of the host's domain is asked once for the
-- address, and the answer is kept, even when the domain has no such account.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('directory_answer_days', '30', 'integer', '1', '3650', 'Days for which an address that a provider''s directory told is not asked again.'),
  ('directory_miss_days', '7', 'integer', '1', '3650', 'Days for which an account that a provider''s directory does not know is not asked again.');

create table private.directory_answers (
  domain text not null constraint domain_is_lower_case check (domain = lower(domain)),
  user_key text not null constraint user_key_is_not_empty check (user_key <> ''),
  addresses text[] not null,
  asked_at timestamptz not null,
  primary key (domain, user_key)
);
comment on table private.directory_answers is 'What the Directory of a domain says about an account of Google.';
comment on column private.directory_answers.domain is 'Of whom we asked as: each domain knows its own accounts only.';
comment on column private.directory_answers.user_key is 'As in users/<key>, without the prefix.';
comment on column private.directory_answers.addresses is 'Primary address first, then aliases, lower case; empty when the domain has no such account.';

alter table private.directory_answers enable row level security;

create policy "nobody but the owner of the schema reads directory answers" on private.directory_answers
  for all to anon, authenticated using (false) with check (false);

create function private.domain_of(p_address text) returns text
language sql immutable set search_path = '' as $$
  select lower(split_part(p_address, '@', 2));
$$;
comment on function private.domain_of(text) is 'The domain of an address.';

create index directory_answers_asked_at_idx on private.directory_answers (asked_at);

create function private.forget_directory_answers(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_miss constant interval := private.setting_integer('directory_miss_days') * interval '1 day';
  v_answer constant interval := private.setting_integer('directory_answer_days') * interval '1 day';
  v_count integer;
begin
  delete from private.directory_answers d
  using (
    select domain, user_key
    from private.directory_answers
    where asked_at <= p_now - least(v_miss, v_answer)
      and asked_at <= p_now - case when addresses = '{}' then v_miss else v_answer end
    order by asked_at
    limit private.setting_integer('retention_batch')
    for update skip locked
  ) old
  where d.domain = old.domain and d.user_key = old.user_key;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.forget_directory_answers(timestamptz) is 'Job: deletes what a directory said once it has to be asked again.';

select private.schedule_job('forget_directory_answers', '43 * * * *', 'private.forget_directory_answers',
  'deletes what a directory said of accounts once it has grown old');

create function private.unknown_accounts(p_subject text, p_user_keys text[], p_now timestamptz) returns text[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(distinct k.user_key), '{}')
  from unnest(p_user_keys) k (user_key)
  where not exists (
    select from private.directory_answers a
    where a.domain = private.domain_of(p_subject) and a.user_key = k.user_key
      and a.asked_at > p_now - interval '1 day' * private.setting_integer(
        case when a.addresses = '{}' then 'directory_miss_days' else 'directory_answer_days' end));
$$;
comment on function private.unknown_accounts(text, text[], timestamptz) is 'Those of the accounts that the Directory has to be asked about.';

create function public.unknown_accounts(p_subject text, p_user_keys text[]) returns text[]
language sql stable security definer set search_path = '' as $$
  select private.unknown_accounts(p_subject, p_user_keys, now());
$$;
comment on function public.unknown_accounts(text, text[]) is
  'For the maintenance function: those of Google''s accounts that the Directory of the subject''s domain has to be asked about.';

grant execute on function public.unknown_accounts(text, text[]) to service_role;

create function public.note_directory_answer(p_subject text, p_user_key text, p_addresses text[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_addresses constant text[] := coalesce((
    select array_agg(lower(a.address) order by a.ordinality)
    from unnest(p_addresses) with ordinality a (address, ordinality) where a.address <> ''), '{}');
begin
  insert into private.directory_answers as d (domain, user_key, addresses, asked_at)
  values (private.domain_of(p_subject), p_user_key, v_addresses, now())
  on conflict (domain, user_key) do update set addresses = excluded.addresses, asked_at = excluded.asked_at;
  perform private.learn_identity('google_meet', p_user_key, v_addresses);
end;
$$;
comment on function public.note_directory_answer(text, text, text[]) is
  'For the maintenance function: the addresses of an account of Google, primary first; none when the subject''s domain has no such account.';

grant execute on function public.note_directory_answer(text, text, text[]) to service_role;

-- schemas/classes/find_missed_conferences.sql
-- Some conferences are told by no event at all, so a class whose window has closed is compared with the conferences that Google Meet has
-- of its space. Codes that could not be resolved, because their host had no address yet or Google did not answer, are asked again.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('google_meet_space_retry', '"6 hours"', 'interval', '10 minutes', '7 days', 'How long after an unanswered question for a meeting code''s space it is asked again.');

create table private.google_meet_class_checks (
  live_class_id uuid primary key references public.live_classes (id) on delete cascade,
  asked_at timestamptz not null
);
comment on table private.google_meet_class_checks is 'Classes over Meet whose conferences were asked for after their window had closed.';

alter table private.google_meet_class_checks enable row level security;

create policy "nobody but the owner of the schema reads class checks" on private.google_meet_class_checks
  for all to anon, authenticated using (false) with check (false);

create index live_classes_google_meet_idx on public.live_classes (scheduled_start) where provider = 'google_meet';

create function private.check_google_meet_classes(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_found integer;
  v_resolved integer;
begin
  with due as (
    select c.id
    from public.live_classes c
    join public.profiles p on p.id = c.host_id and p.workspace_email is not null
    where c.provider = 'google_meet' and c.meeting_id ~ '^spaces/'
      and c.scheduled_start > p_now - private.setting_integer('google_meet_record_days') * interval '1 day'
      and c.scheduled_end < p_now - private.setting_interval('class_meeting_late')
      -- A class that was moved since then has another window to close.
      and not exists (
        select from private.google_meet_class_checks k
        where k.live_class_id = c.id and k.asked_at > c.scheduled_end + private.setting_interval('class_meeting_late'))
    order by c.scheduled_start
    limit c_batch
  ), noted as (
    insert into private.google_meet_class_checks (live_class_id, asked_at) select id, p_now from due
    on conflict (live_class_id) do update set asked_at = excluded.asked_at
  )
  select count(private.enqueue_task('find_google_meet_conferences', d.id::text, null, p_now)) into v_found from due d;

  select count(private.ask_google_meet_space(c.id, c.meeting_id, p_now)) into v_resolved
  from (
    select c.id, c.meeting_id
    from public.live_classes c
    join public.profiles p on p.id = c.host_id and p.workspace_email is not null
    left join private.google_meet_space_lookups l on l.live_class_id = c.id and l.meeting_code = c.meeting_id
    where c.provider = 'google_meet' and c.meeting_id !~ '^spaces/' and c.cancelled_at is null
      and c.scheduled_start > p_now - private.setting_integer('google_meet_record_days') * interval '1 day'
      and (l.outcome is null or (l.outcome = 'asked' and l.asked_at < p_now - private.setting_interval('google_meet_space_retry')))
    order by c.scheduled_start
    limit c_batch
  ) c;
  return v_found + v_resolved;
end;
$$;
comment on function private.check_google_meet_classes(timestamptz) is
  'Job: looks for conferences of past classes that no event told of, and asks again for spaces of codes.';

select private.schedule_job('check_google_meet_classes', '*/10 * * * *', 'private.check_google_meet_classes',
  'finds Google Meet conferences that no event told of; resolves meeting codes that were left');

-- schemas/classes/google_meet_subscriptions.sql
-- Google tells us the events of a space while somebody who owns it subscribes to it, for at most seven days at a time. Which
-- subscriptions there must be follows from the classes. A task brings each to that state, and a job asks for that task in time.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('google_meet_subscription_lead', '"8 days"', 'interval', '1 day', '60 days', 'A space is subscribed to so long before its next class.'),
  ('google_meet_subscription_renew_before', '"2 days"', 'interval', '1 hour', '6 days', 'A subscription is renewed so long before it expires.'),
  ('google_meet_subscription_retry', '"30 minutes"', 'interval', '1 minute', '1 day', 'How long after a wish the job repeats it.'),
  ('google_meet_subscription_check', '"1 day"', 'interval', '1 hour', '7 days', 'How often Google is asked how a subscription stands that should be in order: it may be gone, or publish elsewhere.');

create table private.google_meet_subscriptions (
  id uuid primary key default gen_random_uuid(),
  space text not null constraint space_is_a_resource check (space ~ '^spaces/'),
  host_id uuid not null references public.profiles (id) on delete cascade,
  name text constraint name_is_known_once unique,
  state text not null default 'absent' constraint state_is_known check (state in ('absent', 'active', 'suspended')),
  suspension_reason text,
  expires_at timestamptz,
  told_at timestamptz not null default '-infinity',
  asked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint host_subscribes_once_to_a_space unique (space, host_id),
  constraint subscription_is_named check (state = 'absent' or name is not null)
);
comment on table private.google_meet_subscriptions is 'Who subscribes to which space, and how it stands at Google. A row stays when its subscription lapses.';
comment on column private.google_meet_subscriptions.name is 'Google''s name of it, subscriptions/…; null when there is none.';
comment on column private.google_meet_subscriptions.told_at is 'Time of the newest word of Google on it; older words have no effect.';
comment on column private.google_meet_subscriptions.asked_at is 'When the task was last asked for.';

create index google_meet_subscriptions_host_id_idx on private.google_meet_subscriptions (host_id);

create trigger google_meet_subscriptions_touch_updated_at before update on private.google_meet_subscriptions
  for each row execute function private.touch_updated_at();

alter table private.google_meet_subscriptions enable row level security;

create policy "nobody but the owner of the schema reads subscriptions" on private.google_meet_subscriptions
  for all to anon, authenticated using (false) with check (false);

create function private.wanted_google_meet_subscriptions(p_now timestamptz) returns table (space text, host_id uuid)
language sql stable security definer set search_path = '' as $$
  select distinct c.meeting_id, c.host_id
  from public.live_classes c
  join public.profiles p on p.id = c.host_id and p.workspace_email is not null
  where c.provider = 'google_meet' and c.meeting_id ~ '^spaces/' and c.cancelled_at is null
    and c.scheduled_start < p_now + private.setting_interval('google_meet_subscription_lead')
    and c.scheduled_start > p_now - interval '1440 minutes' - private.setting_interval('class_meeting_late')
    and c.scheduled_end > p_now - private.setting_interval('class_meeting_late');
$$;
comment on function private.wanted_google_meet_subscriptions(timestamptz) is
  'Space and host of every class that is near: until its window closes, for hosts with a Workspace address.';

create function private.ask_google_meet_subscription(p_id uuid, p_now timestamptz) returns uuid
language sql security definer set search_path = '' as $$
  update private.google_meet_subscriptions set asked_at = p_now where id = p_id;
  select private.enqueue_task('sync_google_meet_subscription', p_id::text, null, p_now);
$$;
comment on function private.ask_google_meet_subscription(uuid, timestamptz) is 'Asks for a subscription to be brought to the state that the classes want.';

create function private.subscribe_to_google_meet_class(p_space text, p_host_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into private.google_meet_subscriptions (space, host_id)
  select w.space, w.host_id from private.wanted_google_meet_subscriptions(now()) w
  where w.space = p_space and w.host_id = p_host_id
  on conflict on constraint host_subscribes_once_to_a_space do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.ask_google_meet_subscription(v_id, now());
  end if;
end;
$$;
comment on function private.subscribe_to_google_meet_class(text, uuid) is
  'Subscribes to the space of a class at once when the class is near. The job sees to all others.';

create function private.renew_google_meet_subscriptions(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 500;
  v_count integer;
begin
  insert into private.google_meet_subscriptions (space, host_id)
  select w.space, w.host_id from private.wanted_google_meet_subscriptions(p_now) w
  on conflict on constraint host_subscribes_once_to_a_space do nothing;

  select count(private.ask_google_meet_subscription(s.id, p_now)) into v_count
  from (
    select s.id
    from private.google_meet_subscriptions s
    left join private.wanted_google_meet_subscriptions(p_now) w on w.space = s.space and w.host_id = s.host_id
    where (s.asked_at is null or s.asked_at <= p_now - private.setting_interval('google_meet_subscription_retry'))
      and case when w.space is null then s.state <> 'absent'
        else s.state <> 'active' or s.expires_at < p_now + private.setting_interval('google_meet_subscription_renew_before')
          or s.asked_at < p_now - private.setting_interval('google_meet_subscription_check') end
    order by s.expires_at nulls first
    limit c_batch
  ) s;
  return v_count;
end;
$$;
comment on function private.renew_google_meet_subscriptions(timestamptz) is
  'Job: asks for subscriptions that are missing, about to expire, suspended, expired, or no longer needed, and once a day for all others.';

create function public.google_meet_subscription(p_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('space', s.space, 'subject', p.workspace_email, 'name', s.name,
    'is_wanted', exists (select from private.wanted_google_meet_subscriptions(now()) w where w.space = s.space and w.host_id = s.host_id),
    'renew_before', now() + private.setting_interval('google_meet_subscription_renew_before'), 'asked_at', now())
  from private.google_meet_subscriptions s join public.profiles p on p.id = s.host_id
  where s.id = p_id;
$$;
comment on function public.google_meet_subscription(uuid) is
  'For the maintenance function: {space, subject|null, name|null, is_wanted, renew_before, asked_at} of a subscription; null when it is gone.';

grant execute on function public.google_meet_subscription(uuid) to service_role;

-- Google was asked some time ago. What has happened since may be told after this is written, and it counts.
create function public.note_google_meet_subscription(
  p_id uuid, p_asked_at timestamptz, p_name text default null, p_state text default 'absent', p_expires_at timestamptz default null,
  p_reason text default null
) returns void
language sql security definer set search_path = '' as $$
  update private.google_meet_subscriptions
  set name = p_name, state = p_state, expires_at = p_expires_at, suspension_reason = p_reason, told_at = p_asked_at
  where id = p_id;
$$;
comment on function public.note_google_meet_subscription(uuid, timestamptz, text, text, timestamptz, text) is
  'For the maintenance function: how a subscription stands at Google, asked at that time: absent, active or suspended.';

grant execute on function public.note_google_meet_subscription(uuid, timestamptz, text, text, timestamptz, text) to service_role;

create function private.apply_meeting_subscription(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  update private.google_meet_subscriptions
  set told_at = (p_event ->> 'occurred_at')::timestamptz,
    name = case when p_event ->> 'kind' = 'meeting_subscription_expired' then null else name end,
    state = case p_event ->> 'kind' when 'meeting_subscription_expired' then 'absent'
      when 'meeting_subscription_suspended' then 'suspended' else state end,
    suspension_reason = coalesce(p_event ->> 'reason', suspension_reason),
    expires_at = coalesce((p_event ->> 'expires_at')::timestamptz, expires_at)
  where name = p_event ->> 'subscription' and told_at < (p_event ->> 'occurred_at')::timestamptz
  returning id into v_id;
  if v_id is null then
    return 'ignored';
  end if;
  perform private.ask_google_meet_subscription(v_id, p_now);
  return 'applied';
end;
$$;
comment on function private.apply_meeting_subscription(uuid, jsonb, timestamptz) is
  'Event {kind: meeting_subscription_suspended|expiring|expired, subscription, expires_at|null, reason|null}; the task then asks Google how it stands.';

insert into private.event_handlers (kind, function_name) values
  ('meeting_subscription_suspended', 'private.apply_meeting_subscription'),
  ('meeting_subscription_expiring', 'private.apply_meeting_subscription'),
  ('meeting_subscription_expired', 'private.apply_meeting_subscription');

select private.schedule_job('renew_google_meet_subscriptions', '*/10 * * * *', 'private.renew_google_meet_subscriptions',
  'subscribes to the spaces of near classes, renews and revives subscriptions');

-- schemas/classes/list_unbound_meetings.sql
-- Meetings without a class: announced by the provider and never scheduled here, or run outside every window. Their host
-- sees them and may schedule a class for them; then they bind.
create table private.announced_meetings (
  provider public.meeting_provider not null,
  meeting_id text not null,
  changed_at timestamptz not null,
  host_key text,
  host_email text,
  title text,
  scheduled_start timestamptz,
  duration_minutes integer,
  primary key (provider, meeting_id)
);
comment on table private.announced_meetings is 'Meetings that the provider says were created, newest event each; with host_email only when the host did it.';

create index announced_meetings_host_key_idx on private.announced_meetings (provider, host_key);
create index announced_meetings_host_email_idx on private.announced_meetings (host_email);

alter table private.announced_meetings enable row level security;

create policy "nobody but the owner of the schema reads announced meetings" on private.announced_meetings
  for all to anon, authenticated using (false) with check (false);

create function private.apply_meeting_created(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
begin
  -- The host created it, so the address is the host account's.
  perform private.learn_host((p_event ->> 'provider')::public.meeting_provider, p_event);
  insert into private.announced_meetings as a
    (provider, meeting_id, changed_at, host_key, host_email, title, scheduled_start, duration_minutes)
  values ((p_event ->> 'provider')::public.meeting_provider, p_event ->> 'meeting_id', (p_event ->> 'changed_at')::timestamptz,
    p_event ->> 'host_key', lower(p_event ->> 'host_email'), p_event ->> 'title',
    (p_event ->> 'scheduled_start')::timestamptz, (p_event ->> 'duration_minutes')::integer)
  on conflict (provider, meeting_id) do update set
    changed_at = excluded.changed_at, host_key = excluded.host_key, host_email = excluded.host_email,
    title = excluded.title, scheduled_start = excluded.scheduled_start, duration_minutes = excluded.duration_minutes
  where excluded.changed_at > a.changed_at;
  return 'applied';
end;
$$;
comment on function private.apply_meeting_created(uuid, jsonb, timestamptz) is
  'Event {provider, meeting_id, changed_at, host_key, host_email, title, scheduled_start|null, duration_minutes|null}. Listed, never scheduled by itself.';

insert into private.event_handlers (kind, function_name) values ('meeting_created', 'private.apply_meeting_created');

create function private.unbound_meetings(p_profile_id uuid, p_is_admin boolean)
returns table (
  kind text, provider public.meeting_provider, meeting_id text, instance_id uuid, title text,
  starts_at timestamptz, ended_at timestamptz, duration_minutes integer, participants bigint, class_ids uuid[]
)
language sql stable security definer set search_path = '' as $$
  with own_ids as (
    select c.provider, c.meeting_id from public.live_classes c
    where c.host_id = p_profile_id and c.meeting_id is not null
      and (c.meeting_proof = 'admin' or (c.meeting_proof = 'provider'
        and c.meeting_id in (select s.space from private.space_hosts s where s.profile_id = p_profile_id)))
  ), own_keys as (
    select i.provider, i.key from public.profile_identities i where i.profile_id = p_profile_id and i.kind = 'user'
  ), own_addresses as (
    select lower(u.email) as email from auth.users u where u.id = p_profile_id and u.email_confirmed_at is not null
    union select p.workspace_email from public.profiles p where p.id = p_profile_id
  )
  (select 'instance', i.provider, i.meeting_id, i.id, i.title, i.started_at, i.ended_at, null::integer,
    (select count(*) from public.meeting_participants s where s.instance_id = i.id),
    case when p_is_admin then array(
      select c.id from public.live_classes c
      where c.provider = i.provider and c.meeting_id = i.meeting_id
        and i.started_at between c.scheduled_start - private.setting_interval('class_meeting_early')
          and c.scheduled_end + private.setting_interval('class_meeting_late')
      order by c.scheduled_start, c.id) else '{}' end
  from public.meeting_instances i
  where i.live_class_id is null
    and (p_is_admin or (i.provider, i.meeting_id) in (select * from own_ids) or (i.provider, i.host_key) in (select * from own_keys))
  order by i.started_at desc
  limit 200)
  union all
  (select 'announced', a.provider, a.meeting_id, null, a.title, a.scheduled_start, null, a.duration_minutes, 0, '{}'
  from private.announced_meetings a
  where (p_is_admin or (a.provider, a.host_key) in (select * from own_keys) or a.host_email in (select email from own_addresses))
    and not exists (select from public.live_classes c where c.provider = a.provider and c.meeting_id = a.meeting_id)
    and not exists (select from private.meeting_deletions d where d.provider = a.provider and d.meeting_id = a.meeting_id
      and d.occurrence_start = '-infinity' and d.is_deleted and d.changed_at >= a.changed_at)
  order by a.changed_at desc
  limit 200)
  union all
  -- A meeting that was left open ran on into the next class. It has one start and belongs to the class of that start.
  (select 'shared', i.provider, i.meeting_id, i.id, i.title, i.started_at, i.ended_at, null, (
      select count(*) from public.meeting_participants s
      where s.instance_id = i.id and coalesce(s.leave_time, i.ended_at, now()) > c.scheduled_start),
    array[c.id]
  from public.live_classes c
  join public.meeting_instances i on i.provider = c.provider and i.meeting_id = c.meeting_id and i.live_class_id <> c.id
  join public.live_classes h on h.id = i.live_class_id and h.host_id = c.host_id
  where (p_is_admin or c.host_id = p_profile_id) and c.cancelled_at is null and c.actual_start_time is null
    and c.scheduled_start between now() - private.setting_integer('no_show_days') * interval '1 day' and now()
    and i.started_at < c.scheduled_end and coalesce(i.ended_at, now()) > c.scheduled_start
  order by i.started_at desc
  limit 200);
$$;
comment on function private.unbound_meetings(uuid, boolean) is 'Meetings of a host, or of everybody, that have no class, or that classes share; the newest 200 of each kind.';

create function private.unbound_meetings_of_caller()
returns table (
  kind text, provider public.meeting_provider, meeting_id text, instance_id uuid, title text,
  starts_at timestamptz, ended_at timestamptz, duration_minutes integer, participants bigint, class_ids uuid[]
)
language sql stable security definer set search_path = '' as $$
  select * from private.unbound_meetings((select private.acting_host_id()), (select private.is_admin()))
  where (select private.acting_host_id()) is not null;
$$;
comment on function private.unbound_meetings_of_caller() is 'The meetings of the caller that have no class; none when they host nothing.';

create function public.unbound_meetings()
returns table (
  kind text, provider public.meeting_provider, meeting_id text, instance_id uuid, title text,
  starts_at timestamptz, ended_at timestamptz, duration_minutes integer, participants bigint, class_ids uuid[]
)
language sql stable set search_path = '' as $$
  select * from private.unbound_meetings_of_caller();
$$;
comment on function public.unbound_meetings() is
  'The caller''s meetings that belong to no class: instance (it ran, outside every class''s window), announced (created at the provider), or shared: '
  'it was left open and ran on into the class of class_ids, which has none of its own. Admins see everybody''s, also those of which nobody has '
  'shown that they are the host''s, with the classes that may want them in class_ids; who hosts nothing sees nothing.';

grant execute on function private.unbound_meetings_of_caller(), public.unbound_meetings() to authenticated, service_role;

-- schemas/classes/meeting_locks.sql
-- The locks of the class domain. Their order is: a caller's plans, class rows by id, the meeting, its instance, its sessions.
create function private.meeting_lock(p_provider public.meeting_provider, p_meeting_id text) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  return hashtextextended('meeting:' || p_provider || ':' || p_meeting_id, 0);
end;
$$;
comment on function private.meeting_lock(public.meeting_provider, text) is 'The key of the advisory lock of a meeting.';

create function private.lock_meeting(p_provider public.meeting_provider, p_meeting_id text) returns void
language plpgsql set search_path = '' as $$
begin
  if p_meeting_id is not null then
    perform pg_advisory_xact_lock(private.meeting_lock(p_provider, p_meeting_id));
  end if;
end;
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
  'Serialises, until commit, what one caller changes of plans and rosters: two changes at once would hold a class each and want the other. Take it before any row.';

-- schemas/classes/publish_class_changes.sql
-- What the own system of a host is told of their classes.
insert into public.webhook_kinds (kind, description, data_fields) values
  ('class.scheduled', 'A class was planned.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('class.moved', 'A class has another time.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('class.cancelled', 'A class was cancelled.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('class.completed', 'The last meeting of a class has ended. A meeting that begins again is followed by another.',
    array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('attendance.ready', 'The attendance of a class was compared with the provider''s own report.',
    array['class_id', 'status', 'scheduled_start', 'scheduled_end']),
  ('recording.ready', 'A recording of a class can be played.', array['class_id', 'status', 'scheduled_start', 'scheduled_end']);

create function private.publish_class(p_class public.live_classes, p_kind text, p_occurred_at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.publish_webhook(p_class.host_id, p_kind, concat_ws(' ', p_class.id, extract(epoch from p_occurred_at)), p_occurred_at,
    jsonb_build_object('class_id', p_class.id, 'status', p_class.status,
      'scheduled_start', p_class.scheduled_start, 'scheduled_end', p_class.scheduled_end));
end;
$$;
comment on function private.publish_class(public.live_classes, text, timestamptz) is 'Tells the host''s own system something of a class.';

create function private.publish_class_changes(p_new public.live_classes, p_old public.live_classes) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_old.id is null then
    perform private.publish_class(p_new, 'class.scheduled', p_new.created_at);
    return;
  end if;
  if p_new.status = 'cancelled' and p_old.status <> 'cancelled' then
    perform private.publish_class(p_new, 'class.cancelled', coalesce(p_new.cancelled_at, p_new.meeting_deleted_at));
  elsif p_new.status = 'completed' and p_old.status <> 'completed' then
    perform private.publish_class(p_new, 'class.completed', p_new.actual_end_time);
  elsif p_new.status <> 'cancelled'
    and (p_new.scheduled_start, p_new.scheduled_end) is distinct from (p_old.scheduled_start, p_old.scheduled_end) then
    perform private.publish_class(p_new, 'class.moved', p_new.updated_at);
  end if;
  if p_new.attendance_synced and not p_old.attendance_synced then
    perform private.publish_class(p_new, 'attendance.ready', p_new.updated_at);
  end if;
  if p_new.recording_status = 'available' and p_old.recording_status <> 'available' then
    perform private.publish_class(p_new, 'recording.ready', p_new.updated_at);
  end if;
end;
$$;
comment on function private.publish_class_changes(public.live_classes, public.live_classes) is
  'Tells the host''s own system what changed of a class; the old row is null for a new class.';

-- schemas/classes/reconcile_google_meet_conferences.sql
-- Every session of Meet is asked about once it is seen, every conference as a whole once it has ended, and a job asks for what
-- events never told: an end that did not come, a conference that nobody announced.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('google_meet_reconcile_overdue', '"15 minutes"', 'interval', '1 minute', '1 day', 'After that long without a comparison the job asks for one.'),
  ('google_meet_conference_overdue', '"3 hours"', 'interval', '10 minutes', '7 days', 'A conference without an end is asked about that long after its start, and again each time.'),
  ('google_meet_record_days', '29', 'integer', '1', '29', 'Days for which a conference can be asked about; Google deletes its record after 30.');

create function public.note_google_meet_page(p_instance_key text, p_page_token text) returns void
language sql security definer set search_path = '' as $$
  insert into private.reconciliations as r (instance_id, page_token)
  select i.id, nullif(p_page_token, '') from public.meeting_instances i
  where i.provider = 'google_meet' and i.instance_key = p_instance_key
  on conflict (instance_id) do update set page_token = excluded.page_token;
$$;
comment on function public.note_google_meet_page(text, text) is
  'For the maintenance function: the page of participants to go on with, should the comparison be cut off here; empty for the first.';

grant execute on function public.note_google_meet_page(text, text) to service_role;

create function public.note_google_meet_reconciled(p_instance_key text) returns void
language sql security definer set search_path = '' as $$
  select private.note_reconciled(i.id, now()) from public.meeting_instances i
  where i.provider = 'google_meet' and i.instance_key = p_instance_key;
$$;
comment on function public.note_google_meet_reconciled(text) is
  'For the maintenance function: every session of a conference that has ended was compared with Meet''s record.';

grant execute on function public.note_google_meet_reconciled(text) to service_role;

create function private.ask_for_comparison(p_instance_id uuid, p_task_kind text, p_instance_key text, p_now timestamptz) returns uuid
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.reconciliations as r (instance_id, asked_at) values (p_instance_id, p_now)
  on conflict (instance_id) do update set asked_at = excluded.asked_at;
  return private.enqueue_task(p_task_kind, p_instance_key, null, p_now);
end;
$$;
comment on function private.ask_for_comparison(uuid, text, text, timestamptz) is
  'For the jobs: a task that compares a meeting with its provider''s record, and when it was asked for. Returns the task.';

create index meeting_instances_unreconciled_idx on public.meeting_instances (started_at)
  where provider = 'google_meet' and reconciled_at is null;

create function private.reconcile_google_meet_conferences(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_count integer;
begin
  with due as (
    select i.id, i.instance_key
    from public.meeting_instances i
    left join private.reconciliations r on r.instance_id = i.id
    where i.provider = 'google_meet' and i.reconciled_at is null
      and i.started_at > p_now - private.setting_integer('google_meet_record_days') * interval '1 day'
      and case when i.ended_at is not null then i.ended_at < p_now - private.setting_interval('google_meet_reconcile_overdue')
        else i.started_at < p_now - private.setting_interval('google_meet_conference_overdue') end
      and (r.asked_at is null or r.asked_at < p_now - private.setting_interval('google_meet_conference_overdue'))
      and private.google_meet_subjects(i.id) <> '{}'
    order by i.started_at
    limit c_batch
  )
  select count(private.ask_for_comparison(id, 'reconcile_google_meet_conference', instance_key, p_now)) into v_count from due;
  return v_count;
end;
$$;
comment on function private.reconcile_google_meet_conferences(timestamptz) is
  'Job: asks for the comparison of conferences whose task was given up, whose host had no address, or whose end was never told.';

select private.schedule_job('reconcile_google_meet_conferences', '*/10 * * * *', 'private.reconcile_google_meet_conferences',
  'compares Google Meet conferences with Meet''s own record when nothing else did');

-- schemas/classes/reconcile_overdue_zoom_meetings.sql
-- The comparison with Zoom's record is asked for when a meeting of a class ends. If its task was given up or never made, a job asks
-- again for as long as Zoom has the record. So an outage of any length costs time and nothing else.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('zoom_reconcile_overdue', '"30 minutes"', 'interval', '1 minute', '1 day', 'After that long without a comparison the job asks for one, unless one is under way.'),
  ('zoom_reconcile_again', '"6 hours"', 'interval', '10 minutes', '7 days', 'How long after it asked the job asks for the same comparison again.'),
  ('zoom_report_days', '30', 'integer', '1', '30', 'Days for which the job asks for a comparison.');

create index meeting_instances_unreconciled_zoom_idx on public.meeting_instances (ended_at)
  where provider = 'zoom' and reconciled_at is null and live_class_id is not null;

create function private.reconcile_zoom_meetings(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_count integer;
begin
  with due as (
    select i.id, i.instance_key
    from public.meeting_instances i
    left join private.reconciliations r on r.instance_id = i.id
    where i.provider = 'zoom' and i.reconciled_at is null and i.live_class_id is not null
      and i.ended_at < p_now - private.setting_interval('zoom_reconcile_overdue')
      and i.ended_at > p_now - private.setting_integer('zoom_report_days') * interval '1 day'
      and (r.asked_at is null or r.asked_at < p_now - private.setting_interval('zoom_reconcile_again'))
      -- A comparison that is under way keeps its tries and its waiting time.
      and not exists (
        select from public.tasks t
        where t.kind = 'reconcile_zoom_meeting' and t.resource_id = i.instance_key
          and t.done_at is null and t.cancelled_at is null and t.dead_at is null)
    order by i.ended_at
    limit c_batch
  )
  select count(private.ask_for_comparison(id, 'reconcile_zoom_meeting', instance_key, p_now)) into v_count from due;
  return v_count;
end;
$$;
comment on function private.reconcile_zoom_meetings(timestamptz) is
  'Job: asks for the comparison of ended meetings of classes whose task was given up or never made.';

select private.schedule_job('reconcile_zoom_meetings', '*/10 * * * *', 'private.reconcile_zoom_meetings',
  'compares Zoom meetings with Zoom''s report when their task was given up');

-- schemas/classes/reconcile_zoom_meetings.sql
-- Zoom's record of past participants is written beside what events said. Zoom's number of somebody in a meeting (user_id, here: handle)
-- is the same in events and record, so both meet in one row, whichever comes first. The locks are those of events:
-- class rows → meeting → instance → sessions.
create function private.union_of(p_one text[], p_other text[]) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  if p_other <@ p_one then
    return p_one;
  end if;
  return array(select distinct value from unnest(p_one || p_other) value order by value);
end;
$$;
comment on function private.union_of(text[], text[]) is 'The sorted values of both; the first is sorted already.';

-- A session that an event brings takes over what a report said of its handles before. Least, greatest and "an event's name
-- wins" are what the report itself writes, so the order of both does not matter.
create function private.take_reported_rows(p_instance_id uuid, p_session_key text, p_handles text[]) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_row public.meeting_participants;
  v_is_taken boolean := false;
begin
  -- Nearly never is there one, and to look is cheaper than to delete.
  if p_handles = array[]::text[] or not exists (
    select from unnest(p_handles) handle
    join public.meeting_participants s on s.instance_id = p_instance_id and s.session_key = 'report:' || handle)
  then
    return false;
  end if;
  for v_row in
    delete from public.meeting_participants
    where instance_id = p_instance_id and session_key <> p_session_key
      and session_key = any (array(select 'report:' || handle from unnest(p_handles) handle))
    returning *
  loop
    v_is_taken := true;
    update public.meeting_participants s set
      handles = private.union_of(s.handles, v_row.handles),
      reported_join_time = least(s.reported_join_time, v_row.reported_join_time),
      reported_leave_time = greatest(s.reported_leave_time, v_row.reported_leave_time),
      user_name = case when s.user_name_at > '-infinity' then s.user_name else greatest(s.user_name, v_row.user_name) end,
      user_name_at = greatest(s.user_name_at, v_row.user_name_at),
      user_email = case when s.user_email_at > '-infinity' then s.user_email else greatest(s.user_email, v_row.user_email) end,
      user_email_at = greatest(s.user_email_at, v_row.user_email_at),
      provider_user_id = greatest(s.provider_user_id, v_row.provider_user_id),
      registrant_key = greatest(s.registrant_key, v_row.registrant_key),
      -- A person whom a host has named stays named.
      profile_id = case when v_row.match_confidence = 'assigned' and s.match_confidence <> 'assigned' then v_row.profile_id else s.profile_id end,
      match_confidence = case when v_row.match_confidence = 'assigned' then 'assigned' else s.match_confidence end
    where s.instance_id = p_instance_id and s.session_key = p_session_key;
  end loop;
  return v_is_taken;
end;
$$;
comment on function private.take_reported_rows(uuid, text, text[]) is
  'Gives a session what only the report knew of these handles of it, in place of the report''s own rows; whether there was anything.';

create function private.note_zoom_stays(p_instance_id uuid, p_stays jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_instance public.meeting_instances;
begin
  select * into strict v_instance from public.meeting_instances where id = p_instance_id;
  perform from public.live_classes where id = v_instance.live_class_id for no key update;
  perform private.lock_meeting(v_instance.provider, v_instance.meeting_id);

  insert into public.meeting_participants as p
    (instance_id, session_key, live_class_id, handles, reported_join_time, reported_leave_time,
     user_name, user_name_at, user_email, user_email_at, provider_user_id, registrant_key)
  select p_instance_id, s.session_key, i.live_class_id, array_agg(distinct s.handle order by s.handle),
    min(s.joined_at), max(s.left_at),
    max(s.name), case when max(s.name) is not null then '-infinity'::timestamptz end,
    max(s.email), case when max(s.email) is not null then '-infinity'::timestamptz end,
    max(s.provider_user_id), max(s.registrant_key)
  from public.meeting_instances i
  cross join lateral (
    select coalesce((
        select min(k.session_key) from public.meeting_participants k
        where k.instance_id = i.id and s.handle = any (k.handles)), 'report:' || s.handle) as session_key,
      s.handle, s.joined_at, s.left_at, nullif(btrim(s.name), '') as name, nullif(lower(btrim(s.email)), '') as email,
      s.provider_user_id, s.registrant_key
    from jsonb_to_recordset(p_stays) as s (handle text, name text, email text, provider_user_id text,
      registrant_key text, joined_at timestamptz, left_at timestamptz)
  ) s
  where i.id = p_instance_id
  group by s.session_key, i.live_class_id
  order by s.session_key
  on conflict on constraint session_is_known_once do update set
    handles = private.union_of(p.handles, excluded.handles),
    reported_join_time = least(p.reported_join_time, excluded.reported_join_time),
    reported_leave_time = greatest(p.reported_leave_time, excluded.reported_leave_time),
    user_name = case when p.user_name_at > '-infinity' then p.user_name else greatest(p.user_name, excluded.user_name) end,
    user_name_at = greatest(p.user_name_at, excluded.user_name_at),
    user_email = case when p.user_email_at > '-infinity' then p.user_email else greatest(p.user_email, excluded.user_email) end,
    user_email_at = greatest(p.user_email_at, excluded.user_email_at),
    provider_user_id = greatest(p.provider_user_id, excluded.provider_user_id),
    registrant_key = greatest(p.registrant_key, excluded.registrant_key);
  perform private.match_participants(p_instance_id);
end;
$$;
comment on function private.note_zoom_stays(uuid, jsonb) is
  'Records stays of Zoom''s report [{handle, name, email, provider_user_id, registrant_key, joined_at, left_at}] with the sessions of the same handles, and finds the people.';

create function public.note_zoom_stays(p_instance_key text, p_stays jsonb) returns void
language sql security definer set search_path = '' as $$
  select private.note_zoom_stays(i.id, p_stays)
  from public.meeting_instances i where i.provider = 'zoom' and i.instance_key = p_instance_key;
$$;
comment on function public.note_zoom_stays(text, jsonb) is
  'For the maintenance function: stays of an instance by Zoom''s report: [{handle, name|null, email|null, provider_user_id|null, registrant_key|null, joined_at|null, left_at|null}].';

grant execute on function public.note_zoom_stays(text, jsonb) to service_role;

create function public.note_zoom_reconciled(p_instance_key text) returns void
language sql security definer set search_path = '' as $$
  select private.note_reconciled(i.id, now()) from public.meeting_instances i
  where i.provider = 'zoom' and i.instance_key = p_instance_key;
$$;
comment on function public.note_zoom_reconciled(text) is
  'For the maintenance function: an instance that has ended was compared with Zoom''s report.';

grant execute on function public.note_zoom_reconciled(text) to service_role;

-- schemas/classes/record_google_meet_conferences.sql
-- What Meet's REST API says about a conference and its sessions, written as reports. Same locks as for events:
-- class rows → meeting → instance → sessions.
create function private.google_meet_subjects(p_instance_id uuid) returns text[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(s.workspace_email order by s.place), '{}')
  from (
    select p.workspace_email, min(r.place) as place
    from (
      select c.host_id, row_number() over (order by c.id is distinct from i.live_class_id,
        greatest(c.scheduled_start - i.started_at, i.started_at - c.scheduled_start), c.id) as place
      from public.meeting_instances i
      join public.live_classes c on c.id = i.live_class_id
        or (c.provider = i.provider and c.meeting_id = i.meeting_id)
      where i.id = p_instance_id
    ) r
    join public.profiles p on p.id = r.host_id and p.workspace_email is not null
    group by p.workspace_email
    order by place
    limit 5
  ) s;
$$;
comment on function private.google_meet_subjects(uuid) is
  'The Workspace addresses to ask Google as: that of the host of its class, then those of the nearest classes of the same space.';

create table private.reconciliations (
  instance_id uuid primary key references public.meeting_instances (id) on delete cascade,
  page_token text,
  asked_at timestamptz
);
comment on table private.reconciliations is 'How far the comparison of a meeting with its provider''s own record has come, where it did not end at once.';
comment on column private.reconciliations.page_token is 'Google Meet: the page of participants to go on with; null for the first.';
comment on column private.reconciliations.asked_at is 'When a job last asked for a comparison.';

alter table private.reconciliations enable row level security;

create policy "nobody but the owner of the schema reads reconciliations" on private.reconciliations
  for all to anon, authenticated using (false) with check (false);

create function public.google_meet_conference(p_instance_key text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('subjects', private.google_meet_subjects(i.id), 'is_of_a_class', i.live_class_id is not null,
    'page_token', r.page_token, 'has_ended', i.ended_at is not null)
  from public.meeting_instances i
  left join private.reconciliations r on r.instance_id = i.id
  where i.provider = 'google_meet' and i.instance_key = p_instance_key;
$$;
comment on function public.google_meet_conference(text) is
  'For the maintenance function: {subjects, is_of_a_class, page_token, has_ended} of a conference record: whom to ask as, and where to go on. Null when it is unknown.';

grant execute on function public.google_meet_conference(text) to service_role;

create function private.note_google_meet_conference(
  p_instance_key text, p_space text, p_started_at timestamptz, p_ended_at timestamptz, p_subject text default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  -- Google lets a host read this, so it may go to a class of theirs.
  perform private.note_space_host(p_space, p.id, false)
  from public.profiles p
  where p.workspace_email = p_subject and exists (
    select from public.live_classes c where c.provider = 'google_meet' and c.meeting_id = p_space and c.host_id = p.id);
  v_id := private.note_instance('google_meet', jsonb_build_object('key', p_instance_key, 'meeting_id', p_space),
    p_started_at, 'start_event', p_ended_at);
  update public.meeting_instances
  set reported_started_at = p_started_at, reported_ended_at = coalesce(p_ended_at, reported_ended_at)
  where id = v_id
    and (reported_started_at, reported_ended_at) is distinct from (p_started_at, coalesce(p_ended_at, reported_ended_at));
  if found then
    perform private.bind_instance(v_id);
  end if;
  return v_id;
end;
$$;
comment on function private.note_google_meet_conference(text, text, timestamptz, timestamptz, text) is
  'Records what Meet says about a conference, asked as the subject: space, start, end (null while it runs).';

create function private.ask_who_joined(p_provider public.meeting_provider, p_session_key text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_provider = 'google_meet' then
    perform private.enqueue_task('resolve_google_meet_participant', p_session_key);
  end if;
end;
$$;
comment on function private.ask_who_joined(public.meeting_provider, text) is
  'Has a task ask who is behind a session of Google Meet, whose events name a session and nobody.';

create function private.note_google_meet_sessions(p_instance_id uuid, p_subject text, p_sessions jsonb, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_instance public.meeting_instances;
begin
  select * into strict v_instance from public.meeting_instances where id = p_instance_id;
  perform from public.live_classes where id = v_instance.live_class_id for no key update;
  perform private.lock_meeting(v_instance.provider, v_instance.meeting_id);

  insert into public.meeting_participants as p
    (instance_id, session_key, live_class_id, reported_join_time, reported_leave_time,
     user_name, user_email, provider_user_id, resolved_at)
  select p_instance_id, s.key, i.live_class_id, s.joined_at, s.left_at,
    nullif(btrim(s.name), ''), a.addresses[1], s.user_key, p_now
  from jsonb_to_recordset(p_sessions) as s (key text, name text, user_key text, joined_at timestamptz, left_at timestamptz)
  join public.meeting_instances i on i.id = p_instance_id
  left join private.directory_answers a on a.domain = private.domain_of(p_subject) and a.user_key = s.user_key
  order by s.key
  on conflict on constraint session_is_known_once do update set
    reported_join_time = coalesce(excluded.reported_join_time, p.reported_join_time),
    reported_leave_time = coalesce(excluded.reported_leave_time, p.reported_leave_time),
    user_name = coalesce(excluded.user_name, p.user_name),
    user_email = coalesce(excluded.user_email, p.user_email),
    provider_user_id = coalesce(excluded.provider_user_id, p.provider_user_id),
    resolved_at = excluded.resolved_at;
  perform private.match_participants(p_instance_id);
end;
$$;
comment on function private.note_google_meet_sessions(uuid, text, jsonb, timestamptz) is
  'Records what Meet says about sessions [{key, name, user_key|null, joined_at, left_at|null}], with the addresses that the Directory told, and finds the people.';

create function public.note_google_meet_conference(
  p_instance_key text, p_space text, p_started_at timestamptz, p_ended_at timestamptz default null, p_subject text default null
) returns void
language sql security definer set search_path = '' as $$
  select private.note_google_meet_conference(p_instance_key, p_space, p_started_at, p_ended_at, p_subject);
$$;
comment on function public.note_google_meet_conference(text, text, timestamptz, timestamptz, text) is
  'For the maintenance function: what Meet says about a conference, asked as the subject; known or not, its sessions are compared once it has ended.';

grant execute on function public.note_google_meet_conference(text, text, timestamptz, timestamptz, text) to service_role;

create function public.note_google_meet_sessions(p_instance_key text, p_subject text, p_sessions jsonb) returns void
language sql security definer set search_path = '' as $$
  select private.note_google_meet_sessions(i.id, p_subject, p_sessions, now())
  from public.meeting_instances i where i.provider = 'google_meet' and i.instance_key = p_instance_key;
$$;
comment on function public.note_google_meet_sessions(text, text, jsonb) is
  'For the maintenance function: what Meet says about some sessions of a conference, asked as the subject: '
  '[{key, name|null, user_key|null, joined_at, left_at|null}].';

grant execute on function public.note_google_meet_sessions(text, text, jsonb) to service_role;

-- schemas/classes/remind_of_classes.sql
-- What people of a class are told before and after it, beside its changes: that it is tomorrow, that it is in an hour, that they were absent.
insert into private.notification_kinds (kind, domain, is_sent_by_default, description) values
  ('class_enrolled', 'classes', true, 'You were enrolled in a class.'),
  ('class_moved', 'classes', true, 'A class has another time.'),
  ('class_cancelled', 'classes', true, 'A class does not take place.'),
  ('class_restored', 'classes', true, 'A cancelled class takes place after all.'),
  ('class_no_show', 'classes', true, 'Nobody began your class.'),
  ('class_meeting_absent', 'classes', true, 'The provider does not know the meeting of your class.'),
  ('class_tomorrow', 'classes', true, 'A class begins within a day.'),
  ('class_in_an_hour', 'classes', true, 'A class begins within an hour.'),
  ('class_absent', 'classes', true, 'You missed a class.');

insert into private.settings (name, value, type, lowest, highest, description) values
  ('class_reminder_first', '"24 hours"', 'interval', '2 hours', '1 day', 'How long before a class its people are told that it is tomorrow.'),
  ('class_reminder_last', '"1 hour"', 'interval', '5 minutes', '1 hour', 'How long before a class its people are told that it begins in an hour.'),
  ('class_reminder_batch', '200', 'integer', '1', '10000', 'Classes that one tick of the reminders takes.');

create table private.class_reminders (
  live_class_id uuid not null references public.live_classes (id) on delete cascade,
  kind text not null,
  scheduled_start timestamptz not null,
  primary key (live_class_id, kind)
);
comment on table private.class_reminders is 'Which reminder of a class was given, and for which start: a class that moves is reminded of again.';

alter table private.class_reminders enable row level security;

create policy "nobody but the owner of the schema reads reminders" on private.class_reminders
  for all to anon, authenticated using (false) with check (false);

create function private.remind_of_class(p_class public.live_classes, p_kind text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.class_reminders as r (live_class_id, kind, scheduled_start)
  values (p_class.id, p_kind, p_class.scheduled_start)
  on conflict (live_class_id, kind) do update set scheduled_start = excluded.scheduled_start;
  perform private.tell_once(p.id, p_kind, concat_ws(' ', p_class.id, extract(epoch from p_class.scheduled_start)), p_class.id,
    jsonb_build_object('title', p_class.title, 'scheduled_start', p_class.scheduled_start))
  from private.people_of_class(p_class.id) p (id);
end;
$$;
comment on function private.remind_of_class(public.live_classes, text) is 'Reminds everybody who is to come to a class, once for its time.';

-- A class that was planned later than its first reminder is due gets the last one alone: "tomorrow" would be wrong by then.
create function private.remind_of_classes(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_due record;
  v_rows integer := 0;
begin
  for v_due in
    select c as class, w.kind
    from (values
      ('class_in_an_hour', interval '0', private.setting_interval('class_reminder_last')),
      ('class_tomorrow', private.setting_interval('class_reminder_first') / 2, private.setting_interval('class_reminder_first'))) w (kind, earliest, latest)
    join public.live_classes c on c.status = 'scheduled'
      and c.scheduled_start > p_now + w.earliest and c.scheduled_start <= p_now + w.latest
    where not exists (select from private.class_reminders r
      where r.live_class_id = c.id and r.kind = w.kind and r.scheduled_start = c.scheduled_start)
    order by c.scheduled_start
    limit private.setting_integer('class_reminder_batch')
  loop
    perform private.remind_of_class(v_due.class, v_due.kind);
    v_rows := v_rows + 1;
  end loop;
  return v_rows;
end;
$$;
comment on function private.remind_of_classes(timestamptz) is 'Job: reminds of classes that begin within a day and within an hour.';

select private.schedule_job('remind_of_classes', '*/5 * * * *', 'private.remind_of_classes', 'Remind of classes that begin tomorrow and in an hour.');

create function private.tell_absent_students(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_for constant interval := interval '7 days';
  v_class public.live_classes;
  v_rows integer := 0;
begin
  for v_class in
    select c.* from public.live_classes c
    where c.attendance_synced and c.status = 'completed' and c.scheduled_start between p_now - c_for and p_now
      and not exists (select from private.class_reminders r
        where r.live_class_id = c.id and r.kind = 'class_absent' and r.scheduled_start = c.scheduled_start)
    order by c.scheduled_start
    limit private.setting_integer('class_reminder_batch')
  loop
    insert into private.class_reminders as r (live_class_id, kind, scheduled_start)
    values (v_class.id, 'class_absent', v_class.scheduled_start)
    on conflict (live_class_id, kind) do update set scheduled_start = excluded.scheduled_start;
    perform private.tell_once(a.profile_id, 'class_absent', concat_ws(' ', v_class.id, extract(epoch from v_class.scheduled_start)), v_class.id,
      jsonb_build_object('title', v_class.title, 'scheduled_start', v_class.scheduled_start))
    from public.class_attendance a where a.live_class_id = v_class.id and a.status = 'absent';
    v_rows := v_rows + 1;
  end loop;
  return v_rows;
end;
$$;
comment on function private.tell_absent_students(timestamptz) is
  'Job: tells the students who missed a class, once its attendance was compared with the provider''s record; only of the last week.';

select private.schedule_job('tell_absent_students', '*/10 * * * *', 'private.tell_absent_students', 'Tell students that they missed a class.');

-- schemas/classes/report_attendance.sql
-- A class's attendance for its host, in one round trip. RLS applies: whoever is neither host nor admin gets the answer for an absent class.
create function public.class_attendance_report(p_class_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select c.* into v_class from public.live_classes c
  where c.id = p_class_id and (c.host_id = (select private.acting_host_id()) or (select private.is_admin()));
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  end if;
  return jsonb_build_object(
    'class', jsonb_build_object('id', v_class.id, 'title', v_class.title, 'status', v_class.status,
      'scheduled_start', v_class.scheduled_start, 'scheduled_end', v_class.scheduled_end,
      'actual_start_time', v_class.actual_start_time, 'actual_end_time', v_class.actual_end_time,
      'attendance_synced', v_class.attendance_synced),
    'students', (
      select coalesce(jsonb_agg(jsonb_build_object('profile_id', a.profile_id, 'full_name', k.full_name,
          'status', a.status, 'is_marked', a.is_marked, 'attended_seconds', a.attended_seconds, 'share', a.share,
          'first_join', a.first_join, 'last_leave', a.last_leave)
        order by k.full_name, a.profile_id), '[]')
      from public.class_attendance a
      left join public.profile_cards k on k.id = a.profile_id
      where a.live_class_id = v_class.id),
    'unmatched', (
      select coalesce(jsonb_agg(jsonb_build_object('participant_id', s.id, 'user_name', s.user_name, 'user_email', s.user_email,
          'join_time', s.join_time, 'leave_time', s.effective_leave_time) order by s.join_time, s.id), '[]')
      from public.meeting_sessions s
      where s.live_class_id = v_class.id and s.profile_id is null),
    'to_review', (
      select coalesce(jsonb_agg(jsonb_build_object('participant_id', s.id, 'profile_id', s.profile_id, 'user_name', s.user_name,
          'leave_time', s.leave_time) order by s.leave_time, s.id), '[]')
      from public.meeting_sessions s
      where s.live_class_id = v_class.id and s.profile_id is not null and s.join_time is null));
end;
$$;
comment on function public.class_attendance_report(uuid) is
  'For the host and admins: {class, students: [{profile_id, full_name, status, is_marked, attended_seconds, share, first_join, last_leave}], '
  'unmatched: sessions of strangers, to_review: sessions without a join, which count 0 s}. status is null before the class. class_not_found 404.';

grant execute on function public.class_attendance_report(uuid) to authenticated;

-- schemas/classes/resolve_google_meet_spaces.sql
-- A teacher types a meeting code, and events name a space. Google is asked once which space a code is, because codes are aliases that
-- can be given to another space. Anybody may ask this, so the answer does not show whose space it is.
create table private.google_meet_space_lookups (
  live_class_id uuid primary key references public.live_classes (id) on delete cascade,
  meeting_code text not null,
  outcome text not null constraint outcome_is_known check (outcome in ('asked', 'resolved', 'absent')),
  asked_at timestamptz not null
);
comment on table private.google_meet_space_lookups is 'What became of the question which space a class''s meeting code is.';

alter table private.google_meet_space_lookups enable row level security;

create policy "nobody but the owner of the schema reads space lookups" on private.google_meet_space_lookups
  for all to anon, authenticated using (false) with check (false);

create function private.ask_google_meet_space(p_class_id uuid, p_code text, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.google_meet_space_lookups as l (live_class_id, meeting_code, outcome, asked_at)
  values (p_class_id, p_code, 'asked', p_now)
  on conflict (live_class_id) do update set asked_at = excluded.asked_at where l.outcome = 'asked';
  -- Otherwise the answer came while the job was asking again.
  if found then
    perform private.enqueue_task('resolve_google_meet_space', p_class_id::text, null, p_now);
  end if;
end;
$$;
comment on function private.ask_google_meet_space(uuid, text, timestamptz) is 'Asks which space a class''s meeting code is, unless that is answered.';

create function private.prepare_google_meet(p_class_id uuid, p_has_new_meeting boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select * into strict v_class from public.live_classes where id = p_class_id;
  if v_class.meeting_id ~ '^spaces/' then
    perform private.subscribe_to_google_meet_class(v_class.meeting_id, v_class.host_id);
  -- A meeting code is resolved once, when it is set, whatever was answered for another code.
  elsif p_has_new_meeting then
    delete from private.google_meet_space_lookups where live_class_id = p_class_id;
    perform private.ask_google_meet_space(p_class_id, v_class.meeting_id, now());
  end if;
end;
$$;
comment on function private.prepare_google_meet(uuid, boolean) is
  'Asks which space the new meeting code of a class is, or subscribes to its space.';

create function public.google_meet_class(p_class_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('meeting_id', c.meeting_id, 'subject', p.workspace_email,
    'since', c.scheduled_start - private.setting_interval('class_meeting_early'))
  from public.live_classes c
  left join public.profiles p on p.id = c.host_id
  where c.id = p_class_id and c.provider = 'google_meet' and c.meeting_id is not null;
$$;
comment on function public.google_meet_class(uuid) is
  'For the maintenance function: {meeting_id, subject|null, since} of a Meet class: code or space, whom to ask as, the earliest start of a meeting of it.';

grant execute on function public.google_meet_class(uuid) to service_role;

create function public.note_google_meet_space(p_class_id uuid, p_code text, p_space text default null) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_class public.live_classes;
  v_outcome text;
begin
  select * into v_class from public.live_classes
  where id = p_class_id and provider = 'google_meet' and meeting_id = p_code
  for no key update;
  if not found then
    return 'changed';
  end if;
  v_outcome := case when p_space is null then 'absent' else 'resolved' end;
  update private.google_meet_space_lookups set outcome = v_outcome where live_class_id = p_class_id;
  if v_outcome = 'resolved' then
    update public.live_classes set meeting_id = p_space where id = p_class_id;
  else
    perform private.notify(v_class.host_id, 'class_meeting_absent', v_class.id, jsonb_build_object('title', v_class.title));
  end if;
  return v_outcome;
end;
$$;
comment on function public.note_google_meet_space(uuid, text, text) is
  'For the maintenance function: the space of a class''s code, null when there is none. resolved; absent, which its host '
  'is told; changed meanwhile.';

grant execute on function public.note_google_meet_space(uuid, text, text) to service_role;

-- schemas/classes/set_enrollments.sql
-- A roster is set as a whole: whoever is not named is removed, so that a repeated request has the same result.
create function private.set_enrollments(p_class_id uuid, p_student_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_host_id uuid;
  v_unknown jsonb;
  v_added integer;
  v_removed integer;
begin
  perform private.plan_alone();
  select host_id into v_host_id from public.live_classes
  where id = p_class_id
    and (host_id = private.acting_host_id() or private.is_admin() or auth.role() = 'service_role')
  for no key update;
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  end if;
  if p_student_ids is null or array_position(p_student_ids, null) is not null then
    perform private.refuse(422, 'students_required', 'The roster must be a list of student ids.');
  end if;
  if cardinality(p_student_ids) > private.setting_integer('class_max_students') then
    perform private.refuse(422, 'too_many_students', 'A class cannot have that many students.',
      jsonb_build_object('allowed', private.setting_integer('class_max_students')));
  end if;
  if v_host_id = any (p_student_ids) then
    perform private.refuse(422, 'host_is_no_student', 'The host of a class cannot be enrolled in it.');
  end if;

  -- A person whose account is being deleted just now counts as unknown, and no new student's account can go before they are enrolled.
  perform from public.profiles p
  where p.id = any (p_student_ids)
    and not exists (select from public.class_enrollments e where e.live_class_id = p_class_id and e.profile_id = p.id)
  order by p.id
  for key share;
  select jsonb_agg(s.id) into v_unknown
  from (select distinct unnest(p_student_ids) as id) s
  where not exists (select from public.profiles p where p.id = s.id);
  if v_unknown is not null then
    perform private.refuse(422, 'unknown_students', 'Some of these students do not exist.',
      jsonb_build_object('student_ids', v_unknown));
  end if;

  delete from public.class_enrollments where live_class_id = p_class_id and profile_id <> all (p_student_ids);
  get diagnostics v_removed = row_count;
  insert into public.class_enrollments (live_class_id, profile_id, enrolled_by)
  select distinct p_class_id, s.id, auth.uid() from unnest(p_student_ids) as s (id) order by s.id
  on conflict do nothing;
  get diagnostics v_added = row_count;
  if v_added > 0 then
    perform private.take_rate(auth.uid(), 'rosters', now());
  end if;
  return jsonb_build_object(
    'enrolled', (select count(*) from public.class_enrollments where live_class_id = p_class_id),
    'added', v_added,
    'removed', v_removed);
end;
$$;
comment on function private.set_enrollments(uuid, uuid[]) is 'Sets the roster of a class, if the caller is its host or an admin.';

create function public.set_enrollments(p_class_id uuid, p_student_ids uuid[]) returns jsonb
language sql set search_path = '' as $$
  select private.set_enrollments(p_class_id, p_student_ids);
$$;
comment on function public.set_enrollments(uuid, uuid[]) is
  'Sets the roster of a class to exactly these students: {enrolled, added, removed}. For the host and admins; '
  'class_not_found 404, unknown_students, too_many_students, host_is_no_student 422, rate_limited 429.';

grant execute on function private.set_enrollments(uuid, uuid[]) to authenticated, service_role;
grant execute on function public.set_enrollments(uuid, uuid[]) to authenticated, service_role;

-- schemas/classes/settings.sql
insert into private.settings (name, value, type, lowest, highest, description) values
  ('class_meeting_early', '"30 minutes"', 'interval', '0 seconds', '1 day', 'A meeting that starts so long before a class still belongs to it.'),
  ('class_meeting_late', '"120 minutes"', 'interval', '0 seconds', '1 day', 'A meeting that starts so long after the scheduled end of a class still belongs to it.'),
  ('join_link_opens_before', '"15 minutes"', 'interval', '0 seconds', '1 day', 'The enrolled get the join link so long before the start.'),
  ('class_max_students', '1000', 'integer', '1', '10000', 'The most students that one class may have.');

-- schemas/classes/show_cards_of_a_class.sql
-- Whose name and picture a class shows: hosts see their students, students see the host. Students do not see each other.
create function private.cards_of_classes(p_user_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select e.profile_id
  from public.live_classes c join public.class_enrollments e on e.live_class_id = c.id
  where c.host_id = p_user_id and private.acting_role(p_user_id) in ('teacher', 'admin')
  union
  select c.host_id
  from public.class_enrollments e join public.live_classes c on c.id = e.live_class_id
  where e.profile_id = p_user_id and c.host_id is not null;
$$;
comment on function private.cards_of_classes(uuid) is 'The people whose cards someone may see because of their classes.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('visible_profiles', 30, 'classes', 'private.cards_of_classes');

-- schemas/classes/show_classes_in_timeline.sql
-- At the time for which a class is planned. A host who may host no more reads their classes as nobody's.
create view private.timeline_classes with (security_invoker = true) as
  select host_id as person, scheduled_start as happened_at, id::text as id,
    jsonb_build_object('class_id', id, 'title', title, 'status', status, 'scheduled_end', scheduled_end, 'is_host', true) as data
  from public.live_classes where private.acting_role(host_id) in ('teacher', 'admin')
  union all
  select e.profile_id, k.scheduled_start, k.id::text,
    jsonb_build_object('class_id', k.id, 'title', k.title, 'status', k.status, 'scheduled_end', k.scheduled_end, 'is_host', false)
  from public.class_enrollments e join public.class_cards k on k.id = e.live_class_id;
comment on view private.timeline_classes is 'Classes that somebody hosts or is enrolled in.';

insert into private.timeline_kinds (kind, view_name) values ('classes', 'private.timeline_classes');

-- schemas/classes/show_meeting_events.sql
-- An admin may read everybody's classes and who attended them, and so all of what the meeting providers deliver. Secrets were taken out
-- before it was stored.
insert into private.shown_event_keys (provider, key) values ('zoom', '*'), ('google_meet', '*');

create function private.meeting_event_subjects(p_event jsonb) returns table (kind text, id uuid, title text, user_id uuid, user_name text)
language plpgsql stable security definer set search_path = '' as $$
declare
  c_provider constant public.meeting_provider := (select m.provider from private.meeting_providers m where m.provider::text = p_event ->> 'provider');
  c_meeting_id constant text := coalesce(p_event #>> '{instance,meeting_id}', p_event ->> 'meeting_id');
  v_instance public.meeting_instances;
begin
  select * into v_instance from public.meeting_instances i
  where i.provider = c_provider and i.instance_key = p_event #>> '{instance,key}';
  if found then
    return query select 'meeting', v_instance.id, v_instance.title, null::uuid, null::text;
  end if;
  return query
    select 'class', c.id, c.title, c.host_id, coalesce(p.full_name, p.email)
    from (
      select * from public.live_classes l where l.id = v_instance.live_class_id
      union all
      (select * from public.live_classes l
       where v_instance.live_class_id is null and l.provider = c_provider and l.meeting_id = c_meeting_id
       order by l.scheduled_start desc limit 5)
    ) c
    left join public.profiles p on p.id = c.host_id;
end;
$$;
comment on function private.meeting_event_subjects(jsonb) is
  'The run of a meeting that an event is about and its class; where that is not known, the latest five classes of the meeting.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('event_subjects', 30, 'classes', 'private.meeting_event_subjects');

-- schemas/classes/tell_class_changes.sql
-- Everybody who is to come is told that a class was moved, cancelled or put back. Nobody has more than one such unread notification about
-- a class: the newest takes the place of those before, however often the teacher or the provider changes it.
create function private.people_of_class(p_class_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select host_id from public.live_classes where id = p_class_id and host_id is not null
  union
  select profile_id from public.class_enrollments where live_class_id = p_class_id;
$$;
comment on function private.people_of_class(uuid) is 'Who is to come to a class: its host and its roster.';

create function private.tell_class_change(p_new public.live_classes, p_old public.live_classes) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_kind constant text := case
    when p_new.status = 'cancelled' then 'class_cancelled'
    when p_old.status = 'cancelled' then 'class_restored'
    else 'class_moved' end;
begin
  delete from public.notifications n
  where n.subject_id = p_new.id and n.read_at is null and n.kind in ('class_moved', 'class_cancelled', 'class_restored')
    and n.user_id in (select * from private.people_of_class(p_new.id));
  perform private.notify(p.id, v_kind, p_new.id, jsonb_build_object('title', p_new.title,
    'scheduled_start', p_new.scheduled_start, 'scheduled_end', p_new.scheduled_end, 'previous_start', p_old.scheduled_start))
  from private.people_of_class(p_new.id) p (id)
  -- The person who did it knows.
  where p.id is distinct from auth.uid();
end;
$$;
comment on function private.tell_class_change(public.live_classes, public.live_classes) is
  'Tells the enrolled and the host, except whoever did it, that a class was moved, cancelled or put back.';

reset check_function_bodies;
