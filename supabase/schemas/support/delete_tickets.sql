-- A ticket goes with everything in it. Its files give their bytes back to the owner, so that the owner's limits are locked first and
-- the ticket after them (decision 0011); a plain DELETE locks the ticket's row before any trigger runs and would deadlock with an upload.
-- Only the owner has metered files, because everybody else who uploads is staff, and staff have no quota.
create function private.delete_ticket(p_ticket_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits
  where user_id = (select user_id from public.support_tickets where id = p_ticket_id) for no key update;
  delete from public.support_tickets where id = p_ticket_id;
  if not found then
    return false;
  end if;
  perform private.record_admin_action('delete_ticket', jsonb_build_object('ticket_id', p_ticket_id));
  return true;
end;
$$;
comment on function private.delete_ticket(uuid) is 'Deletes a ticket with everything in it and records who did. False when there is none.';

grant execute on function private.delete_ticket(uuid) to service_role;

create function public.delete_ticket(p_ticket_id uuid) returns boolean
language sql security invoker set search_path = '' as $$
  select private.delete_ticket(p_ticket_id);
$$;
comment on function public.delete_ticket(uuid) is
  'For the server: deletes a ticket with its conversation, ratings and files; tasks remove the objects. On record. False when there is none.';

grant execute on function public.delete_ticket(uuid) to service_role;
