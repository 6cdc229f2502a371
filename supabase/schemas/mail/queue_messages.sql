-- From a notification to a task: each gets a delivery in the transaction of its fact; a job hands out as many as the provider takes in
-- two minutes, so that a hundred thousand that are due neither fill the queue nor hold up other work, and a worker that comes just
-- before the job has work for its minute. What is due together is one message.
create function private.queue_message(p_notification public.notifications) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_last timestamptz;
begin
  if private.wants_message(p_notification.user_id, p_notification.kind, 'email') is not true then
    return;
  end if;
  select max(released_at) into v_last from public.message_deliveries
  where user_id = p_notification.user_id and kind = p_notification.kind;
  insert into public.message_deliveries (notification_id, user_id, kind, subject_id, channel, due_at)
  values (p_notification.id, p_notification.user_id, p_notification.kind, p_notification.subject_id, 'email',
    greatest(now(), v_last + private.setting_interval('mail_digest_window')))
  on conflict do nothing;
end;
$$;
comment on function private.queue_message(public.notifications) is 'A delivery for a notification that is to leave the product, if its user wants that.';

create function private.release_message(p_delivery public.message_deliveries, p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_rows integer;
begin
  update public.message_deliveries
  set released_at = p_now, sent_with = case when id <> p_delivery.id then p_delivery.id end
  where id in (
    select id from public.message_deliveries
    where user_id = p_delivery.user_id and kind = p_delivery.kind and channel = p_delivery.channel
      and state = 'queued' and released_at is null
    for update skip locked);
  get diagnostics v_rows = row_count;
  perform private.enqueue_task('send_email', p_delivery.id::text, p_delivery.user_id, p_now);
  return v_rows;
end;
$$;
comment on function private.release_message(public.message_deliveries, timestamptz) is
  'Hands a delivery to the queue of tasks, and with it all others of its kind to the same person.';

create function private.release_messages(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_room integer;
  v_delivery public.message_deliveries;
  v_rows integer := 0;
begin
  select private.setting_numeric('mails_per_second') * 120 - count(*) into v_room
  from public.message_deliveries where state = 'queued' and released_at is not null and sent_with is null;
  while v_room > 0 loop
    select * into v_delivery from public.message_deliveries
    where state = 'queued' and released_at is null and due_at <= p_now
    order by due_at limit 1
    for update skip locked;
    exit when not found;
    v_rows := v_rows + private.release_message(v_delivery, p_now);
    v_room := v_room - 1;
  end loop;
  return v_rows;
end;
$$;
comment on function private.release_messages(timestamptz) is
  'Job: hands due deliveries to the queue of tasks, never more than leave within two minutes.';

create function private.forget_messages(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_rows integer;
begin
  delete from public.message_deliveries where id in (
    select id from public.message_deliveries
    where created_at <= p_now - private.setting_interval('message_deliveries_kept_for') and state <> 'queued'
    limit 1000);
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.forget_messages(timestamptz) is 'Job: forgets what became of old messages.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('notified', 10, 'mail', 'private.queue_message');

select private.schedule_job('release_messages', '* * * * *', 'private.release_messages', 'Hand due messages to the queue, as many as leave in two minutes.');
select private.schedule_job('forget_messages', '*/10 * * * *', 'private.forget_messages', 'Forget what became of messages after half a year.');
