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
