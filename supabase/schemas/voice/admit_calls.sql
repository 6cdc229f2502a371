-- VAPI asks of every inbound call (assistant-request) whether it may be taken, and for how long. The answer is given under the owner's lock, so
-- that the grants of open calls and the used time together never exceed the limit. It is stored with the call and is the same when VAPI asks again.
create table private.spoken_refusals (
  code text primary key constraint code_is_snake_case check (code ~ '^[a-z][a-z0-9_]*$'),
  sentence text not null
);
comment on table private.spoken_refusals is 'What the caller hears when a call is refused. It says nothing about plan, money or owner.';

alter table private.spoken_refusals enable row level security;

create policy "nobody but the owner of the schema reads spoken refusals" on private.spoken_refusals
  for all to anon, authenticated using (false) with check (false);

insert into private.spoken_refusals (code, sentence) values
  ('unknown_number', 'Sorry, this number is not in service.'),
  ('number_not_active', 'Sorry, this number is not in service.'),
  ('no_assistant', 'Sorry, nobody can take your call on this number right now.'),
  ('assistant_inactive', 'Sorry, nobody can take your call on this number right now.'),
  ('assistant_not_ready', 'Sorry, this number is still being set up. Please try again in a few minutes.'),
  ('limit_reached', 'Sorry, this number cannot take any more calls at the moment.'),
  ('account_expired', 'Sorry, this number is currently not in service.'),
  ('account_suspended', 'Sorry, this number is currently not in service.'),
  ('account_closing', 'Sorry, this number is currently not in service.'),
  ('call_over', 'Sorry, this call has already ended.'),
  ('busy', 'Sorry, we cannot take your call right now. Please call again in a moment.');

create function private.refuse_call(p_code text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('admitted', false, 'code', code, 'sentence', sentence)
  from private.spoken_refusals where code = p_code;
$$;
comment on function private.refuse_call(text) is 'The answer {admitted: false, code, sentence}.';

create function private.admission_problem(
  p_number public.phone_numbers, p_assistant public.assistants, p_left_seconds bigint, p_now timestamptz
) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce(private.account_problem(p_number.user_id, p_now), case
    when p_number.status <> 'active' then 'number_not_active'
    when p_assistant.id is null then 'no_assistant'
    when not p_assistant.is_active then 'assistant_inactive'
    -- An edit that VAPI has not taken yet does not hang up on callers: the version before answers.
    when p_assistant.vapi_assistant_id is null then 'assistant_not_ready'
    when p_left_seconds < private.setting_integer('demo_minimum_call_seconds') then 'limit_reached'
  end);
$$;
comment on function private.admission_problem(public.phone_numbers, public.assistants, bigint, timestamptz) is
  'Why a call to that number cannot be taken; null when it can. p_left_seconds null = unlimited.';

create function private.admit_call(p_call jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
  v_limits public.user_limits;
  v_call public.call_logs;
  v_assistant public.assistants;
  v_left bigint;
  v_cap integer;
  v_refusal text;
begin
  select n.* into v_number from public.phone_numbers n
  where n.vapi_phone_id = p_call ->> 'vapi_phone_number_id'
    or n.phone_number = p_call ->> 'called_number' and n.status = 'active'
  order by n.vapi_phone_id = p_call ->> 'vapi_phone_number_id' desc nulls last
  limit 1;
  v_limits := private.lock_user_limits(v_number.user_id, p_now);
  if v_limits.user_id is null then
    return private.refuse_call('unknown_number');
  end if;

  select * into v_call from public.call_logs where vapi_call_id = p_call ->> 'vapi_call_id';
  if v_call.refusal is not null then
    return private.refuse_call(v_call.refusal);
  elsif v_call.granted_seconds is not null then
    select known.vapi_assistant_id into v_assistant.vapi_assistant_id
    from private.vapi_assistants known where known.assistant_id = v_call.assistant_id
    order by known.created_at desc limit 1;
    return private.admitted(v_call.id, v_assistant.vapi_assistant_id, v_call.granted_seconds);
  elsif v_call.user_id <> v_number.user_id then
    return private.refuse_call('unknown_number');
  end if;

  -- The assignment and the assistant are read again, as they are under the lock.
  select * into v_number from public.phone_numbers where id = v_number.id;
  if not found then
    return private.refuse_call('unknown_number');
  end if;
  select * into v_assistant from public.assistants where id = v_number.assistant_id;
  if v_limits.max_call_time_seconds is not null then
    select v_limits.max_call_time_seconds - v_limits.used_call_time_seconds - coalesce(sum(held_seconds), 0) into v_left
    from public.call_logs where user_id = v_limits.user_id and held_seconds > 0;
  end if;
  v_cap := coalesce((v_assistant.configuration ->> 'max_duration_seconds')::integer, private.setting_integer('assistant_call_seconds'));
  v_refusal := coalesce(case when v_call.status = 'ended' then 'call_over' end,
    private.admission_problem(v_number, v_assistant, v_left, p_now));

  v_call := private.note_call(p_call, coalesce((p_call ->> 'occurred_at')::timestamptz, p_now), p_now);
  update public.call_logs
  set assistant_id = coalesce(v_assistant.id, assistant_id),
      phone_number_id = v_number.id,
      granted_seconds = case when v_refusal is null then least(v_cap, v_left) else 0 end,
      refusal = v_refusal,
      status = case when v_refusal is null then status else 'ended' end,
      outcome = case when v_refusal is null then outcome else coalesce(outcome, 'rejected') end
  where id = v_call.id
  returning * into v_call;
  if v_refusal is not null then
    return private.refuse_call(v_refusal);
  end if;
  return private.admitted(v_call.id, v_assistant.vapi_assistant_id, v_call.granted_seconds);
end;
$$;
comment on function private.admit_call(jsonb, timestamptz) is 'Decides at p_now whether an inbound call may be taken, and stores the answer with the call.';

create function private.admitted(p_call_id uuid, p_vapi_assistant_id text, p_granted_seconds integer) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('admitted', true, 'call_id', p_call_id, 'vapi_assistant_id', p_vapi_assistant_id,
    'granted_seconds', p_granted_seconds);
$$;
comment on function private.admitted(uuid, text, integer) is 'The answer to an admitted call.';

-- The caller waits on the line, so the answer is busy when somebody holds the account for longer than these limits. It is busy at once when
-- others wait already, because each of them keeps a connection of the API. vapi-webhook waits outside and asks again.
create function public.admit_call(p_call jsonb) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '20ms' as $$
begin
  begin
    return private.admit_call(p_call, now());
  exception when lock_not_available then
    if not private.take_waiting_place('questions') then
      return private.refuse_call('busy');
    end if;
  end;
  perform set_config('lock_timeout', '400ms', true);
  return private.admit_call(p_call, now());
exception when lock_not_available or deadlock_detected then
  return private.refuse_call('busy');
end;
$$;
comment on function public.admit_call(jsonb) is
  'For vapi-webhook: answers whether an inbound call may be taken. p_call is a CallIdentity, with occurred_at if known. {admitted: true, call_id, vapi_assistant_id, granted_seconds} '
  'or {admitted: false, code, sentence}. Codes: unknown_number, number_not_active, no_assistant, assistant_inactive, assistant_not_ready, '
  'limit_reached, account_expired, account_suspended, account_closing, call_over, busy. Asked again about a call, the answer is the same; busy is not stored.';

grant execute on function public.admit_call(jsonb) to service_role;
