-- An operator applies events again once the cause of their failure is gone. The record says who did it.
-- Handlers are idempotent, so any event may be replayed, even an applied one.
create function private.replay_event(p_event_id uuid, p_is_normalized_again boolean) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '1s' as $$
declare
  v_stored public.webhook_events;
begin
  perform private.require_operator();
  select * into v_stored from public.webhook_events where id = p_event_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such event.');
  elsif v_stored.payload is null and (v_stored.event is null or p_is_normalized_again) then
    perform private.refuse(409, 'event_forgotten', 'The content of this event has been dropped.');
  end if;
  perform private.record_admin_action('replay_event', jsonb_build_object('event_id', p_event_id, 'was', v_stored.status), p_event_id);
  update public.webhook_events
  set status = 'received', attempts = 0, next_attempt_at = now(), settled_at = null,
      event = case when p_is_normalized_again then null else event end
  where id = p_event_id
  returning * into v_stored;
  if v_stored.event is null then
    return private.event_answer(p_event_id, 'received');
  end if;
  return private.event_answer(p_event_id, private.attempt_event(p_event_id, v_stored.event, now()));
end;
$$;
comment on function private.replay_event(uuid, boolean) is 'Applies a stored event again, if the caller is an operator.';

grant execute on function private.replay_event(uuid, boolean) to authenticated, service_role;

create function public.replay_event(p_event_id uuid, p_is_normalized_again boolean default false) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.replay_event(p_event_id, p_is_normalized_again);
$$;
comment on function public.replay_event(uuid, boolean) is
  'For admins and the server: applies a stored event again, now, with fresh attempts. {status, event_id}. Deferred when its normalised form has to be made first, '
  'or made again (p_is_normalized_again, after a fault in a normaliser): the maintenance function does that within a minute. Errors: forbidden, not_found, event_forgotten.';

grant execute on function public.replay_event(uuid, boolean) to authenticated, service_role;

create function private.replay_events(
  p_provider public.webhook_provider, p_from timestamptz, p_to timestamptz, p_only_status public.webhook_event_status
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c_limit constant integer := 10000;
  v_count integer;
begin
  perform private.require_operator();
  with chosen as (
    select id
    from public.webhook_events
    where provider = p_provider and received_at >= p_from and received_at < p_to
      and status = p_only_status and (payload is not null or event is not null)
    order by received_at
    limit c_limit
    for update skip locked
  )
  update public.webhook_events e
  set status = 'received', attempts = 0, next_attempt_at = now(), settled_at = null
  from chosen
  where e.id = chosen.id;
  get diagnostics v_count = row_count;
  perform private.record_admin_action('replay_events', jsonb_build_object('provider', p_provider,
    'from', p_from, 'to', p_to, 'only_status', p_only_status, 'queued', v_count));
  return jsonb_build_object('queued', v_count, 'is_complete', v_count < c_limit);
end;
$$;
comment on function private.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status) is
  'Queues stored events for the retry job, if the caller is an operator.';

grant execute on function private.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status)
  to authenticated, service_role;

create function public.replay_events(
  p_provider public.webhook_provider, p_from timestamptz, p_to timestamptz,
  p_only_status public.webhook_event_status default 'dead'
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.replay_events(p_provider, p_from, p_to, p_only_status);
$$;
comment on function public.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status) is
  'For admins and the server: queues the events received in [p_from, p_to) with that status for the retry job, up to 10,000 a call. {queued, is_complete}. Error: forbidden.';

grant execute on function public.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status)
  to authenticated, service_role;
