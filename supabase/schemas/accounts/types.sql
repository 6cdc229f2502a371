-- The words of the accounts domain, as enums, so that a misspelt role or status cannot be stored.
create type public.user_role as enum ('member', 'teacher', 'agent', 'admin');
comment on type public.user_role is 'member: a customer or student; teacher: hosts classes; agent: support staff; admin: everything.';

create type public.account_status as enum ('active', 'expired', 'suspended', 'closing');
comment on type public.account_status is
  'expired: the trial is over, voice is read-only; suspended: barred by hand; closing: being purged, irreversible.';

create type public.expiry_reason as enum ('time', 'usage');
create type public.plan_type as enum ('free', 'pro', 'business', 'enterprise');
create type public.usage_period as enum ('lifetime', 'month');

-- What each plan allows. A limit that is null is unlimited.
create domain public.amount as bigint
  constraint amount_is_not_negative check (value >= 0)
  constraint amount_is_exact_in_json check (value <= 9007199254740991);
comment on domain public.amount is 'What is counted against a limit (assistants, seconds, bytes), and the limit itself.';

-- How an account ends: closing (irreversible) -> what lies outside is taken away -> facts are deleted in batches -> the user is deleted.
-- One tick does one bounded step, so that a tick may die anywhere and the next goes on.
create type private.closure_reason as enum ('trial', 'request');

create type public.webhook_endpoint_state as enum ('active', 'paused', 'disabled');
comment on type public.webhook_endpoint_state is
  'active; paused: by its owner; disabled: by us, because the endpoint said that it is gone or failed for days. What happens meanwhile waits.';

create type public.webhook_delivery_state as enum ('pending', 'delivered', 'failed');
comment on type public.webhook_delivery_state is
  'pending: to be sent, for the first time or again; delivered: answered with 2xx; failed: given up after the last try, can be sent again.';

create type public.message_channel as enum ('email');
comment on type public.message_channel is 'The ways by which a notification leaves the product. It is shown in the product in any case.';
