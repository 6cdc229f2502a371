-- One use case, one transaction: a message or reply, its files, a status, and the key that makes it happen once.
create table private.reply_keys (
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null constraint key_is_1_to_255_characters check (char_length(key) between 1 and 255),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  request_hash bytea not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
comment on table private.reply_keys is 'Idempotency keys of post_ticket_message: what was asked (hashed) and answered. Forgotten after a day.';

create index reply_keys_ticket_id_idx on private.reply_keys (ticket_id);
create index reply_keys_created_at_idx on private.reply_keys (created_at);

alter table private.reply_keys enable row level security;

create policy "nobody but the owner of the schema reads reply keys" on private.reply_keys
  for all to anon, authenticated using (false) with check (false);

create function private.send_attachments(
  p_ticket_id uuid, p_attachment_ids uuid[], p_message_id uuid, p_reply_id uuid, p_is_internal boolean
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_sent jsonb;
begin
  with sent as (
    update public.ticket_attachments set message_id = p_message_id, reply_id = p_reply_id, is_internal = p_is_internal
    where id = any (p_attachment_ids) and ticket_id = p_ticket_id and uploaded_by = auth.uid()
      and state = 'ready' and num_nonnulls(message_id, reply_id) = 0
    returning id, file_name, content_type, size_bytes
  )
  select coalesce(jsonb_agg(to_jsonb(sent) order by file_name, id), '[]') into v_sent from sent;
  if jsonb_array_length(v_sent) <> cardinality(p_attachment_ids) then
    perform private.refuse(409, 'attachment_not_ready',
      'A file can be sent once, by who uploaded it to this ticket, when it is ready.');
  end if;
  return v_sent;
end;
$$;
comment on function private.send_attachments(uuid, uuid[], uuid, uuid, boolean) is
  'Hangs the caller''s own ready files of the ticket on an entry, all or nothing, and shows or hides them with it.';

create function private.post_ticket_message(
  p_ticket_id uuid, p_body text, p_in_reply_to uuid, p_is_internal boolean, p_status public.ticket_status,
  p_attachment_ids uuid[], p_idempotency_key text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_attachment_ids constant uuid[] := coalesce((select array_agg(distinct id) from unnest(p_attachment_ids) id), '{}');
  v_is_internal constant boolean := coalesce(p_is_internal, false);
  v_is_only_files constant boolean := p_body !~ '\S' and cardinality(v_attachment_ids) > 0;
  v_body constant text := case when v_is_only_files then '' else p_body end;
  v_hash bytea;
  v_known private.reply_keys;
  v_message public.ticket_messages;
  v_reply public.ticket_replies;
  v_entry jsonb;
  v_answer jsonb;
begin
  if auth.uid() is null or not private.can_read_ticket(p_ticket_id, auth.uid()) then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;

  if p_idempotency_key is not null then
    -- The key refers to the ticket. A ticket that is being deleted is waited for and then absent.
    perform from public.support_tickets where id = p_ticket_id for key share;
    if not found then
      perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
    end if;
    v_hash := sha256(convert_to(jsonb_build_array(p_ticket_id, p_body, p_in_reply_to, v_is_internal, p_status, v_attachment_ids)::text, 'UTF8'));
    -- A second request with the key waits here for the first one's transaction.
    insert into private.reply_keys (user_id, key, ticket_id, request_hash)
    values (auth.uid(), p_idempotency_key, p_ticket_id, v_hash)
    on conflict (user_id, key) do nothing;
    if not found then
      select * into v_known from private.reply_keys where user_id = auth.uid() and key = p_idempotency_key;
      if v_known.request_hash is distinct from v_hash then
        perform private.refuse(409, 'idempotency_key_reused', 'This Idempotency-Key was used with another request.');
      end if;
      return v_known.answer;
    end if;
  end if;

  if p_in_reply_to is null then
    insert into public.ticket_messages (ticket_id, body, is_only_files, is_internal, status_after)
    values (p_ticket_id, v_body, v_is_only_files, v_is_internal, p_status) returning * into v_message;
    v_entry := to_jsonb(v_message);
  else
    insert into public.ticket_replies (ticket_id, message_id, body, is_only_files, is_internal, status_after)
    values (p_ticket_id, p_in_reply_to, v_body, v_is_only_files, v_is_internal, p_status) returning * into v_reply;
    v_entry := to_jsonb(v_reply) - 'message_id' || jsonb_build_object('in_reply_to', v_reply.message_id, 'kind', 'message');
  end if;
  v_entry := jsonb_build_object('in_reply_to', null) || v_entry - 'user_id' - 'status_after' - 'is_only_files'
    || jsonb_build_object('attachments', private.send_attachments(p_ticket_id, v_attachment_ids, v_message.id, v_reply.id,
      coalesce(v_message.is_internal, v_reply.is_internal)));

  select jsonb_build_object('message', v_entry, 'ticket', jsonb_build_object(
    'id', t.id, 'ticket_number', t.ticket_number, 'status', t.status, 'message_count', t.message_count,
    'last_message_at', t.last_message_at, 'first_response_at', t.first_response_at, 'resolution_cycle', t.resolution_cycle))
  into v_answer from public.support_tickets t where t.id = p_ticket_id;
  update private.reply_keys set answer = v_answer where user_id = auth.uid() and key = p_idempotency_key;
  return v_answer;
end;
$$;
comment on function private.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text) is
  'Writes a message or a reply with its files and status, once for each key, if the caller may write to the ticket.';

create function public.post_ticket_message(
  p_ticket_id uuid, p_body text, p_in_reply_to uuid default null, p_is_internal boolean default false,
  p_status public.ticket_status default null, p_attachment_ids uuid[] default '{}', p_idempotency_key text default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.post_ticket_message(p_ticket_id, p_body, p_in_reply_to, p_is_internal, p_status, p_attachment_ids, p_idempotency_key);
$$;
comment on function public.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text) is
  'Writes a message, or a reply to one, with files and an optional status, in one transaction: {message, ticket}. With files the '
  'body may be blank. The same '
  'key and request answers the same for a day and writes once; 409 idempotency_key_reused for another request.';

grant execute on function public.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text),
  private.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text) to authenticated;
