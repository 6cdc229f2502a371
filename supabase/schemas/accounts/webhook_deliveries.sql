-- One row for each event and endpoint: what is to be sent, and what became of it. The event's id is the same in every try and replay.
create table public.webhook_deliveries (
  id uuid primary key default gen_random_uuid(),
  endpoint_id uuid not null references public.webhook_endpoints (id) on delete cascade,
  user_id uuid not null,
  event_id uuid not null,
  kind text not null references public.webhook_kinds (kind) on update cascade on delete cascade,
  occurred_at timestamptz not null,
  data jsonb not null,
  state public.webhook_delivery_state not null default 'pending',
  attempts integer not null default 0 constraint attempts_are_not_negative check (attempts >= 0),
  next_attempt_at timestamptz default now(),
  last_status smallint,
  last_error text,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  constraint event_is_told_once_to_an_endpoint unique (endpoint_id, event_id),
  constraint pending_delivery_has_a_next_attempt check ((state = 'pending') = (next_attempt_at is not null)),
  constraint delivered_delivery_says_when check ((state = 'delivered') = (delivered_at is not null))
);
comment on table public.webhook_deliveries is 'Events on their way to an endpoint. Kept for 30 days.';
comment on column public.webhook_deliveries.user_id is 'The endpoint''s owner, for policies.';
comment on column public.webhook_deliveries.event_id is 'The webhook-id without its prefix, by which a receiver knows a repetition.';
comment on column public.webhook_deliveries.occurred_at is 'When it happened, which is neither when it was recorded nor when it is sent.';
comment on column public.webhook_deliveries.attempts is 'Tries since it was last asked for; webhook_attempts has them all.';
comment on column public.webhook_deliveries.last_error is 'Why the last try failed without a status: timeout, no_connection, tls, address_refused, bad_answer.';

create index webhook_deliveries_due_idx on public.webhook_deliveries (endpoint_id, next_attempt_at, id) where state = 'pending';
create index webhook_deliveries_endpoint_id_idx on public.webhook_deliveries (endpoint_id, occurred_at desc, id desc);
create index webhook_deliveries_user_id_idx on public.webhook_deliveries (user_id, created_at, id);
create index webhook_deliveries_kind_idx on public.webhook_deliveries (kind);
create index webhook_deliveries_created_at_idx on public.webhook_deliveries (created_at);

alter table public.webhook_deliveries enable row level security;

create policy "owners read what their endpoints are told" on public.webhook_deliveries
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.webhook_deliveries to authenticated, service_role;

create table public.webhook_attempts (
  id bigint generated always as identity primary key,
  delivery_id uuid not null references public.webhook_deliveries (id) on delete cascade,
  user_id uuid not null,
  attempted_at timestamptz not null,
  duration_ms integer not null constraint duration_is_not_negative check (duration_ms >= 0),
  status smallint,
  error text,
  constraint attempt_has_a_status_or_an_error check (num_nonnulls(status, error) = 1)
);
comment on table public.webhook_attempts is 'Every try of a delivery: when, how long it took, and the status or why there was none. Nothing of an answer''s body is kept.';
comment on column public.webhook_attempts.user_id is 'The endpoint''s owner, for policies.';

create index webhook_attempts_delivery_id_idx on public.webhook_attempts (delivery_id, id);
create index webhook_attempts_user_id_idx on public.webhook_attempts (user_id, id);

alter table public.webhook_attempts enable row level security;

create policy "owners read how their endpoints answered" on public.webhook_attempts
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.webhook_attempts to authenticated, service_role;
