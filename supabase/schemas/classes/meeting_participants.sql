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
