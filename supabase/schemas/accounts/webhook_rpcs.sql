-- What clients call of webhooks.
create function public.create_webhook_endpoint(p_url text, p_kinds text[]) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.create_webhook_endpoint(p_url, p_kinds);
$$;
comment on function public.create_webhook_endpoint(text, text[]) is
  'Adds a webhook endpoint: the row, and secret, which is shown this once. 422 invalid_webhook_url, 422 unknown_webhook_kind, '
  '409 too_many_webhook_endpoints, 403 account_suspended, 409 account_closing.';

create function public.update_webhook_endpoint(
  p_endpoint_id uuid, p_url text default null, p_kinds text[] default null, p_is_paused boolean default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.update_webhook_endpoint(p_endpoint_id, p_url, p_kinds, p_is_paused);
$$;
comment on function public.update_webhook_endpoint(uuid, text, text[], boolean) is
  'Changes an endpoint: the row. p_is_paused false also starts a disabled one again, and what waited is sent. '
  '404 webhook_endpoint_not_found, 422 invalid_webhook_url, 422 unknown_webhook_kind, 403 account_suspended, 409 account_closing.';

create function public.delete_webhook_endpoint(p_endpoint_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.delete_webhook_endpoint(p_endpoint_id);
$$;
comment on function public.delete_webhook_endpoint(uuid) is
  'Deletes an endpoint with its secrets and deliveries. 404 webhook_endpoint_not_found, 403 account_suspended, 409 account_closing.';

create function public.rotate_webhook_secret(p_endpoint_id uuid) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.rotate_webhook_secret(p_endpoint_id);
$$;
comment on function public.rotate_webhook_secret(uuid) is
  'Makes a new secret, shown this once: {secret, previous_expires_at}. Until then deliveries carry the signatures of both. '
  '404 webhook_endpoint_not_found, 403 account_suspended, 409 account_closing.';

create function public.send_test_webhook(p_endpoint_id uuid) returns uuid
language sql security invoker set search_path = '' as $$
  select private.send_test_webhook(p_endpoint_id);
$$;
comment on function public.send_test_webhook(uuid) is
  'Sends an endpoint.test to an endpoint, whatever kinds it asks for: the delivery''s id. 404 webhook_endpoint_not_found, '
  '409 webhook_endpoint_not_active, 403 account_suspended, 409 account_closing, 429 rate_limited.';

create function public.redeliver_webhook(p_delivery_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.redeliver_webhook(p_delivery_id);
$$;
comment on function public.redeliver_webhook(uuid) is
  'Sends a delivery again, under the same event id. 404 webhook_delivery_not_found, 403 account_suspended, 409 account_closing, 429 rate_limited.';

create function public.replay_webhooks(p_endpoint_id uuid, p_from timestamptz, p_to timestamptz, p_is_delivered_too boolean default false)
returns integer
language sql security invoker set search_path = '' as $$
  select private.replay_webhooks(p_endpoint_id, p_from, p_to, p_is_delivered_too);
$$;
comment on function public.replay_webhooks(uuid, timestamptz, timestamptz, boolean) is
  'Sends again what happened from p_from until before p_to and was given up, or all of it: how many, at most 1000 in a call, the oldest first. '
  '404 webhook_endpoint_not_found, 403 account_suspended, 409 account_closing, 429 rate_limited.';

grant execute on function
  public.create_webhook_endpoint(text, text[]), private.create_webhook_endpoint(text, text[]),
  public.update_webhook_endpoint(uuid, text, text[], boolean), private.update_webhook_endpoint(uuid, text, text[], boolean),
  public.delete_webhook_endpoint(uuid), private.delete_webhook_endpoint(uuid),
  public.rotate_webhook_secret(uuid), private.rotate_webhook_secret(uuid),
  public.send_test_webhook(uuid), private.send_test_webhook(uuid),
  public.redeliver_webhook(uuid), private.redeliver_webhook(uuid),
  public.replay_webhooks(uuid, timestamptz, timestamptz, boolean), private.replay_webhooks(uuid, timestamptz, timestamptz, boolean)
  to authenticated;
