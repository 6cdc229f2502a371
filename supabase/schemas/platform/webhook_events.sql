create table public.webhook_events (
  id uuid primary key default gen_random_uuid(),
  provider public.webhook_provider not null,
  dedupe_key text not null constraint dedupe_key_is_not_empty check (dedupe_key <> ''),
  event_type text not null,
  occurred_at timestamptz,
  received_at timestamptz not null default now(),
  payload text,
  event jsonb constraint event_is_an_object check (jsonb_typeof(event) = 'object'),
  status public.webhook_event_status not null default 'received',
  attempts integer not null default 0 constraint attempts_are_not_negative check (attempts >= 0),
  next_attempt_at timestamptz default now(),
  settled_at timestamptz,
  last_error text,
  request_id text,
  constraint delivery_is_known_once unique (provider, dedupe_key),
  constraint open_events_have_a_next_attempt check ((status in ('received', 'failed')) = (next_attempt_at is not null)),
  constraint settled_events_say_when check ((status in ('applied', 'ignored', 'dead')) = (settled_at is not null))
);
comment on table public.webhook_events is 'The inbox. Written by public.ingest_event and the retry job only; payload and event are dropped after a while.';
comment on column public.webhook_events.dedupe_key is 'What makes a delivery the same delivery, per provider.';
comment on column public.webhook_events.event_type is 'The provider''s own name of the event.';
comment on column public.webhook_events.occurred_at is 'The provider''s time of the event, where it gives one.';
comment on column public.webhook_events.payload is 'The body as it came, secrets redacted. Text, because jsonb refuses some valid JSON. Null once forgotten.';
comment on column public.webhook_events.event is 'Our normalised event, an object with a kind. Null when nothing normalises this type yet, or once forgotten.';
comment on column public.webhook_events.attempts is 'Applications tried since it came or was last replayed.';
comment on column public.webhook_events.last_error is 'SQLSTATE and message of the last failed try, without values of the payload.';
comment on column public.webhook_events.request_id is 'The request that brought it, as in the function''s log.';

create index webhook_events_due on public.webhook_events (next_attempt_at) where status in ('received', 'failed');
create index webhook_events_dead on public.webhook_events (provider, received_at) where status = 'dead';
-- What list_events walks: what waits or was given up, one provider's, everything.
create index webhook_events_unsettled on public.webhook_events (received_at, id) where status in ('received', 'failed', 'dead');
create index webhook_events_by_time on public.webhook_events (provider, received_at, id);
create index webhook_events_with_content on public.webhook_events (received_at) where payload is not null or event is not null;
create index webhook_events_by_age on public.webhook_events (received_at, id);

alter table public.webhook_events enable row level security;

create policy "no client reads or writes the inbox" on public.webhook_events
  for all to anon, authenticated using (false) with check (false);

grant select on public.webhook_events to service_role;
