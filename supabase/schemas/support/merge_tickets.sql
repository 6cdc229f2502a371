-- Two tickets about one matter become one. Both rows are locked in the order of their ids, so that whoever writes to either of them comes
-- before the merge, and is moved, or after it, and is refused.
create function private.merge_tickets(p_ticket_id uuid, p_into_ticket_id uuid) returns public.support_tickets
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.support_tickets;
  v_into public.support_tickets;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  perform from public.support_tickets where id in (p_ticket_id, p_into_ticket_id) and user_id <> auth.uid() order by id for no key update;
  v_old := private.lock_ticket_as_staff(p_ticket_id);
  v_into := private.lock_ticket_as_staff(p_into_ticket_id);
  if v_old.user_id <> v_into.user_id then
    perform private.refuse(409, 'tickets_of_two_customers', 'Only tickets of one customer can be merged.');
  elsif v_old.merged_into is not null or v_into.merged_into is not null or v_old.id = v_into.id then
    perform private.refuse(409, 'ticket_merged', 'The ticket was merged already, or is the same.');
  end if;
  perform private.require_open_ticket(v_into.status);

  -- Replies and files follow their message through their foreign keys; files that hang on nothing are moved by themselves.
  update public.ticket_messages set ticket_id = v_into.id where ticket_id = v_old.id;
  update public.ticket_attachments set ticket_id = v_into.id where ticket_id = v_old.id;
  update private.ticket_texts set ticket_id = v_into.id where ticket_id = v_old.id and entry_id <> v_old.id;
  insert into public.ticket_tags (ticket_id, tag, user_id, tagged_by, created_at)
  select v_into.id, tag, user_id, tagged_by, created_at from public.ticket_tags where ticket_id = v_old.id
  on conflict do nothing;
  delete from public.ticket_tags where ticket_id = v_old.id;

  update public.support_tickets
  set status = 'closed', message_count = 0, last_message_at = null
  where id = v_old.id;
  -- After the status, which a merged ticket does not change any more.
  update public.support_tickets set merged_into = v_into.id where id = v_old.id;
  -- Who was merged into the old ticket is now found here.
  update public.support_tickets set merged_into = v_into.id where merged_into = v_old.id;
  update public.support_tickets
  set message_count = message_count + v_old.message_count,
      last_message_at = greatest(last_message_at, v_old.last_message_at),
      first_response_at = case when num_nonnulls(first_response_at, v_old.first_response_at) > 0
        then greatest(least(first_response_at, v_old.first_response_at), created_at) end
  where id = v_into.id
  returning * into v_into;
  perform private.notify(v_into.user_id, 'ticket_merged', v_into.id, jsonb_build_object('ticket_number', v_into.ticket_number,
    'subject', v_into.subject, 'merged_ticket_number', v_old.ticket_number));
  return v_into;
end;
$$;
comment on function private.merge_tickets(uuid, uuid) is 'Moves the conversation of a ticket to another one of the same customer and closes it for good, if the caller is staff to both.';

create function public.merge_tickets(p_ticket_id uuid, p_into_ticket_id uuid) returns public.support_tickets
language sql security invoker set search_path = '' as $$
  select private.merge_tickets(p_ticket_id, p_into_ticket_id);
$$;
comment on function public.merge_tickets(uuid, uuid) is
  'For support staff: lets a ticket go on in another one of the same customer. The ticket that goes on. 403 support_staff_only, '
  '404 ticket_not_found, 409 tickets_of_two_customers, 409 ticket_merged, 409 ticket_closed.';

grant execute on function public.merge_tickets(uuid, uuid), private.merge_tickets(uuid, uuid) to authenticated;
