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
