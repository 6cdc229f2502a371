-- The words of the accounts domain, as enums, so that a misspelt role or status cannot be stored.
create type public.user_role as enum ('member', 'teacher', 'agent', 'admin');
comment on type public.user_role is 'member: a customer or student; teacher: hosts classes; agent: support staff; admin: everything.';

create type public.account_status as enum ('active', 'expired', 'suspended', 'closing');
comment on type public.account_status is
  'expired: the trial is over, voice is read-only; suspended: barred by hand; closing: being purged, irreversible.';

create type public.expiry_reason as enum ('time', 'usage');
create type public.plan_type as enum ('free', 'pro', 'business', 'enterprise');
create type public.usage_period as enum ('lifetime', 'month');

create type public.actor_kind as enum ('user', 'staff', 'service', 'system');
comment on type public.actor_kind is
  'Who caused a fact: a signed-in user, support staff, the secret key, or the database itself (jobs, SQL, sign-up).';
