-- Sending again, and a test. All three put a delivery back to the beginning of its schedule.
create function private.send_test_webhook(p_endpoint_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint constant public.webhook_endpoints := private.lock_webhook_endpoint(p_endpoint_id);
  v_id uuid;
begin
  if v_endpoint.state <> 'active' then
    perform private.refuse(409, 'webhook_endpoint_not_active', 'A test is sent to an active endpoint.');
  end if;
  perform private.take_rate(auth.uid(), 'webhook_sends', now());
  update public.webhook_endpoints set retry_at = null where id = p_endpoint_id and retry_at is not null;
  insert into public.webhook_deliveries (endpoint_id, user_id, event_id, kind, occurred_at, data)
  values (p_endpoint_id, auth.uid(), gen_random_uuid(), 'endpoint.test', now(), jsonb_build_object('endpoint_id', p_endpoint_id))
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.send_test_webhook(uuid) is 'Records a test event for an endpoint of the caller''s.';

create function private.redeliver_webhook(p_delivery_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_webhook_owner();
  perform private.take_rate(auth.uid(), 'webhook_sends', now());
  update public.webhook_deliveries
  set state = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null
  where id = p_delivery_id and user_id = auth.uid();
  if not found then
    perform private.refuse(404, 'webhook_delivery_not_found', 'There is no such delivery.');
  end if;
end;
$$;
comment on function private.redeliver_webhook(uuid) is 'Has a delivery of the caller''s sent again.';

create function private.replay_webhooks(p_endpoint_id uuid, p_from timestamptz, p_to timestamptz, p_is_delivered_too boolean) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_most constant integer := 1000;
  v_rows integer;
begin
  perform private.lock_webhook_endpoint(p_endpoint_id);
  perform private.take_rate(auth.uid(), 'webhook_sends', now());
  update public.webhook_deliveries
  set state = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null
  where id in (
    select id from public.webhook_deliveries
    where endpoint_id = p_endpoint_id and occurred_at >= p_from and occurred_at < p_to
      and (state = 'failed' or (state = 'delivered' and p_is_delivered_too))
    order by occurred_at, id limit c_most);
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.replay_webhooks(uuid, timestamptz, timestamptz, boolean) is
  'Has what happened in a range sent to an endpoint of the caller''s again, a bounded number of deliveries.';

-- What is kept of deliveries ends after a month.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('webhook_delivery_days', '30', 'integer', '1', '3650', 'Days until a delivery and its attempts are deleted, whatever became of it.');

create function private.forget_webhooks(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_deliveries integer;
  v_secrets integer;
begin
  delete from public.webhook_deliveries where id in (
    select id from public.webhook_deliveries
    where created_at < p_now - private.setting_integer('webhook_delivery_days') * interval '1 day'
    order by created_at limit v_batch);
  get diagnostics v_deliveries = row_count;
  delete from private.webhook_secrets where id in (
    select id from private.webhook_secrets where expires_at <= p_now order by expires_at limit v_batch);
  get diagnostics v_secrets = row_count;
  return v_deliveries + v_secrets;
end;
$$;
comment on function private.forget_webhooks(timestamptz) is 'Job: deletes old deliveries with their attempts, and secrets that were replaced.';

select private.schedule_job('forget_webhooks', '*/10 * * * *', 'private.forget_webhooks', 'deletes webhook deliveries after 30 days and replaced secrets');

create function private.purge_webhooks(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.webhook_deliveries where id in (
    select id from public.webhook_deliveries where user_id = p_user_id limit private.setting_integer('purge_batch'));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.purge_webhooks(uuid) is 'One batch of a closing account''s deliveries.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('before_purge', 80, 'accounts', 'private.purge_webhooks');

create view private.exported_webhook_endpoints with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(e) - 'user_id' as data from public.webhook_endpoints e;

create view private.exported_webhook_deliveries with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(d) - 'user_id' as data from public.webhook_deliveries d;

create view private.exported_webhook_attempts with (security_invoker = true) as
  select user_id as person, id, to_jsonb(a) - 'user_id' as data from public.webhook_attempts a;
comment on view private.exported_webhook_endpoints is 'Webhook endpoints of an account, without their secrets.';
comment on view private.exported_webhook_deliveries is 'What the endpoints of an account were told or are to be told.';
comment on view private.exported_webhook_attempts is 'How the endpoints of an account answered.';

insert into private.export_sections (domain, section, view_name) values
  ('accounts', 'webhook_endpoints', 'private.exported_webhook_endpoints'),
  ('accounts', 'webhook_deliveries', 'private.exported_webhook_deliveries'),
  ('accounts', 'webhook_attempts', 'private.exported_webhook_attempts');
