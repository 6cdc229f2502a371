-- The desk's queue: the tickets of a status, the longest waiting first. Under RLS a status is no index condition (enum_eq is not
-- leakproof) and a staff list reads every ticket there is (docs/decisions/0030); this authorises once and reads past the policies.
create function private.ticket_queue(
  p_status public.ticket_status, p_assigned_to uuid, p_is_unassigned boolean,
  p_after_status_changed_at timestamptz, p_after_id uuid, p_limit integer
) returns setof public.support_tickets
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after_time constant timestamptz := coalesce(p_after_status_changed_at, '-infinity');
  v_after_id constant uuid := coalesce(p_after_id, '00000000-0000-0000-0000-000000000000');
  v_limit constant integer := least(greatest(p_limit, 1), 100);
begin
  if not private.is_support_staff() and auth.role() is distinct from 'service_role' then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  -- Two statements, because one with "or" would be served by neither index.
  if p_assigned_to is not null then
    return query
      select * from public.support_tickets
      where assigned_to = p_assigned_to and status = p_status and (status_changed_at, id) > (v_after_time, v_after_id)
      order by status_changed_at, id limit v_limit;
  else
    return query
      select * from public.support_tickets
      where status = p_status and (status_changed_at, id) > (v_after_time, v_after_id)
        and (assigned_to is null or p_is_unassigned is not true)
      order by status_changed_at, id limit v_limit;
  end if;
end;
$$;
comment on function private.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer) is 'A page of the desk''s queue, if the caller is support staff.';

create function public.ticket_queue(
  p_status public.ticket_status default 'open', p_assigned_to uuid default null, p_is_unassigned boolean default false,
  p_after_status_changed_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns setof public.support_tickets
language sql stable security invoker set search_path = '' as $$
  select * from private.ticket_queue(p_status, p_assigned_to, p_is_unassigned, p_after_status_changed_at, p_after_id, p_limit);
$$;
comment on function public.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer) is
  'For support staff: the tickets (1 to 100) of a status, the longest in it first; of one agent, or of nobody. Pages go on after '
  '(status_changed_at, id). 403 support_staff_only.';

grant execute on function public.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer),
  private.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer) to authenticated, service_role;
