-- What the task says of its try.
create function public.record_message_sent(p_delivery_id uuid, p_provider_id text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.message_deliveries set provider_id = p_provider_id where id = p_delivery_id and provider_id is null;
  -- The webhook may have been faster, and knows more.
  perform private.settle_message(d.id, 'sent', null, now()) from public.message_deliveries d
  where d.id = p_delivery_id and d.told_rank = 0 and d.state in ('queued', 'failed');
end;
$$;
comment on function public.record_message_sent(uuid, text) is 'For the task send_email: the provider took it, under this id.';

create function public.record_message_failed(p_delivery_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_message(d.id, 'failed', p_reason, now()) from public.message_deliveries d
  where d.id = p_delivery_id and d.told_rank = 0 and d.state = 'queued';
end;
$$;
comment on function public.record_message_failed(uuid, text) is 'For the task send_email: the provider refuses it, and asking again cannot help.';

create function private.postpone_message(
  p_delivery_id uuid, p_after_seconds integer, p_reason text, p_may_be_sent boolean, p_is_for_all boolean, p_now timestamptz
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_schedule constant integer[] := array[60, 300, 900, 1800, 3600];
  v_delivery public.message_deliveries;
  v_tries integer;
  v_at timestamptz;
begin
  select * into v_delivery from public.message_deliveries where id = p_delivery_id and state = 'queued' for update;
  if not found then
    return;
  end if;
  update private.rendered_messages
  set tries = tries + 1, last_error = left(p_reason, 200), try_began_at = null,
      unknown_since = case when p_may_be_sent then coalesce(unknown_since, try_began_at, p_now) else unknown_since end
  where delivery_id = p_delivery_id
  returning tries into v_tries;
  if v_delivery.released_at <= p_now - private.setting_interval('mail_patience') then
    perform private.settle_message(p_delivery_id, 'failed', 'provider_unavailable', p_now);
    return;
  end if;
  v_at := p_now + coalesce(p_after_seconds, c_schedule[least(coalesce(v_tries, 1), cardinality(c_schedule))]) * interval '1 second';
  if p_is_for_all then
    perform private.pause_mails(v_at, p_reason);
  end if;
  perform private.enqueue_task('send_email', p_delivery_id::text, v_delivery.user_id, v_at);
end;
$$;
comment on function private.postpone_message(uuid, integer, text, boolean, boolean, timestamptz) is
  'Tries a message again later: after the given seconds or by a schedule of its own, until the setting mail_patience is over. The tries of '
  'the task are not used up.';

create function public.postpone_message(
  p_delivery_id uuid, p_reason text, p_may_be_sent boolean, p_is_for_all boolean, p_after_seconds integer default null
) returns void
language sql security definer set search_path = '' as $$
  select private.postpone_message(p_delivery_id, p_after_seconds, p_reason, p_may_be_sent, p_is_for_all, clock_timestamp());
$$;
comment on function public.postpone_message(uuid, text, boolean, boolean, integer) is
  'For the task send_email: not now. Whether the provider may have it all the same, and whether no other mail can leave either.';

create function private.give_up_message(p_task public.tasks) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_task.kind = 'send_email' then
    perform public.record_message_failed(p_task.resource_id::uuid, 'gave_up');
  end if;
end;
$$;
comment on function private.give_up_message(public.tasks) is 'A message whose task died has failed.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('task_died', 30, 'mail', 'private.give_up_message');

grant execute on function
  public.record_message_sent(uuid, text), public.record_message_failed(uuid, text),
  public.postpone_message(uuid, text, boolean, boolean, integer)
  to service_role;
