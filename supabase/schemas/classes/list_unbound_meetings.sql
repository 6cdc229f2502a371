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
