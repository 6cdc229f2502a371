create function private.admin_set_sla(p_priority public.ticket_priority, p_first_response_seconds integer, p_resolution_seconds integer)
returns public.sla_targets
language plpgsql security definer set search_path = '' as $$
declare
  v_was public.sla_targets;
  v_target public.sla_targets;
begin
  perform private.require_admin();
  -- A minute to a year.
  if (p_first_response_seconds between 60 and p_resolution_seconds and p_resolution_seconds <= 31536000) is not true then
    perform private.refuse(422, 'invalid_sla', 'A ticket is answered within 60 seconds at least, resolved not before, and within a year.');
  end if;
  select * into v_was from public.sla_targets where priority = p_priority for no key update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such priority.');
  end if;
  update public.sla_targets set first_response_seconds = p_first_response_seconds, resolution_seconds = p_resolution_seconds
  where priority = p_priority returning * into v_target;
  perform private.record_admin_action('set_sla', jsonb_build_object('from', to_jsonb(v_was), 'to', to_jsonb(v_target)));
  return v_target;
end;
$$;
comment on function private.admin_set_sla(public.ticket_priority, integer, integer) is 'Sets the targets of a priority, if the caller is an admin.';

create function public.admin_set_sla(p_priority public.ticket_priority, p_first_response_seconds integer, p_resolution_seconds integer)
returns public.sla_targets
language sql set search_path = '' as $$
  select * from private.admin_set_sla(p_priority, p_first_response_seconds, p_resolution_seconds);
$$;
comment on function public.admin_set_sla(public.ticket_priority, integer, integer) is
  'For admins and the server: sets the SLA of a priority, also of tickets that are open; recorded. 60 seconds to a year, resolution not before the first response. '
  'Refuses: 403 admin_only, 404 not_found, 422 invalid_sla.';

grant execute on function private.admin_set_sla(public.ticket_priority, integer, integer),
  public.admin_set_sla(public.ticket_priority, integer, integer) to authenticated, service_role;
