-- The last step of an upload, after the function has inspected the object: pending becomes ready or rejected. For the
-- secret key only, on behalf of a verified user. It never raises for what it finds: its own writes must stay.
create function private.settle_attachment(
  p_user_id uuid, p_attachment_id uuid, p_path text, p_sha256 text, p_rejection_reason text, p_object_version text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ticket public.support_tickets;
  v_attachment public.ticket_attachments;
  v_reason text := p_rejection_reason;
  v_stands_there boolean;
begin
  perform from public.user_limits where user_id = p_user_id for no key update;
  select t.* into v_ticket from public.support_tickets t
  join public.ticket_attachments a on a.ticket_id = t.id
  where a.id = p_attachment_id for no key update of t;
  select * into v_attachment from public.ticket_attachments where id = p_attachment_id for no key update;

  -- An uploader who is gone counts as the same person: what was ready before they went keeps its object, what was not is rejected.
  if found and (v_attachment.uploaded_by <> p_user_id or v_attachment.path <> p_path) then
    return jsonb_build_object('state', 'absent');
  end if;
  if v_attachment.id is null or v_attachment.state in ('rejected', 'deleted') then
    -- The file ended while its object was being inspected, and may have been stored again.
    perform private.remove_attachment_object(p_path);
    return jsonb_build_object('state', coalesce(v_attachment.state::text, 'absent'), 'rejection_reason', v_attachment.rejection_reason);
  end if;

  v_stands_there := p_rejection_reason is null and p_object_version is not distinct from
    (select version from storage.objects where bucket_id = 'ticket-attachments' and name = p_path);
  if p_rejection_reason is null and not v_stands_there and v_attachment.state = 'pending' then
    -- Another completion stored the file again after this one: what stands there now has to be inspected.
    return jsonb_build_object('state', 'replaced');
  end if;
  if v_stands_there and v_attachment.state = 'ready' and v_attachment.object_version is distinct from p_object_version then
    update public.ticket_attachments set sha256 = p_sha256, object_version = p_object_version
    where id = p_attachment_id returning * into v_attachment;
  end if;

  if v_attachment.state = 'pending' then
    if not private.is_ticket_open(v_ticket.status) then
      v_reason := 'ticket_closed';
    elsif private.ticket_party_of(v_ticket.user_id, p_user_id) is null then
      v_reason := 'no_longer_allowed';
    end if;
    update public.ticket_attachments set
      state = case when v_reason is null then 'ready'::public.attachment_state else 'rejected' end,
      sha256 = case when v_reason is null then p_sha256 end,
      object_version = case when v_reason is null then p_object_version end,
      rejection_reason = v_reason
    where id = p_attachment_id
    returning * into v_attachment;
  end if;
  return jsonb_build_object('state', v_attachment.state, 'rejection_reason', v_attachment.rejection_reason, 'sha256', v_attachment.sha256);
end;
$$;
comment on function private.settle_attachment(uuid, uuid, text, text, text, text) is 'Makes a pending file ready or rejected, under the locks of the uploader''s limits and the ticket.';

grant execute on function private.settle_attachment(uuid, uuid, text, text, text, text) to service_role;

create function public.settle_attachment(
  p_user_id uuid, p_attachment_id uuid, p_path text, p_sha256 text default null, p_rejection_reason text default null,
  p_object_version text default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.settle_attachment(p_user_id, p_attachment_id, p_path, p_sha256, p_rejection_reason, p_object_version);
$$;
comment on function public.settle_attachment(uuid, uuid, text, text, text, text) is
  'For the server: makes a pending file of the user ready (with its hash and the version of its object) or rejected (with a reason; ticket_closed when the ticket is). '
  'Returns {state, rejection_reason, sha256}: what it is now, absent when there is none, replaced when another version of the object stands there; whoever comes second learns the first one''s outcome.';

grant execute on function public.settle_attachment(uuid, uuid, text, text, text, text) to service_role;
