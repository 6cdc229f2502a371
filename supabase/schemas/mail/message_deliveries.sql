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
