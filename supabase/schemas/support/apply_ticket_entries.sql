-- What a message or reply does to its ticket: counters, the first response, the status, the notification. It is one update under
-- the lock that the guard took. An internal note does none of it, because the ticket's row is the owner's to read.
create function private.ticket_entries_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_ticket public.support_tickets;
begin
  if new.is_internal then
    update public.support_tickets set status = new.status_after
    where id = new.ticket_id and status <> new.status_after;
    return null;
  end if;

  update public.support_tickets t set
    message_count = message_count + 1,
    last_message_at = greatest(last_message_at, new.created_at),
    first_response_at = case when new.author_role = 'staff' then coalesce(first_response_at, new.created_at) else first_response_at end,
    status = coalesce(new.status_after, (
      select r.to_status from private.ticket_transitions r
      where r.party = new.author_role and r.from_status = t.status and r.is_effect_of_message), status)
  where id = new.ticket_id
  returning * into v_ticket;

  if new.author_role = 'staff' then
    perform private.meet_staff(v_ticket.user_id, new.author_id);
  end if;
  if new.author_role <> 'system' then
    perform private.publish_webhook(v_ticket.user_id, 'ticket.replied', new.id::text, new.created_at, jsonb_build_object(
      'ticket_id', v_ticket.id, 'ticket_number', v_ticket.ticket_number, 'entry_id', new.id, 'author_role', new.author_role));
    perform private.notify(
      case new.author_role when 'staff' then v_ticket.user_id else v_ticket.assigned_to end,
      'ticket_reply', v_ticket.id,
      jsonb_build_object('ticket_number', v_ticket.ticket_number, 'subject', v_ticket.subject, 'entry_id', new.id));
  end if;
  return null;
end;
$$;
comment on function private.ticket_entries_follow() is
  'What follows from a message or reply: counters, first response, status, and a notification to the other side. An internal note changes '
  'a status that it names, and nothing else.';
