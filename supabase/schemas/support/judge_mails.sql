-- What becomes of a mail to the desk. Its sender's address is a claim: the person speaks if a receiver that we trust confirms it, or if
-- the mail came to a reply address that only their own mail carried (docs/decisions/0122-a-senders-address-is-a-claim.md).
create function private.person_of_address(p_address text) returns uuid
language sql stable security definer set search_path = '' as $$
  select p.id from public.profiles p join auth.users u on u.id = p.id
  where lower(p.email) collate "C" = lower(p_address) and u.email_confirmed_at is not null
    and (u.banned_until is null or u.banned_until <= now()) and u.deleted_at is null
  order by p.created_at, p.id limit 1;
$$;
comment on function private.person_of_address(text) is 'Whose confirmed address it is; null for a stranger, and for who may not sign in.';

create function private.message_answered(p_delivery_id uuid, p_message_ids jsonb) returns public.message_deliveries
language plpgsql stable security definer set search_path = '' as $$
declare
  v_delivery public.message_deliveries;
begin
  select * into v_delivery from public.message_deliveries where id = p_delivery_id;
  if not found then
    select * into v_delivery from public.message_deliveries
    where message_id in (select jsonb_array_elements_text(p_message_ids))
    order by created_at desc, id limit 1;
  end if;
  return v_delivery;
end;
$$;
comment on function private.message_answered(uuid, jsonb) is 'The message of ours that a mail answers: by its reply address, or else by the Message-IDs that it refers to.';

create function private.ticket_of_message(p_delivery public.message_deliveries) returns uuid
language sql stable security definer set search_path = '' as $$
  select coalesce(t.merged_into, t.id) from public.support_tickets t
  where t.id = p_delivery.subject_id and p_delivery.kind ~ '^(ticket|sla)_'
    -- A message about several tickets names none.
    and not exists (select from public.message_deliveries o where o.sent_with = p_delivery.id and o.subject_id <> p_delivery.subject_id);
$$;
comment on function private.ticket_of_message(public.message_deliveries) is 'The ticket that a message of ours was about, or the one that it goes on in; null when it was about none.';

create function private.is_mail_flood(p_mail public.received_mails, p_now timestamptz) returns boolean
language sql stable security definer set search_path = '' as $$
  select count(*) >= private.setting_integer('mails_per_address_per_hour') from (
    select from public.received_mails
    where from_address = p_mail.from_address and id <> p_mail.id and created_at > p_now - interval '1 hour'
    limit private.setting_integer('mails_per_address_per_hour')) recent;
$$;
comment on function private.is_mail_flood(public.received_mails, timestamptz) is 'Whether an address has sent as many mails within an hour as it may.';

create function private.hold_mail(p_mail_id uuid, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_is_full constant boolean := (select count(*) >= private.setting_integer('held_mails_at_most') from public.received_mails where state = 'held');
begin
  perform private.settle_received_mail(p_mail_id,
    case when v_is_full then 'refused' else 'held' end::public.received_mail_state, case when v_is_full then 'too_many_held' else p_reason end);
  return jsonb_build_object('step', 'none');
end;
$$;
comment on function private.hold_mail(uuid, text) is 'Lets an agent decide on a mail, unless too many wait already.';

create function private.drop_mail(p_mail_id uuid, p_state public.received_mail_state, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_received_mail(p_mail_id, p_state, p_reason);
  return jsonb_build_object('step', 'none');
end;
$$;
comment on function private.drop_mail(uuid, public.received_mail_state, text) is 'Settles a mail that has no effect.';

create function private.decide_on_mail(p_mail public.received_mails, p_facts jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_person constant uuid := private.person_of_address(p_mail.from_address);
  v_reply_to constant uuid := (p_facts ->> 'reply_to')::uuid;
  v_delivery constant public.message_deliveries := private.message_answered(v_reply_to, p_facts -> 'message_ids');
  v_mail public.received_mails := p_mail;
begin
  if p_facts ->> 'automatic' is not null then
    return private.drop_mail(p_mail.id, 'ignored', p_facts ->> 'automatic');
  elsif p_mail.from_address is null or (p_facts ->> 'is_for_desk')::boolean is not true then
    return private.drop_mail(p_mail.id, 'ignored', 'not_for_the_desk');
  elsif private.is_mail_flood(p_mail, p_now) then
    return private.drop_mail(p_mail.id, 'ignored', 'too_many');
  elsif p_mail.words = '' and p_mail.file_count = 0 then
    return private.drop_mail(p_mail.id, 'ignored', 'empty');
  elsif p_mail.authentication = 'fail' then
    return private.hold_mail(p_mail.id, 'sender_not_believed');
  elsif v_person is null then
    return case private.setting_integer('mails_from_strangers_are_held')
      when 1 then private.hold_mail(p_mail.id, 'unknown_sender')
      else private.drop_mail(p_mail.id, 'refused', 'unknown_sender') end;
  elsif p_mail.authentication <> 'pass'
    -- A reply address proves that its mail was read. It proves nothing for staff, whose word is the desk's.
    and (v_delivery.id is distinct from v_reply_to or v_delivery.user_id is distinct from v_person or private.acts_as_staff(v_person)) then
    return private.hold_mail(p_mail.id, 'sender_not_proven');
  end if;
  update public.received_mails
  set user_id = v_person, delivery_id = v_delivery.id, ticket_id = private.ticket_of_message(v_delivery)
  where id = p_mail.id
  returning * into v_mail;
  return private.act_on_mail(v_mail, v_mail.file_count = 0);
end;
$$;
comment on function private.decide_on_mail(public.received_mails, jsonb, timestamptz) is
  'Whether a mail has an effect, and in whose name. Whether that person may do it is asked by the rules of tickets when it is done.';
