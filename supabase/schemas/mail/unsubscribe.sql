-- The link in a mail turns its kind off without a sign-in. Its signature is checked by the function; here it works once and for a while.
create function private.message_of_link(p_delivery_id uuid, p_now timestamptz) returns public.message_deliveries
language sql stable security definer set search_path = '' as $$
  select * from public.message_deliveries
  where id = p_delivery_id and released_at is not null and created_at > p_now - private.setting_interval('message_deliveries_kept_for');
$$;
comment on function private.message_of_link(uuid, timestamptz) is 'The message that a link came with; null once the link has expired.';

create function public.read_unsubscribe(p_delivery_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('kind', d.kind, 'channel', d.channel,
    'is_enabled', private.wants_message(d.user_id, d.kind, d.channel))
  from private.message_of_link(p_delivery_id, now()) d where d.id is not null;
$$;
comment on function public.read_unsubscribe(uuid) is 'For the function email-unsubscribe: what a link is about. Changes nothing.';

create function public.unsubscribe(p_delivery_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_delivery constant public.message_deliveries := private.message_of_link(p_delivery_id, now());
begin
  if v_delivery.id is null then
    return null;
  end if;
  perform from public.profiles where id = v_delivery.user_id for key share;
  update public.message_deliveries set unsubscribed_at = now() where id = v_delivery.id and unsubscribed_at is null;
  if found and not exists (select from private.notification_kinds where kind = v_delivery.kind and is_required) then
    perform private.choose_notification(v_delivery.user_id, v_delivery.kind, v_delivery.channel, false);
  end if;
  return public.read_unsubscribe(p_delivery_id);
end;
$$;
comment on function public.unsubscribe(uuid) is
  'For the function email-unsubscribe: turns the kind of a message off for its reader. A second time it changes nothing, so that an old mail cannot undo a later choice.';

grant execute on function public.read_unsubscribe(uuid), public.unsubscribe(uuid) to service_role;
