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
