-- Zoom is asked who hosts a meeting when no event showed it and a class waits for the meeting. Most meetings need no question,
-- because their host comes, and the event of that says who they are.
insert into private.settings (name, value, description) values
  ('zoom_host_ask_after', '"3 minutes"', 'How long after a meeting of an unknown host is first seen Zoom is asked who its host is.');

create function private.is_zoom_host_wanted(p_meeting_id text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.meeting_instances i
    join public.live_classes c on c.provider = i.provider and c.meeting_id = i.meeting_id and c.meeting_proof <> 'admin'
    where i.provider = 'zoom' and i.meeting_id = p_meeting_id and i.live_class_id is null
      and i.started_at between c.scheduled_start - private.setting_interval('class_meeting_early')
        and c.scheduled_end + private.setting_interval('class_meeting_late')
      and not exists (
        select from public.profile_identities p where p.provider = 'zoom' and p.kind = 'user' and p.key = i.host_key));
$$;
comment on function private.is_zoom_host_wanted(text) is 'Whether a class waits for a meeting of this number whose host nobody knows.';

create function private.ask_zoom_host(p_meeting_id text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_zoom_host_wanted(p_meeting_id) then
    perform private.enqueue_task('resolve_zoom_host', p_meeting_id, null, now() + private.setting_interval('zoom_host_ask_after'));
  end if;
end;
$$;
comment on function private.ask_zoom_host(text) is 'Asks Zoom who hosts a meeting, when a class waits for the meeting and nobody knows its host.';

create function public.is_zoom_host_wanted(p_meeting_id text) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_zoom_host_wanted(p_meeting_id);
$$;
comment on function public.is_zoom_host_wanted(text) is 'For the maintenance function: whether a class still waits to know the host of a meeting.';

create function public.note_zoom_host(p_host_key text, p_address text) returns void
language sql security definer set search_path = '' as $$
  select private.learn_identity('zoom', p_host_key, array[lower(p_address)]);
$$;
comment on function public.note_zoom_host(text, text) is 'For the maintenance function: the address of the account that hosts a meeting, as Zoom''s API tells it.';

grant execute on function public.is_zoom_host_wanted(text), public.note_zoom_host(text, text) to service_role;
