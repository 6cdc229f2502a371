-- An event that nothing could normalise when it came is normalised later, in TypeScript, from the stored payload.
-- The maintenance function claims such events and hands back what it made of each.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('normalization_claim_minutes', '5', 'integer', '1', '60', 'How long an event is left to the worker that claimed it for normalisation.');

create function public.claim_events_to_normalize(p_limit integer)
returns table (id uuid, provider public.webhook_provider, event_type text, occurred_at timestamptz, payload text)
language sql security definer set search_path = '' as $$
  with due as (
    select e.id
    from public.webhook_events e
    where e.status in ('received', 'failed') and e.next_attempt_at <= now() and e.event is null
    order by e.next_attempt_at
    limit least(p_limit, 500)
    for update skip locked
  )
  update public.webhook_events e
  set next_attempt_at = now() + private.setting_integer('normalization_claim_minutes') * interval '1 minute'
  from due
  where e.id = due.id
  returning e.id, e.provider, e.event_type, e.occurred_at, e.payload;
$$;
comment on function public.claim_events_to_normalize(integer) is
  'For the maintenance function: due events without a normalised form, claimed for some minutes so that two workers do not both take one.';

grant execute on function public.claim_events_to_normalize(integer) to service_role;

create function public.apply_normalized_event(p_event_id uuid, p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '1s' as $$
declare
  v_stored public.webhook_events;
begin
  select * into v_stored from public.webhook_events where id = p_event_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such event.');
  elsif v_stored.event is not null or v_stored.status not in ('received', 'failed') then
    return private.event_answer(v_stored.id, v_stored.status);
  end if;
  if p_event is not null then
    update public.webhook_events set event = p_event where id = p_event_id;
  end if;
  return private.event_answer(p_event_id, private.attempt_event(p_event_id, p_event, now()));
end;
$$;
comment on function public.apply_normalized_event(uuid, jsonb) is
  'For the maintenance function: stores the normalised form of a claimed event and applies it. Null counts as a failed try: still nothing normalises this type. '
  'An event that another worker settled meanwhile is left alone. {status, event_id}.';

grant execute on function public.apply_normalized_event(uuid, jsonb) to service_role;
