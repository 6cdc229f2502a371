-- The owner's part: endpoints and their secrets. A secret is shown once, by the call that makes it.
create function private.is_webhook_url(p_url text) returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(
    char_length(p_url) <= 2048 and (
      -- A name with a dot whose last label has a letter, so no address; what the name resolves to is checked at every sending.
      (p_url ~* '^https://([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])(:(443|8443))?([/?][^\s#"<>\\^`{|}]*)?$'
        and substring(lower(p_url) from '^https://([^/:?]+)')
          !~ '(^|\.)(local|localhost|internal|intranet|lan|home|corp|private|test|example|invalid|onion|arpa)$')
      -- The embedded stack says this in its Vault, for receivers on the same machine. Nothing else needs it, so `verify` does not ask for it.
      or (p_url ~ '^http://127\.0\.0\.1:[0-9]{1,5}/[^\s#"<>\\^`{|}]*$'
        and exists (select from vault.decrypted_secrets s where (s.name, s.decrypted_secret) = ('switchboard_loopback_webhooks', 'allowed')))
    ), false);
$$;
comment on function private.is_webhook_url(text) is
  'Whether webhooks may go there: https, a public-looking name, port 443 or 8443, no credentials and no fragment.';

create function private.check_webhook_endpoint(p_url text, p_kinds text[]) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.is_webhook_url(p_url) then
    perform private.refuse(422, 'invalid_webhook_url', 'A webhook goes to an https address with a public name, on port 443 or 8443.');
  end if;
  if coalesce(cardinality(p_kinds), 0) not between 1 and 100 or array_ndims(p_kinds) <> 1
    or exists (select from unnest(p_kinds) asked where asked is null or not exists (select from public.webhook_kinds k where k.kind = asked))
  then
    perform private.refuse(422, 'unknown_webhook_kind', 'An endpoint asks for at least one kind of events that there is.');
  end if;
end;
$$;
comment on function private.check_webhook_endpoint(text, text[]) is 'Refuses an address or kinds that an endpoint cannot have.';

create function private.require_webhook_owner() returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_status public.account_status;
begin
  perform private.lock_user_limits(auth.uid(), now());
  select account_status into v_status from public.profiles where id = auth.uid();
  if v_status is null then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif v_status = 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  elsif v_status = 'suspended' then
    perform private.refuse(403, 'account_suspended', 'The account is suspended.');
  end if;
end;
$$;
comment on function private.require_webhook_owner() is
  'Locks the caller''s account and refuses one that is barred. An expired trial keeps its endpoints: tickets and classes go on.';

create function private.lock_webhook_endpoint(p_endpoint_id uuid) returns public.webhook_endpoints
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.require_webhook_owner();
  select * into v_endpoint from public.webhook_endpoints where id = p_endpoint_id and user_id = auth.uid() for no key update;
  if not found then
    perform private.refuse(404, 'webhook_endpoint_not_found', 'There is no such webhook endpoint.');
  end if;
  return v_endpoint;
end;
$$;
comment on function private.lock_webhook_endpoint(uuid) is 'Locks an endpoint of the caller''s; 404 for an absent and for another''s.';

-- 32 bytes, of which 244 bits are random.
create function private.add_webhook_secret(p_endpoint_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret constant text := 'whsec_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64');
begin
  insert into private.webhook_secrets (id, endpoint_id)
  values (vault.create_secret(v_secret, null, 'signs the deliveries of a webhook endpoint'), p_endpoint_id);
  return v_secret;
end;
$$;
comment on function private.add_webhook_secret(uuid) is 'Makes an endpoint''s newest secret and returns it.';

create function private.create_webhook_endpoint(p_url text, p_kinds text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.require_webhook_owner();
  perform private.check_webhook_endpoint(p_url, p_kinds);
  if (select count(*) from public.webhook_endpoints where user_id = auth.uid()) >= private.setting_integer('webhook_endpoints_per_account') then
    perform private.refuse(409, 'too_many_webhook_endpoints', 'An account has a limited number of webhook endpoints.',
      jsonb_build_object('allowed', private.setting_integer('webhook_endpoints_per_account')));
  end if;
  insert into public.webhook_endpoints (user_id, url, kinds)
  values (auth.uid(), p_url, array(select distinct kind from unnest(p_kinds) kind order by kind))
  returning * into v_endpoint;
  return to_jsonb(v_endpoint) - 'user_id' || jsonb_build_object('secret', private.add_webhook_secret(v_endpoint.id));
end;
$$;
comment on function private.create_webhook_endpoint(text, text[]) is 'Adds an endpoint of the caller''s, with its secret.';

create function private.update_webhook_endpoint(p_endpoint_id uuid, p_url text, p_kinds text[], p_is_paused boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(p_endpoint_id);
begin
  perform private.check_webhook_endpoint(coalesce(p_url, v_endpoint.url), coalesce(p_kinds, v_endpoint.kinds));
  update public.webhook_endpoints set
    url = coalesce(p_url, url),
    kinds = case when p_kinds is null then kinds else array(select distinct kind from unnest(p_kinds) kind order by kind) end,
    state = case p_is_paused when true then 'paused' when false then 'active' else state end,
    disabled_reason = case when p_is_paused is null then disabled_reason end,
    -- Another address or a new start is tried at once.
    failing_since = case when p_url is null and p_is_paused is null then failing_since end,
    consecutive_failures = case when p_url is null and p_is_paused is null then consecutive_failures else 0 end,
    retry_at = case when p_url is null and p_is_paused is null then retry_at end
  where id = p_endpoint_id
  returning * into v_endpoint;
  return to_jsonb(v_endpoint) - 'user_id';
end;
$$;
comment on function private.update_webhook_endpoint(uuid, text, text[], boolean) is 'Changes an endpoint of the caller''s; null leaves as it is.';

create function private.delete_webhook_endpoint(p_endpoint_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_webhook_endpoint(p_endpoint_id);
  delete from public.webhook_endpoints where id = p_endpoint_id;
end;
$$;
comment on function private.delete_webhook_endpoint(uuid) is 'Deletes an endpoint of the caller''s with its secrets and deliveries.';

create function private.rotate_webhook_secret(p_endpoint_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c_most_secrets constant integer := 4;
  v_expires_at constant timestamptz := now() + private.setting_interval('webhook_secret_overlap');
begin
  perform private.lock_webhook_endpoint(p_endpoint_id);
  update private.webhook_secrets set expires_at = v_expires_at where endpoint_id = p_endpoint_id and expires_at is null;
  delete from private.webhook_secrets where id in (
    select id from private.webhook_secrets where endpoint_id = p_endpoint_id
    order by created_at desc, id offset c_most_secrets - 1);
  return jsonb_build_object('secret', private.add_webhook_secret(p_endpoint_id), 'previous_expires_at', v_expires_at);
end;
$$;
comment on function private.rotate_webhook_secret(uuid) is 'Gives an endpoint of the caller''s a new secret; those before sign beside it for a day.';
