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
  constraint instance_is_known_once unique (provider, instance_key)
);
comment on table public.meeting_instances is 'One run of a meeting. A restart is another instance. Its class follows from its start: private.bind_instance.';
comment on column public.meeting_instances.instance_key is 'Zoom: the uuid of the meeting instance. Google Meet: the conference record.';
comment on column public.meeting_instances.meeting_id is 'The same value as live_classes.meeting_id; null until an event names it.';
comment on column public.meeting_instances.live_class_id is 'The class it belongs to; null while no class has a window that holds its start.';
comment on column public.meeting_instances.host_key is 'The provider''s id of the host.';
comment on column public.meeting_instances.started_at is 'By the strongest evidence there is, and of equal evidence the earliest.';
comment on column public.meeting_instances.ended_at is 'The latest end that was told; null while it runs.';

create index meeting_instances_live_class_id_idx on public.meeting_instances (live_class_id);
create index meeting_instances_meeting_idx on public.meeting_instances (provider, meeting_id, started_at);
create index meeting_instances_unbound_idx on public.meeting_instances (started_at) where live_class_id is null;

create trigger meeting_instances_touch_updated_at before update on public.meeting_instances
  for each row execute function private.touch_updated_at();

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
