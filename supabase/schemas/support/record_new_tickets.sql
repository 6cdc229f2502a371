-- Who acts on a ticket, its first transition, and how many tickets a customer may open.
create function private.current_ticket_party(p_owner_id uuid) returns public.ticket_party
language sql stable security definer set search_path = '' as $$
  select case
    when auth.role() = 'service_role' then 'staff'::public.ticket_party
    when auth.uid() is null then 'system'
    else private.ticket_party_of(p_owner_id, auth.uid())
  end;
$$;
comment on function private.current_ticket_party(uuid) is
  'Who causes this transaction, to the tickets of an owner: the secret key acts as staff, jobs and SQL as the system; null for a stranger.';

create function private.record_transition(p_ticket public.support_tickets, p_from public.ticket_status) returns void
language sql security definer set search_path = '' as $$
  insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, actor_id, created_at)
  select p_ticket.id, p_ticket.user_id, p_from, p_ticket.status,
    case private.current_ticket_party(p_ticket.user_id) when 'customer' then 'user' else actor.kind end,
    actor.id,
    case when p_from is null then p_ticket.created_at else p_ticket.status_changed_at end
  from private.current_actor() actor;
$$;
comment on function private.record_transition(public.support_tickets, public.ticket_status) is 'Writes one row of ticket_events with the current actor.';
