-- Where an account's own system wants to hear what happens. Written by the RPCs of manage_webhook_endpoints.sql only.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('webhook_endpoints_per_account', '10', 'integer', '1', '100', 'How many webhook endpoints an account may have.'),
  ('webhook_secret_overlap', '"24 hours"', 'interval', '1 hour', '30 days', 'How long the secret before a rotation still signs.'),
  ('webhook_disabled_after', '"5 days"', 'interval', '1 day', '60 days', 'An endpoint that failed for so long without one success is disabled.');

insert into private.rate_limits (kind, max_count, per) values ('webhook_sends', 60, '1 hour');

create table public.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  url text not null constraint url_is_at_most_2048_characters check (char_length(url) <= 2048),
  kinds text[] not null constraint endpoint_asks_for_something check (cardinality(kinds) between 1 and 100),
  state public.webhook_endpoint_state not null default 'active',
  disabled_reason text constraint disabled_reason_is_known check (disabled_reason in ('gone', 'failing')),
  failing_since timestamptz,
  consecutive_failures integer not null default 0,
  retry_at timestamptz,
  last_success_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint disabled_endpoint_says_why check ((state = 'disabled') = (disabled_reason is not null)),
  constraint failures_have_a_beginning check ((consecutive_failures > 0) = (failing_since is not null))
);
comment on table public.webhook_endpoints is 'Addresses of an account''s own system, which are told of events after Standard Webhooks.';
comment on column public.webhook_endpoints.kinds is 'Kinds of events that it asks for, as in webhook_kinds.';
comment on column public.webhook_endpoints.disabled_reason is 'gone: it answered 410; failing: nothing was delivered for days.';
comment on column public.webhook_endpoints.failing_since is 'The first failure since the last success.';
comment on column public.webhook_endpoints.retry_at is 'Nothing is sent before: a failing endpoint is tried with one delivery at a time, at growing intervals of at most an hour.';

create index webhook_endpoints_user_id_idx on public.webhook_endpoints (user_id, created_at, id);

alter table public.webhook_endpoints enable row level security;

create policy "owners read their own webhook endpoints" on public.webhook_endpoints
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.webhook_endpoints to authenticated, service_role;

create trigger webhook_endpoints_touch_updated_at before update on public.webhook_endpoints
  for each row execute function private.touch_updated_at();

-- A signature needs the secret itself, so it is kept in Vault and not as a hash. Nobody reads it again after it was shown.
create table private.webhook_secrets (
  id uuid primary key,
  endpoint_id uuid not null references public.webhook_endpoints (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz
);
comment on table private.webhook_secrets is 'Which secrets of Vault sign an endpoint''s deliveries: the newest, and for a while those that it replaced.';
comment on column private.webhook_secrets.id is 'The id of the secret in Vault.';
comment on column private.webhook_secrets.expires_at is 'Until when a replaced secret signs; null for the newest.';

create index webhook_secrets_endpoint_id_idx on private.webhook_secrets (endpoint_id, created_at desc);
create index webhook_secrets_expires_at_idx on private.webhook_secrets (expires_at) where expires_at is not null;

alter table private.webhook_secrets enable row level security;

create policy "nobody but the owner of the schema reads which secrets sign" on private.webhook_secrets
  for all to anon, authenticated using (false) with check (false);

create function private.webhook_secrets_forget() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from vault.secrets where id = old.id;
  return null;
end;
$$;
comment on function private.webhook_secrets_forget() is 'A secret that signs nothing any more goes from Vault, however its endpoint ended.';

create trigger webhook_secrets_forget after delete on private.webhook_secrets
  for each row execute function private.webhook_secrets_forget();
