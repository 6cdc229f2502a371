-- What a customer's own system is told of their tickets: that something happened, never what people wrote.
insert into public.webhook_kinds (kind, description, data_fields) values
  ('ticket.created', 'A ticket was opened.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']),
  ('ticket.replied', 'The customer or support staff wrote a message or a reply that both can read.',
    array['ticket_id', 'ticket_number', 'entry_id', 'author_role']),
  ('ticket.resolved', 'A ticket was resolved.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']),
  ('ticket.closed', 'A ticket was closed.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']),
  ('ticket.reopened', 'A resolved or closed ticket was opened again.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']);

create function private.publish_ticket(p_ticket public.support_tickets, p_kind text, p_occurred_at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.publish_webhook(p_ticket.user_id, p_kind, concat_ws(' ', p_ticket.id, p_ticket.resolution_cycle), p_occurred_at,
    jsonb_build_object('ticket_id', p_ticket.id, 'ticket_number', p_ticket.ticket_number, 'status', p_ticket.status,
      'priority', p_ticket.priority, 'category', p_ticket.category));
end;
$$;
comment on function private.publish_ticket(public.support_tickets, text, timestamptz) is
  'Tells the customer''s own system something of a ticket, once for each resolution cycle.';

create function private.publish_transition(p_ticket public.support_tickets, p_from public.ticket_status) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_kind constant text := case
    when p_ticket.status = 'resolved' then 'ticket.resolved'
    when p_ticket.status = 'closed' then 'ticket.closed'
    when private.is_ticket_finished(p_from) then 'ticket.reopened'
  end;
begin
  if v_kind is not null then
    perform private.publish_ticket(p_ticket, v_kind, p_ticket.status_changed_at);
  end if;
end;
$$;
comment on function private.publish_transition(public.support_tickets, public.ticket_status) is
  'Tells the customer''s own system that a ticket was resolved, closed or reopened.';
