-- What a function's body needs may come later.
set check_function_bodies = off;

-- schemas/mail/message_deliveries.sql
-- A notification on its way to a person over a channel, and what became of it. The provider's word is ranked, because its events
-- come in any order and may come before the answer to the request that they are about.
create type public.delivery_state as enum ('queued', 'sent', 'delivered', 'bounced', 'complained', 'suppressed', 'failed');
comment on type public.delivery_state is
  'queued: waits; sent: taken by the provider; delivered: taken by the recipient''s server; bounced: refused by it; complained: reported as '
  'unwanted; suppressed: not sent, for the reason that the row names; failed: given up.';

create table public.message_deliveries (
  id uuid primary key default gen_random_uuid(),
  notification_id uuid references public.notifications (id) on delete set null,
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null,
  subject_id uuid,
  channel public.message_channel not null,
  state public.delivery_state not null default 'queued',
  reason text constraint reason_is_snake_case check (reason ~ '^[a-z][a-z0-9_]*$'),
  due_at timestamptz not null default now(),
  released_at timestamptz,
  sent_with uuid references public.message_deliveries (id) on delete set null,
  sending integer not null default 1 constraint sending_is_positive check (sending > 0),
  provider_id text,
  message_id text,
  told_rank smallint not null default 0,
  sent_at timestamptz,
  unsubscribed_at timestamptz,
  created_at timestamptz not null default now(),
  constraint notification_leaves_once_a_channel unique (notification_id, channel),
  constraint only_a_released_message_is_sent check (state in ('queued', 'suppressed', 'failed') or released_at is not null)
);
comment on table public.message_deliveries is 'One row for each notification and channel. Its id is the idempotency key at the provider.';
comment on column public.message_deliveries.notification_id is 'Null once the notification is gone; what was not sent by then is not sent any more.';
comment on column public.message_deliveries.reason is 'A code: why it is suppressed or failed, or how it bounced.';
comment on column public.message_deliveries.due_at is 'When it may leave: later than at once after another of its kind left, so that many become one.';
comment on column public.message_deliveries.released_at is 'When the queue of tasks got it.';
comment on column public.message_deliveries.sent_with is 'The delivery in whose message this one is, as one of several of its kind.';
comment on column public.message_deliveries.sending is 'Counts how often it was to be sent: an admin may ask again for what failed. Each has a key of its own.';
comment on column public.message_deliveries.provider_id is 'The provider''s id of the message.';
comment on column public.message_deliveries.message_id is 'The Message-ID under which it went out, which answers refer to.';
comment on column public.message_deliveries.told_rank is 'How far the provider''s word goes: 1 sent, 2 delivered, 3 bounced, failed or suppressed there, 4 complained. It never goes back.';
comment on column public.message_deliveries.unsubscribed_at is 'When the link in it turned its kind off; a link works once.';

create index message_deliveries_user_id_idx on public.message_deliveries (user_id, created_at desc);
create index message_deliveries_kind_idx on public.message_deliveries (user_id, kind, released_at desc);
create index message_deliveries_waiting_idx on public.message_deliveries (due_at) where state = 'queued' and released_at is null;
create index message_deliveries_released_idx on public.message_deliveries (released_at) where state = 'queued' and released_at is not null and sent_with is null;
create index message_deliveries_failed_idx on public.message_deliveries (created_at) where state = 'failed';
create index message_deliveries_created_at_idx on public.message_deliveries using brin (created_at);
create index message_deliveries_sent_with_idx on public.message_deliveries (sent_with) where sent_with is not null;
create unique index message_deliveries_provider_id_idx on public.message_deliveries (provider_id) where provider_id is not null and sent_with is null;
create index message_deliveries_message_id_idx on public.message_deliveries (message_id) where message_id is not null;

alter table public.message_deliveries enable row level security;

create policy "owners read their own deliveries, admins all" on public.message_deliveries
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or user_id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

grant select on public.message_deliveries to authenticated, service_role;

create function private.settle_message(p_delivery_id uuid, p_state public.delivery_state, p_reason text, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.message_deliveries
  set state = p_state, reason = p_reason, sent_at = case when p_state = 'sent' then coalesce(sent_at, p_now) else sent_at end
  where id = p_delivery_id or sent_with = p_delivery_id;
  -- The text is kept for as long as it may have to be sent again, letter by letter.
  delete from private.rendered_messages where delivery_id = p_delivery_id;
end;
$$;
comment on function private.settle_message(uuid, public.delivery_state, text, timestamptz) is
  'Writes what became of a message and of all that are in it, and drops its text.';

-- schemas/mail/suppressed_addresses.sql
-- Addresses that are not written to, because they bounced for good or their owner complained. The owner sees it and can lift it.
create table private.suppressed_addresses (
  user_id uuid not null references public.profiles (id) on delete cascade,
  address text not null constraint address_is_lower_case check (address = lower(address)),
  reason text not null constraint reason_is_known check (reason in ('bounced', 'complained', 'suppressed')),
  since timestamptz not null,
  primary key (user_id, address)
);
comment on table private.suppressed_addresses is 'What is not written to. Another address of the same person is.';
comment on column private.suppressed_addresses.reason is 'bounced: refused for good; complained: reported as unwanted; suppressed: the provider refuses to write to it.';

alter table private.suppressed_addresses enable row level security;

create policy "nobody but the owner of the schema reads suppressed addresses" on private.suppressed_addresses
  for all to anon, authenticated using (false) with check (false);

create function private.suppress_address(p_user_id uuid, p_address text, p_reason text, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.suppressed_addresses (user_id, address, reason, since)
  select id, lower(p_address), p_reason, p_now from public.profiles where id = p_user_id
  on conflict (user_id, address) do nothing;
  if found then
    -- In the product alone: this kind leaves it over no channel.
    perform private.notify(p_user_id, 'email_suppressed', p_user_id, jsonb_build_object('reason', p_reason));
  end if;
end;
$$;
comment on function private.suppress_address(uuid, text, text, timestamptz) is 'Writes to an address no more, and tells its owner in the product.';

create function private.email_status() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('address', p.email, 'is_suppressed', s.address is not null, 'reason', s.reason, 'since', s.since)
  from public.profiles p
  left join private.suppressed_addresses s on s.user_id = p.id and s.address = lower(p.email)
  where p.id = (select auth.uid());
$$;
comment on function private.email_status() is 'Whether the caller''s address is written to.';

create function public.email_status() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.email_status();
$$;
comment on function public.email_status() is 'Whether mails go to the caller''s address: {address, is_suppressed, reason, since}.';

create function private.resume_emails() returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.suppressed_addresses s using public.profiles p
  where p.id = auth.uid() and s.user_id = p.id and s.address = lower(p.email);
  return private.email_status();
end;
$$;
comment on function private.resume_emails() is 'Lets mails go to the caller''s address again.';

create function public.resume_emails() returns jsonb
language sql security invoker set search_path = '' as $$
  select private.resume_emails();
$$;
comment on function public.resume_emails() is
  'Lets mails go to the caller''s address again, after it bounced or they complained; answers as email_status. It takes effect for what is told from now on.';

grant execute on function private.email_status(), public.email_status(), private.resume_emails(), public.resume_emails() to authenticated;

-- schemas/mail/account_life.sql
-- What mail contributes to the export of an account. Its rows go with the profile.
create view private.exported_deliveries with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(d) - array['user_id', 'told_rank', 'sending', 'sent_with'] as data
  from public.message_deliveries d;

create view private.exported_suppressed_addresses with (security_invoker = true) as
  select user_id as person, address, to_jsonb(s) - 'user_id' as data from private.suppressed_addresses s;
comment on view private.exported_deliveries is 'What was sent to a user, and what became of it.';
comment on view private.exported_suppressed_addresses is 'Addresses of a user that are not written to.';

insert into private.export_sections (domain, section, view_name) values
  ('mail', 'deliveries', 'private.exported_deliveries'),
  ('mail', 'suppressed_addresses', 'private.exported_suppressed_addresses');

-- schemas/mail/hear_of_messages.sql
-- What the provider tells of a message later. An event names the message by our tag, so that it is understood before the answer to the
-- request is; the highest rank told so far stands.
create function private.apply_email_told(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_state constant public.delivery_state := (p_event ->> 'state')::public.delivery_state;
  v_rank constant smallint := case v_state when 'sent' then 1 when 'delivered' then 2 when 'complained' then 4 else 3 end;
  v_delivery public.message_deliveries;
begin
  select * into v_delivery from public.message_deliveries
  where provider_id = p_event ->> 'email_id' and sent_with is null;
  if not found then
    select * into v_delivery from public.message_deliveries where id = (p_event ->> 'delivery_id')::uuid;
  end if;
  if v_delivery.id is null or v_delivery.provider_id <> p_event ->> 'email_id' then
    -- Not ours, forgotten, or an earlier sending of what was asked for again.
    return 'ignored';
  end if;
  -- In the order of a user's deletion: the profile, then what belongs to it.
  perform from public.profiles where id = v_delivery.user_id for key share;
  update public.message_deliveries
  set provider_id = coalesce(provider_id, p_event ->> 'email_id'), message_id = coalesce(message_id, p_event ->> 'message_id')
  where id = v_delivery.id;
  update public.message_deliveries set told_rank = v_rank
  where (id = v_delivery.id or sent_with = v_delivery.id) and told_rank < v_rank;
  if found then
    perform private.settle_message(v_delivery.id, v_state, p_event ->> 'reason', (p_event ->> 'occurred_at')::timestamptz);
  end if;
  if v_state = 'complained' or (v_state in ('bounced', 'suppressed') and p_event ->> 'is_permanent' = 'true') then
    perform private.suppress_address(v_delivery.user_id, p_event ->> 'address', v_state::text, p_now);
  end if;
  return 'applied';
end;
$$;
comment on function private.apply_email_told(uuid, jsonb, timestamptz) is
  'Applies what the provider tells of a message: sent, delivered, bounced, complained, failed or suppressed. An address that bounces for good '
  'or complains is not written to again.';

insert into private.event_handlers (kind, function_name) values
  ('email_told', 'private.apply_email_told'), ('email_informational', null);

-- What an admin reads of Resend's events: which mail, and what became of it. Subject, words and addresses are their reader's.
insert into private.shown_event_keys (provider, key)
select 'resend', unnest(array['type', 'data', 'created_at', 'email_id', 'kind', 'provider', 'occurred_at', 'state', 'delivery_id', 'message_id', 'is_permanent']);

-- schemas/mail/pace_mails.sql
-- How fast mails leave. The provider's limit is for the whole project, so the next free moment is one row; a worker takes a moment of
-- its own and waits for it. When the provider says to wait, everybody does.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('mails_per_second', '2', 'number', '0.1', '1000', 'Mails that go to the provider in a second, at most. Resend''s own limit is 2 unless it was raised.'),
  ('mail_digest_window', '"10 minutes"', 'interval', '0 minutes', '1 day', 'After a mail of a kind, further ones of this kind to the same person wait this long and go as one.'),
  ('mail_patience', '"3 days"', 'interval', '1 hour', '14 days', 'How long a mail is tried while the provider is away.'),
  ('mail_key_kept_for', '"23 hours"', 'interval', '1 minute', '23 hours', 'How long the provider remembers a key: a mail that it may have taken is not sent again after that.'),
  ('message_deliveries_kept_for', '"180 days"', 'interval', '7 days', '3650 days', 'How long it is kept what became of a message; its links and its reply address work as long.');

create table private.mail_pace (
  is_the_only_row boolean primary key default true constraint there_is_one_row check (is_the_only_row),
  next_slot_at timestamptz not null default 'epoch',
  paused_until timestamptz not null default 'epoch',
  paused_for text
);
comment on table private.mail_pace is 'The next moment at which a mail may leave, and until when none may.';
comment on column private.mail_pace.paused_for is 'The provider''s code that the last pause was for.';

alter table private.mail_pace enable row level security;

create policy "nobody but the owner of the schema reads the pace" on private.mail_pace
  for all to anon, authenticated using (false) with check (false);

insert into private.mail_pace default values;

create function private.take_mail_slot(p_now timestamptz, out slot_at timestamptz, out is_taken boolean)
language plpgsql security definer set search_path = '' as $$
declare
  c_longest_wait constant interval := interval '10 seconds';
  v_pace private.mail_pace;
begin
  select * into strict v_pace from private.mail_pace for update;
  slot_at := greatest(v_pace.next_slot_at, v_pace.paused_until, p_now);
  is_taken := slot_at <= p_now + c_longest_wait;
  if is_taken then
    update private.mail_pace set next_slot_at = slot_at + interval '1 second' / private.setting_numeric('mails_per_second');
  end if;
end;
$$;
comment on function private.take_mail_slot(timestamptz) is
  'The next free moment to send a mail, which is the caller''s if it is worth waiting for (is_taken); otherwise it is when to ask again.';

create function private.pause_mails(p_until timestamptz, p_reason text) returns void
language sql security definer set search_path = '' as $$
  update private.mail_pace set paused_until = greatest(paused_until, p_until), paused_for = p_reason;
$$;
comment on function private.pause_mails(timestamptz, text) is 'Lets no mail leave before a time.';

create function public.mails_per_second() returns numeric
language sql stable security definer set search_path = '' as $$
  select private.setting_numeric('mails_per_second');
$$;
comment on function public.mails_per_second() is 'For the maintenance function: how many mails may leave in a second, and so how many places they need.';

grant execute on function public.mails_per_second() to service_role;

-- schemas/mail/queue_messages.sql
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

-- schemas/mail/record_messages.sql
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

-- schemas/mail/rendered_messages.sql
-- The text of a message between its first try and the provider's word. A repeated request has to be the same request, so what was
-- written once is kept, whatever changes about its person meanwhile.
create table private.rendered_messages (
  delivery_id uuid primary key references public.message_deliveries (id) on delete cascade,
  mail jsonb,
  tries integer not null default 0,
  try_began_at timestamptz,
  unknown_since timestamptz,
  last_error text
);
comment on table private.rendered_messages is 'Messages that are being sent: their text, and what is known of the tries so far.';
comment on column private.rendered_messages.mail is 'As it goes to the provider; null until it is written.';
comment on column private.rendered_messages.try_began_at is 'Set while a try is under way. A try that never reported may have sent it.';
comment on column private.rendered_messages.unknown_since is 'Since when the provider may have it although it never said so. Its memory of the key is what keeps it from being sent twice.';

alter table private.rendered_messages enable row level security;

create policy "nobody but the owner of the schema reads texts" on private.rendered_messages
  for all to anon, authenticated using (false) with check (false);

-- schemas/mail/resend_messages.sql
-- An admin sends again what failed. It is a new sending with a key of its own, because the provider would answer the old one as before.
create function private.resend_message(p_delivery_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_delivery public.message_deliveries;
begin
  if not private.is_admin() and coalesce(auth.role(), 'service_role') <> 'service_role' then
    perform private.refuse(403, 'forbidden', 'This is for administrators.');
  end if;
  select * into v_delivery from public.message_deliveries
  where id = (select coalesce(sent_with, id) from public.message_deliveries where id = p_delivery_id) for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such message.');
  elsif v_delivery.state <> 'failed' then
    perform private.refuse(409, 'message_not_failed', 'Only a message that failed is sent again.');
  end if;
  perform private.record_admin_action('resend_message', jsonb_build_object('delivery_id', v_delivery.id, 'was', v_delivery.reason));
  update public.message_deliveries
  set state = 'queued', reason = null, released_at = now(), sending = sending + 1, provider_id = null, message_id = null, told_rank = 0
  where id = v_delivery.id or sent_with = v_delivery.id;
  perform private.enqueue_task('send_email', v_delivery.id::text, v_delivery.user_id, now());
end;
$$;
comment on function private.resend_message(uuid) is 'Queues a failed message anew, if the caller is an operator.';

create function public.resend_message(p_delivery_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.resend_message(p_delivery_id);
$$;
comment on function public.resend_message(uuid) is
  'For admins and the server: sends a message that failed again, to what its reader''s address and wishes are now. Refuses: forbidden, not_found, message_not_failed.';

grant execute on function private.resend_message(uuid), public.resend_message(uuid) to authenticated, service_role;

-- schemas/mail/unsubscribe.sql
-- The link in a mail turns its kind off without a sign-in. Its signature is checked by the function; here it works once and for a while.
create function private.message_of_link(p_delivery_id uuid, p_now timestamptz) returns public.message_deliveries
language sql stable security definer set search_path = '' as $$
  select * from public.message_deliveries
  where id = p_delivery_id and released_at is not null and created_at > p_now - private.setting_interval('message_deliveries_kept_for');
$$;
comment on function private.message_of_link(uuid, timestamptz) is 'The message that a link came with; null once the link has expired.';

create function public.read_unsubscribe(p_delivery_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('kind', d.kind, 'channel', d.channel,
    'is_enabled', private.wants_message(d.user_id, d.kind, d.channel))
  from private.message_of_link(p_delivery_id, now()) d where d.id is not null;
$$;
comment on function public.read_unsubscribe(uuid) is 'For the function email-unsubscribe: what a link is about. Changes nothing.';

create function public.unsubscribe(p_delivery_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_delivery constant public.message_deliveries := private.message_of_link(p_delivery_id, now());
begin
  if v_delivery.id is null then
    return null;
  end if;
  perform from public.profiles where id = v_delivery.user_id for key share;
  update public.message_deliveries set unsubscribed_at = now() where id = v_delivery.id and unsubscribed_at is null;
  if found and not exists (select from private.notification_kinds where kind = v_delivery.kind and is_required) then
    perform private.choose_notification(v_delivery.user_id, v_delivery.kind, v_delivery.channel, false);
  end if;
  return public.read_unsubscribe(p_delivery_id);
end;
$$;
comment on function public.unsubscribe(uuid) is
  'For the function email-unsubscribe: turns the kind of a message off for its reader. A second time it changes nothing, so that an old mail cannot undo a later choice.';

grant execute on function public.read_unsubscribe(uuid), public.unsubscribe(uuid) to service_role;

-- schemas/mail/write_messages.sql
-- What is asked before a message is sent: whether it still is to be sent, when, and what it says.
create function private.why_not_to_send(p_delivery public.message_deliveries) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_address text;
  v_is_confirmed boolean;
begin
  select lower(p.email), u.email_confirmed_at is not null into v_address, v_is_confirmed
  from public.profiles p join auth.users u on u.id = p.id where p.id = p_delivery.user_id;
  return case
    when private.wants_message(p_delivery.user_id, p_delivery.kind, p_delivery.channel) is not true then 'turned_off'
    when v_address is null or not v_is_confirmed then 'no_confirmed_address'
    when exists (select from private.suppressed_addresses s where s.user_id = p_delivery.user_id and s.address = v_address) then 'address_suppressed'
    when not exists (select from public.message_deliveries d
      where (d.id = p_delivery.id or d.sent_with = p_delivery.id) and d.notification_id is not null) then 'withdrawn'
  end;
end;
$$;
comment on function private.why_not_to_send(public.message_deliveries) is
  'Why a message is not sent any more: turned_off, no_confirmed_address, address_suppressed, withdrawn; null when it is.';

create function private.message_material(p_delivery public.message_deliveries) returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object('kind', p_delivery.kind, 'address', p.email, 'name', p.full_name, 'language', p.language,
    'time_zone', p.time_zone, 'is_required', k.is_required, 'links', private.gather_hooks('message_links', p_delivery.id), 'items', (
      select jsonb_agg(jsonb_build_object('subject_id', n.subject_id, 'data', n.data, 'created_at', n.created_at) order by n.created_at, n.id)
      from public.message_deliveries d join public.notifications n on n.id = d.notification_id
      where d.id = p_delivery.id or d.sent_with = p_delivery.id))
  from public.profiles p join private.notification_kinds k on k.kind = p_delivery.kind
  where p.id = p_delivery.user_id;
$$;
comment on function private.message_material(public.message_deliveries) is 'What a message is written from: its reader and what they are told.';

-- A try that never reported may have sent it, and so may one that the provider did not answer. The provider forgets a key after a day;
-- whoever sent again after that might send twice.
create function private.begin_message(p_delivery_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_delivery public.message_deliveries;
  v_text private.rendered_messages;
  v_slot record;
  v_reason text;
begin
  select * into v_delivery from public.message_deliveries
  where id = p_delivery_id and state = 'queued' and released_at is not null and sent_with is null for update;
  if not found then
    return jsonb_build_object('step', 'none');
  end if;
  v_reason := private.why_not_to_send(v_delivery);
  if v_reason is not null then
    perform private.settle_message(p_delivery_id, 'suppressed', v_reason, p_now);
    return jsonb_build_object('step', 'none');
  end if;
  insert into private.rendered_messages (delivery_id) values (p_delivery_id) on conflict do nothing;
  select * into strict v_text from private.rendered_messages where delivery_id = p_delivery_id for update;
  if coalesce(v_text.unknown_since, v_text.try_began_at) <= p_now - private.setting_interval('mail_key_kept_for') then
    perform private.settle_message(p_delivery_id, 'failed', 'outcome_unknown', p_now);
    return jsonb_build_object('step', 'none');
  end if;
  v_slot := private.take_mail_slot(p_now);
  if not v_slot.is_taken then
    perform private.enqueue_task('send_email', p_delivery_id::text, v_delivery.user_id, v_slot.slot_at);
    return jsonb_build_object('step', 'none');
  end if;
  update private.rendered_messages
  set unknown_since = coalesce(unknown_since, try_began_at), try_began_at = case when mail is not null then p_now end
  where delivery_id = p_delivery_id;
  return jsonb_build_object(
    'step', case when v_text.mail is null then 'write' else 'send' end,
    'key', p_delivery_id || case when v_delivery.sending > 1 then '-' || v_delivery.sending else '' end,
    'wait_ms', ceil(extract(epoch from v_slot.slot_at - p_now) * 1000),
    'mail', v_text.mail,
    'material', case when v_text.mail is null then private.message_material(v_delivery) end);
end;
$$;
comment on function private.begin_message(uuid, timestamptz) is
  'Begins a try: {step: none} when there is nothing to do (now); otherwise send with the text, or write with the material for it, '
  'the key for the provider, and how long to wait for a free moment.';

create function public.begin_message(p_delivery_id uuid) returns jsonb
language sql security definer set search_path = '' as $$
  select private.begin_message(p_delivery_id, clock_timestamp());
$$;
comment on function public.begin_message(uuid) is 'For the task send_email: whether and what to send.';

create function public.keep_message(p_delivery_id uuid, p_mail jsonb) returns jsonb
language sql security definer set search_path = '' as $$
  update private.rendered_messages set mail = coalesce(mail, p_mail), try_began_at = clock_timestamp()
  where delivery_id = p_delivery_id
  returning mail;
$$;
comment on function public.keep_message(uuid, jsonb) is
  'For the task send_email: keeps the text that it wrote, before anything is sent. Answers what is to be sent: the text that was kept first; null when the message was settled meanwhile.';

grant execute on function public.begin_message(uuid), public.keep_message(uuid, jsonb) to service_role;

reset check_function_bodies;
