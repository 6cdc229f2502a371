-- The one door of the inbox: store the delivery, try to apply it, say what happened. One call, one transaction.
--
-- Time: the answer is due within 2 s. A duplicate whose first delivery is still being applied waits for it (up to 1.4 s,
-- longer than an application may wait for a lock) instead of answering that a retry is needed; if the first is undone, the waiting
-- one takes its place with what is left. A handler waits for a locked row only if it has one of the few places for that; without one the
-- delivery is deferred at once, and due again a second later. PostgREST applies the function's statement_timeout to the whole call; a handler that meets it is deferred.
--
-- Plans: handlers look rows up by keys, and their plans are kept. With the usual price of a page out of order, a table of some hundred rows
-- would be read whole for every event.
create function public.ingest_event(
  p_provider public.webhook_provider,
  p_dedupe_key text,
  p_event_type text,
  p_occurred_at timestamptz,
  p_payload text,
  p_event jsonb,
  p_request_id text
) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '1400ms' set statement_timeout = '1600ms'
  set plan_cache_mode = 'force_generic_plan' set random_page_cost = 1 as $$
declare
  c_budget_ms constant numeric := 1500;
  v_started timestamptz := clock_timestamp();
  v_id uuid;
  v_try record;
begin
  -- Written as nearly every delivery ends, so that the row is written once; nobody sees it before this transaction has ended.
  insert into public.webhook_events (provider, dedupe_key, event_type, occurred_at, payload, event, request_id,
    status, attempts, next_attempt_at, settled_at)
  values (p_provider, p_dedupe_key, p_event_type, p_occurred_at, p_payload, p_event, p_request_id, 'applied', 1, null, now())
  on conflict on constraint delivery_is_known_once do nothing
  returning id into v_id;

  if v_id is null then
    select id into v_id from public.webhook_events where provider = p_provider and dedupe_key = p_dedupe_key;
    return jsonb_build_object('status', 'duplicate', 'event_id', v_id);
  end if;

  if p_event is null and exists (
    select from private.ignored_event_types where provider = p_provider and event_type = p_event_type
  ) then
    return private.event_answer(v_id, private.settle_event(v_id, 0, 'ignored', null, now()));
  end if;

  -- Longer than nearly every transaction lasts, and too short to keep a connection from others.
  perform set_config('lock_timeout', '20ms', true);
  v_try := private.try_event(v_id, p_event, now());
  if private.is_busy(v_try.error) and private.take_waiting_place('deliveries') then
    -- A row that others wait for as well costs two waits, for a place in its queue and for the row: both have to fit.
    perform set_config('lock_timeout', greatest(100, least(400,
      c_budget_ms - extract(epoch from clock_timestamp() - v_started) * 1000))::integer || 'ms', true);
    v_try := private.try_event(v_id, p_event, now());
  end if;
  if v_try.status <> 'applied' then
    v_try.status := private.settle_event(v_id, 1, v_try.status, v_try.error, now());
  end if;
  return private.event_answer(v_id, v_try.status)
    || case when private.is_soon_over(v_try.error) then '{"is_busy": true}' else '{}' end::jsonb;
end;
$$;
comment on function public.ingest_event(public.webhook_provider, text, text, timestamptz, text, jsonb, text) is
  'Stores a verified delivery once and applies it. {status: applied|duplicate|ignored|deferred, event_id, is_busy?}. '
  'is_busy: deferred because a row was locked or the time was over; retry_deferred_events() soon applies it. '
  'p_event is our normalised event, or null when nothing normalises this type.';

grant execute on function public.ingest_event(public.webhook_provider, text, text, timestamptz, text, jsonb, text) to service_role;
