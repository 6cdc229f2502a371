-- The first step of an upload, with the caller's own rights, decides who may attach to the ticket, how much and how often. It locks in the
-- order of decision 0011: the uploader's limits, then the ticket. That makes the count of files exact and lets a closing and an
-- upload see each other.
create function private.create_attachment(
  p_ticket_id uuid, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint
) returns public.ticket_attachments
language plpgsql security definer set search_path = '' as $$
declare
  v_uploader constant uuid := auth.uid();
  v_id constant uuid := gen_random_uuid();
  v_ticket public.support_tickets;
  v_party public.ticket_party;
  v_files integer;
  v_bytes bigint;
  v_attachment public.ticket_attachments;
begin
  -- Asked before the locks, so that a stranger cannot hold them; absent and foreign are answered alike.
  if v_uploader is null or not private.can_read_ticket(p_ticket_id, v_uploader) then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  perform from public.user_limits where user_id = v_uploader for no key update;
  select * into v_ticket from public.support_tickets where id = p_ticket_id for no key update;
  v_party := private.ticket_party_of(v_ticket.user_id, v_uploader);
  -- While this waited, the ticket may have gone, or the uploader's place among support staff.
  if v_ticket.id is null or v_party is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  perform private.require_open_ticket(v_ticket.status);

  -- A customer's room does not shrink with files that they do not see.
  select count(*), coalesce(sum(size_bytes), 0) into v_files, v_bytes
  from public.ticket_attachments
  where ticket_id = p_ticket_id and state in ('pending', 'ready') and (not is_internal or v_party = 'staff');
  if v_files >= private.setting_integer('attachment_max_files_per_ticket') then
    perform private.refuse(409, 'too_many_attachments', 'The ticket has as many files as a ticket can have.',
      jsonb_build_object('used', v_files, 'allowed', private.setting_integer('attachment_max_files_per_ticket')));
  end if;
  if v_bytes + p_size_bytes > private.setting_integer('attachment_max_bytes_per_ticket') then
    perform private.refuse(409, 'ticket_attachments_full', 'The files of the ticket would be larger than a ticket can hold.',
      jsonb_build_object('used', v_bytes, 'allowed', private.setting_integer('attachment_max_bytes_per_ticket')));
  end if;
  perform private.take_rate(v_uploader, 'uploads', now());

  insert into public.ticket_attachments
    (id, ticket_id, user_id, file_name, content_type, size_bytes, path, uploaded_by, is_internal, is_metered)
  values (v_id, v_ticket.id, v_ticket.user_id, p_file_name, p_content_type, p_size_bytes,
    format('%s/%s/%s', v_ticket.id, v_id, p_object_name), v_uploader, v_party = 'staff', not private.acts_as_staff(v_uploader))
  returning * into v_attachment;
  return v_attachment;
end;
$$;
comment on function private.create_attachment(uuid, text, text, text, bigint) is 'Announces a file of a ticket, if the caller may attach to it.';

grant execute on function private.create_attachment(uuid, text, text, text, bigint) to authenticated;

create function public.create_attachment(
  p_ticket_id uuid, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint
) returns jsonb
language sql security invoker set search_path = '' as $$
  select jsonb_build_object('id', id, 'path', path, 'file_name', file_name, 'content_type', content_type, 'size_bytes', size_bytes)
  from private.create_attachment(p_ticket_id, p_file_name, p_object_name, p_content_type, p_size_bytes);
$$;
comment on function public.create_attachment(uuid, text, text, text, bigint) is
  'Announces a file of a ticket: a pending row, for which the function attachment-upload signs an upload URL. Returns id and path. '
  'Errors: ticket_not_found, ticket_closed, too_many_attachments, ticket_attachments_full, limit_reached, rate_limited.';

grant execute on function public.create_attachment(uuid, text, text, text, bigint) to authenticated;
