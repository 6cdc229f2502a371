-- A provider is asked who hosts a meeting when no event showed it and a class waits for the meeting. Most meetings need no
-- question, because their host comes, and the event of that says who they are.
create function private.is_host_wanted(p_provider public.meeting_provider, p_meeting_id text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.meeting_instances i
    join public.live_classes c on c.provider = i.provider and c.meeting_id = i.meeting_id and c.meeting_proof <> 'admin'
    where i.provider = p_provider and i.meeting_id = p_meeting_id and i.live_class_id is null
      and i.started_at between c.scheduled_start - private.setting_interval('class_meeting_early')
        and c.scheduled_end + private.setting_interval('class_meeting_late')
      and not exists (
        select from public.profile_identities p where p.provider = i.provider and p.kind = 'user' and p.key = i.host_key));
end;
$$;
comment on function private.is_host_wanted(public.meeting_provider, text) is 'Whether a class waits for a meeting of this number whose host nobody knows.';

create function private.ask_for_host(p_provider public.meeting_provider, p_meeting_id text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_provider private.meeting_providers;
begin
  select * into strict v_provider from private.meeting_providers p where p.provider = p_provider;
  if v_provider.host_task is not null and private.is_host_wanted(p_provider, p_meeting_id) then
    perform private.enqueue_task(v_provider.host_task, p_meeting_id, null, now() + private.setting_interval(v_provider.host_delay));
  end if;
end;
$$;
comment on function private.ask_for_host(public.meeting_provider, text) is
  'Asks a provider that names hosts who hosts a meeting, when a class waits for the meeting and nobody knows its host.';

create function public.is_host_wanted(p_provider public.meeting_provider, p_meeting_id text) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_host_wanted(p_provider, p_meeting_id);
$$;
comment on function public.is_host_wanted(public.meeting_provider, text) is
  'For the maintenance function: whether a class still waits to know the host of a meeting.';

create function public.note_host(p_provider public.meeting_provider, p_host_key text, p_address text) returns void
language sql security definer set search_path = '' as $$
  select private.learn_identity(p_provider, p_host_key, array[lower(p_address)]);
$$;
comment on function public.note_host(public.meeting_provider, text, text) is
  'For the maintenance function: the address of the account that hosts a meeting, as the provider''s API tells it.';

grant execute on function public.is_host_wanted(public.meeting_provider, text), public.note_host(public.meeting_provider, text, text)
  to service_role;
