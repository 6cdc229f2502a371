-- Events that could not be applied are tried again until the schedule ends.
-- Each has its own subtransaction; a batch is small and ends early, because what a handler locked stays locked until the batch commits.
-- So who edits one of two classes of a meeting may wait for the batch while the batch waits for him: it gives way long before the
-- second after which Postgres ends such a wait with an error for one of the two (deadlock_timeout).
insert into private.settings (name, value, description) values
  ('event_retry_batch', '100', 'Events that one run of the retry job takes at most.'),
  ('event_retry_seconds', '5', 'Seconds after which a run of the retry job takes no further event.');

create function private.retry_events(p_now timestamptz) returns integer
language plpgsql set search_path = '' set lock_timeout = '200ms' as $$
declare
  v_deadline timestamptz := clock_timestamp() + private.setting_integer('event_retry_seconds') * interval '1 second';
  v_event record;
  v_count integer := 0;
begin
  for v_event in
    select id, event
    from public.webhook_events
    where status in ('received', 'failed') and next_attempt_at <= p_now and event is not null
    order by next_attempt_at
    limit private.setting_integer('event_retry_batch')
    for update skip locked
  loop
    perform private.attempt_event(v_event.id, v_event.event, p_now);
    v_count := v_count + 1;
    exit when clock_timestamp() > v_deadline;
  end loop;
  return v_count;
end;
$$;
comment on function private.retry_events(timestamptz) is
  'Job: tries the due events of the inbox again, oldest first. Events without a normalised form are left to the maintenance function.';

select private.schedule_job('retry_events', '* * * * *', 'private.retry_events', 'tries deferred events of the inbox again');
