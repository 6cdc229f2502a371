-- What an admin sees of VAPI's deliveries: which call, assistant and number they are about, whose those are, times, states and costs. What was said,
-- what was made of it, where it was recorded and who called is for the owner alone, here as in call_logs.
insert into private.shown_event_keys (provider, key)
select 'vapi', unnest(array[
  'message', 'call', 'costBreakdown', 'type', 'id', 'orgId', 'status', 'timestamp', 'createdAt', 'updatedAt', 'startedAt', 'endedAt', 'endedReason',
  'assistantId', 'phoneNumberId', 'squadId', 'workflowId', 'phoneCallProvider', 'phoneCallProviderId', 'phoneCallTransport', 'cost', 'durationMs',
  'durationSeconds', 'durationMinutes', 'transport', 'stt', 'llm', 'tts', 'vapi', 'total',
  'kind', 'provider', 'occurred_at', 'vapi_call_id', 'vapi_assistant_id', 'vapi_phone_number_id', 'direction', 'notice', 'started_at', 'ended_at',
  'ended_reason', 'duration_ms', 'cost_breakdown']);

create function private.call_event_subjects(p_event jsonb) returns table (kind text, id uuid, title text, user_id uuid, user_name text)
language sql stable security definer set search_path = '' as $$
  select found.kind, found.id, found.title, found.user_id, coalesce(p.full_name, p.email)
  from (
    select 'call' as kind, c.id, null as title, c.user_id from public.call_logs c
    where c.vapi_call_id = p_event #>> '{call,vapi_call_id}'
    union all
    select 'assistant', v.assistant_id, v.name, v.user_id from private.vapi_assistants v
    where v.vapi_assistant_id = p_event #>> '{call,vapi_assistant_id}'
    union all
    select 'phone_number', n.id, n.phone_number, n.user_id from public.phone_numbers n
    where n.vapi_phone_id = p_event #>> '{call,vapi_phone_number_id}'
  ) found
  join public.profiles p on p.id = found.user_id
  where p_event ->> 'provider' = 'vapi';
$$;
comment on function private.call_event_subjects(jsonb) is 'The call, the assistant and the number that an event is about, as far as we know them, with their owner.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('event_subjects', 20, 'voice', 'private.call_event_subjects');
