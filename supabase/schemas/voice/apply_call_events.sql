-- Events about calls become rows. Each write is the least, the greatest or the newest by event time, so the handlers may run in any
-- order and any number of times. The shape of an event is shared/voice/call-event.ts:
--   {kind, provider, occurred_at, call: {vapi_call_id, vapi_assistant_id, vapi_phone_number_id, called_number, customer_number, direction}}
--   call_status_changed: status, ended_reason
--   call_reported: ended_reason, started_at, ended_at, duration_ms, cost, cost_breakdown, transcript, summary, structured_data,
--     success_evaluation, recording_url
create function private.attribute_call(
  p_call jsonb, p_known_owner uuid, out user_id uuid, out assistant_id uuid, out phone_number_id uuid
)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  select known.user_id, known.assistant_id into attribute_call.user_id, attribute_call.assistant_id
  from private.vapi_assistants known
  where known.vapi_assistant_id = p_call ->> 'vapi_assistant_id'
    and (p_known_owner is null or known.user_id = p_known_owner);
  attribute_call.user_id := coalesce(p_known_owner, attribute_call.user_id);
  if p_call ->> 'vapi_phone_number_id' is null and p_call ->> 'called_number' is null then
    return;
  end if;
  select n.id, coalesce(attribute_call.user_id, n.user_id) into attribute_call.phone_number_id, attribute_call.user_id
  from (select attribute_call.user_id as id) owner
  left join public.phone_numbers n on (owner.id is null or n.user_id = owner.id) and (
    n.vapi_phone_id = p_call ->> 'vapi_phone_number_id' or n.phone_number = p_call ->> 'called_number' and n.status = 'active')
  order by n.vapi_phone_id = p_call ->> 'vapi_phone_number_id' desc nulls last
  limit 1;
end;
$$;
comment on function private.attribute_call(jsonb, uuid) is
  'Finds the owner of a call: who is given, else that of the assistant (also a deleted one), else that of the number. Finds our assistant, whose row may be gone, and our number too. All are null when the call is nobody''s.';

create function private.find_call(p_call jsonb, p_occurred_at timestamptz, p_now timestamptz) returns public.call_logs
language plpgsql security definer set search_path = '' as $$
declare
  c_key constant text := p_call ->> 'vapi_call_id';
  v_owner record;
  v_limits public.user_limits;
  v_call public.call_logs;
begin
  -- A call that is known keeps its owner, whatever became of assistant and number since.
  select user_id, assistant_id, phone_number_id into v_owner from public.call_logs where vapi_call_id = c_key;
  -- Nearly always a known call is complete, and nothing of it has to be looked for.
  if v_owner.assistant_id is null or v_owner.phone_number_id is null
    and (p_call ->> 'vapi_phone_number_id' is not null or p_call ->> 'called_number' is not null)
  then
    v_owner := private.attribute_call(p_call, v_owner.user_id);
  end if;
  v_limits := private.lock_user_limits(v_owner.user_id, p_now);
  if v_limits.user_id is null then
    return null;
  end if;
  select * into v_call from public.call_logs where vapi_call_id = c_key for no key update;
  if not found then
    v_call.user_id := v_owner.user_id;
    v_call.vapi_call_id := c_key;
    v_call.assistant_id := v_owner.assistant_id;
    v_call.phone_number_id := v_owner.phone_number_id;
    v_call.direction := (p_call ->> 'direction')::public.call_direction;
    v_call.caller_number := p_call ->> 'customer_number';
    v_call.first_seen_at := p_occurred_at;
    v_call.status := 'queued';
    v_call.status_at := p_occurred_at;
  elsif v_call.assistant_id is null and v_owner.assistant_id is not null
    or v_call.phone_number_id is null and v_owner.phone_number_id is not null
    or v_call.caller_number is null and p_call ->> 'customer_number' is not null
    or v_call.first_seen_at > p_occurred_at
  then
    update public.call_logs c set
      assistant_id = coalesce(c.assistant_id, v_owner.assistant_id),
      phone_number_id = coalesce(c.phone_number_id, v_owner.phone_number_id),
      caller_number = coalesce(c.caller_number, p_call ->> 'customer_number'),
      first_seen_at = least(c.first_seen_at, p_occurred_at)
    where c.id = v_call.id
    returning * into v_call;
  end if;
  return v_call;
end;
$$;
comment on function private.find_call(jsonb, timestamptz, timestamptz) is
  'Locks the owner''s limits, then finds and completes the row of a call {vapi_call_id, …}. A call without a row comes without an id, '
  'for private.record_call; null when the call is nobody''s.';

create function private.record_call(p_call public.call_logs) returns public.call_logs
language plpgsql security definer set search_path = '' as $$
declare
  v_call public.call_logs;
begin
  insert into public.call_logs
    (user_id, vapi_call_id, assistant_id, phone_number_id, direction, caller_number, first_seen_at, status, status_at,
     connected_at, started_at, ended_at, ended_reason, outcome)
  values (p_call.user_id, p_call.vapi_call_id, p_call.assistant_id, p_call.phone_number_id, p_call.direction, p_call.caller_number,
    p_call.first_seen_at, p_call.status, p_call.status_at, p_call.connected_at, p_call.started_at, p_call.ended_at,
    p_call.ended_reason, p_call.outcome)
  on conflict on constraint call_is_known_once do nothing
  returning * into v_call;
  if not found then
    -- Only an event of the same call that was given to another account, whose limits are not locked here, can have been first.
    raise exception using errcode = '55P03', message = 'the call was recorded for another account just now';
  end if;
  return v_call;
end;
$$;
comment on function private.record_call(public.call_logs) is 'Makes the row of a call that private.find_call found none of. Raises as for a locked row when there is one now.';

create function private.note_call(p_call jsonb, p_occurred_at timestamptz, p_now timestamptz) returns public.call_logs
language plpgsql security definer set search_path = '' as $$
declare
  v_call public.call_logs;
begin
  v_call := private.find_call(p_call, p_occurred_at, p_now);
  if v_call.id is null and v_call.user_id is not null then
    v_call := private.record_call(v_call);
  end if;
  return v_call;
end;
$$;
comment on function private.note_call(jsonb, timestamptz, timestamptz) is
  'Locks the owner''s limits, then makes or completes the row of a call {vapi_call_id, …} and returns it; null when the call is nobody''s.';

-- An event may come before the call's assistant or number is recorded here, so it is tried again for a while. After that the call belongs to
-- nobody we know, which is not an error.
create function private.settle_unattributed(p_occurred_at timestamptz, p_now timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  if p_now - p_occurred_at < private.setting_interval('unattributed_call_patience') then
    raise exception using errcode = 'P0002', message = 'no account owns this call yet';
  end if;
  return 'ignored';
end;
$$;
comment on function private.settle_unattributed(timestamptz, timestamptz) is 'Raises while an owner may still turn up, then answers ignored.';

create function private.told_end(p_started_at timestamptz, p_told_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  if p_started_at is null then
    return null;
  end if;
  return least(greatest(p_told_at, p_started_at), p_started_at + private.setting_integer('longest_call_seconds') * interval '1 second');
end;
$$;
comment on function private.told_end(timestamptz, timestamptz) is
  'The end of a call that has status updates but no report. Null when none of them told the start: then nothing is measured.';

create function private.told_start(p_started_at timestamptz, p_ended_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  if p_started_at is null then
    return null;
  end if;
  return least(greatest(p_started_at, p_ended_at - private.setting_integer('longest_call_seconds') * interval '1 second'), p_ended_at);
end;
$$;
comment on function private.told_start(timestamptz, timestamptz) is
  'The start of a call whose end is known: as told, but never after the end, and never longer before it than a call lasts. Null when no start was told.';

create function private.apply_call_status(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_status constant public.call_status := (p_event ->> 'status')::public.call_status;
  v_call public.call_logs;
  v_is_end_told boolean;
begin
  v_call := private.find_call(p_event -> 'call', v_at, p_now);
  if v_call.user_id is null then
    return private.settle_unattributed(v_at, p_now);
  end if;
  if v_status = 'in_progress' then
    v_call.connected_at := least(v_call.connected_at, v_at);
  end if;
  -- A report wins, except for a start that it does not tell.
  if v_call.reported_at is not null then
    if not v_call.is_start_reported then
      v_call.started_at := private.told_start(v_call.connected_at, v_call.ended_at);
      v_call.outcome := private.classify_outcome(v_call.ended_reason, v_call.started_at is not null);
    end if;
    if v_status = 'in_progress' then
      update public.call_logs
      set connected_at = v_call.connected_at, started_at = v_call.started_at, outcome = v_call.outcome
      where id = v_call.id;
    end if;
    return 'applied';
  end if;
  v_call.started_at := v_call.connected_at;
  -- When a call was given up before its end was told, its status has the moment of giving up.
  if v_status > v_call.status or v_status = 'ended' and v_call.status_at = v_call.stale_at then
    v_call.status := v_status;
    v_call.status_at := v_at;
    v_call.ended_reason := case when v_status = 'ended' then p_event ->> 'ended_reason' end;
  elsif v_status = v_call.status then
    v_call.status_at := least(v_call.status_at, v_at);
    -- Either of two reasons will do, as long as it is the same in whatever order they come.
    v_call.ended_reason := least(v_call.ended_reason collate "C", p_event ->> 'ended_reason');
  end if;
  if v_call.status = 'ended' then
    v_is_end_told := v_call.status_at is distinct from v_call.stale_at;
    v_call.outcome := private.classify_outcome(v_call.ended_reason, v_call.started_at is not null and v_is_end_told);
    if v_call.stale_at is not null and v_is_end_told then
      v_call.ended_at := private.told_end(v_call.started_at, v_call.status_at);
    end if;
  end if;
  if v_call.id is null then
    perform private.record_call(v_call);
    return 'applied';
  end if;
  update public.call_logs
  set status = v_call.status, status_at = v_call.status_at, connected_at = v_call.connected_at, started_at = v_call.started_at,
      ended_at = v_call.ended_at, ended_reason = v_call.ended_reason, outcome = v_call.outcome
  where id = v_call.id;
  return 'applied';
end;
$$;
comment on function private.apply_call_status(uuid, jsonb, timestamptz) is
  'Event call_status_changed: the status is the greatest that any event told; the earliest in_progress dates the start until a report does.';

create function private.apply_call_report(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_length constant interval := case when (p_event ->> 'duration_ms')::numeric > 0
    then (p_event ->> 'duration_ms')::numeric * interval '1 millisecond' end;
  v_cost constant numeric := round((p_event ->> 'cost')::numeric, 6);
  v_started timestamptz := (p_event ->> 'started_at')::timestamptz;
  v_ended timestamptz := (p_event ->> 'ended_at')::timestamptz;
  v_is_start_told boolean;
  v_seconds integer;
  v_call public.call_logs;
begin
  v_call := private.note_call(p_event -> 'call', v_at, p_now);
  if v_call.id is null then
    return private.settle_unattributed(v_at, p_now);
  end if;
  -- Both times measure the call; a length stands in for the one that is missing. A report with neither start nor length leaves the start
  -- that in_progress told. Without that start the call never connected.
  v_ended := coalesce(v_ended, v_started + v_length, v_at);
  v_started := private.told_start(coalesce(v_started, v_ended - v_length), v_ended);
  v_is_start_told := v_started is not null;
  v_seconds := coalesce(ceil(extract(epoch from v_ended - v_started)), 0);
  v_started := coalesce(v_started, private.told_start(v_call.connected_at, v_ended));

  update public.call_logs c
  set status = 'ended', status_at = v_ended, started_at = v_started, ended_at = v_ended, reported_at = v_at,
      is_start_reported = v_is_start_told,
      ended_reason = p_event ->> 'ended_reason',
      outcome = private.classify_outcome(p_event ->> 'ended_reason', v_started is not null),
      cost = case when v_cost >= 0 then v_cost end,
      cost_breakdown = nullif(p_event -> 'cost_breakdown', 'null'),
      transcript = p_event ->> 'transcript',
      summary = p_event ->> 'summary',
      structured_data = nullif(p_event -> 'structured_data', 'null'),
      success_evaluation = p_event ->> 'success_evaluation',
      is_success = private.read_evaluation(p_event ->> 'success_evaluation'),
      recording_url = p_event ->> 'recording_url'
  where c.id = v_call.id
    -- The newest report wins, on a tie the one that itself tells of the longer call. The rest of the key only makes the choice between twins
    -- the same in any order.
    and (c.reported_at is null
      or (v_at, v_seconds, v_ended, coalesce(v_cost, -1),
          coalesce(p_event ->> 'ended_reason', ''), coalesce(p_event ->> 'transcript', ''), coalesce(p_event ->> 'summary', ''))
        >= (c.reported_at, case when c.is_start_reported then c.duration_seconds else 0 end, c.ended_at, coalesce(c.cost, -1),
          coalesce(c.ended_reason, ''), coalesce(c.transcript, ''), coalesce(c.summary, '')));
  return 'applied';
end;
$$;
comment on function private.apply_call_report(uuid, jsonb, timestamptz) is
  'Event call_reported: measures the call. Of several reports the newest wins, on a tie the longer.';

insert into private.event_handlers (kind, function_name) values
  ('call_status_changed', 'private.apply_call_status'),
  ('call_reported', 'private.apply_call_report'),
  ('call_informational', null);

-- The events of a deleted call are found by this index, and lose their content with it.
create index webhook_events_of_call on public.webhook_events ((event #>> '{call,vapi_call_id}'))
  where provider = 'vapi' and event is not null;
