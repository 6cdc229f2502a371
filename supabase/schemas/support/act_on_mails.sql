-- What a mail does, it does as its sender would over REST: the same functions with the sender's claims.
create function private.speak_as(p_user_id uuid) returns void
language sql set search_path = '' as $$
  select set_config('request.jwt.claims', jsonb_build_object('sub', p_user_id, 'role', 'authenticated')::text, true);
$$;
comment on function private.speak_as(uuid) is 'Lets the rest of the transaction be done by a user. Whoever calls it restores the claims.';

create function private.open_ticket_of_mail(p_mail public.received_mails) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.support_tickets (user_id, subject, description)
  values (p_mail.user_id, coalesce(nullif(p_mail.subject, ''), 'No subject'),
    coalesce(nullif(p_mail.words, ''), nullif(p_mail.subject, ''), 'No text'))
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.open_ticket_of_mail(public.received_mails) is 'Opens a ticket for the person who speaks in a mail.';

create function private.post_mail(p_mail public.received_mails, p_attachment_ids uuid[]) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_posted jsonb;
begin
  v_posted := private.post_ticket_message(p_mail.ticket_id, p_mail.words, null, false, null, p_attachment_ids, 'mail ' || p_mail.id);
  return (v_posted #>> '{message,id}')::uuid;
end;
$$;
comment on function private.post_mail(public.received_mails, uuid[]) is 'Writes a mail into its ticket as a message of the person who speaks in it, with its files.';

create function private.refusal_code(p_state text, p_message text, p_hint text) returns text
language sql immutable set search_path = '' as $$
  select case when p_state like 'PT%' then p_hint when p_state = 'PGRST' then p_message::jsonb ->> 'hint' end;
$$;
comment on function private.refusal_code(text, text, text) is 'The code of a refusal as it was raised; null for an error that is none.';

create function private.act_on_mail(p_mail public.received_mails, p_is_final boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_claims constant text := current_setting('request.jwt.claims', true);
  v_files constant uuid[] := private.ready_files_of_mail(p_mail.id);
  v_message text;
  v_hint text;
  v_code text;
begin
  begin
    perform private.speak_as(p_mail.user_id);
    if p_mail.ticket_id is null then
      -- Files need a ticket to be attached to.
      update public.received_mails set ticket_id = private.open_ticket_of_mail(p_mail), opens_ticket = true where id = p_mail.id;
    elsif p_is_final and not p_mail.opens_ticket then
      if p_mail.words = '' and cardinality(v_files) = 0 then
        v_code := 'no_file_accepted';
      else
        update public.received_mails set entry_id = private.post_mail(p_mail, v_files) where id = p_mail.id;
      end if;
    end if;
  exception when others then
    get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
    v_code := private.refusal_code(sqlstate, v_message, v_hint);
    if v_code is null then
      raise;
    end if;
  end;
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
  if v_code is not null then
    update public.ticket_attachments set state = 'deleted' where id = any (v_files);
    perform private.settle_received_mail(p_mail.id, 'refused', v_code);
  elsif p_is_final then
    perform private.settle_received_mail(id, case when opens_ticket then 'opened' else 'posted' end::public.received_mail_state, null)
    from public.received_mails where id = p_mail.id;
  end if;
  return jsonb_build_object('step', case when v_code is null and not p_is_final then 'files' else 'none' end);
end;
$$;
comment on function private.act_on_mail(public.received_mails, boolean) is
  'Opens the ticket of a mail or writes it into one, as its sender; what the rules refuse is kept as refused. Before its files are there '
  '(p_is_final: false) nothing is written into a ticket. {step: files} when they are to be brought now.';
