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
