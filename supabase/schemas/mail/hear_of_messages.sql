-- What the provider tells of a message later. An event names the message by our tag, so that it is understood before the answer to the
-- request is; the highest rank told so far stands.
create function private.apply_email_told(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_state constant public.delivery_state := (p_event ->> 'state')::public.delivery_state;
  v_rank constant smallint := case v_state when 'sent' then 1 when 'delivered' then 2 when 'complained' then 4 else 3 end;
  v_delivery public.message_deliveries;
begin
  select * into v_delivery from public.message_deliveries
  where provider_id = p_event ->> 'email_id' and sent_with is null;
  if not found then
    select * into v_delivery from public.message_deliveries where id = (p_event ->> 'delivery_id')::uuid;
  end if;
  if v_delivery.id is null or v_delivery.provider_id <> p_event ->> 'email_id' then
    -- Not ours, forgotten, or an earlier sending of what was asked for again.
    return 'ignored';
  end if;
  -- In the order of a user's deletion: the profile, then what belongs to it.
  perform from public.profiles where id = v_delivery.user_id for key share;
  update public.message_deliveries
  set provider_id = coalesce(provider_id, p_event ->> 'email_id'), message_id = coalesce(message_id, p_event ->> 'message_id')
  where id = v_delivery.id;
  update public.message_deliveries set told_rank = v_rank
  where (id = v_delivery.id or sent_with = v_delivery.id) and told_rank < v_rank;
  if found then
    perform private.settle_message(v_delivery.id, v_state, p_event ->> 'reason', (p_event ->> 'occurred_at')::timestamptz);
  end if;
  if v_state = 'complained' or (v_state in ('bounced', 'suppressed') and p_event ->> 'is_permanent' = 'true') then
    perform private.suppress_address(v_delivery.user_id, p_event ->> 'address', v_state::text, p_now);
  end if;
  return 'applied';
end;
$$;
comment on function private.apply_email_told(uuid, jsonb, timestamptz) is
  'Applies what the provider tells of a message: sent, delivered, bounced, complained, failed or suppressed. An address that bounces for good '
  'or complains is not written to again.';

insert into private.event_handlers (kind, function_name) values
  ('email_told', 'private.apply_email_told'), ('email_informational', null);

-- What an admin reads of Resend's events: which mail, and what became of it. Subject, words and addresses are their reader's.
insert into private.shown_event_keys (provider, key)
select 'resend', unnest(array['type', 'data', 'created_at', 'email_id', 'kind', 'provider', 'occurred_at', 'state', 'delivery_id', 'message_id', 'is_permanent']);
