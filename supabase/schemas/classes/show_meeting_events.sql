-- An admin may read everybody's classes and who attended them, and so all of what the meeting providers deliver. Secrets were taken out
-- before it was stored.
insert into private.shown_event_keys (provider, key) values ('zoom', '*'), ('google_meet', '*');

create function private.meeting_event_subjects(p_event jsonb) returns table (kind text, id uuid, title text, user_id uuid, user_name text)
language plpgsql stable security definer set search_path = '' as $$
declare
  c_provider constant public.meeting_provider := (select m.provider from private.meeting_providers m where m.provider::text = p_event ->> 'provider');
  c_meeting_id constant text := coalesce(p_event #>> '{instance,meeting_id}', p_event ->> 'meeting_id');
  v_instance public.meeting_instances;
begin
  select * into v_instance from public.meeting_instances i
  where i.provider = c_provider and i.instance_key = p_event #>> '{instance,key}';
  if found then
    return query select 'meeting', v_instance.id, v_instance.title, null::uuid, null::text;
  end if;
  return query
    select 'class', c.id, c.title, c.host_id, coalesce(p.full_name, p.email)
    from (
      select * from public.live_classes l where l.id = v_instance.live_class_id
      union all
      (select * from public.live_classes l
       where v_instance.live_class_id is null and l.provider = c_provider and l.meeting_id = c_meeting_id
       order by l.scheduled_start desc limit 5)
    ) c
    left join public.profiles p on p.id = c.host_id;
end;
$$;
comment on function private.meeting_event_subjects(jsonb) is
  'The run of a meeting that an event is about and its class; where that is not known, the latest five classes of the meeting.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('event_subjects', 30, 'classes', 'private.meeting_event_subjects');
