-- An agent decides on a mail that had no effect: it opens a ticket of a customer, or is thrown away.
create function private.lock_mail_as_staff(p_mail_id uuid) returns public.received_mails
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  select * into v_mail from public.received_mails where id = p_mail_id for update;
  if not found then
    perform private.refuse(404, 'mail_not_found', 'There is no such mail.');
  elsif v_mail.state not in ('held', 'refused', 'ignored') then
    perform private.refuse(409, 'mail_has_taken_effect', 'The mail is in a ticket, was discarded, or was not read.');
  end if;
  return v_mail;
end;
$$;
comment on function private.lock_mail_as_staff(uuid) is
  'A mail that had no effect, locked for an agent. Refuses: 403 support_staff_only, 404 mail_not_found, 409 mail_has_taken_effect.';

create function private.accept_received_mail(p_mail_id uuid, p_user_id uuid) returns public.support_tickets
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails := private.lock_mail_as_staff(p_mail_id);
  v_ticket public.support_tickets;
begin
  perform from public.profiles where id = p_user_id for key share;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  end if;
  v_mail.user_id := p_user_id;
  v_ticket.id := private.open_ticket_of_mail(v_mail);
  select * into strict v_ticket from public.support_tickets where id = v_ticket.id;
  update public.received_mails
  set user_id = p_user_id, ticket_id = v_ticket.id, opens_ticket = true, entry_id = null, decided_by = auth.uid(), reason = null,
      state = case when file_count = 0 then 'opened' else 'waiting' end::public.received_mail_state,
      settled_at = case when file_count = 0 then now() end
  where id = p_mail_id;
  if v_mail.file_count > 0 then
    perform private.enqueue_task('receive_mail', p_mail_id::text, null, now());
  end if;
  return v_ticket;
end;
$$;
comment on function private.accept_received_mail(uuid, uuid) is 'Opens the ticket of a mail for a customer, if the caller is staff; a task brings its files.';

create function public.accept_received_mail(p_mail_id uuid, p_user_id uuid) returns public.support_tickets
language sql security invoker set search_path = '' as $$
  select private.accept_received_mail(p_mail_id, p_user_id);
$$;
comment on function public.accept_received_mail(uuid, uuid) is
  'For support staff: opens a ticket of a customer with a mail that had no effect. The ticket. 403 support_staff_only, 404 mail_not_found, '
  '404 account_not_found, 409 mail_has_taken_effect.';

create function private.discard_received_mail(p_mail_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_mail constant public.received_mails := private.lock_mail_as_staff(p_mail_id);
begin
  update public.received_mails
  set state = 'discarded', decided_by = auth.uid(), settled_at = now(), words = null, body = null, html = null, headers = null
  where id = v_mail.id;
end;
$$;
comment on function private.discard_received_mail(uuid) is 'Throws a mail that had no effect away, with what it says, if the caller is staff.';

create function public.discard_received_mail(p_mail_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.discard_received_mail(p_mail_id);
$$;
comment on function public.discard_received_mail(uuid) is
  'For support staff: throws a mail away that had no effect, with what it says. 403 support_staff_only, 404 mail_not_found, 409 mail_has_taken_effect.';

grant execute on function private.accept_received_mail(uuid, uuid), public.accept_received_mail(uuid, uuid),
  private.discard_received_mail(uuid), public.discard_received_mail(uuid) to authenticated;
