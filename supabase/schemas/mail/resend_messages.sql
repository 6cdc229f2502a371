-- An admin sends again what failed. It is a new sending with a key of its own, because the provider would answer the old one as before.
create function private.resend_message(p_delivery_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_delivery public.message_deliveries;
begin
  if not private.is_admin() and coalesce(auth.role(), 'service_role') <> 'service_role' then
    perform private.refuse(403, 'forbidden', 'This is for administrators.');
  end if;
  select * into v_delivery from public.message_deliveries
  where id = (select coalesce(sent_with, id) from public.message_deliveries where id = p_delivery_id) for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such message.');
  elsif v_delivery.state <> 'failed' then
    perform private.refuse(409, 'message_not_failed', 'Only a message that failed is sent again.');
  end if;
  perform private.record_admin_action('resend_message', jsonb_build_object('delivery_id', v_delivery.id, 'was', v_delivery.reason));
  update public.message_deliveries
  set state = 'queued', reason = null, released_at = now(), sending = sending + 1, provider_id = null, message_id = null, told_rank = 0
  where id = v_delivery.id or sent_with = v_delivery.id;
  perform private.enqueue_task('send_email', v_delivery.id::text, v_delivery.user_id, now());
end;
$$;
comment on function private.resend_message(uuid) is 'Queues a failed message anew, if the caller is an operator.';

create function public.resend_message(p_delivery_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.resend_message(p_delivery_id);
$$;
comment on function public.resend_message(uuid) is
  'For admins and the server: sends a message that failed again, to what its reader''s address and wishes are now. Refuses: forbidden, not_found, message_not_failed.';

grant execute on function private.resend_message(uuid), public.resend_message(uuid) to authenticated, service_role;
