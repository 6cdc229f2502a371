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
