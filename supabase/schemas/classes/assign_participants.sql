-- A person says who a stranger is, and that stays: matching never looks at an assigned session again. If the session has an
-- account at its provider, that account is the same person in every class of that host.
create function private.assign_participant(p_participant_id uuid, p_profile_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_class_id uuid;
  v_account record;
  v_participant public.meeting_participants;
begin
  select p.live_class_id into v_class_id from public.meeting_participants p where p.id = p_participant_id;
  -- Locks: the class first, then its sessions (decision 0020).
  perform from public.live_classes c
  where c.id = v_class_id
    and (c.host_id = private.acting_host_id() or private.is_admin() or auth.role() = 'service_role')
  for no key update;
  if not found then
    perform private.refuse(404, 'participant_not_found', 'There is no such participant.');
  end if;
  if p_profile_id is not null and not exists (
    select from public.class_enrollments where live_class_id = v_class_id and profile_id = p_profile_id
    union all
    select from public.live_classes where id = v_class_id and host_id = p_profile_id
  ) then
    perform private.refuse(422, 'not_on_the_roster', 'Only people of the class can be assigned.');
  end if;

  update public.meeting_participants
  set profile_id = p_profile_id,
      match_confidence = case when p_profile_id is null then 'none' else 'assigned' end::public.match_confidence
  where id = p_participant_id and live_class_id = v_class_id
  returning * into v_participant;
  if not found then
    -- The meeting went to another class before this class was locked, and the other one may have another host.
    perform private.refuse(404, 'participant_not_found', 'There is no such participant.');
  end if;
  select c.host_id, i.provider, v_participant.provider_user_id as key into v_account
  from public.meeting_instances i join public.live_classes c on c.id = i.live_class_id
  where i.id = v_participant.instance_id and c.host_id is not null and v_participant.provider_user_id is not null;
  if found then
    perform private.name_account(v_account.host_id, v_account.provider, v_account.key, p_profile_id);
  end if;
  if p_profile_id is null then
    perform private.match_participants(v_participant.instance_id, v_participant.session_key);
  end if;
end;
$$;
comment on function private.assign_participant(uuid, uuid) is 'Says who a session was, if the caller is its host or an admin.';

-- The session as its readers see it, without the keys that it has at its provider.
create function public.assign_participant(p_participant_id uuid, p_profile_id uuid) returns public.meeting_sessions
language sql set search_path = '' as $$
  select private.assign_participant(p_participant_id, p_profile_id);
  select s from public.meeting_sessions s where s.id = p_participant_id;
$$;
comment on function public.assign_participant(uuid, uuid) is
  'Says who a session was, and with it whose its account is in the classes of that host: for the host and admins. '
  'p_profile_id null takes both back and lets the matching decide. Returns the session as meeting_sessions shows it. '
  'participant_not_found 404, not_on_the_roster 422.';

grant execute on function private.assign_participant(uuid, uuid), public.assign_participant(uuid, uuid)
  to authenticated, service_role;
