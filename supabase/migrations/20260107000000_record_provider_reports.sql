-- What the provider's own record says when it is asked afterwards. Events tell when they happened and may never come; a
-- record has the exact times of everybody. Where both are known the record counts, whichever came first.
alter table public.meeting_instances
  add column reported_started_at timestamptz,
  add column reported_ended_at timestamptz,
  add column reconciled_at timestamptz;
comment on column public.meeting_instances.reported_started_at is 'The start by the provider''s own record; wins over every event.';
comment on column public.meeting_instances.reported_ended_at is 'The end by the provider''s own record; wins over every event.';
comment on column public.meeting_instances.reconciled_at is 'When all its sessions were compared with the provider''s own record, after its end.';

alter table public.meeting_participants
  add column reported_join_time timestamptz,
  add column reported_leave_time timestamptz,
  add column resolved_at timestamptz;
comment on column public.meeting_participants.reported_join_time is 'The join by the provider''s own record; wins over every event.';
comment on column public.meeting_participants.reported_leave_time is 'The leave by the provider''s own record; wins over every event.';
comment on column public.meeting_participants.resolved_at is 'When the provider was asked who this is; null when never. Zoom tells it in the event.';

grant select (reported_started_at, reported_ended_at, reconciled_at) on public.meeting_instances to authenticated;
grant select (reported_join_time, reported_leave_time, resolved_at) on public.meeting_participants to authenticated;

create function private.prefer_reported_run() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.started_at := coalesce(new.reported_started_at, new.started_at);
  new.ended_at := coalesce(new.reported_ended_at, new.ended_at);
  return new;
end;
$$;
comment on function private.prefer_reported_run() is 'BEFORE trigger: the provider''s record of a meeting wins over its events.';
create trigger meeting_instances_prefer_reported before insert or update on public.meeting_instances
  for each row when (num_nonnulls(new.reported_started_at, new.reported_ended_at) > 0)
  execute function private.prefer_reported_run();

create function private.prefer_reported_session() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.join_time := coalesce(new.reported_join_time, new.join_time);
  new.leave_time := coalesce(new.reported_leave_time, new.leave_time);
  return new;
end;
$$;
comment on function private.prefer_reported_session() is 'BEFORE trigger: the provider''s record of a session wins over its events.';
create trigger meeting_participants_prefer_reported before insert or update on public.meeting_participants
  for each row when (num_nonnulls(new.reported_join_time, new.reported_leave_time) > 0)
  execute function private.prefer_reported_session();
