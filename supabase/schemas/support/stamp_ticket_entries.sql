-- What a message or reply must not choose itself: whose ticket, who wrote it, when, and whether it is allowed at all.
-- The ticket's row is the lock: a reply and a closing queue on it, so that one sees the other.
create function private.stamp_ticket_entry() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_owner_id uuid;
  v_status public.ticket_status;
  v_party public.ticket_party;
begin
  -- Asked before the lock, so that a stranger cannot hold it; absent and foreign are answered alike.
  select user_id, private.current_ticket_party(user_id) into v_owner_id, v_party
  from public.support_tickets where id = new.ticket_id;
  if v_party is not null then
    select status into v_status from public.support_tickets where id = new.ticket_id for no key update;
  end if;
  if v_party = 'staff' then
    -- And again under it: who waited may have waited for the end of his own place among support staff.
    v_party := private.current_ticket_party(v_owner_id);
  end if;
  if v_status is null or v_party is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  if v_status = 'closed' then
    perform private.refuse(409, 'ticket_closed', 'The ticket is closed.');
  end if;
  if v_party = 'customer' then
    if new.is_internal then
      perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
    end if;
    perform private.take_rate(auth.uid(), 'messages', now());
  end if;

  new.user_id := v_owner_id;
  if v_party <> 'system' then
    new.author_id := auth.uid();
    new.author_role := v_party;
    -- The time of the lock and not of the transaction, which may have waited for it: pages go by it.
    new.created_at := clock_timestamp();
  end if;
  return new;
end;
$$;
comment on function private.stamp_ticket_entry() is
  'BEFORE INSERT on messages and replies: locks the ticket, refuses strangers, closed tickets, internal notes of customers and floods, stamps author and owner.';
