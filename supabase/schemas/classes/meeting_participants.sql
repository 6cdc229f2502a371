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

create function private.prefer_reported_session() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.join_time := coalesce(new.reported_join_time, new.join_time);
  new.leave_time := coalesce(new.reported_leave_time, new.leave_time);
  return new;
end;
$$;
comment on function private.prefer_reported_session() is 'BEFORE trigger: the provider''s record of a session wins over its events.';

create function private.resolve_new_session() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.meeting_instances i where i.id = new.instance_id and i.provider = 'google_meet') then
    perform private.enqueue_task('resolve_meet_participant', new.session_key);
  end if;
  return null;
end;
$$;
comment on function private.resolve_new_session() is 'AFTER trigger: Meet''s events name a session and nobody; a task asks who it is.';

create function private.follow_signs_of_life() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.refresh_assumed_end(new.instance_id, now());
  return null;
end;
$$;
comment on function private.follow_signs_of_life() is 'AFTER trigger: a meeting lasts at least as long as somebody is known to have been there.';

create function private.keep_sessions_forgotten() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  return case when private.is_session_forgotten(new.instance_id, new.session_key, new.handles) then null else new end;
end;
$$;
comment on function private.keep_sessions_forgotten() is 'BEFORE INSERT trigger: leaves out sessions of people who were deleted.';

create trigger meeting_participants_prefer_reported before insert or update on public.meeting_participants
  for each row when (num_nonnulls(new.reported_join_time, new.reported_leave_time) > 0)
  execute function private.prefer_reported_session();

create trigger meeting_participants_stay_forgotten before insert on public.meeting_participants
  for each row execute function private.keep_sessions_forgotten();

create trigger meeting_participants_touch_updated_at before update on public.meeting_participants
  for each row execute function private.touch_updated_at();

create trigger meeting_participants_follow_on_insert after insert on public.meeting_participants
  for each row execute function private.follow_signs_of_life();

create trigger meeting_participants_follow_on_update after update on public.meeting_participants
  for each row when ((new.join_time, new.leave_time) is distinct from (old.join_time, old.leave_time))
  execute function private.follow_signs_of_life();

create trigger meeting_participants_resolve after insert on public.meeting_participants
  for each row when (new.resolved_at is null) execute function private.resolve_new_session();
