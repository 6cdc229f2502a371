-- Events that could not be applied are tried again until the schedule ends.
-- Each event has its own subtransaction. A batch is small and ends early, because what a handler locked stays locked until the batch
-- commits. Somebody who edits one of two classes of a meeting may therefore wait for the batch while the batch waits for them. The batch
-- gives way at once, long before Postgres ends such a wait after a second with an error for one of the two (deadlock_timeout).
insert into private.settings (name, value, type, lowest, highest, description) values
  ('event_retry_batch', '100', 'integer', '1', '10000', 'Events that one run of the retry job takes at most.'),
  ('event_retry_seconds', '5', 'integer', '1', '30', 'Seconds after which a run of the retry job takes no further event.');

-- Events of one assistant, number or meeting want the same rows. If the first of them finds the rows locked, the others are left for later.
create function private.contended_key(p_event jsonb) returns text
language sql immutable set search_path = '' as $$
  select coalesce(p_event #>> '{instance,meeting_id}', p_event ->> 'meeting_id', p_event #>> '{instance,key}',
    p_event #>> '{call,vapi_assistant_id}', p_event #>> '{call,vapi_phone_number_id}', p_event #>> '{call,vapi_call_id}');
$$;
comment on function private.contended_key(jsonb) is 'What an event waits for, roughly: its meeting, or the assistant or number of its call; null when it names none.';

create function private.retry_due_events(p_now timestamptz, p_seconds integer)
returns integer
language plpgsql set search_path = '' set lock_timeout = '20ms' as $$
declare
  c_batch constant integer := private.setting_integer('event_retry_batch');
  v_deadline timestamptz := clock_timestamp() + p_seconds * interval '1 second';
  v_busy text[] := array[]::text[];
  v_event record;
  v_status public.webhook_event_status;
  v_count integer := 0;
begin
  for v_event in
    select id, event, private.contended_key(event) as key
    from public.webhook_events
    where status in ('received', 'failed') and next_attempt_at <= p_now and event is not null
    order by next_attempt_at
    limit 10 * c_batch
    for update skip locked
  loop
    continue when v_event.key = any (v_busy);
    v_status := private.attempt_event(v_event.id, v_event.event, p_now);
    if v_status = 'failed' and exists (
      select from public.webhook_events where id = v_event.id and private.is_busy(last_error)
    ) then
      v_busy := v_busy || v_event.key;
    end if;
    v_count := v_count + 1;
    exit when v_count = c_batch or clock_timestamp() > v_deadline;
  end loop;
  return v_count;
end;
$$;
comment on function private.retry_due_events(timestamptz, integer) is
  'Tries the due events of the inbox again, oldest first, for some seconds. Events without a normalised form are left to the maintenance function.';

create function private.retry_events(p_now timestamptz) returns integer
language sql set search_path = '' as $$
  select private.retry_due_events(p_now, private.setting_integer('event_retry_seconds'));
$$;
comment on function private.retry_events(timestamptz) is 'Job: tries the due events of the inbox again.';

select private.schedule_job('retry_events', '* * * * *', 'private.retry_events', 'tries deferred events of the inbox again');

-- A delivery that met a locked row waits for no job: the webhook that deferred it asks for this every second until nothing is left.
create function public.retry_deferred_events() returns boolean
language plpgsql security definer set search_path = '' set statement_timeout = '5s' as $$
begin
  -- One at a time, however many webhooks ask.
  if pg_try_advisory_xact_lock(hashtextextended('public.retry_deferred_events', 0)) then
    perform private.retry_due_events(now(), 1);
  end if;
  return exists (
    select from public.webhook_events
    where status = 'failed' and next_attempt_at <= now() + 2 * private.setting_integer('busy_retry_seconds') * interval '1 second'
      and private.is_soon_over(last_error)
  );
end;
$$;
comment on function public.retry_deferred_events() is
  'For the webhooks: tries for a second what is due in the inbox. Whether events are left that met a locked row or the statement timeout.';

grant execute on function public.retry_deferred_events() to service_role;
