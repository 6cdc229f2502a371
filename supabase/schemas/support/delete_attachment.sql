-- A file is taken back by its uploader while the ticket is not closed, and by staff always. The row stays as a tombstone
-- until the upload URL has ended, so that a late upload is known to belong to nobody.
create function private.delete_attachment(p_attachment_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_party public.ticket_party;
  v_ticket_status public.ticket_status;
  v_attachment public.ticket_attachments;
begin
  select * into v_attachment from public.ticket_attachments where id = p_attachment_id;
  v_party := private.ticket_party_of(v_attachment.user_id, auth.uid());
  -- A file that is absent and one that is hidden from the caller get the same answer.
  if v_attachment.id is null or v_party is null or (v_party = 'customer' and (v_attachment.is_internal
    or (v_attachment.uploaded_by is distinct from auth.uid() and v_attachment.state <> 'ready'))) then
    perform private.refuse(404, 'not_found', 'There is no such resource.');
  end if;
  if v_party = 'customer' and v_attachment.uploaded_by is distinct from auth.uid() then
    perform private.refuse(403, 'forbidden', 'You may not do this.');
  end if;

  perform from public.user_limits where user_id = v_attachment.uploaded_by for no key update;
  select status into v_ticket_status from public.support_tickets where id = v_attachment.ticket_id for no key update;
  if private.ticket_party_of(v_attachment.user_id, auth.uid()) is distinct from v_party then
    -- While this waited, the caller's place among support staff ended.
    perform private.refuse(404, 'not_found', 'There is no such resource.');
  end if;
  if v_party = 'customer' then
    perform private.require_open_ticket(v_ticket_status);
  end if;
  update public.ticket_attachments set state = 'deleted'
  where id = p_attachment_id and state in ('pending', 'ready');
  return v_attachment.path;
end;
$$;
comment on function private.delete_attachment(uuid) is 'Takes a file back, if the caller uploaded it or is staff. Returns its path.';

grant execute on function private.delete_attachment(uuid) to authenticated;

create function public.delete_attachment(p_attachment_id uuid) returns text
language sql security invoker set search_path = '' as $$
  select private.delete_attachment(p_attachment_id);
$$;
comment on function public.delete_attachment(uuid) is
  'Takes a file back: nobody reads it from now on, its bytes are given back, its object is removed by a task. Returns its path. '
  'Errors: not_found, forbidden, ticket_closed. Twice is once.';

grant execute on function public.delete_attachment(uuid) to authenticated;
