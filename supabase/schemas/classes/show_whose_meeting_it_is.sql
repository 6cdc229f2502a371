-- An address that one person has confirmed, or hosts under, makes the account theirs for good: ids are never given out twice.
-- What a host confirmed is never overwritten.
create function private.learn_identity(p_provider public.meeting_provider, p_user_key text, p_addresses text[]) returns void
language sql security definer set search_path = '' as $$
  insert into public.profile_identities (provider, kind, key, profile_id)
  select p_provider, 'user', p_user_key, (array_agg(p.id))[1]
  from public.profiles p
  left join auth.users u on u.id = p.id
  where p.workspace_email = any (p_addresses)
    or (lower(u.email) = any (p_addresses) and u.email_confirmed_at is not null)
  having count(*) = 1
  on conflict do nothing;
$$;
comment on function private.learn_identity(public.meeting_provider, text, text[]) is
  'Keeps whose a provider''s account is, when its addresses are those of exactly one profile.';

-- Google names no host. Google itself decides who may read a conference, and tells only the owner of a space what happens in it.
create table private.space_hosts (
  space text not null constraint space_is_a_resource check (space ~ '^spaces/'),
  profile_id uuid not null references public.profiles (id) on delete cascade,
  is_owner boolean not null,
  created_at timestamptz not null default now(),
  primary key (space, profile_id)
);
comment on table private.space_hosts is 'Hosts of whom Google showed that a space is theirs.';
comment on column private.space_hosts.is_owner is
  'Whether Google told their subscription what it tells owners only. Else it let their address read a conference, which it also lets participants: that counts while no owner is known.';

create index space_hosts_profile_id_idx on private.space_hosts (profile_id);

alter table private.space_hosts enable row level security;

create policy "nobody but the owner of the schema reads hosts of spaces" on private.space_hosts
  for all to anon, authenticated using (false) with check (false);

create function private.is_shown_to_host(p_provider public.meeting_provider, p_meeting_id text, p_host_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Only Google Meet has spaces, and it names no host. So one of the two questions finds nothing.
  return exists (
    select from private.space_hosts s
    where s.space = p_meeting_id and s.profile_id = p_host_id
      and (s.is_owner or not exists (select from private.space_hosts o where o.space = s.space and o.is_owner))
  ) or exists (
    select from public.profile_identities p
    where p.provider = p_provider and p.kind = 'user' and p.profile_id = p_host_id
      and p.key in (
        select i.host_key from public.meeting_instances i where i.provider = p_provider and i.meeting_id = p_meeting_id
        union all
        select a.host_key from private.announced_meetings a where a.provider = p_provider and a.meeting_id = p_meeting_id));
end;
$$;
comment on function private.is_shown_to_host(public.meeting_provider, text, uuid) is
  'Whether the provider has shown that a person hosts a meeting: by the host''s id, or as the host of a space.';

create function private.refresh_meeting_proof(p_class_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.live_classes c
  set meeting_proof = now_proof.proof
  from (
    select k.id, (case when private.is_shown_to_host(k.provider, k.meeting_id, k.host_id)
      then 'provider' else 'none' end)::public.meeting_proof as proof
    from public.live_classes k where k.id = p_class_id and k.meeting_proof <> 'admin'
  ) now_proof
  where c.id = now_proof.id and c.meeting_proof <> now_proof.proof;
$$;
comment on function private.refresh_meeting_proof(uuid) is 'Makes meeting_proof of a class what the provider has shown. What an admin said stays.';

create function private.rebind_meeting(p_provider public.meeting_provider, p_meeting_id text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.live_classes where provider = p_provider and meeting_id = p_meeting_id order by id for no key update;
  perform private.lock_meeting(p_provider, p_meeting_id);
  perform private.refresh_meeting_proof(c.id)
  from public.live_classes c where c.provider = p_provider and c.meeting_id = p_meeting_id;
  perform private.bind_instance(i.id)
  from (select id from public.meeting_instances where provider = p_provider and meeting_id = p_meeting_id order by id) i;
  perform private.take_meeting_changes(p_provider, p_meeting_id);
  perform private.refresh_class_status(c.id)
  from public.live_classes c where c.provider = p_provider and c.meeting_id = p_meeting_id;
end;
$$;
comment on function private.rebind_meeting(public.meeting_provider, text) is
  'Gives the classes of a meeting what is theirs by what is known of its host now. Takes its class rows and the meeting.';

create function private.space_hosts_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' or (new.is_owner and not old.is_owner) then
    perform private.rebind_meeting('google_meet', new.space);
  end if;
  return null;
end;
$$;
comment on function private.space_hosts_follow() is 'Gives a host who becomes known what happened in their space.';

create trigger space_hosts_follow after insert or update on private.space_hosts
  for each row execute function private.space_hosts_follow();

create function private.note_space_host(p_space text, p_profile_id uuid, p_is_owner boolean) returns void
language sql security definer set search_path = '' as $$
  insert into private.space_hosts as s (space, profile_id, is_owner)
  select p_space, p.id, p_is_owner from public.profiles p where p.id = p_profile_id and p_space ~ '^spaces/'
  on conflict (space, profile_id) do update set is_owner = true where excluded.is_owner and not s.is_owner;
$$;
comment on function private.note_space_host(text, uuid, boolean) is 'Keeps that Google has shown a space to be somebody''s. Whoever was shown to be an owner stays one.';

-- What an event tells about the host of its meeting. Zoom tells their address; Google tells which subscription of ours it notified.
create function private.learn_host(p_provider public.meeting_provider, p_instance jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_key constant text := p_instance ->> 'host_key';
  v_address constant text := lower(p_instance ->> 'host_email');
begin
  if p_instance ? 'owner_subscription' then
    perform private.note_space_host(s.space, s.host_id, true)
    from private.google_meet_subscriptions s
    where s.name = p_instance ->> 'owner_subscription' and s.space = p_instance ->> 'meeting_id'
      and not exists (select from private.space_hosts h where h.space = s.space and h.profile_id = s.host_id and h.is_owner);
  elsif v_key is not null and v_address is not null and not exists (
    select from public.profile_identities i where i.provider = p_provider and i.kind = 'user' and i.key = v_key
  ) then
    perform private.learn_identity(p_provider, v_key, array[v_address]);
  end if;
end;
$$;
comment on function private.learn_host(public.meeting_provider, jsonb) is
  'Keeps what an event shows of the host of an instance {meeting_id, host_key, host_email?, owner_subscription?}.';

-- An admin has the last word: the provider's answer says nothing of an account that several teachers share.
create function private.confirm_class_meeting(p_class_id uuid) returns public.live_classes
language plpgsql security definer set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select * into v_class from public.live_classes where id = p_class_id and private.is_admin() for no key update;
  if not found then
    perform private.refuse(404, 'class_not_found', 'There is no such class.');
  elsif v_class.meeting_id is null then
    perform private.refuse(409, 'class_without_meeting', 'This class has no meeting yet.');
  end if;
  update public.live_classes set meeting_proof = 'admin' where id = p_class_id;
  perform private.rebind_meeting(v_class.provider, v_class.meeting_id);
  select * into v_class from public.live_classes where id = p_class_id;
  return v_class;
end;
$$;
comment on function private.confirm_class_meeting(uuid) is 'Says that the meeting of a class is its host''s, if the caller is an admin, and binds the meeting again.';

create function public.confirm_class_meeting(p_class_id uuid) returns public.live_classes
language sql set search_path = '' as $$
  select * from private.confirm_class_meeting(p_class_id);
$$;
comment on function public.confirm_class_meeting(uuid) is
  'For admins: says that the meeting of a class is its host''s, and gives the class what took place in it, also from a class of somebody else. '
  'class_not_found 404, class_without_meeting 409.';

grant execute on function private.confirm_class_meeting(uuid), public.confirm_class_meeting(uuid) to authenticated;
