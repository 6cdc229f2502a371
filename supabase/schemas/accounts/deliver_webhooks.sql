-- How deliveries leave. An endpoint is one task: a worker takes what is due for it, sends it and says how each try ended. A failing
-- endpoint has a kind of tasks of its own, so that its slowness takes no worker's place from others.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('webhook_retry_minutes', '[1, 5, 30, 120, 300, 600, 600, 720, 840, 1080]', 'integers', '1', '10080',
    'Waiting time in minutes before each further try of a delivery, a tenth more or less: three days in all. After the last it is failed.');

create function private.jitter(p_delay interval) returns interval
language sql volatile set search_path = '' as $$
  select p_delay * (0.9 + random() * 0.2);
$$;
comment on function private.jitter(interval) is 'A delay, a tenth more or less, so that what failed together is not tried again together.';

-- Leaps from endpoint to endpoint in the index, whatever number of deliveries each has.
create function private.due_webhook_endpoints(p_now timestamptz) returns table (endpoint_id uuid, user_id uuid, is_failing boolean)
language sql stable security definer set search_path = '' as $$
  with recursive waiting (endpoint_id) as (
    (select d.endpoint_id from public.webhook_deliveries d where d.state = 'pending' order by d.endpoint_id limit 1)
    union all
    select (
      select d.endpoint_id from public.webhook_deliveries d
      where d.state = 'pending' and d.endpoint_id > waiting.endpoint_id order by d.endpoint_id limit 1)
    from waiting where waiting.endpoint_id is not null
  )
  select e.id, e.user_id, e.consecutive_failures > 0
  from waiting
  join public.webhook_endpoints e on e.id = waiting.endpoint_id
  join public.profiles p on p.id = e.user_id
  where e.state = 'active' and (e.retry_at is null or e.retry_at <= p_now)
    and p.account_status not in ('suspended', 'closing')
    and exists (select from public.webhook_deliveries d
      where d.endpoint_id = e.id and d.state = 'pending' and d.next_attempt_at <= p_now)
  order by e.id;
$$;
comment on function private.due_webhook_endpoints(timestamptz) is 'Endpoints to which something is to be sent at that time.';

create function private.wake_webhooks(p_limit integer, p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_due record;
  v_count integer := 0;
begin
  for v_due in select * from private.due_webhook_endpoints(p_now) loop
    continue when exists (
      select from public.tasks t
      where t.kind in ('deliver_webhooks', 'deliver_failing_webhooks') and t.resource_id = v_due.endpoint_id::text
        and t.done_at is null and t.cancelled_at is null and t.dead_at is null);
    perform private.enqueue_task(case when v_due.is_failing then 'deliver_failing_webhooks' else 'deliver_webhooks' end,
      v_due.endpoint_id::text, v_due.user_id, p_now);
    v_count := v_count + 1;
    exit when v_count >= p_limit;
  end loop;
  return v_count;
end;
$$;
comment on function private.wake_webhooks(integer, timestamptz) is 'Asks for a worker for endpoints that have none and to which something is to be sent. How many.';

create function private.take_webhook_deliveries(p_endpoint_id uuid, p_limit integer, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'url', e.url,
    'secrets', (
      select jsonb_agg(v.decrypted_secret order by s.created_at desc)
      from private.webhook_secrets s join vault.decrypted_secrets v on v.id = s.id
      where s.endpoint_id = e.id and (s.expires_at is null or s.expires_at > p_now)),
    'deliveries', (
      select coalesce(jsonb_agg(jsonb_build_object('id', due.id, 'event_id', due.event_id, 'kind', due.kind, 'version', k.version,
        'occurred_at', due.occurred_at, 'data', due.data) order by due.next_attempt_at, due.id), '[]')
      from (
        select * from public.webhook_deliveries d
        where d.endpoint_id = e.id and d.state = 'pending' and d.next_attempt_at <= p_now
        order by d.next_attempt_at, d.id
        -- Whether a failing endpoint is back is asked with one.
        limit case when e.consecutive_failures > 0 then 1 else p_limit end
      ) due join public.webhook_kinds k on k.kind = due.kind))
  from public.webhook_endpoints e join public.profiles p on p.id = e.user_id
  where e.id = p_endpoint_id and e.state = 'active' and (e.retry_at is null or e.retry_at <= p_now)
    and p.account_status not in ('suspended', 'closing');
$$;
comment on function private.take_webhook_deliveries(uuid, integer, timestamptz) is
  'What is to be sent to an endpoint now, with its address and secrets; null when nothing is, whatever is due.';

create function private.webhook_retry_delay(p_attempts integer) returns interval
language sql volatile set search_path = '' as $$
  select private.jitter((value ->> (p_attempts - 1))::integer * interval '1 minute')
  from private.settings where name = 'webhook_retry_minutes' and p_attempts > 0;
$$;
comment on function private.webhook_retry_delay(integer) is 'How long to wait after so many failed tries of a delivery; null after the last.';

-- The endpoint as a whole: what is known of it after a try.
create function private.judge_webhook_endpoint(
  p_endpoint public.webhook_endpoints, p_is_success boolean, p_status integer, p_retry_after_seconds integer, p_now timestamptz
) returns public.webhook_endpoints
language plpgsql volatile security definer set search_path = '' as $$
declare
  c_failures_in_a_row constant integer := 5;
begin
  if p_is_success then
    p_endpoint.failing_since := null;
    p_endpoint.consecutive_failures := 0;
    p_endpoint.retry_at := null;
    p_endpoint.last_success_at := p_now;
    return p_endpoint;
  end if;
  p_endpoint.consecutive_failures := p_endpoint.consecutive_failures + 1;
  p_endpoint.failing_since := coalesce(p_endpoint.failing_since, p_now);
  -- A refusal of one delivery says little of the next. Silence, too many requests, an outage or refusals in a row do.
  if p_status is null or p_status in (429, 502, 503, 504) or p_endpoint.consecutive_failures >= c_failures_in_a_row then
    p_endpoint.retry_at := p_now + greatest(
      private.jitter(least(interval '1 minute' * 2 ^ least(p_endpoint.consecutive_failures - 1, 10), interval '1 hour')),
      least(coalesce(p_retry_after_seconds, 0), 86400) * interval '1 second');
  end if;
  if p_status = 410 then
    p_endpoint.state := 'disabled';
    p_endpoint.disabled_reason := 'gone';
  elsif p_now - p_endpoint.failing_since >= private.setting_interval('webhook_disabled_after') then
    p_endpoint.state := 'disabled';
    p_endpoint.disabled_reason := 'failing';
  end if;
  return p_endpoint;
end;
$$;
comment on function private.judge_webhook_endpoint(public.webhook_endpoints, boolean, integer, integer, timestamptz) is
  'An endpoint after a try: fit, failing since when and tried again when, or disabled.';

create function private.settle_webhook_attempts(p_endpoint_id uuid, p_attempts jsonb, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
  v_was_active boolean;
  v_attempt record;
  v_is_success boolean;
begin
  select * into v_endpoint from public.webhook_endpoints where id = p_endpoint_id for no key update;
  if not found then
    return false;
  end if;
  v_was_active := v_endpoint.state = 'active';
  for v_attempt in
    select a.*, d.attempts + 1 as tries
    from jsonb_to_recordset(p_attempts) as a (delivery_id uuid, attempted_at timestamptz, duration_ms integer, status integer, error text, retry_after_seconds integer)
    join public.webhook_deliveries d on d.id = a.delivery_id and d.endpoint_id = p_endpoint_id
    order by a.attempted_at, a.delivery_id
    for no key update of d
  loop
    v_is_success := coalesce(v_attempt.status between 200 and 299, false);
    insert into public.webhook_attempts (delivery_id, user_id, attempted_at, duration_ms, status, error)
    values (v_attempt.delivery_id, v_endpoint.user_id, v_attempt.attempted_at, v_attempt.duration_ms, v_attempt.status,
      case when v_attempt.status is null then coalesce(v_attempt.error, 'unknown') end);
    update public.webhook_deliveries set
      attempts = v_attempt.tries,
      last_status = v_attempt.status,
      last_error = case when v_attempt.status is null then coalesce(v_attempt.error, 'unknown') end,
      state = (case when v_is_success then 'delivered' when schedule.delay is null then 'failed' else 'pending' end)::public.webhook_delivery_state,
      delivered_at = case when v_is_success then p_now end,
      next_attempt_at = case when not v_is_success and schedule.delay is not null then p_now + greatest(schedule.delay,
        least(coalesce(v_attempt.retry_after_seconds, 0), 86400) * interval '1 second') end
    from (select private.webhook_retry_delay(v_attempt.tries) as delay) schedule
    -- Somebody else may have delivered it meanwhile, when a lease was lost.
    where id = v_attempt.delivery_id and state = 'pending';
    v_endpoint := private.judge_webhook_endpoint(v_endpoint, v_is_success, v_attempt.status, v_attempt.retry_after_seconds, p_now);
  end loop;

  update public.webhook_endpoints
  set failing_since = v_endpoint.failing_since, consecutive_failures = v_endpoint.consecutive_failures, retry_at = v_endpoint.retry_at,
      last_success_at = v_endpoint.last_success_at,
      state = case when v_was_active then v_endpoint.state else state end,
      disabled_reason = case when v_was_active then v_endpoint.disabled_reason else disabled_reason end
  where id = p_endpoint_id;
  if v_was_active and v_endpoint.state = 'disabled' then
    perform private.notify(v_endpoint.user_id, 'webhook_endpoint_disabled', p_endpoint_id,
      jsonb_build_object('url', v_endpoint.url, 'reason', v_endpoint.disabled_reason, 'failing_since', v_endpoint.failing_since));
  end if;
  return v_endpoint.state = 'active' and (v_endpoint.retry_at is null or v_endpoint.retry_at <= p_now);
end;
$$;
comment on function private.settle_webhook_attempts(uuid, jsonb, timestamptz) is
  'Records tries of deliveries and what follows for them and their endpoint. Says whether more may be sent to it now.';

create function public.wake_webhooks() returns integer
language sql security definer set search_path = '' as $$
  select private.wake_webhooks(1000, now());
$$;
comment on function public.wake_webhooks() is 'For the maintenance function: asks for workers for the endpoints to which something is to be sent. How many.';

create function public.take_webhook_deliveries(p_endpoint_id uuid, p_limit integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.take_webhook_deliveries(p_endpoint_id, least(p_limit, 50), now());
$$;
comment on function public.take_webhook_deliveries(uuid, integer) is
  'For the maintenance function: {url, secrets, deliveries} of an endpoint; null when nothing may be sent to it now.';

create function public.settle_webhook_attempts(p_endpoint_id uuid, p_attempts jsonb) returns boolean
language sql security definer set search_path = '' as $$
  select private.settle_webhook_attempts(p_endpoint_id, p_attempts, now());
$$;
comment on function public.settle_webhook_attempts(uuid, jsonb) is
  'For the maintenance function: how tries ended, as [{delivery_id, attempted_at, duration_ms, status, error, retry_after_seconds}]. '
  'Whether more may be sent now.';

grant execute on function public.wake_webhooks(), public.take_webhook_deliveries(uuid, integer), public.settle_webhook_attempts(uuid, jsonb)
  to service_role;
