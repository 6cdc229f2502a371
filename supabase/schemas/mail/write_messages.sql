-- What is asked before a message is sent: whether it still is to be sent, when, and what it says.
create function private.why_not_to_send(p_delivery public.message_deliveries) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_address text;
  v_is_confirmed boolean;
begin
  select lower(p.email), u.email_confirmed_at is not null into v_address, v_is_confirmed
  from public.profiles p join auth.users u on u.id = p.id where p.id = p_delivery.user_id;
  return case
    when private.wants_message(p_delivery.user_id, p_delivery.kind, p_delivery.channel) is not true then 'turned_off'
    when v_address is null or not v_is_confirmed then 'no_confirmed_address'
    when exists (select from private.suppressed_addresses s where s.user_id = p_delivery.user_id and s.address = v_address) then 'address_suppressed'
    when not exists (select from public.message_deliveries d
      where (d.id = p_delivery.id or d.sent_with = p_delivery.id) and d.notification_id is not null) then 'withdrawn'
  end;
end;
$$;
comment on function private.why_not_to_send(public.message_deliveries) is
  'Why a message is not sent any more: turned_off, no_confirmed_address, address_suppressed, withdrawn; null when it is.';

create function private.message_material(p_delivery public.message_deliveries) returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object('kind', p_delivery.kind, 'address', p.email, 'name', p.full_name, 'language', p.language,
    'time_zone', p.time_zone, 'is_required', k.is_required, 'links', private.gather_hooks('message_links', p_delivery.id), 'items', (
      select jsonb_agg(jsonb_build_object('subject_id', n.subject_id, 'data', n.data, 'created_at', n.created_at) order by n.created_at, n.id)
      from public.message_deliveries d join public.notifications n on n.id = d.notification_id
      where d.id = p_delivery.id or d.sent_with = p_delivery.id))
  from public.profiles p join private.notification_kinds k on k.kind = p_delivery.kind
  where p.id = p_delivery.user_id;
$$;
comment on function private.message_material(public.message_deliveries) is 'What a message is written from: its reader and what they are told.';

-- A try that never reported may have sent it, and so may one that the provider did not answer. The provider forgets a key after a day;
-- whoever sent again after that might send twice.
create function private.begin_message(p_delivery_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_delivery public.message_deliveries;
  v_text private.rendered_messages;
  v_slot record;
  v_reason text;
begin
  select * into v_delivery from public.message_deliveries
  where id = p_delivery_id and state = 'queued' and released_at is not null and sent_with is null for update;
  if not found then
    return jsonb_build_object('step', 'none');
  end if;
  v_reason := private.why_not_to_send(v_delivery);
  if v_reason is not null then
    perform private.settle_message(p_delivery_id, 'suppressed', v_reason, p_now);
    return jsonb_build_object('step', 'none');
  end if;
  insert into private.rendered_messages (delivery_id) values (p_delivery_id) on conflict do nothing;
  select * into strict v_text from private.rendered_messages where delivery_id = p_delivery_id for update;
  if coalesce(v_text.unknown_since, v_text.try_began_at) <= p_now - private.setting_interval('mail_key_kept_for') then
    perform private.settle_message(p_delivery_id, 'failed', 'outcome_unknown', p_now);
    return jsonb_build_object('step', 'none');
  end if;
  v_slot := private.take_mail_slot(p_now);
  if not v_slot.is_taken then
    perform private.enqueue_task('send_email', p_delivery_id::text, v_delivery.user_id, v_slot.slot_at);
    return jsonb_build_object('step', 'none');
  end if;
  update private.rendered_messages
  set unknown_since = coalesce(unknown_since, try_began_at), try_began_at = case when mail is not null then p_now end
  where delivery_id = p_delivery_id;
  return jsonb_build_object(
    'step', case when v_text.mail is null then 'write' else 'send' end,
    'key', p_delivery_id || case when v_delivery.sending > 1 then '-' || v_delivery.sending else '' end,
    'wait_ms', ceil(extract(epoch from v_slot.slot_at - p_now) * 1000),
    'mail', v_text.mail,
    'material', case when v_text.mail is null then private.message_material(v_delivery) end);
end;
$$;
comment on function private.begin_message(uuid, timestamptz) is
  'Begins a try: {step: none} when there is nothing to do (now); otherwise send with the text, or write with the material for it, '
  'the key for the provider, and how long to wait for a free moment.';

create function public.begin_message(p_delivery_id uuid) returns jsonb
language sql security definer set search_path = '' as $$
  select private.begin_message(p_delivery_id, clock_timestamp());
$$;
comment on function public.begin_message(uuid) is 'For the task send_email: whether and what to send.';

create function public.keep_message(p_delivery_id uuid, p_mail jsonb) returns jsonb
language sql security definer set search_path = '' as $$
  update private.rendered_messages set mail = coalesce(mail, p_mail), try_began_at = clock_timestamp()
  where delivery_id = p_delivery_id
  returning mail;
$$;
comment on function public.keep_message(uuid, jsonb) is
  'For the task send_email: keeps the text that it wrote, before anything is sent. Answers what is to be sent: the text that was kept first; null when the message was settled meanwhile.';

grant execute on function public.begin_message(uuid), public.keep_message(uuid, jsonb) to service_role;
