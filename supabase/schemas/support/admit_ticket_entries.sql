-- What a message or reply must not choose itself: whose ticket it is in, who wrote it, and whether it is allowed at all.
-- The ticket's row is the lock: a reply and a closing queue on it, so that one sees the other.
create function private.admit_ticket_entry(p_ticket_id uuid, p_is_internal boolean, out owner_id uuid, out party public.ticket_party)
language plpgsql security definer set search_path = '' as $$
declare
  v_status public.ticket_status;
begin
  -- Asked before the lock, so that a stranger cannot hold it; absent and foreign are answered alike.
  select user_id, private.current_ticket_party(user_id) into owner_id, party
  from public.support_tickets where id = p_ticket_id;
  if party is not null then
    select status into v_status from public.support_tickets where id = p_ticket_id for no key update;
  end if;
  if party = 'staff' then
    -- And again under it: the caller may have waited for the end of their own place among support staff.
    party := private.current_ticket_party(owner_id);
  end if;
  if v_status is null or party is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  perform private.require_open_ticket(v_status);
  if party = 'customer' then
    if p_is_internal then
      perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
    end if;
    perform private.take_rate(auth.uid(), 'messages', now());
  end if;
end;
$$;
comment on function private.admit_ticket_entry(uuid, boolean) is
  'Locks the ticket of a message or reply and refuses strangers, closed tickets, internal notes of customers and floods. Returns the '
  'ticket''s owner and who the caller is to it.';
