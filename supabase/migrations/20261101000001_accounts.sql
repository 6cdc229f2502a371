-- What a function's body needs may come later.
set check_function_bodies = off;

-- schemas/accounts/types.sql
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

-- schemas/accounts/callers.sql
-- Who is calling, for policies and rules. The functions have no arguments, so that `(select private.f())` runs once for a statement.
-- They are PL/pgSQL, because every row of the ledger asks as well: a function in SQL with a search_path is planned at each call
-- (0.1 ms for current_actor, more than the row that it stamps), one in PL/pgSQL once for a session.
create function private.role_under(p_role public.user_role, p_status public.account_status) returns public.user_role
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_status not in ('suspended', 'closing') then p_role end;
end;
$$;
comment on function private.role_under(public.user_role, public.account_status) is
  'The role that an account of this status acts in: its own, or none while suspended or closing. For rules that have the row.';

create function private.acting_role(p_profile_id uuid) returns public.user_role
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select private.role_under(role, account_status) from public.profiles where id = p_profile_id);
end;
$$;
comment on function private.acting_role(uuid) is
  'The role in which a profile acts now; null for nobody and while the account is suspended or closing. Every right that a role gives asks here.';

create function private.caller_role() returns public.user_role
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.acting_role((select auth.uid()));
end;
$$;
comment on function private.caller_role() is 'The role in which the signed-in caller acts; null for nobody and for a barred account.';

create function private.is_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.caller_role() = 'admin', false);
end;
$$;
comment on function private.is_admin() is 'Whether the caller is an admin.';

-- A policy that lets admins read every row says so as a range of the key, next to conditions that an index serves too. No index serves
-- a plain "or is_admin()", and everybody else's rows would be looked for in the whole table.
create function private.first_id_of_admin() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return case when private.is_admin() then '00000000-0000-0000-0000-000000000000'::uuid end;
end;
$$;
comment on function private.first_id_of_admin() is 'The lowest id that the caller reads as an admin; null for whoever is none.';

create function private.last_id_of_admin() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return case when private.is_admin() then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid end;
end;
$$;
comment on function private.last_id_of_admin() is 'The highest id that the caller reads as an admin; null for whoever is none.';

create function private.acts_as_staff(p_profile_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.acting_role(p_profile_id) in ('agent', 'admin'), false);
end;
$$;
comment on function private.acts_as_staff(uuid) is 'Whether a profile acts as support staff now: an agent or an admin who is neither suspended nor closing.';

create function private.is_support_staff() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.acts_as_staff((select auth.uid()));
end;
$$;
comment on function private.is_support_staff() is 'Whether the caller is an agent or an admin.';

create function private.is_teacher() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.caller_role() in ('teacher', 'admin'), false);
end;
$$;
comment on function private.is_teacher() is 'Whether the caller may host classes: a teacher or an admin.';

create function private.current_actor() returns table (kind public.actor_kind, id uuid)
language plpgsql stable rows 1 security definer set search_path = '' as $$
begin
  if auth.role() = 'service_role' then
    kind := 'service';
  else
    id := auth.uid();
    kind := case when id is null then 'system' when private.is_support_staff() then 'staff' else 'user' end::public.actor_kind;
  end if;
  return next;
end;
$$;
comment on function private.current_actor() is
  'Who causes what this transaction writes; always one row. id is null for service and system.';

grant execute on function
  private.caller_role(), private.is_admin(), private.first_id_of_admin(), private.last_id_of_admin(), private.is_support_staff(), private.is_teacher(), private.current_actor()
  to authenticated, service_role;

-- schemas/accounts/plans.sql
create table public.plans (
  plan_type public.plan_type primary key,
  max_assistants public.amount,
  max_call_time_seconds public.amount,
  max_attachment_bytes public.amount,
  usage_period public.usage_period not null
);
comment on table public.plans is 'The limits of each plan; null is unlimited. Copied to user_limits when a user gets the plan.';
comment on column public.plans.usage_period is 'lifetime: call time never resets; month: it counts per month from the account''s period anchor.';

alter table public.plans enable row level security;

create policy "signed-in users read the plans" on public.plans
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.plans to authenticated, service_role;

insert into public.plans (plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes, usage_period) values
  ('free', 1, 600, 104857600, 'lifetime'),
  ('pro', 10, 3600, 5368709120, 'month'),
  ('business', 50, 18000, 53687091200, 'month'),
  ('enterprise', null, null, null, 'month');

-- schemas/accounts/profiles.sql
-- One profile per auth user: who they are to the product.
create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  email text,
  full_name text
    constraint full_name_is_1_to_200_characters check (char_length(full_name) between 1 and 200 and full_name = btrim(full_name)),
  avatar_url text
    constraint avatar_url_is_an_https_url check (avatar_url ~ '^https://[^\s]+$' and char_length(avatar_url) <= 2048),
  time_zone text not null default 'UTC',
  language text not null default 'en' constraint language_is_supported check (language in ('en', 'de', 'fr', 'es')),
  workspace_email text
    constraint workspace_email_is_lower_case check (workspace_email = lower(workspace_email) and workspace_email ~ '^[^@\s]+@[^@\s]+$'),
  role public.user_role not null default 'member',
  is_demo boolean not null default true,
  demo_expires_at timestamptz,
  account_status public.account_status not null default 'active',
  expired_at timestamptz,
  expiry_reason public.expiry_reason,
  purge_after timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Nothing ends unannounced: a trial is warned before it ends by time, an expired one before it is purged.
  demo_warned_at timestamptz,
  purge_warned_at timestamptz,
  -- A user may ask for the deletion of their account and take the wish back for a while; then the purge carries it out.
  deletion_requested_at timestamptz,
  constraint demo_has_an_end check (not is_demo or demo_expires_at is not null),
  constraint expired_account_says_when_and_why
    check (account_status <> 'expired' or (expired_at is not null and expiry_reason is not null))
);
comment on table public.profiles is 'Who a user is to the product: 1:1 with auth.users, made by its insert and gone with it.';
comment on column public.profiles.email is 'In step with auth.users.email; null for a sign-up without one. Confirmed or not: auth.users knows.';
comment on column public.profiles.time_zone is 'IANA name; days of dashboards are cut in it.';
comment on column public.profiles.language is 'ISO 639-1 code of the language in which the person is written to.';
comment on column public.profiles.workspace_email is 'The Google Workspace address that a teacher hosts under; set with the secret key.';
comment on column public.profiles.is_demo is 'The voice trial. Ends for ever with a role, an enrolment, a hosted class or a paid plan.';
comment on column public.profiles.demo_expires_at is 'When the trial ends by time; kept as history once it is over.';
comment on column public.profiles.purge_after is 'When an expired trial may be purged; null for every other account.';
comment on column public.profiles.demo_warned_at is 'When the owner was told that the trial ends at demo_expires_at; null again once that moves.';
comment on column public.profiles.purge_warned_at is
  'When the owner was told that the account will be purged; the purge waits for the notice to pass. Null again once the purge is called off or moves beyond the notice.';
comment on column public.profiles.deletion_requested_at is 'When the owner asked for the deletion of their account; null when they did not, or took it back.';

create index profiles_admins_idx on public.profiles (id) where role = 'admin';

-- What admin_list_accounts walks: all, by state, by a role; and what it seeks an account by, the address, the name and the last word of the name.
create index profiles_created_at_idx on public.profiles (created_at, id);
create index profiles_account_status_idx on public.profiles (account_status, created_at, id);
create index profiles_role_idx on public.profiles (created_at, id) where role <> 'member';
create index profiles_email_key_idx on public.profiles ((lower(email) collate "C"), id);
-- Sessions of meetings are matched by both addresses.
create index profiles_workspace_email_idx on public.profiles (workspace_email) where workspace_email is not null;
create index profiles_name_key_idx on public.profiles ((lower(full_name) collate "C"), id);
create index profiles_last_name_key_idx on public.profiles ((lower(substring(full_name from '[^ ]+$')) collate "C"), id);

-- What follows when usage nears and reaches a limit, in the transaction that records the usage: warnings, and the end of a trial.
create index profiles_expiring_idx on public.profiles (demo_expires_at) where is_demo and account_status = 'active';

create index profiles_demo_to_warn_idx on public.profiles (demo_expires_at)
  where is_demo and account_status = 'active' and demo_warned_at is null;

create index profiles_purge_to_warn_idx on public.profiles (purge_after)
  where account_status = 'expired' and purge_warned_at is null and purge_after is not null;

create index profiles_deletion_requested_idx on public.profiles (deletion_requested_at) where deletion_requested_at is not null;
create index profiles_purge_after_idx on public.profiles (purge_after) where account_status = 'expired' and is_demo;

-- Rates go with the profile and not with auth.users: deleting a user locks that row before anything else, so that whoever takes a
-- rate while they hold a ticket would wait for the deletion, which waits for the ticket.
alter table private.rate_windows add constraint rate_windows_user_id_fkey
  foreign key (user_id) references public.profiles (id) on delete cascade;

alter table public.profiles enable row level security;

-- Rows come and go with auth.users only, so nobody inserts or deletes profiles.
create policy "owners and support staff read profiles" on public.profiles
  for select to authenticated
  using (id = (select auth.uid()) or (select private.is_support_staff()));

create policy "owners edit their own profile" on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));

grant select on public.profiles to authenticated, service_role;
grant update (full_name, avatar_url, time_zone, language) on public.profiles to authenticated;

-- The secret key may set these directly; the rules on roles and trials are triggers and hold for it too.
grant update (full_name, avatar_url, time_zone, language, workspace_email, role, account_status) on public.profiles to service_role;

-- A warning is about a date. A purge that is put off by less than a notice, e.g. from day to day while a ticket is open, stays announced.
create function private.forget_warnings(p_old public.profiles, p_new public.profiles) returns public.profiles
language plpgsql security definer set search_path = '' as $$
begin
  if p_new.demo_expires_at is distinct from p_old.demo_expires_at then
    p_new.demo_warned_at := null;
  end if;
  if p_new.purge_after is distinct from p_old.purge_after
    and p_new.purge_warned_at is not distinct from p_old.purge_warned_at
    and (p_new.purge_after is null or p_new.purge_after > p_old.purge_after + private.setting_interval('purge_warning_before'))
  then
    p_new.purge_warned_at := null;
  end if;
  return p_new;
end;
$$;
comment on function private.forget_warnings(public.profiles, public.profiles) is
  'The new row without the warnings that do not hold any more, because the end of the trial or the date of the purge moved.';

create function private.profiles_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform private.require_time_zone(new.time_zone);
    return new;
  end if;
  if new.time_zone is distinct from old.time_zone then
    perform private.require_time_zone(new.time_zone);
  end if;
  if private.role_under(old.role, old.account_status) = 'admin'
    and private.role_under(new.role, new.account_status) is distinct from 'admin'
  then
    perform private.keep_last_admin(new.id);
  end if;
  -- What the closing of an account took away cannot be brought back.
  if old.account_status = 'closing' and new.account_status <> 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  new := private.forget_warnings(old, new);
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.profiles_guard() is
  'BEFORE a profile is written: 422 invalid_time_zone, 409 last_admin, 409 account_closing. Derives warnings and updated_at.';

-- A role and a status are facts of record, whichever path changed them: RPC, secret key, job or SQL editor.
create function private.profiles_react() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform private.follow_profile_card(new);
    return null;
  end if;
  if (new.full_name, new.avatar_url) is distinct from (old.full_name, old.avatar_url) then
    perform private.follow_profile_card(new);
  end if;
  if new.role <> old.role then
    perform private.log_usage(new.id, 'role_changed', 'profile', new.id,
      p_details => jsonb_build_object('from', old.role, 'to', new.role));
    if new.role <> 'member' then
      perform private.end_demo(new.id, 'role');
    end if;
  end if;
  if new.account_status <> old.account_status then
    perform private.log_usage(new.id, 'account_status_changed', 'profile', new.id,
      p_details => jsonb_build_object('from', old.account_status, 'to', new.account_status, 'reason', new.expiry_reason));
  end if;
  if (new.role, new.account_status, new.time_zone) is distinct from (old.role, old.account_status, old.time_zone) then
    perform private.run_hooks('profile_changed', old, new);
  end if;
  return null;
end;
$$;
comment on function private.profiles_react() is
  'AFTER a profile was written: the card follows, role and status are logged, a role other than member ends the trial, the domains hear of it.';

create trigger profiles_guard before insert or update on public.profiles
  for each row execute function private.profiles_guard();

create trigger profiles_react after insert or update on public.profiles
  for each row execute function private.profiles_react();

-- schemas/accounts/tell_once.sql
-- What was told and about what, so that it is not told again. The notifications cannot say this, because users may delete them.
create table private.told (
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null,
  about text not null,
  told_on date not null,
  times integer not null default 1 constraint times_is_positive check (times > 0),
  primary key (user_id, kind, about)
);
comment on table private.told is 'What users were told, each with what it was about. Forgotten after the setting told_kept_for.';
comment on column private.told.about is 'What tells one telling from the next, e.g. a limit, its amount and its period, or the date that was announced.';
comment on column private.told.told_on is 'The day (UTC) of the last telling.';
comment on column private.told.times is 'How often on that day.';

alter table private.told enable row level security;

create policy "nobody but the owner of the schema reads what was told" on private.told
  for all to anon, authenticated using (false) with check (false);

insert into private.settings (name, value, type, lowest, highest, description) values
  ('told_kept_for', '"400 days"', 'interval', '370 days', '3650 days', 'How long it is remembered what a user was told. Longer than any period of usage.'),
  ('told_times_a_day', '3', 'integer', '1', '100', 'How often a day what can happen again and again is told, e.g. that the last assistant is taken.');

create function private.tell_once(
  p_user_id uuid, p_kind text, p_about text, p_subject_id uuid, p_data jsonb, p_can_recur boolean default false
) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  c_today constant date := (now() at time zone 'UTC')::date;
begin
  insert into private.told as t (user_id, kind, about, told_on)
  select id, p_kind, p_about, c_today from public.profiles where id = p_user_id
  on conflict (user_id, kind, about) do update
  set told_on = c_today, times = case when t.told_on = c_today then t.times + 1 else 1 end
  where p_can_recur and (t.told_on < c_today or t.times < private.setting_integer('told_times_a_day'));
  if not found then
    return false;
  end if;
  delete from private.told
  where user_id = p_user_id and kind = p_kind
    and told_on < ((now() - private.setting_interval('told_kept_for')) at time zone 'UTC')::date;
  perform private.notify(p_user_id, p_kind, p_subject_id, p_data);
  return true;
end;
$$;
comment on function private.tell_once(uuid, text, text, uuid, jsonb, boolean) is
  'notify, unless the user was told this about the same thing. What can recur is told again, a few times a day. Says whether it told.';

-- schemas/accounts/usage_logs.sql
-- The audit of every change to an account and of every limited action, written in the transaction of the fact.
create table public.usage_logs (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  action_type text not null constraint action_type_is_snake_case check (action_type ~ '^[a-z][a-z0-9_]*$'),
  resource_type text not null constraint resource_type_is_snake_case check (resource_type ~ '^[a-z][a-z0-9_]*$'),
  resource_id uuid,
  assistant_count_change integer not null default 0,
  call_time_change_seconds integer not null default 0,
  attachment_bytes_change bigint not null default 0,
  actor_kind public.actor_kind not null,
  actor_id uuid references public.profiles (id) on delete set null,
  details jsonb not null default '{}',
  created_at timestamptz not null default now(),
  -- Call time of the log is dated by its fact, so that any period's sum can be taken from the log as well as from the calls.
  fact_at timestamptz
);
comment on table public.usage_logs is 'Append-only audit of accounts and usage. Written by triggers only; goes with its user.';
comment on column public.usage_logs.resource_id is 'What the action was about; no foreign key, because the row outlives it.';
comment on column public.usage_logs.actor_id is 'Who did it; null for service and system, and once that person is gone.';
comment on column public.usage_logs.fact_at is 'For call time: the end of the call, which says in which period the change counts.';

create index usage_logs_user_id_id_idx on public.usage_logs (user_id, id desc);
create index usage_logs_actor_id_idx on public.usage_logs (actor_id) where actor_id is not null;

alter table public.usage_logs enable row level security;

create policy "owners read their own usage log" on public.usage_logs
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.usage_logs to authenticated, service_role;

-- Nobody rewrites the log, not even the owner of the table. Two things must pass: the deletion along with a user who is
-- gone or being closed, and the foreign key that forgets an actor who is gone (set null arrives here as an update).
create function private.keep_usage_log() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_forgotten public.usage_logs := old;
begin
  v_forgotten.actor_id := null;
  if new = v_forgotten and not exists (select from public.profiles where id = old.actor_id) then
    return new;
  end if;
  perform private.refuse(403, 'usage_log_is_append_only', 'The usage log can only be added to.');
  return null;
end;
$$;
comment on function private.keep_usage_log() is 'Refuses every edit of the usage log but that of the foreign key whose actor is gone.';

-- The trigger runs once for a statement, because a log is deleted with its account and may be long.
create function private.keep_usage_log_whole() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from (select distinct user_id from deleted) gone
    join public.profiles p on p.id = gone.user_id and p.account_status <> 'closing')
  then
    perform private.refuse(403, 'usage_log_is_append_only', 'The usage log can only be added to.');
  end if;
  return null;
end;
$$;
comment on function private.keep_usage_log_whole() is 'Refuses to delete from the usage log of an account that is there and not closing.';

create function private.log_usage(
  p_user_id uuid, p_action_type text, p_resource_type text, p_resource_id uuid default null,
  p_assistant_count_change integer default 0, p_call_time_change_seconds integer default 0,
  p_attachment_bytes_change bigint default 0, p_details jsonb default '{}'
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.usage_logs (user_id, action_type, resource_type, resource_id, assistant_count_change,
    call_time_change_seconds, attachment_bytes_change, actor_kind, actor_id, details)
  select owner.id, p_action_type, p_resource_type, p_resource_id, coalesce(p_assistant_count_change, 0),
    coalesce(p_call_time_change_seconds, 0), coalesce(p_attachment_bytes_change, 0),
    actor.kind, (select id from public.profiles where id = actor.id), coalesce(p_details, '{}')
  from public.profiles owner
  cross join private.current_actor() actor
  where owner.id = p_user_id;
end;
$$;
comment on function private.log_usage(uuid, text, text, uuid, integer, integer, bigint, jsonb) is
  'Writes one row of the usage log with the current actor. Silent when the profile is gone, so that a user with facts can be deleted.';

create trigger usage_logs_keep before update on public.usage_logs
  for each row execute function private.keep_usage_log();

create trigger usage_logs_keep_whole after delete on public.usage_logs
  referencing old table as deleted for each statement execute function private.keep_usage_log_whole();

-- schemas/accounts/user_limits.sql
-- What a user may use and has used. The row is also the lock that every limited action queues on (decision 0011).
-- The rule of the amounts belongs to their SQL domain: Postgres keeps that ready, but parses a table's checks anew in every statement.
create table public.user_limits (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  plan_type public.plan_type not null default 'free' references public.plans (plan_type) on delete restrict,
  max_assistants public.amount,
  max_call_time_seconds public.amount,
  max_attachment_bytes public.amount,
  current_assistants public.amount not null default 0,
  used_call_time_seconds public.amount not null default 0,
  used_attachment_bytes public.amount not null default 0,
  period_anchor timestamptz not null default now(),
  period_start timestamptz not null default now(),
  period_end timestamptz,
  updated_at timestamptz not null default now(),
  reconciled_at timestamptz not null default now(),
  constraint period_ends_after_it_starts check (period_end > period_start)
);
comment on table public.user_limits is 'Limits (null = unlimited) and usage per user. Counters are kept by triggers on the facts, never by clients.';
comment on column public.user_limits.max_assistants is 'Copied from the plan at every plan change; may be set per user afterwards. So for all max_*.';
comment on column public.user_limits.current_assistants is 'A stock: never reset. So is used_attachment_bytes.';
comment on column public.user_limits.used_call_time_seconds is 'Seconds of calls whose end lies in the current period.';
comment on column public.user_limits.period_anchor is 'Months are counted from here, so that 31 January does not become the 28th for ever.';
comment on column public.user_limits.period_end is 'Exclusive; null = lifetime.';
comment on column public.user_limits.reconciled_at is 'When the counters were last compared with the facts.';

create index user_limits_plan_type_idx on public.user_limits (plan_type, period_anchor, user_id);
create index user_limits_period_end_idx on public.user_limits (period_end) where period_end is not null;

alter table public.user_limits enable row level security;

create policy "owners and support staff read limits" on public.user_limits
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_support_staff()));

grant select on public.user_limits to authenticated, service_role;
grant update (plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes) on public.user_limits to service_role;

create function private.user_limits_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.plan_type <> old.plan_type then
    -- This row is the lock under which a purge sets closing, so the status read here holds.
    if exists (select from public.profiles where id = new.user_id and account_status = 'closing') then
      perform private.refuse(409, 'account_closing', 'The account is being closed.');
    end if;
    new := private.apply_plan(old, new);
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.user_limits_guard() is
  'BEFORE limits or use change: 409 account_closing for another plan. A plan brings its limits and its period. Derives updated_at.';

create function private.user_limits_react() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_old jsonb;
  v_new jsonb;
begin
  -- Every report of a call passes here, and below half of a limit there is nothing to say. The same condition on the trigger would
  -- cost eight times as much, because Postgres reads its text anew in every statement.
  if (
    new.used_call_time_seconds * 2 >= new.max_call_time_seconds
      and (new.used_call_time_seconds <> old.used_call_time_seconds or new.period_start <> old.period_start)
    or new.current_assistants >= new.max_assistants and new.current_assistants > old.current_assistants
    or new.used_attachment_bytes * 2 >= new.max_attachment_bytes and new.used_attachment_bytes > old.used_attachment_bytes
    or (new.plan_type, new.max_call_time_seconds, new.max_assistants, new.max_attachment_bytes)
      is distinct from (old.plan_type, old.max_call_time_seconds, old.max_assistants, old.max_attachment_bytes)
  ) is not true then
    return null;
  end if;
  v_old := to_jsonb(old);
  v_new := to_jsonb(new);
  perform private.react_to_use(old, new);
  if new.plan_type <> old.plan_type
    or exists (select from private.limits where v_new -> max_column is distinct from v_old -> max_column)
  then
    perform private.log_usage(new.user_id, case when old.plan_type = new.plan_type then 'limits_changed' else 'plan_changed' end,
      'user_limits', new.user_id,
      p_details => jsonb_build_object('from', private.describe_limits(v_old), 'to', private.describe_limits(v_new)));
  end if;
  if new.plan_type <> old.plan_type then
    if new.plan_type <> 'free' then
      perform private.end_demo(new.user_id, 'paid_plan');
      perform private.revive_account(new.user_id);
    end if;
    perform private.run_hooks('plan_changed', old, new);
    perform private.publish_webhook(new.user_id, 'plan.changed', concat_ws(' ', new.user_id, extract(epoch from now())), now(),
      jsonb_build_object('from', old.plan_type, 'to', new.plan_type));
  end if;
  return null;
end;
$$;
comment on function private.user_limits_react() is
  'AFTER limits or use changed: tells the owner, ends a trial at its limit, logs other limits; a paid plan ends the trial and revives; the domains hear of a plan.';

create trigger user_limits_guard before update on public.user_limits
  for each row execute function private.user_limits_guard();

create trigger user_limits_react after update on public.user_limits
  for each row execute function private.user_limits_react();

-- schemas/accounts/limits.sql
-- Everything that a plan limits has a row here. What is shown, told, rolled over, reconciled and logged of limits follows from these rows.
-- A further limit is a column of public.plans, of public.user_limits (its maximum, its use, a line in its trigger) and of public.usage_logs,
-- and a row here, registered by the domain that counts.
create type private.limit_kind as enum ('stock', 'flow');
comment on type private.limit_kind is 'stock: what there is, never reset; flow: what is used in a period.';

create table private.limits (
  name text primary key constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]*$'),
  place integer not null unique,
  kind private.limit_kind not null,
  amount_name text not null constraint amount_is_snake_case check (amount_name ~ '^[a-z][a-z0-9_]*$'),
  use_column text not null unique,
  log_column text not null unique,
  recount_function text not null constraint function_is_in_private check (recount_function ~ '^private\.[a-z_]+$'),
  is_told_early boolean not null,
  ends_trial boolean not null,
  max_column text not null generated always as ('max_' || amount_name) stored
);
comment on table private.limits is 'What a plan limits. The columns are named as they are in public.plans, public.user_limits and public.usage_logs.';
comment on column private.limits.name is 'As in a refusal, a warning and a notification.';
comment on column private.limits.place is 'The order in which limits are shown and told.';
comment on column private.limits.amount_name is 'What is counted, with its unit: max_<amount_name> is the maximum, remaining_<amount_name> what is left.';
comment on column private.limits.log_column is 'The column of public.usage_logs whose sum is the use.';
comment on column private.limits.recount_function is
  'Counts the use from the facts: of a stock (user_id uuid), of a flow (user_id uuid, from timestamptz, to timestamptz), to null = no end.';
comment on column private.limits.is_told_early is 'The owner is told at the warning shares; otherwise only when nothing is left.';
comment on column private.limits.ends_trial is 'A trial ends at this limit.';

alter table private.limits enable row level security;

create policy "nobody but the owner of the schema reads the list of limits" on private.limits
  for all to anon, authenticated using (false) with check (false);

create function private.recount(p_limit private.limits, p_user_id uuid, p_from timestamptz, p_to timestamptz) returns bigint
language plpgsql stable security definer set search_path = '' as $$
declare
  v_use bigint;
begin
  if p_limit.kind = 'flow' then
    execute format('select %s($1, $2, $3)', p_limit.recount_function) into v_use using p_user_id, p_from, p_to;
  else
    execute format('select %s($1)', p_limit.recount_function) into v_use using p_user_id;
  end if;
  return v_use;
end;
$$;
comment on function private.recount(private.limits, uuid, timestamptz, timestamptz) is
  'Use of one limit from the facts; of a flow in [p_from, p_to).';

create function private.recount_flows(p_limits public.user_limits) returns public.user_limits
language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_populate_record(p_limits, (
    select jsonb_object_agg(l.use_column, private.recount(l, p_limits.user_id, p_limits.period_start, p_limits.period_end))
    from private.limits l where l.kind = 'flow'));
end;
$$;
comment on function private.recount_flows(public.user_limits) is
  'The row with what its period has of every flow. From the facts and not zero: a fact may be later than the period before and here already.';

create function private.write_use(p_limits public.user_limits) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
begin
  execute (
    select format('update public.user_limits set period_start = ($1).period_start, period_end = ($1).period_end, '
      'reconciled_at = ($1).reconciled_at, %s where user_id = ($1).user_id returning *',
      string_agg(format('%1$I = ($1).%1$I', use_column), ', '))
    from private.limits) into p_limits using p_limits;
  return p_limits;
end;
$$;
comment on function private.write_use(public.user_limits) is 'Stores the period and every use of a row, and returns what is stored.';

create function private.create_limits(p_user_id uuid, p_plan public.plan_type) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_columns constant text := (select string_agg(quote_ident(max_column), ', ' order by place) from private.limits);
begin
  execute format('insert into public.user_limits (user_id, plan_type, %1$s) select $1, plan_type, %1$s from public.plans where plan_type = $2',
    v_columns) using p_user_id, p_plan;
end;
$$;
comment on function private.create_limits(uuid, public.plan_type) is 'Gives a new account the limits of a plan.';

create function private.describe_limits(p_limits jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('plan_type', p_limits -> 'plan_type') || jsonb_object_agg(max_column, p_limits -> max_column)
  from private.limits;
$$;
comment on function private.describe_limits(jsonb) is 'The plan and the limits of a row, for the log.';

-- schemas/accounts/notifications.sql
-- What a user is told. Written by the rules that have something to say; the owner may only mark it read.
create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  subject_id uuid,
  data jsonb not null default '{}',
  read_at timestamptz constraint read_at_is_a_moment check (isfinite(read_at)),
  created_at timestamptz not null default now()
);
comment on table public.notifications is 'Messages of the product to a user, e.g. limit_90, demo_2_days, ticket_reply.';
comment on column public.notifications.kind is 'What happened; clients choose words by it.';
comment on column public.notifications.subject_id is 'The ticket, class or account it is about; no foreign key, the kind says which.';
comment on column public.notifications.data is 'What the words need, e.g. a number or a title. Never anything that the owner may not read.';

create index notifications_user_id_created_at_idx on public.notifications (user_id, created_at desc);
create index notifications_unread_idx on public.notifications (user_id) where read_at is null;

alter table public.notifications enable row level security;

create policy "owners read their own notifications" on public.notifications
  for select to authenticated using (user_id = (select auth.uid()));

create policy "owners mark their own notifications" on public.notifications
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

grant select on public.notifications to authenticated, service_role;
grant update (read_at) on public.notifications to authenticated;

create function private.notify(p_user_id uuid, p_kind text, p_subject_id uuid default null, p_data jsonb default '{}')
returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_notification public.notifications;
begin
  insert into public.notifications (user_id, kind, subject_id, data)
  select id, p_kind, p_subject_id, coalesce(p_data, '{}') from public.profiles where id = p_user_id
  returning * into v_notification;
  if v_notification.id is not null then
    perform private.run_hooks('notified', v_notification);
  end if;
end;
$$;
comment on function private.notify(uuid, text, uuid, jsonb) is
  'Tells a user something; the domains that carry it further hear of it. Silent when the profile is gone.';

-- schemas/accounts/webhook_kinds.sql
-- What an account's own system can be told of. Each domain registers its kinds; docs/api/webhooks.md describes them.
create table public.webhook_kinds (
  kind text primary key constraint kind_is_dotted check (kind ~ '^[a-z][a-z_]*\.[a-z][a-z_]*$'),
  version smallint not null default 1 constraint version_is_positive check (version > 0),
  description text not null,
  data_fields text[] not null
);
comment on table public.webhook_kinds is 'The kinds of events that webhooks tell of.';
comment on column public.webhook_kinds.version is 'Of data. A field that is added keeps it, one that changes or goes raises it.';
comment on column public.webhook_kinds.data_fields is 'The fields of data: ids and states, never what people wrote or said.';

alter table public.webhook_kinds enable row level security;

create policy "signed-in users read the kinds of webhooks" on public.webhook_kinds
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.webhook_kinds to authenticated, service_role;

insert into public.webhook_kinds (kind, description, data_fields) values
  ('endpoint.test', 'The owner asked for a test. Every endpoint gets it, whatever kinds it asks for.', array['endpoint_id']),
  ('limit.reached', 'Use has reached a limit of the plan.', array['limit', 'used', 'allowed']),
  ('plan.changed', 'The account has another plan.', array['from', 'to']);

-- schemas/accounts/webhook_endpoints.sql
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

-- schemas/accounts/webhook_deliveries.sql
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

-- schemas/accounts/admin_actions.sql
-- What an admin may do to an account. The rules are triggers on the rows; these check the caller and touch the row.
-- A caller who is no admin gets the same answer whether or not the account exists.
create function private.admin_set_role(p_user_id uuid, p_role public.user_role) returns public.profiles
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  perform private.require_admin();
  select * into v_profile from public.profiles where id = p_user_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif v_profile.account_status = 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  update public.profiles set role = p_role where id = p_user_id;
  perform private.record_admin_action('set_role', jsonb_build_object('from', v_profile.role, 'to', p_role), p_user_id);
  -- The row is read again, because ending the trial changed it after the update.
  select * into strict v_profile from public.profiles where id = p_user_id;
  return v_profile;
end;
$$;
comment on function private.admin_set_role(uuid, public.user_role) is
  'Sets a role as an admin. 403 admin_only, 404 account_not_found, 409 account_closing, 409 last_admin.';

create function private.admin_set_plan(p_user_id uuid, p_plan public.plan_type) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_was public.plan_type;
  v_limits public.user_limits;
begin
  perform private.require_admin();
  select plan_type into v_was from public.user_limits where user_id = p_user_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  end if;
  update public.user_limits set plan_type = p_plan where user_id = p_user_id returning * into v_limits;
  perform private.record_admin_action('set_plan', jsonb_build_object('from', v_was, 'to', p_plan), p_user_id);
  return v_limits;
end;
$$;
comment on function private.admin_set_plan(uuid, public.plan_type) is
  'Sets a plan as an admin. 403 admin_only, 404 account_not_found, 409 account_closing.';

create function public.admin_set_role(p_user_id uuid, p_role public.user_role) returns public.profiles
language sql set search_path = '' as $$
  select * from private.admin_set_role(p_user_id, p_role);
$$;
comment on function public.admin_set_role(uuid, public.user_role) is
  'Gives an account a role; admins only, audited. A role other than member ends its trial for ever; the last admin stays, and a closing account as it is.';

create function public.admin_set_plan(p_user_id uuid, p_plan public.plan_type) returns public.user_limits
language sql set search_path = '' as $$
  select * from private.admin_set_plan(p_user_id, p_plan);
$$;
comment on function public.admin_set_plan(uuid, public.plan_type) is
  'Gives an account a plan; admins only, audited. Keeps usage; a paid plan ends its trial and revives it, unless it is closing.';

grant execute on function
  private.admin_set_role(uuid, public.user_role), private.admin_set_plan(uuid, public.plan_type),
  public.admin_set_role(uuid, public.user_role), public.admin_set_plan(uuid, public.plan_type)
  to authenticated;

-- schemas/accounts/admin_list_accounts.sql
-- Accounts for an admin, page by page. Without p_q the newest first; with it those whose address, name or last name begins so, in the order of what
-- was found. A page ends after some thousand rows though it is not full, as in list_events.
create function private.accounts_query(
  p_q text, p_plan public.plan_type, p_state public.account_status, p_role public.user_role
) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- $1 and $2 the cursor's, $3 plan, $4 state, $5 what is sought, $6 rows at most. Each account is found by the first of its keys that fits.
  c_keys constant text[] := array['lower(email)', 'lower(full_name)', 'lower(substring(full_name from ''[^ ]+$''))'];
  v_branches text[] := array[]::text[];
  v_before text := '';
begin
  if p_q ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return 'select id, email as key, created_at as at from public.profiles where id = $5::uuid and id > $2';
  elsif p_q is not null then
    for i in 1 .. cardinality(c_keys) loop
      v_branches := v_branches || format('(select id, %1$s collate "C" as key, created_at as at from public.profiles
        where (%1$s collate "C", id) > ($1 collate "C", $2) and %1$s collate "C" >= $5 and %1$s collate "C" < $5 || chr(1114111)%2$s
        order by %1$s collate "C", id limit $6)', c_keys[i], v_before);
      v_before := v_before || format(' and not coalesce(starts_with(%s, $5), false)', c_keys[i]);
    end loop;
    return format('select * from (%s) found order by key, id limit $6', array_to_string(v_branches, ' union all '));
  elsif p_plan is not null then
    return 'select user_id as id, null::text as key, period_anchor as at from public.user_limits
      where plan_type = $3 and (period_anchor, user_id) < ($1::timestamptz, $2) order by period_anchor desc, user_id desc limit $6';
  end if;
  return 'select id, null::text as key, created_at as at from public.profiles where (created_at, id) < ($1::timestamptz, $2)'
    || case when p_state is not null then ' and account_status = $4' when p_role <> 'member' then ' and role <> ''member''' else '' end
    || ' order by created_at desc, id desc limit $6';
end;
$$;
comment on function private.accounts_query(text, public.plan_type, public.account_status, public.user_role) is
  'The query of admin_list_accounts, by what an index serves: (id, key, at) in the order of the list.';

create function private.describe_account(p_profile public.profiles) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_profile.id, 'email', p_profile.email, 'full_name', p_profile.full_name, 'role', p_profile.role,
    'account_status', p_profile.account_status, 'created_at', p_profile.created_at, 'deletion_requested_at', p_profile.deletion_requested_at,
    'limits', private.limits_overview(p_profile.id, now()));
$$;
comment on function private.describe_account(public.profiles) is 'An account as admins see it in a list, with its limits as its owner sees them.';

create function private.admin_list_accounts(
  p_q text, p_plan public.plan_type, p_state public.account_status, p_role public.user_role, p_cursor jsonb, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  c_q constant text := lower(nullif(left(btrim(p_q), 200), ''));
  v_after text := case when c_q is null then 'infinity' else '' end;
  v_after_id uuid := (case when c_q is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else '00000000-0000-0000-0000-000000000000' end)::uuid;
  v_id uuid;
  v_key text;
  v_at timestamptz;
  v_profile public.profiles;
  v_accounts jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_admin();
  if p_cursor is not null then
    begin
      v_after := case when c_q is null then (p_cursor ->> 'after')::timestamptz::text else p_cursor ->> 'after' end;
      v_after_id := (p_cursor ->> 'id')::uuid;
    exception when data_exception then
      v_after := null;
    end;
    if v_after is null or v_after_id is null then
      perform private.refuse(422, 'invalid_cursor', 'The cursor must be the next of the page before.');
    end if;
  end if;
  for v_id, v_key, v_at in execute private.accounts_query(c_q, p_plan, p_state, p_role)
    using v_after, v_after_id, coalesce(p_plan, 'free'), coalesce(p_state, 'active'), coalesce(c_q, ''), c_most
  loop
    v_seen := v_seen + 1;
    select * into v_profile from public.profiles where id = v_id;
    if (p_state is null or v_profile.account_status = p_state) and (p_role is null or v_profile.role = p_role)
      and (p_plan is null or exists (select from public.user_limits where user_id = v_id and plan_type = p_plan))
    then
      v_accounts := v_accounts || private.describe_account(v_profile);
    end if;
    exit when cardinality(v_accounts) = c_size;
  end loop;
  return jsonb_build_object('accounts', to_jsonb(v_accounts), 'next',
    case when cardinality(v_accounts) = c_size or v_seen = c_most
      then jsonb_build_object('after', coalesce(v_key, v_at::text), 'id', v_id) end);
end;
$$;
comment on function private.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer) is
  'A page of accounts, if the caller is an admin.';

create function public.admin_list_accounts(
  p_q text default null, p_plan public.plan_type default null, p_state public.account_status default null, p_role public.user_role default null,
  p_cursor jsonb default null, p_limit integer default 50
) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_list_accounts(p_q, p_plan, p_state, p_role, p_cursor, p_limit);
$$;
comment on function public.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer) is
  'For admins and the server: {accounts, next}, the newest first; or by what an address, a name or a last name begins with, or an id. A page may be short: go on with '
  'p_cursor = next until it is null. Refuses: 403 admin_only, 422 invalid_cursor.';

grant execute on function private.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer),
  public.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer) to authenticated, service_role;

-- schemas/accounts/admin_list_actions.sql
-- The audit log: what admins and the secret key did, the newest first.
create function private.admin_list_actions(
  p_action text, p_actor_id uuid, p_subject_id uuid, p_after_created_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  v_action private.admin_actions;
  v_actions jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_admin();
  for v_action in execute 'select * from private.admin_actions where (created_at, id) < ($1, $2)'
    || case when p_subject_id is not null then ' and subject_id = $3' else '' end || ' order by created_at desc, id desc limit $4'
    using coalesce(p_after_created_at, 'infinity'), coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), p_subject_id, c_most
  loop
    v_seen := v_seen + 1;
    if (p_action is null or v_action.action = p_action) and (p_actor_id is null or v_action.actor_id = p_actor_id) then
      v_actions := v_actions || (to_jsonb(v_action)
        || jsonb_build_object('actor_name', (select coalesce(full_name, email) from public.profiles where id = v_action.actor_id)));
    end if;
    exit when cardinality(v_actions) = c_size;
  end loop;
  return jsonb_build_object('actions', to_jsonb(v_actions), 'next',
    case when cardinality(v_actions) = c_size or v_seen = c_most
      then jsonb_build_object('created_at', v_action.created_at, 'id', v_action.id) end);
end;
$$;
comment on function private.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer) is 'A page of the audit log, if the caller is an admin.';

create function public.admin_list_actions(
  p_action text default null, p_actor_id uuid default null, p_subject_id uuid default null,
  p_after_created_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_list_actions(p_action, p_actor_id, p_subject_id, p_after_created_at, p_after_id, p_limit);
$$;
comment on function public.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer) is
  'For admins and the server: {actions, next}, the newest first. A page may be short: go on after next until it is null. Refuses: 403 admin_only.';

grant execute on function private.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer),
  public.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer) to authenticated, service_role;

-- schemas/accounts/admin_read_account.sql
-- One account as an admin needs it to answer a customer. What belongs to other domains comes from their hooks.
create function private.admin_read_account(p_user_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  perform private.require_admin();
  select * into v_profile from public.profiles where id = p_user_id;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  end if;
  return private.describe_account(v_profile) || private.gather_hooks('account_overview', p_user_id) || jsonb_build_object(
    'time_zone', v_profile.time_zone, 'workspace_email', v_profile.workspace_email,
    'trial', jsonb_build_object('is_demo', v_profile.is_demo, 'demo_expires_at', v_profile.demo_expires_at, 'expired_at', v_profile.expired_at,
      'expiry_reason', v_profile.expiry_reason, 'purge_after', v_profile.purge_after, 'demo_warned_at', v_profile.demo_warned_at,
      'purge_warned_at', v_profile.purge_warned_at),
    'tasks', (select jsonb_build_object('open', open_tasks, 'dead', dead_tasks) from private.count_user_tasks(p_user_id)),
    'closure', (
      select jsonb_build_object('reason', reason, 'started_at', started_at, 'outside_requested_at', outside_requested_at,
        'rows_deleted', rows_deleted, 'last_error', last_error, 'completed_at', completed_at)
      from private.account_closures where user_id = p_user_id),
    'usage_log', (
      select coalesce(jsonb_agg(to_jsonb(entry) - array['user_id', 'fact_at'] order by entry.id desc), '[]')
      from (select * from public.usage_logs where user_id = p_user_id order by id desc limit 50) entry),
    'actions', private.actions_about(p_user_id));
end;
$$;
comment on function private.admin_read_account(uuid) is 'One account with all that an admin may know of it, if the caller is one.';

create function public.admin_read_account(p_user_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_read_account(p_user_id);
$$;
comment on function public.admin_read_account(uuid) is
  'For admins and the server: an account with limits, usage, trial, what it has in each domain, its latest tickets, its usage log and the audit log about it. '
  'Refuses: 403 admin_only, 404 account_not_found.';

grant execute on function private.admin_read_account(uuid), public.admin_read_account(uuid) to authenticated, service_role;

-- schemas/accounts/admin_set_limits.sql
-- Limits of one account, and of a plan. Only the limits that are named change; null is unlimited.
create function private.limit_assignments(p_limits jsonb) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if jsonb_typeof(p_limits) is distinct from 'object' or p_limits = '{}' or exists (
    select from jsonb_each(case when jsonb_typeof(p_limits) = 'object' then p_limits end) given
    where not exists (select from private.limits l where l.max_column = given.key)
      or case jsonb_typeof(given.value) when 'null' then false
        when 'number' then given.value::numeric % 1 <> 0 or given.value::numeric not between 0 and 9007199254740991 else true end)
  then
    perform private.refuse(422, 'invalid_limits', 'Limits are whole numbers from 0, or null for unlimited, by their names.');
  end if;
  return (select string_agg(format('%1$I = ($1 ->> %1$L)::numeric::bigint', key), ', ') from jsonb_object_keys(p_limits) key);
end;
$$;
comment on function private.limit_assignments(jsonb) is 'What an UPDATE sets for these limits, which are its $1. Refuses: 422 invalid_limits.';

create function private.admin_set_limits(p_user_id uuid, p_limits jsonb) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_assignments text;
  v_was public.user_limits;
  v_limits public.user_limits;
begin
  perform private.require_admin();
  v_assignments := private.limit_assignments(p_limits);
  v_was := private.lock_user_limits(p_user_id, now());
  if v_was.user_id is null then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif exists (select from public.profiles where id = p_user_id and account_status = 'closing') then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  execute format('update public.user_limits set %s where user_id = $2 returning *', v_assignments) into v_limits using p_limits, p_user_id;
  perform private.record_admin_action('set_limits',
    jsonb_build_object('from', private.describe_limits(to_jsonb(v_was)), 'to', private.describe_limits(to_jsonb(v_limits))), p_user_id);
  return v_limits;
end;
$$;
comment on function private.admin_set_limits(uuid, jsonb) is 'Sets limits of one account, if the caller is an admin.';

create function private.admin_set_plan_limits(p_plan public.plan_type, p_limits jsonb) returns public.plans
language plpgsql security definer set search_path = '' as $$
declare
  v_assignments text;
  v_was public.plans;
  v_plan public.plans;
begin
  perform private.require_admin();
  v_assignments := private.limit_assignments(p_limits);
  select * into v_was from public.plans where plan_type = p_plan for no key update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such plan.');
  end if;
  execute format('update public.plans set %s where plan_type = $2 returning *', v_assignments) into v_plan using p_limits, p_plan;
  perform private.record_admin_action('set_plan_limits',
    jsonb_build_object('from', private.describe_limits(to_jsonb(v_was)), 'to', private.describe_limits(to_jsonb(v_plan))));
  return v_plan;
end;
$$;
comment on function private.admin_set_plan_limits(public.plan_type, jsonb) is 'Sets limits of a plan, if the caller is an admin.';

create function public.admin_set_limits(p_user_id uuid, p_limits jsonb) returns public.user_limits
language sql set search_path = '' as $$
  select * from private.admin_set_limits(p_user_id, p_limits);
$$;
comment on function public.admin_set_limits(uuid, jsonb) is
  'For admins and the server: sets limits of one account, until its next plan; recorded. Refuses: 403 admin_only, 404 account_not_found, 409 account_closing, '
  '422 invalid_limits.';

create function public.admin_set_plan_limits(p_plan public.plan_type, p_limits jsonb) returns public.plans
language sql set search_path = '' as $$
  select * from private.admin_set_plan_limits(p_plan, p_limits);
$$;
comment on function public.admin_set_plan_limits(public.plan_type, jsonb) is
  'For admins and the server: sets limits of a plan for whoever gets it from now on; recorded. Refuses: 403 admin_only, 404 not_found, 422 invalid_limits.';

grant execute on function private.admin_set_limits(uuid, jsonb), private.admin_set_plan_limits(public.plan_type, jsonb),
  public.admin_set_limits(uuid, jsonb), public.admin_set_plan_limits(public.plan_type, jsonb) to authenticated, service_role;

-- schemas/accounts/admin_suspend.sql
-- An account is barred by hand, and let in again as what it was: a trial that had expired is expired again. Its owner gets the whole notice
-- before it is purged, because while it was suspended there was none.
create function private.lock_account(p_user_id uuid) returns public.profiles
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  perform private.require_admin();
  perform private.lock_user_limits(p_user_id, now());
  select * into v_profile from public.profiles where id = p_user_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif v_profile.account_status = 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  return v_profile;
end;
$$;
comment on function private.lock_account(uuid) is
  'The profile of an account that an admin changes, locked with its limits. Refuses: 403 admin_only, 404 account_not_found, 409 account_closing.';

create function private.admin_suspend(p_user_id uuid) returns public.profiles
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles := private.lock_account(p_user_id);
begin
  if v_profile.account_status <> 'suspended' then
    perform private.record_admin_action('suspend_account', jsonb_build_object('from', v_profile.account_status), p_user_id);
    update public.profiles set account_status = 'suspended' where id = p_user_id returning * into v_profile;
  end if;
  return v_profile;
end;
$$;
comment on function private.admin_suspend(uuid) is 'Suspends an account, if the caller is an admin.';

create function private.admin_restore(p_user_id uuid) returns public.profiles
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles := private.lock_account(p_user_id);
begin
  if v_profile.account_status = 'suspended' then
    update public.profiles
    set account_status = (case when expired_at is null then 'active' else 'expired' end)::public.account_status, purge_warned_at = null
    where id = p_user_id
    returning * into v_profile;
    perform private.record_admin_action('restore_account', jsonb_build_object('to', v_profile.account_status), p_user_id);
  end if;
  return v_profile;
end;
$$;
comment on function private.admin_restore(uuid) is 'Ends the suspension of an account, if the caller is an admin.';

create function public.admin_suspend(p_user_id uuid) returns public.profiles
language sql set search_path = '' as $$
  select * from private.admin_suspend(p_user_id);
$$;
comment on function public.admin_suspend(uuid) is
  'For admins and the server: bars an account until it is restored; recorded. Answers the profile; again changes nothing. Refuses: 403 admin_only, '
  '404 account_not_found, 409 account_closing, 409 last_admin.';

create function public.admin_restore(p_user_id uuid) returns public.profiles
language sql set search_path = '' as $$
  select * from private.admin_restore(p_user_id);
$$;
comment on function public.admin_restore(uuid) is
  'For admins and the server: ends a suspension; recorded. Answers the profile, active or expired as it was; one that is not suspended stays as it is. '
  'Refuses: 403 admin_only, 404 account_not_found, 409 account_closing.';

grant execute on function private.admin_suspend(uuid), private.admin_restore(uuid), public.admin_suspend(uuid), public.admin_restore(uuid)
  to authenticated, service_role;

-- schemas/accounts/apply_plan_changes.sql
create function private.revive_account(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.profiles
  set account_status = 'active', expired_at = null, expiry_reason = null, purge_after = null
  where id = p_user_id and account_status = 'expired';
$$;
comment on function private.revive_account(uuid) is 'Makes an expired account active again; leaves suspended and closing ones alone.';

create function private.apply_plan(p_old public.user_limits, p_new public.user_limits) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_plan public.plans;
  v_month record;
begin
  select * into strict v_plan from public.plans where plan_type = p_new.plan_type;
  -- The columns of a plan have the same names as those of the account's limits.
  p_new := jsonb_populate_record(p_new, to_jsonb(v_plan));

  select * into strict v_month from private.usage_month(p_new.period_anchor, greatest(now(), p_new.period_start));
  if p_new.period_end <= now() then
    p_new.period_start := v_month.period_start;
  end if;
  p_new.period_end := case when v_plan.usage_period = 'month' then v_month.period_end end;
  if p_new.period_start <> p_old.period_start then
    return private.recount_flows(p_new);
  elsif p_new.period_end is distinct from p_old.period_end then
    -- A fact may be dated after the end of a period that is not over by our clock.
    return jsonb_populate_record(p_new, (
      select jsonb_object_agg(l.use_column, (to_jsonb(p_old) ->> l.use_column)::bigint
        + private.recount(l, p_new.user_id, coalesce(p_old.period_end, 'infinity'), p_new.period_end)
        - private.recount(l, p_new.user_id, coalesce(p_new.period_end, 'infinity'), p_old.period_end))
      from private.limits l where l.kind = 'flow'));
  end if;
  return p_new;
end;
$$;
comment on function private.apply_plan(public.user_limits, public.user_limits) is
  'The new row with the limits of its new plan, the end of its period, and, where the period is another, the flows of that.';

-- schemas/accounts/auth_users.sql
-- A user of auth gets a profile and limits in the same transaction: without them the sign-up fails.
-- The client or its identity provider chooses the metadata. Only name and picture are taken from it, as far as a profile may
-- hold them; a role never is.
create function private.create_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email, full_name, avatar_url, demo_expires_at)
  select new.id, new.email, nullif(btrim(left(btrim(metadata.full_name), 200)), ''),
    case when metadata.avatar_url ~ '^https://[^\s]+$' and char_length(metadata.avatar_url) <= 2048 then metadata.avatar_url end,
    now() + private.setting_interval('demo_length')
  from (select new.raw_user_meta_data ->> 'full_name' as full_name, new.raw_user_meta_data ->> 'avatar_url' as avatar_url) metadata;

  perform private.create_limits(new.id, 'free');
  perform private.log_usage(new.id, 'account_created', 'profile', new.id);
  return null;
end;
$$;
comment on function private.create_account() is 'AFTER INSERT on auth.users: profile, limits and the first log row.';

create function private.follow_email() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.profiles set email = new.email where id = new.id;
  return null;
end;
$$;
comment on function private.follow_email() is 'AFTER UPDATE OF email on auth.users: keeps profiles.email in step.';

-- Deleting a user reaches their limits after their profile, and whoever holds the limits waits for the profile. So the limits are
-- locked first here too, and then what the domains lock.
create function private.prepare_user_deletion() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits where user_id = old.id for update;
  perform private.run_hooks('before_user_deletion', old.id);
  return old;
end;
$$;
comment on function private.prepare_user_deletion() is
  'BEFORE DELETE on auth.users: locks in the order of all writers, then lets the domains delete what no foreign key reaches.';

create trigger users_prepare_deletion before delete on auth.users
  for each row execute function private.prepare_user_deletion();

create trigger users_create_account after insert on auth.users
  for each row execute function private.create_account();

create trigger users_follow_email after update of email on auth.users
  for each row when (old.email is distinct from new.email) execute function private.follow_email();

-- schemas/accounts/close_accounts.sql
create table private.account_closures (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null constraint account_closes_once unique,
  reason private.closure_reason not null,
  started_at timestamptz not null,
  outside_requested_at timestamptz,
  outside_tasks integer,
  abandoned_tasks jsonb not null default '[]',
  rows_deleted bigint not null default 0,
  advanced_at timestamptz not null,
  last_error text,
  completed_at timestamptz
);
comment on table private.account_closures is 'Every closed account, without personal data: why, when, what was taken away. Stays.';
comment on column private.account_closures.user_id is 'The random id of an account that no longer exists; no foreign key.';
comment on column private.account_closures.last_error is 'SQLSTATE and message that the last step ended with; null when it went well. The step is tried again.';
comment on column private.account_closures.abandoned_tasks is 'Outside clean-ups that failed for good: [{kind, resource_id}], for an operator.';

create index account_closures_open_idx on private.account_closures (advanced_at) where completed_at is null;

alter table private.account_closures enable row level security;

create policy "nobody but the owner of the schema reads closures" on private.account_closures
  for all to anon, authenticated using (false) with check (false);

create table private.removal_task_kinds (kind text primary key);
comment on table private.removal_task_kinds is
  'Tasks that take something away outside. A closing account waits for them; all its other tasks are cancelled.';

alter table private.removal_task_kinds enable row level security;

create policy "nobody but the owner of the schema reads removal kinds" on private.removal_task_kinds
  for all to anon, authenticated using (false) with check (false);

create function private.purge_blockers(p_user_id uuid) returns text[]
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
  v_codes text[];
  v_all text[] := '{}'::text[];
begin
  for v_function in select function_name from private.domain_hooks where hook = 'purge_blockers' order by place loop
    execute format('select array_agg(code) from %s($1) code', v_function) into v_codes using p_user_id;
    v_all := v_all || v_codes;
  end loop;
  return v_all;
end;
$$;
comment on function private.purge_blockers(uuid) is 'Codes of what makes an account more than a trial, from all domains; empty when nothing does.';

create function private.outside_resources(p_user_id uuid) returns table (kind text, resource_id text)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'outside_resources' order by place loop
    return query execute format('select kind, resource_id from %s($1)', v_function) using p_user_id;
  end loop;
end;
$$;
comment on function private.outside_resources(uuid) is 'What lies outside of the database for a user, as tasks (kind, resource_id) that take it away.';

create function private.facts_to_purge(p_user_id uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
  v_rows bigint;
  v_sum bigint := 0;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'facts_to_purge' order by place loop
    execute format('select %s($1)', v_function) into v_rows using p_user_id;
    v_sum := v_sum + v_rows;
  end loop;
  return v_sum;
end;
$$;
comment on function private.facts_to_purge(uuid) is 'How many rows the domains have to delete before an account can go.';

create function private.accounts_to_close(p_now timestamptz)
returns table (user_id uuid, reason private.closure_reason, due_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select id, 'request'::private.closure_reason, deletion_requested_at + private.setting_interval('deletion_revocable_for')
  from public.profiles
  where deletion_requested_at <= p_now - private.setting_interval('deletion_revocable_for') and account_status <> 'closing'
  union all
  select id, 'trial', purge_after
  from public.profiles
  where account_status = 'expired' and is_demo and purge_after <= p_now
    and purge_warned_at <= p_now - private.setting_interval('purge_warning_before')
    and (deletion_requested_at is null or deletion_requested_at > p_now - private.setting_interval('deletion_revocable_for'));
$$;
comment on function private.accounts_to_close(timestamptz) is 'Accounts whose time has come: deletion asked for and not taken back, or a trial that expired, was warned, and had its grace.';

create function private.purge_accounts_dry_run(p_now timestamptz)
returns table (user_id uuid, step text, reason private.closure_reason, blockers text[], outside jsonb, fact_count bigint)
language sql stable security definer set search_path = '' as $$
  select candidate.user_id, candidate.step, candidate.reason,
    case when candidate.step = 'close' and candidate.reason = 'trial' then private.purge_blockers(candidate.user_id) else '{}' end,
    (select coalesce(jsonb_agg(to_jsonb(resource)), '[]') from private.outside_resources(candidate.user_id) resource),
    private.facts_to_purge(candidate.user_id)
  from (
    select d.user_id, 'close' as step, d.reason from private.accounts_to_close(p_now) d
    union all
    select c.user_id, case when c.outside_requested_at is null then 'clear_outside' else 'delete' end, c.reason
    from private.account_closures c where c.completed_at is null
  ) candidate;
$$;
comment on function private.purge_accounts_dry_run(timestamptz) is
  'What purge_accounts would do next to whom: close, clear_outside or delete; why not (blockers); what lies outside; how many facts of the domains.';

-- This runs under the lock of the limits, for which a plan change waits. Either the plan change comes first and the account is no trial any
-- more, or it finds the account closing.
create function private.close_account(p_user_id uuid, p_reason private.closure_reason, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_is_due boolean;
begin
  perform private.lock_user_limits(p_user_id, p_now);
  select case p_reason
    when 'request' then deletion_requested_at <= p_now - private.setting_interval('deletion_revocable_for') and account_status <> 'closing'
    else account_status = 'expired' and is_demo and purge_after <= p_now
  end into v_is_due
  from public.profiles where id = p_user_id for no key update;
  if v_is_due is not true then
    return false;
  end if;
  if p_reason = 'request' and private.is_last_admin(p_user_id) then
    -- They have to appoint another admin and ask again.
    update public.profiles set deletion_requested_at = null where id = p_user_id;
    perform private.notify(p_user_id, 'deletion_refused', p_user_id, '{"reason": "last_admin"}');
    return false;
  elsif p_reason = 'trial' and private.purge_blockers(p_user_id) <> '{}' then
    -- The next try is tomorrow, so that accounts that wait do not hold up the others.
    update public.profiles set purge_after = p_now + interval '1 day' where id = p_user_id;
    return false;
  end if;
  update public.profiles set account_status = 'closing' where id = p_user_id;
  insert into private.account_closures (user_id, reason, started_at, advanced_at) values (p_user_id, p_reason, p_now, p_now);
  return true;
end;
$$;
comment on function private.close_account(uuid, private.closure_reason, timestamptz) is
  'Begins to close an account that is due and not blocked; irreversible. False when it is not.';

-- schemas/accounts/deliver_webhooks.sql
-- How deliveries leave. An endpoint is one task: a worker takes what is due for it, sends it and says how each try ended. A failing
-- endpoint has a kind of tasks of its own, so that its slowness takes no worker's place from others.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('webhook_retry_minutes', '[1, 5, 30, 120, 300, 600, 600, 720, 840, 1080]', 'integers', '1', '10080',
    'Waiting time in minutes before each further try of a delivery, a tenth more or less: three days in all. After the last it is failed.');

create function private.jitter(p_delay interval) returns interval
language sql volatile set search_path = '' as $$
  select p_delay * (0.9 + random() * 0.2);
$$;
comment on function private.jitter(interval) is 'A delay, a tenth more or less, so that what failed together is not tried again together.';

-- Leaps from endpoint to endpoint in the index, whatever number of deliveries each has.
create function private.due_webhook_endpoints(p_now timestamptz) returns table (endpoint_id uuid, user_id uuid, is_failing boolean)
language sql stable security definer set search_path = '' as $$
  with recursive waiting (endpoint_id) as (
    (select d.endpoint_id from public.webhook_deliveries d where d.state = 'pending' order by d.endpoint_id limit 1)
    union all
    select (
      select d.endpoint_id from public.webhook_deliveries d
      where d.state = 'pending' and d.endpoint_id > waiting.endpoint_id order by d.endpoint_id limit 1)
    from waiting where waiting.endpoint_id is not null
  )
  select e.id, e.user_id, e.consecutive_failures > 0
  from waiting
  join public.webhook_endpoints e on e.id = waiting.endpoint_id
  join public.profiles p on p.id = e.user_id
  where e.state = 'active' and (e.retry_at is null or e.retry_at <= p_now)
    and p.account_status not in ('suspended', 'closing')
    and exists (select from public.webhook_deliveries d
      where d.endpoint_id = e.id and d.state = 'pending' and d.next_attempt_at <= p_now)
  order by e.id;
$$;
comment on function private.due_webhook_endpoints(timestamptz) is 'Endpoints to which something is to be sent at that time.';

create function private.wake_webhooks(p_limit integer, p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_due record;
  v_count integer := 0;
begin
  for v_due in select * from private.due_webhook_endpoints(p_now) loop
    continue when exists (
      select from public.tasks t
      where t.kind in ('deliver_webhooks', 'deliver_failing_webhooks') and t.resource_id = v_due.endpoint_id::text
        and t.done_at is null and t.cancelled_at is null and t.dead_at is null);
    perform private.enqueue_task(case when v_due.is_failing then 'deliver_failing_webhooks' else 'deliver_webhooks' end,
      v_due.endpoint_id::text, v_due.user_id, p_now);
    v_count := v_count + 1;
    exit when v_count >= p_limit;
  end loop;
  return v_count;
end;
$$;
comment on function private.wake_webhooks(integer, timestamptz) is 'Asks for a worker for endpoints that have none and to which something is to be sent. How many.';

create function private.take_webhook_deliveries(p_endpoint_id uuid, p_limit integer, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'url', e.url,
    'secrets', (
      select jsonb_agg(v.decrypted_secret order by s.created_at desc)
      from private.webhook_secrets s join vault.decrypted_secrets v on v.id = s.id
      where s.endpoint_id = e.id and (s.expires_at is null or s.expires_at > p_now)),
    'deliveries', (
      select coalesce(jsonb_agg(jsonb_build_object('id', due.id, 'event_id', due.event_id, 'kind', due.kind, 'version', k.version,
        'occurred_at', due.occurred_at, 'data', due.data) order by due.next_attempt_at, due.id), '[]')
      from (
        select * from public.webhook_deliveries d
        where d.endpoint_id = e.id and d.state = 'pending' and d.next_attempt_at <= p_now
        order by d.next_attempt_at, d.id
        -- Whether a failing endpoint is back is asked with one.
        limit case when e.consecutive_failures > 0 then 1 else p_limit end
      ) due join public.webhook_kinds k on k.kind = due.kind))
  from public.webhook_endpoints e join public.profiles p on p.id = e.user_id
  where e.id = p_endpoint_id and e.state = 'active' and (e.retry_at is null or e.retry_at <= p_now)
    and p.account_status not in ('suspended', 'closing');
$$;
comment on function private.take_webhook_deliveries(uuid, integer, timestamptz) is
  'What is to be sent to an endpoint now, with its address and secrets; null when nothing is, whatever is due.';

create function private.webhook_retry_delay(p_attempts integer) returns interval
language sql volatile set search_path = '' as $$
  select private.jitter((value ->> (p_attempts - 1))::integer * interval '1 minute')
  from private.settings where name = 'webhook_retry_minutes' and p_attempts > 0;
$$;
comment on function private.webhook_retry_delay(integer) is 'How long to wait after so many failed tries of a delivery; null after the last.';

-- The endpoint as a whole: what is known of it after a try.
create function private.judge_webhook_endpoint(
  p_endpoint public.webhook_endpoints, p_is_success boolean, p_status integer, p_retry_after_seconds integer, p_now timestamptz
) returns public.webhook_endpoints
language plpgsql volatile security definer set search_path = '' as $$
declare
  c_failures_in_a_row constant integer := 5;
begin
  if p_is_success then
    p_endpoint.failing_since := null;
    p_endpoint.consecutive_failures := 0;
    p_endpoint.retry_at := null;
    p_endpoint.last_success_at := p_now;
    return p_endpoint;
  end if;
  p_endpoint.consecutive_failures := p_endpoint.consecutive_failures + 1;
  p_endpoint.failing_since := coalesce(p_endpoint.failing_since, p_now);
  -- A refusal of one delivery says little of the next. Silence, too many requests, an outage or refusals in a row do.
  if p_status is null or p_status in (429, 502, 503, 504) or p_endpoint.consecutive_failures >= c_failures_in_a_row then
    p_endpoint.retry_at := p_now + greatest(
      private.jitter(least(interval '1 minute' * 2 ^ least(p_endpoint.consecutive_failures - 1, 10), interval '1 hour')),
      least(coalesce(p_retry_after_seconds, 0), 86400) * interval '1 second');
  end if;
  if p_status = 410 then
    p_endpoint.state := 'disabled';
    p_endpoint.disabled_reason := 'gone';
  elsif p_now - p_endpoint.failing_since >= private.setting_interval('webhook_disabled_after') then
    p_endpoint.state := 'disabled';
    p_endpoint.disabled_reason := 'failing';
  end if;
  return p_endpoint;
end;
$$;
comment on function private.judge_webhook_endpoint(public.webhook_endpoints, boolean, integer, integer, timestamptz) is
  'An endpoint after a try: fit, failing since when and tried again when, or disabled.';

create function private.settle_webhook_attempts(p_endpoint_id uuid, p_attempts jsonb, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
  v_was_active boolean;
  v_attempt record;
  v_is_success boolean;
begin
  select * into v_endpoint from public.webhook_endpoints where id = p_endpoint_id for no key update;
  if not found then
    return false;
  end if;
  v_was_active := v_endpoint.state = 'active';
  for v_attempt in
    select a.*, d.attempts + 1 as tries
    from jsonb_to_recordset(p_attempts) as a (delivery_id uuid, attempted_at timestamptz, duration_ms integer, status integer, error text, retry_after_seconds integer)
    join public.webhook_deliveries d on d.id = a.delivery_id and d.endpoint_id = p_endpoint_id
    order by a.attempted_at, a.delivery_id
    for no key update of d
  loop
    v_is_success := coalesce(v_attempt.status between 200 and 299, false);
    insert into public.webhook_attempts (delivery_id, user_id, attempted_at, duration_ms, status, error)
    values (v_attempt.delivery_id, v_endpoint.user_id, v_attempt.attempted_at, v_attempt.duration_ms, v_attempt.status,
      case when v_attempt.status is null then coalesce(v_attempt.error, 'unknown') end);
    update public.webhook_deliveries set
      attempts = v_attempt.tries,
      last_status = v_attempt.status,
      last_error = case when v_attempt.status is null then coalesce(v_attempt.error, 'unknown') end,
      state = (case when v_is_success then 'delivered' when schedule.delay is null then 'failed' else 'pending' end)::public.webhook_delivery_state,
      delivered_at = case when v_is_success then p_now end,
      next_attempt_at = case when not v_is_success and schedule.delay is not null then p_now + greatest(schedule.delay,
        least(coalesce(v_attempt.retry_after_seconds, 0), 86400) * interval '1 second') end
    from (select private.webhook_retry_delay(v_attempt.tries) as delay) schedule
    -- Somebody else may have delivered it meanwhile, when a lease was lost.
    where id = v_attempt.delivery_id and state = 'pending';
    v_endpoint := private.judge_webhook_endpoint(v_endpoint, v_is_success, v_attempt.status, v_attempt.retry_after_seconds, p_now);
  end loop;

  update public.webhook_endpoints
  set failing_since = v_endpoint.failing_since, consecutive_failures = v_endpoint.consecutive_failures, retry_at = v_endpoint.retry_at,
      last_success_at = v_endpoint.last_success_at,
      state = case when v_was_active then v_endpoint.state else state end,
      disabled_reason = case when v_was_active then v_endpoint.disabled_reason else disabled_reason end
  where id = p_endpoint_id;
  if v_was_active and v_endpoint.state = 'disabled' then
    perform private.notify(v_endpoint.user_id, 'webhook_endpoint_disabled', p_endpoint_id,
      jsonb_build_object('url', v_endpoint.url, 'reason', v_endpoint.disabled_reason, 'failing_since', v_endpoint.failing_since));
  end if;
  return v_endpoint.state = 'active' and (v_endpoint.retry_at is null or v_endpoint.retry_at <= p_now);
end;
$$;
comment on function private.settle_webhook_attempts(uuid, jsonb, timestamptz) is
  'Records tries of deliveries and what follows for them and their endpoint. Says whether more may be sent to it now.';

create function public.wake_webhooks() returns integer
language sql security definer set search_path = '' as $$
  select private.wake_webhooks(1000, now());
$$;
comment on function public.wake_webhooks() is 'For the maintenance function: asks for workers for the endpoints to which something is to be sent. How many.';

create function public.take_webhook_deliveries(p_endpoint_id uuid, p_limit integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.take_webhook_deliveries(p_endpoint_id, least(p_limit, 50), now());
$$;
comment on function public.take_webhook_deliveries(uuid, integer) is
  'For the maintenance function: {url, secrets, deliveries} of an endpoint; null when nothing may be sent to it now.';

create function public.settle_webhook_attempts(p_endpoint_id uuid, p_attempts jsonb) returns boolean
language sql security definer set search_path = '' as $$
  select private.settle_webhook_attempts(p_endpoint_id, p_attempts, now());
$$;
comment on function public.settle_webhook_attempts(uuid, jsonb) is
  'For the maintenance function: how tries ended, as [{delivery_id, attempted_at, duration_ms, status, error, retry_after_seconds}]. '
  'Whether more may be sent now.';

grant execute on function public.wake_webhooks(), public.take_webhook_deliveries(uuid, integer), public.settle_webhook_attempts(uuid, jsonb)
  to service_role;

-- schemas/accounts/export_my_data.sql
-- Everything that is held about a user, for themselves: page by page, so that no answer grows with the account.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('export_page_bytes', '262144', 'integer', '1024', '4194304', 'A page of an export ends with the row that reaches this size.'),
  ('export_page_rows', '5000', 'integer', '1', '50000', 'Rows that a page of an export has at most.');

create view private.exported_profile with (security_invoker = true) as
  select id as person, id, to_jsonb(p) as data from public.profiles p;

create view private.exported_limits with (security_invoker = true) as
  select user_id as person, user_id, to_jsonb(l) - 'user_id' as data from public.user_limits l;

create view private.exported_usage_log with (security_invoker = true) as
  select user_id as person, id, to_jsonb(g) - array['user_id', 'actor_id'] as data from public.usage_logs g;

create view private.exported_notifications with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(n) - 'user_id' as data from public.notifications n;

create view private.exported_told with (security_invoker = true) as
  select user_id as person, kind, about, to_jsonb(t) - 'user_id' as data from private.told t;

create view private.exported_rates with (security_invoker = true) as
  select user_id as person, kind, window_start, to_jsonb(w) - 'user_id' as data from private.rate_windows w;

create view private.exported_closure with (security_invoker = true) as
  select user_id as person, id,
    to_jsonb(c) - array['user_id', 'outside_tasks', 'abandoned_tasks', 'last_error', 'advanced_at', 'rows_deleted'] as data
  from private.account_closures c;
comment on view private.exported_profile is 'The profile of a user.';
comment on view private.exported_limits is 'Plan, limits and use of a user.';
comment on view private.exported_usage_log is 'What a user''s use consists of; who of the staff acted is not theirs to know.';
comment on view private.exported_notifications is 'Notifications of a user.';
comment on view private.exported_told is 'What a user was told, also where they deleted the notification.';
comment on view private.exported_rates is 'How often a user did what is limited by rate.';
comment on view private.exported_closure is 'That a user''s account closes, since when and why.';

insert into private.export_sections (domain, section, view_name) values
  ('accounts', 'profile', 'private.exported_profile'),
  ('accounts', 'limits', 'private.exported_limits'),
  ('accounts', 'usage_log', 'private.exported_usage_log'),
  ('accounts', 'notifications', 'private.exported_notifications'),
  ('accounts', 'told', 'private.exported_told'),
  ('accounts', 'rates', 'private.exported_rates'),
  ('accounts', 'closure', 'private.exported_closure');

-- The key is compared in its own types, so that the table's index serves it.
create function private.export_query(p_view_name text, p_after jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_columns text;
  v_after text;
  v_count integer;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum), count(*),
    string_agg(format('($2 ->> %s)::%s', attnum - 2, format_type(atttypid, atttypmod)), ', ' order by attnum)
  into v_columns, v_count, v_after
  from pg_attribute
  where attrelid = to_regclass(p_view_name) and attnum > 0 and attname not in ('person', 'data');
  if p_after is not null and (jsonb_array_length(p_after) <> v_count or p_after @> '[null]') then
    raise data_exception using message = 'a key has a value for each of its columns';
  end if;
  return format('select data::text, jsonb_build_array(%1$s) as key from %2$s where person = $1 and %3$s order by %1$s limit $3',
    v_columns, p_view_name, case when p_after is null then 'true' else format('(%s) > (%s)', v_columns, v_after) end);
end;
$$;
comment on function private.export_query(text, jsonb) is
  'Reads a section in the order of its key: $1 whose, $2 the key after which it goes on, $3 rows at most.';

-- The page is put together as text: a jsonb is built anew by everything that holds it, which costs more than reading the rows.
create function private.export_my_data(p_cursor jsonb) returns json
language plpgsql stable security definer set search_path = '' as $$
declare
  v_from constant text[] := array[p_cursor ->> 'domain', p_cursor ->> 'section'];
  v_bytes_left bigint := private.setting_integer('export_page_bytes');
  v_rows_left integer := private.setting_integer('export_page_rows');
  v_section record;
  v_data text;
  v_key jsonb;
  v_rows text[];
  v_domains text[] := array[]::text[];
  v_sections text[] := array[]::text[];
  v_lists json[] := array[]::json[];
  v_next json;
begin
  if auth.uid() is null then
    return null;
  elsif p_cursor is not null and not exists (select from private.export_sections where array[domain, section] = v_from) then
    raise data_exception using message = 'there is no such section';
  end if;
  for v_section in
    select domain, section, view_name, case when array[domain, section] = v_from then p_cursor -> 'after' end as after
    from private.export_sections
    where p_cursor is null or array[domain, section] >= v_from
    order by domain, section
  loop
    v_rows := array[]::text[];
    for v_data, v_key in execute private.export_query(v_section.view_name, v_section.after)
      using auth.uid(), v_section.after, v_rows_left
    loop
      v_rows := v_rows || v_data;
      v_bytes_left := v_bytes_left - octet_length(v_data);
      v_rows_left := v_rows_left - 1;
      exit when v_bytes_left <= 0 or v_rows_left = 0;
    end loop;
    v_domains := v_domains || v_section.domain;
    v_sections := v_sections || v_section.section;
    v_lists := v_lists || ('[' || array_to_string(v_rows, ',') || ']')::json;
    if v_bytes_left <= 0 or v_rows_left = 0 then
      v_next := json_build_object('domain', v_section.domain, 'section', v_section.section, 'after', v_key);
      exit;
    end if;
  end loop;
  return (
    select json_object_agg(name, part) from (
      values ('exported_at', to_json(now())), ('next_cursor', v_next)
      union all
      select domain, json_object_agg(section, list)
      from unnest(v_domains, v_sections, v_lists) page (domain, section, list) group by domain
    ) parts (name, part));
exception when data_exception then
  if p_cursor is null then
    raise;
  end if;
  perform private.refuse(422, 'invalid_cursor', 'The cursor must be the next_cursor of the page before.');
  return null;
end;
$$;
comment on function private.export_my_data(jsonb) is 'Reads one page of what is held about the caller, after a cursor.';

create function public.export_my_data(p_cursor jsonb default null) returns json
language sql stable set search_path = '' as $$
  select private.export_my_data(p_cursor);
$$;
comment on function public.export_my_data(jsonb) is
  'Everything that is held about the caller, a page of it: {exported_at, next_cursor} and an object per domain (accounts, classes, support, voice) '
  'with a list per section. p_cursor is the next_cursor of the page before; null on the last. Refuses: 422 invalid_cursor.';

grant execute on function private.export_my_data(jsonb), public.export_my_data(jsonb) to authenticated;

-- schemas/accounts/keep_the_last_admin.sql
-- There is always an admin who can act: demoting, suspending or closing the last one is refused, whoever asks.
-- Deleting the auth user is not refused: an operator who does that has the secret key to appoint another admin.
create function private.is_last_admin(p_user_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if private.acting_role(p_user_id) is distinct from 'admin' then
    return false;
  end if;
  -- Only one runs at a time, because two admins who demote each other would both still see the other one.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('switchboard.last_admin'));
  return not exists (
    select from public.profiles where role = 'admin' and id <> p_user_id and private.role_under(role, account_status) = 'admin');
end;
$$;
comment on function private.is_last_admin(uuid) is
  'Whether the user acts as an admin and nobody else does. The answer holds until the transaction ends: whoever else asks of an admin waits.';

create function private.keep_last_admin(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_last_admin(p_user_id) then
    perform private.refuse(409, 'last_admin', 'The last admin has to stay an admin.');
  end if;
end;
$$;
comment on function private.keep_last_admin(uuid) is 'Refuses to take the last acting admin away: 409 last_admin.';

-- schemas/accounts/lock_user_limits.sql
create function private.lock_user_limits(p_user_id uuid, p_now timestamptz) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
begin
  select * into v_limits from public.user_limits where user_id = p_user_id for no key update;
  if v_limits.period_end <= p_now then
    select month.period_start, month.period_end into v_limits.period_start, v_limits.period_end
    from private.usage_month(v_limits.period_anchor, p_now) month;
    v_limits := private.write_use(private.recount_flows(v_limits));
    perform private.log_usage(p_user_id, 'period_started', 'user_limits', p_user_id,
      p_details => jsonb_build_object('period_start', v_limits.period_start, 'period_end', v_limits.period_end));
  end if;
  return v_limits;
end;
$$;
comment on function private.lock_user_limits(uuid, timestamptz) is
  'Locks an account''s limits until the end of the transaction, rolls a period that is over, and returns the row. All null when the account is gone.';

create function private.roll_over_periods(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_count integer := 0;
begin
  for v_user_id in
    select user_id from public.user_limits where period_end <= p_now
    order by period_end limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  loop
    perform private.lock_user_limits(v_user_id, p_now);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.roll_over_periods(timestamptz) is
  'Job: starts the next period of accounts that nobody touched since theirs ended. Only tidies: whoever uses an account rolls it first.';

select private.schedule_job('roll_over_periods', '*/10 * * * *', 'private.roll_over_periods', 'starts new usage periods');

-- schemas/accounts/manage_webhook_endpoints.sql
-- The owner's part: endpoints and their secrets. A secret is shown once, by the call that makes it.
create function private.is_webhook_url(p_url text) returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(
    char_length(p_url) <= 2048 and (
      -- A name with a dot whose last label has a letter, so no address; what the name resolves to is checked at every sending.
      (p_url ~* '^https://([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])(:(443|8443))?([/?][^\s#"<>\\^`{|}]*)?$'
        and substring(lower(p_url) from '^https://([^/:?]+)')
          !~ '(^|\.)(local|localhost|internal|intranet|lan|home|corp|private|test|example|invalid|onion|arpa)$')
      -- The embedded stack says this in its Vault, for receivers on the same machine. Nothing else needs it, so `verify` does not ask for it.
      or (p_url ~ '^http://127\.0\.0\.1:[0-9]{1,5}/[^\s#"<>\\^`{|}]*$'
        and exists (select from vault.decrypted_secrets s where (s.name, s.decrypted_secret) = ('switchboard_loopback_webhooks', 'allowed')))
    ), false);
$$;
comment on function private.is_webhook_url(text) is
  'Whether webhooks may go there: https, a public-looking name, port 443 or 8443, no credentials and no fragment.';

create function private.check_webhook_endpoint(p_url text, p_kinds text[]) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.is_webhook_url(p_url) then
    perform private.refuse(422, 'invalid_webhook_url', 'A webhook goes to an https address with a public name, on port 443 or 8443.');
  end if;
  if coalesce(cardinality(p_kinds), 0) not between 1 and 100 or array_ndims(p_kinds) <> 1
    or exists (select from unnest(p_kinds) asked where asked is null or not exists (select from public.webhook_kinds k where k.kind = asked))
  then
    perform private.refuse(422, 'unknown_webhook_kind', 'An endpoint asks for at least one kind of events that there is.');
  end if;
end;
$$;
comment on function private.check_webhook_endpoint(text, text[]) is 'Refuses an address or kinds that an endpoint cannot have.';

create function private.require_webhook_owner() returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_status public.account_status;
begin
  perform private.lock_user_limits(auth.uid(), now());
  select account_status into v_status from public.profiles where id = auth.uid();
  if v_status is null then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif v_status = 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  elsif v_status = 'suspended' then
    perform private.refuse(403, 'account_suspended', 'The account is suspended.');
  end if;
end;
$$;
comment on function private.require_webhook_owner() is
  'Locks the caller''s account and refuses one that is barred. An expired trial keeps its endpoints: tickets and classes go on.';

create function private.lock_webhook_endpoint(p_endpoint_id uuid) returns public.webhook_endpoints
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.require_webhook_owner();
  select * into v_endpoint from public.webhook_endpoints where id = p_endpoint_id and user_id = auth.uid() for no key update;
  if not found then
    perform private.refuse(404, 'webhook_endpoint_not_found', 'There is no such webhook endpoint.');
  end if;
  return v_endpoint;
end;
$$;
comment on function private.lock_webhook_endpoint(uuid) is 'Locks an endpoint of the caller''s; 404 for an absent and for another''s.';

-- 32 bytes, of which 244 bits are random.
create function private.add_webhook_secret(p_endpoint_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret constant text := 'whsec_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64');
begin
  insert into private.webhook_secrets (id, endpoint_id)
  values (vault.create_secret(v_secret, null, 'signs the deliveries of a webhook endpoint'), p_endpoint_id);
  return v_secret;
end;
$$;
comment on function private.add_webhook_secret(uuid) is 'Makes an endpoint''s newest secret and returns it.';

create function private.create_webhook_endpoint(p_url text, p_kinds text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.require_webhook_owner();
  perform private.check_webhook_endpoint(p_url, p_kinds);
  if (select count(*) from public.webhook_endpoints where user_id = auth.uid()) >= private.setting_integer('webhook_endpoints_per_account') then
    perform private.refuse(409, 'too_many_webhook_endpoints', 'An account has a limited number of webhook endpoints.',
      jsonb_build_object('allowed', private.setting_integer('webhook_endpoints_per_account')));
  end if;
  insert into public.webhook_endpoints (user_id, url, kinds)
  values (auth.uid(), p_url, array(select distinct kind from unnest(p_kinds) kind order by kind))
  returning * into v_endpoint;
  return to_jsonb(v_endpoint) - 'user_id' || jsonb_build_object('secret', private.add_webhook_secret(v_endpoint.id));
end;
$$;
comment on function private.create_webhook_endpoint(text, text[]) is 'Adds an endpoint of the caller''s, with its secret.';

create function private.update_webhook_endpoint(p_endpoint_id uuid, p_url text, p_kinds text[], p_is_paused boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(p_endpoint_id);
begin
  perform private.check_webhook_endpoint(coalesce(p_url, v_endpoint.url), coalesce(p_kinds, v_endpoint.kinds));
  update public.webhook_endpoints set
    url = coalesce(p_url, url),
    kinds = case when p_kinds is null then kinds else array(select distinct kind from unnest(p_kinds) kind order by kind) end,
    state = case p_is_paused when true then 'paused' when false then 'active' else state end,
    disabled_reason = case when p_is_paused is null then disabled_reason end,
    -- Another address or a new start is tried at once.
    failing_since = case when p_url is null and p_is_paused is null then failing_since end,
    consecutive_failures = case when p_url is null and p_is_paused is null then consecutive_failures else 0 end,
    retry_at = case when p_url is null and p_is_paused is null then retry_at end
  where id = p_endpoint_id
  returning * into v_endpoint;
  return to_jsonb(v_endpoint) - 'user_id';
end;
$$;
comment on function private.update_webhook_endpoint(uuid, text, text[], boolean) is 'Changes an endpoint of the caller''s; null leaves as it is.';

create function private.delete_webhook_endpoint(p_endpoint_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_webhook_endpoint(p_endpoint_id);
  delete from public.webhook_endpoints where id = p_endpoint_id;
end;
$$;
comment on function private.delete_webhook_endpoint(uuid) is 'Deletes an endpoint of the caller''s with its secrets and deliveries.';

create function private.rotate_webhook_secret(p_endpoint_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c_most_secrets constant integer := 4;
  v_expires_at constant timestamptz := now() + private.setting_interval('webhook_secret_overlap');
begin
  perform private.lock_webhook_endpoint(p_endpoint_id);
  update private.webhook_secrets set expires_at = v_expires_at where endpoint_id = p_endpoint_id and expires_at is null;
  delete from private.webhook_secrets where id in (
    select id from private.webhook_secrets where endpoint_id = p_endpoint_id
    order by created_at desc, id offset c_most_secrets - 1);
  return jsonb_build_object('secret', private.add_webhook_secret(p_endpoint_id), 'previous_expires_at', v_expires_at);
end;
$$;
comment on function private.rotate_webhook_secret(uuid) is 'Gives an endpoint of the caller''s a new secret; those before sign beside it for a day.';

-- schemas/accounts/my_timeline.sql
-- A person's day: what happened to them, whichever table it is in. Each domain registers a view for each kind, whose index gives the
-- newest first, so a page costs what a page of each kind costs.
create table private.timeline_kinds (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z_]*$'),
  view_name text not null constraint view_is_in_private check (view_name ~ '^private\.timeline_[a-z_]+$')
);
comment on table private.timeline_kinds is
  'Views (person uuid, happened_at timestamptz, id text, data jsonb) that a domain contributes to my_timeline: what the person may read anyway.';

alter table private.timeline_kinds enable row level security;

create policy "nobody but the owner of the schema reads the kinds of the timeline" on private.timeline_kinds
  for all to anon, authenticated using (false) with check (false);

create index usage_logs_of_plans_idx on public.usage_logs (user_id, created_at desc) where action_type in ('plan_changed', 'limits_changed');
create index notifications_of_limits_idx on public.notifications (user_id, created_at desc) where kind like 'limit\_%';

create view private.timeline_plan with (security_invoker = true) as
  select user_id as person, created_at as happened_at, id::text as id,
    jsonb_build_object('action', action_type, 'details', details) as data
  from public.usage_logs where action_type in ('plan_changed', 'limits_changed');

create view private.timeline_limits with (security_invoker = true) as
  select user_id as person, created_at as happened_at, id::text as id, data || jsonb_build_object('kind', kind) as data
  from public.notifications where kind like 'limit\_%';
comment on view private.timeline_plan is 'Changes of the plan and of limits.';
comment on view private.timeline_limits is 'Limits that use came near to or reached, as they were told.';

insert into private.timeline_kinds (kind, view_name) values
  ('plan', 'private.timeline_plan'), ('limits', 'private.timeline_limits');

create function private.my_timeline(p_kinds text[], p_before_at timestamptz, p_before_id text, p_limit integer)
returns table (kind text, happened_at timestamptz, id text, data jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_limit constant integer := least(greatest(coalesce(p_limit, 50), 1), 100);
  v_before_at constant timestamptz := coalesce(p_before_at, 'infinity');
  v_query text;
begin
  if exists (select from unnest(p_kinds) asked where not exists (select from private.timeline_kinds k where k.kind = asked)) then
    perform private.refuse(422, 'unknown_timeline_kind', 'The timeline has no such kind.');
  end if;
  select string_agg(format(
    '(select %1$L::text as kind, v.happened_at, v.id, v.data from %2$s v where v.person = $1 and v.happened_at <= $2 '
    'and (v.happened_at < $2 or (%1$L || '' '' || v.id) collate "C" < $3) order by v.happened_at desc, v.id collate "C" desc limit $4)',
    k.kind, k.view_name), ' union all ')
  into v_query
  from private.timeline_kinds k where p_kinds is null or k.kind = any (p_kinds);
  if v_query is null or auth.uid() is null then
    return;
  end if;
  return query execute format(
    'select all_kinds.* from (%s) all_kinds order by happened_at desc, (kind || '' '' || id) collate "C" desc limit $4', v_query)
    using auth.uid(), v_before_at, coalesce(p_before_id, ''), v_limit;
end;
$$;
comment on function private.my_timeline(text[], timestamptz, text, integer) is 'A page of the caller''s timeline, the newest first.';

create function public.my_timeline(
  p_kinds text[] default null, p_before_at timestamptz default null, p_before_id text default null, p_limit integer default 50
) returns table (kind text, happened_at timestamptz, id text, data jsonb)
language sql stable security invoker set search_path = '' as $$
  select * from private.my_timeline(p_kinds, p_before_at, p_before_id, p_limit);
$$;
comment on function public.my_timeline(text[], timestamptz, text, integer) is
  'What happened to the caller, the newest first (1 to 100): calls, classes, tickets, surveys, files, limits, plan, or some kinds of these. '
  'Pages go on before (happened_at, "<kind> <id>"). 422 unknown_timeline_kind.';

grant execute on function public.my_timeline(text[], timestamptz, text, integer), private.my_timeline(text[], timestamptz, text, integer) to authenticated;

-- schemas/accounts/notification_kinds.sql
-- What a user can be told beyond the product's own pages. Each domain registers its kinds; a kind without a row is only shown there.
create table private.notification_kinds (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  domain text not null,
  is_sent_by_default boolean not null default true,
  is_required boolean not null default false,
  description text not null,
  constraint what_is_required_is_sent check (is_sent_by_default or not is_required)
);
comment on table private.notification_kinds is 'Kinds of notifications that leave the product, with what holds for a user who chose nothing.';
comment on column private.notification_kinds.is_required is 'It has to be told: nobody can turn it off.';

alter table private.notification_kinds enable row level security;

create policy "nobody but the owner of the schema reads the kinds" on private.notification_kinds
  for all to anon, authenticated using (false) with check (false);

insert into private.notification_kinds (kind, domain, is_sent_by_default, is_required, description) values
  ('limit_75', 'accounts', false, false, 'Three quarters of a limit are used.'),
  ('limit_90', 'accounts', true, false, 'Nine tenths of a limit are used.'),
  ('limit_100', 'accounts', true, false, 'A limit is used up.'),
  ('demo_2_days', 'accounts', true, false, 'The trial ends in two days.'),
  ('expired', 'accounts', true, false, 'The trial is over.'),
  ('purge_7_days', 'accounts', true, true, 'The account will be deleted in a week.'),
  ('deletion_requested', 'accounts', true, true, 'The deletion of the account was asked for.'),
  ('deletion_refused', 'accounts', true, true, 'The account cannot be deleted.'),
  ('dead_letters', 'accounts', true, false, 'Events or tasks were given up; for admins.');

-- schemas/accounts/notification_preferences.sql
-- What a person chose about a kind of notification and a channel. Without a row the kind's default holds.
create table public.notification_preferences (
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null references private.notification_kinds (kind) on update cascade on delete cascade,
  channel public.message_channel not null,
  is_enabled boolean not null,
  updated_at timestamptz not null default now(),
  primary key (user_id, kind, channel)
);
comment on table public.notification_preferences is 'Choices of people: whether a kind of notification reaches them over a channel.';

create index notification_preferences_kind_idx on public.notification_preferences (kind);

alter table public.notification_preferences enable row level security;

create policy "owners read their own preferences" on public.notification_preferences
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.notification_preferences to authenticated, service_role;

create function private.notification_preferences_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not new.is_enabled and exists (select from private.notification_kinds where kind = new.kind and is_required) then
    perform private.refuse(409, 'notification_required', 'This has to be told and cannot be turned off.');
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.notification_preferences_guard() is 'Refuses to turn off what has to be told: 409 notification_required. Stamps updated_at.';

create trigger notification_preferences_guard before insert or update on public.notification_preferences
  for each row execute function private.notification_preferences_guard();

create function private.wants_message(p_user_id uuid, p_kind text, p_channel public.message_channel) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select k.is_required or coalesce(p.is_enabled, k.is_sent_by_default)
    from private.notification_kinds k
    left join public.notification_preferences p on p.user_id = p_user_id and p.kind = k.kind and p.channel = p_channel
    where k.kind = p_kind);
end;
$$;
comment on function private.wants_message(uuid, text, public.message_channel) is
  'Whether a kind of notification is to reach a user over a channel; null for a kind that leaves the product over none.';

create function private.choose_notification(p_user_id uuid, p_kind text, p_channel public.message_channel, p_is_enabled boolean)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_kind private.notification_kinds;
begin
  select * into v_kind from private.notification_kinds where kind = p_kind;
  if not found then
    perform private.refuse(404, 'unknown_notification_kind', 'There is no such kind of notification.');
  end if;
  insert into public.notification_preferences as p (user_id, kind, channel, is_enabled)
  values (p_user_id, p_kind, p_channel, p_is_enabled)
  on conflict (user_id, kind, channel) do update set is_enabled = excluded.is_enabled;
  return jsonb_build_object('kind', p_kind, 'channel', p_channel, 'is_enabled', p_is_enabled, 'is_required', v_kind.is_required);
end;
$$;
comment on function private.choose_notification(uuid, text, public.message_channel, boolean) is
  'Writes what a user chose. 404 unknown_notification_kind, 409 notification_required.';

create function private.set_notification_preference(p_kind text, p_channel public.message_channel, p_is_enabled boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_kind is null or p_channel is null or p_is_enabled is null then
    perform private.refuse(422, 'invalid_input', 'A preference names a kind, a channel and whether it is on.');
  end if;
  return private.choose_notification(auth.uid(), p_kind, p_channel, p_is_enabled);
end;
$$;
comment on function private.set_notification_preference(text, public.message_channel, boolean) is 'What the caller chooses for themselves.';

create function public.set_notification_preference(p_kind text, p_channel public.message_channel, p_is_enabled boolean) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.set_notification_preference(p_kind, p_channel, p_is_enabled);
$$;
comment on function public.set_notification_preference(text, public.message_channel, boolean) is
  'Turns a kind of notification on or off for the caller, over one channel; it holds for what is queued as well. Refuses: 404 '
  'unknown_notification_kind, 409 notification_required.';

create function private.notification_settings() returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'channel', c.channel, 'is_required', k.is_required,
    'is_enabled', private.wants_message((select auth.uid()), k.kind, c.channel)) order by k.kind, c.channel), '[]')
  from private.notification_kinds k cross join unnest(enum_range(null::public.message_channel)) c (channel);
$$;
comment on function private.notification_settings() is 'Every kind and channel, and whether it is on for the caller.';

create function public.notification_settings() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.notification_settings();
$$;
comment on function public.notification_settings() is 'Every kind of notification that leaves the product, by channel: [{kind, channel, is_enabled, is_required}].';

grant execute on function
  private.set_notification_preference(text, public.message_channel, boolean), public.set_notification_preference(text, public.message_channel, boolean),
  private.notification_settings(), public.notification_settings()
  to authenticated;

create view private.exported_preferences with (security_invoker = true) as
  select user_id as person, kind, channel, to_jsonb(p) - 'user_id' as data from public.notification_preferences p;

comment on view private.exported_preferences is 'What a user chose about kinds of notifications.';

insert into private.export_sections (domain, section, view_name) values
  ('accounts', 'preferences', 'private.exported_preferences');

-- schemas/accounts/pause_expired_accounts.sql
-- Assistants and numbers of an account that may not use voice are read-only for clients, and the refusal says why.
-- The clock decides, not the stored status: the job that stores it may be minutes late.
create function private.account_problem(p_user_id uuid, p_now timestamptz) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when account_status = 'closing' then 'account_closing'
    when account_status = 'suspended' then 'account_suspended'
    when account_status = 'expired' or private.is_trial_over(p, p_now) then 'account_expired'
  end
  from public.profiles p where id = p_user_id;
$$;
comment on function private.account_problem(uuid, timestamptz) is
  'Why an account may not use voice at that time: account_closing, account_suspended or account_expired; null when it may.';

create function private.require_usable_account(p_user_id uuid, p_now timestamptz) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  case private.account_problem(p_user_id, p_now)
    when 'account_closing' then perform private.refuse(409, 'account_closing', 'The account is being closed.');
    when 'account_suspended' then perform private.refuse(403, 'account_suspended', 'The account is suspended.');
    when 'account_expired' then perform private.refuse(403, 'account_expired', 'The trial has ended.');
    else null;
  end case;
end;
$$;
comment on function private.require_usable_account(uuid, timestamptz) is
  'Refuses an account that may not use voice: 409 account_closing, 403 account_suspended, 403 account_expired.';

-- The caller's own limits are locked first, before any of their rows (decision 0011).
create function private.lock_limits_of_caller() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if auth.role() = 'authenticated' then
    perform private.lock_user_limits(auth.uid(), now());
  end if;
  return null;
end;
$$;
comment on function private.lock_limits_of_caller() is 'BEFORE STATEMENT on what is limited: a client''s write locks their limits before their rows.';

-- schemas/accounts/profile_cards.sql
-- What people of the same class or ticket see of a person: name and picture.
-- They are in a table of their own, because a policy shows rows and not columns: on profiles it would show the e-mail too.
-- The domains know who may see whom: each registers a function for the hook visible_profiles.
create table public.profile_cards (
  id uuid primary key references public.profiles (id) on delete cascade,
  full_name text,
  avatar_url text
);
comment on table public.profile_cards is 'Name and picture of a person, for those who share a class or a ticket. Kept in step with profiles by a trigger.';

create function private.visible_profiles() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  v_caller constant uuid := auth.uid();
  v_function text;
begin
  if v_caller is null then
    return;
  end if;
  return next v_caller;
  for v_function in select function_name from private.domain_hooks where hook = 'visible_profiles' order by place loop
    return query execute format('select * from %s($1)', v_function) using v_caller;
  end loop;
end;
$$;
comment on function private.visible_profiles() is
  'The ids whose cards the caller may see: their own, and those that each domain''s hook visible_profiles (user_id uuid) returns setof uuid adds. '
  'Written as (select private.visible_profiles()) it runs once for a statement. A hook must be bounded by the caller''s own classes or tickets.';

grant execute on function private.visible_profiles() to authenticated;

alter table public.profile_cards enable row level security;

create policy "people of the same class or ticket and support staff read cards" on public.profile_cards
  for select to authenticated
  using ((select private.is_support_staff()) or id in (select private.visible_profiles()));

grant select on public.profile_cards to authenticated, service_role;

create function private.follow_profile_card(p_profile public.profiles) returns void
language sql security definer set search_path = '' as $$
  insert into public.profile_cards (id, full_name, avatar_url) values (p_profile.id, p_profile.full_name, p_profile.avatar_url)
  on conflict (id) do update set full_name = excluded.full_name, avatar_url = excluded.avatar_url;
$$;
comment on function private.follow_profile_card(public.profiles) is 'Keeps profile_cards in step with profiles.';

-- schemas/accounts/publish_webhook.sql
-- How a domain tells the endpoints of an account what happened: in the transaction of the fact, so that neither is without the other.
-- Rows are inserted and nothing is locked that others write, because facts of many accounts come in one transaction in any order
-- (docs/decisions/0130-an-endpoint-is-a-task.md). The key share lets an endpoint that is being deleted be passed over.
create function private.publish_webhook(p_user_id uuid, p_kind text, p_about text, p_occurred_at timestamptz, p_data jsonb)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.webhook_deliveries (endpoint_id, user_id, event_id, kind, occurred_at, data)
  select e.id, e.user_id, md5(p_kind || ' ' || p_about)::uuid, p_kind, p_occurred_at, p_data
  from (
    select id, user_id from public.webhook_endpoints
    where user_id = p_user_id and p_kind = any (kinds)
    for key share
  ) e
  on conflict (endpoint_id, event_id) do nothing;
end;
$$;
comment on function private.publish_webhook(uuid, text, text, timestamptz, jsonb) is
  'Records an event for every endpoint of an account that asks for its kind. p_about tells one event of a kind from the next, such as '
  'an id and a cycle: the same is recorded once, under the same event id everywhere.';

-- schemas/accounts/purge_accounts.sql
-- The steps of a closing account, one per tick. Nothing is deleted while something outside still has to be removed.
create function private.clear_outside(p_closure private.account_closures, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_running integer;
  v_open integer;
  v_abandoned jsonb;
begin
  -- Tasks that would still create something outside are cancelled first. A worker that runs one ends before anything is listed.
  v_running := private.cancel_tasks(p_closure.user_id, array(
    select distinct t.kind from public.tasks t
    where t.user_id = p_closure.user_id and t.done_at is null and t.cancelled_at is null and t.dead_at is null
      and not exists (select from private.removal_task_kinds k where k.kind = t.kind)), p_now);
  if v_running > 0 then
    return false;
  end if;
  if p_closure.outside_requested_at is null then
    perform private.enqueue_task(kind, resource_id, p_closure.user_id, p_now) from private.outside_resources(p_closure.user_id);
    update private.account_closures
    set outside_requested_at = p_now,
        outside_tasks = (
          select count(*) from public.tasks t join private.removal_task_kinds k on k.kind = t.kind
          where t.user_id = p_closure.user_id and t.done_at is null and t.cancelled_at is null and t.dead_at is null)
    where id = p_closure.id
    returning * into p_closure;
  end if;
  select count(*) filter (where t.dead_at is null),
    coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'resource_id', t.resource_id)) filter (where t.dead_at is not null), '[]')
  into v_open, v_abandoned
  from public.tasks t join private.removal_task_kinds k on k.kind = t.kind
  where t.user_id = p_closure.user_id and t.done_at is null and t.cancelled_at is null
    and (t.dead_at is null or t.dead_at >= p_closure.outside_requested_at);
  if v_open > 0
    or v_abandoned <> '[]' and p_now < p_closure.outside_requested_at + private.setting_interval('purge_task_patience')
  then
    return false;
  end if;
  update private.account_closures set abandoned_tasks = v_abandoned where id = p_closure.id;
  return true;
end;
$$;
comment on function private.clear_outside(private.account_closures, timestamptz) is
  'Cancels what a closing account still wants outside, asks for everything there to be taken away, and says whether it is. '
  'A clean-up that died is waited for as long as the setting purge_task_patience says, then recorded and left.';

create function private.delete_facts(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_function text;
  v_rows integer;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'before_purge' order by place loop
    execute format('select %s($1)', v_function) into v_rows using p_user_id;
    if v_rows > 0 then
      return v_rows;
    end if;
  end loop;
  return 0;
end;
$$;
comment on function private.delete_facts(uuid) is 'One bounded batch of one domain''s facts of a closing account; 0 when no domain has any left.';

create function private.advance_closure(p_closure private.account_closures, p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_rows integer;
begin
  perform private.lock_user_limits(p_closure.user_id, p_now);
  update private.account_closures set advanced_at = p_now, last_error = null where id = p_closure.id;
  if not private.clear_outside(p_closure, p_now) then
    return 0;
  end if;
  v_rows := private.delete_facts(p_closure.user_id);
  if v_rows = 0 then
    delete from auth.users where id = p_closure.user_id;
    v_rows := 1;
    update private.account_closures set completed_at = p_now where id = p_closure.id;
  end if;
  update private.account_closures set rows_deleted = rows_deleted + v_rows where id = p_closure.id;
  return v_rows;
end;
$$;
comment on function private.advance_closure(private.account_closures, timestamptz) is
  'The next step of a closing account. Returns the rows it deleted; 0 while it waits for something outside.';

-- Each account has a subtransaction of its own, so an account that cannot be closed or taken further holds up nobody else.
create function private.try_to_close_account(p_user_id uuid, p_reason private.closure_reason, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  return private.close_account(p_user_id, p_reason, p_now);
exception when query_canceled or others then
  raise warning 'account % cannot be closed: % %', p_user_id, sqlstate, sqlerrm;
  return false;
end;
$$;
comment on function private.try_to_close_account(uuid, private.closure_reason, timestamptz) is
  'close_account, whose error is a warning in the log of Postgres; the job tries again.';

create function private.try_to_advance_closure(p_closure private.account_closures, p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_message text;
  v_context text;
begin
  return private.advance_closure(p_closure, p_now);
exception when query_canceled or others then
  get stacked diagnostics v_message = message_text, v_context = pg_exception_context;
  update private.account_closures
  set advanced_at = p_now, last_error = private.describe_error(sqlstate, v_message, v_context)
  where id = p_closure.id;
  return 0;
end;
$$;
comment on function private.try_to_advance_closure(private.account_closures, timestamptz) is
  'advance_closure, whose error is kept in last_error; the account goes to the end of the queue.';

create function private.purge_accounts(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_accounts constant integer := 20;
  v_account record;
  v_closure private.account_closures;
  v_count integer := 0;
  v_rows integer := 0;
begin
  for v_account in
    select d.user_id, d.reason
    from private.accounts_to_close(p_now) d
    join public.user_limits l on l.user_id = d.user_id join public.profiles p on p.id = d.user_id
    order by d.due_at limit c_accounts
    for no key update of l, p skip locked
  loop
    if private.try_to_close_account(v_account.user_id, v_account.reason, p_now) then
      v_count := v_count + 1;
    end if;
  end loop;

  for v_closure in
    select * from private.account_closures where completed_at is null
    order by advanced_at, started_at limit c_accounts
    for update skip locked
  loop
    -- Other accounts are locked by now, so an account that somebody holds or is deleting is passed over. An account that is gone is not.
    perform from public.user_limits l join auth.users u on u.id = l.user_id
    where l.user_id = v_closure.user_id for update skip locked;
    continue when not found and exists (select from public.user_limits where user_id = v_closure.user_id);
    v_rows := v_rows + private.try_to_advance_closure(v_closure, p_now);
    exit when v_rows >= private.setting_integer('purge_batch');
  end loop;
  return v_count + v_rows;
end;
$$;
comment on function private.purge_accounts(timestamptz) is
  'Job: begins to close the accounts whose time has come, and takes each closing one a bounded step further.';

select private.schedule_job('purge_accounts', '* * * * *', 'private.purge_accounts', 'closes accounts step by step');

-- The log is deleted in batches before the account and not together with it. Its guard allows this for a closing account.
create function private.purge_account_facts(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.usage_logs where id in (
    select id from public.usage_logs where user_id = p_user_id limit private.setting_integer('purge_batch'));
  get diagnostics v_count = row_count;
  if v_count = 0 then
    delete from public.notifications where id in (
      select id from public.notifications where user_id = p_user_id limit private.setting_integer('purge_batch'));
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end;
$$;
comment on function private.purge_account_facts(uuid) is 'One batch of a closing account''s log, then of its notifications.';

-- The log comes last, because it accounts for what the other domains delete.
insert into private.domain_hooks (hook, place, domain, function_name) values
  ('before_purge', 90, 'accounts', 'private.purge_account_facts');

-- schemas/accounts/react_to_usage.sql
create function private.expire_account(
  p_user_id uuid, p_reason public.expiry_reason, p_now timestamptz, p_is_purged boolean default true
) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  update public.profiles
  set account_status = 'expired',
      expired_at = p_now,
      -- What came first counts. That is the time if the job is late and a call is recorded meanwhile.
      expiry_reason = case when demo_expires_at <= p_now then 'time' else p_reason end,
      purge_after = case when p_is_purged then p_now + private.setting_interval('purge_grace') end
  where id = p_user_id and is_demo and account_status = 'active'
  returning * into v_profile;
  if not found then
    return false;
  end if;
  perform private.notify(p_user_id, 'expired', p_user_id,
    jsonb_build_object('reason', v_profile.expiry_reason, 'purge_after', v_profile.purge_after));
  return true;
end;
$$;
comment on function private.expire_account(uuid, public.expiry_reason, timestamptz, boolean) is
  'Ends an active trial, which is purged after the grace unless said otherwise; under the lock of its limits. '
  'False for whatever is no active trial. Sticky: only a plan revives.';

create function private.tell_shares(
  p_limits public.user_limits, p_limit text, p_used_before bigint, p_allowed_before bigint, p_used bigint, p_allowed bigint,
  p_shares integer[], p_can_recur boolean default false
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_percent integer;
begin
  foreach v_percent in array p_shares loop
    continue when (p_used * 100 >= p_allowed * v_percent) is not true or p_used_before * 100 >= p_allowed_before * v_percent;
    if private.tell_once(p_limits.user_id, 'limit_' || v_percent,
        concat_ws(' ', p_limit, p_allowed, extract(epoch from p_limits.period_start)), p_limits.user_id,
        jsonb_build_object('limit', p_limit, 'used', p_used, 'allowed', p_allowed, 'period_start', p_limits.period_start),
        p_can_recur or p_allowed is distinct from p_allowed_before) and v_percent = 100 then
      perform private.publish_webhook(p_limits.user_id, 'limit.reached', concat_ws(' ', p_limits.user_id, p_limit, extract(epoch from now())),
        now(), jsonb_build_object('limit', p_limit, 'used', p_used, 'allowed', p_allowed));
    end if;
  end loop;
end;
$$;
comment on function private.tell_shares(public.user_limits, text, bigint, bigint, bigint, bigint, integer[], boolean) is
  'Tells the owner which shares (percent) of a limit usage has just passed, or the limit has just fallen below: '
  'limit_75 {limit, used, allowed, period_start}. Each once for this amount of the limit and this period, unless it can recur.';

create function private.warning_shares() returns integer[]
language plpgsql stable set search_path = '' as $$
begin
  return array[private.setting_integer('usage_warning_percent'), private.setting_integer('usage_critical_percent'), 100];
end;
$$;
comment on function private.warning_shares() is 'Shares of a limit, in percent, at which its owner is told.';

-- Stocks have no period. A stock that was full, was emptied and is full again is news, though not every time that one comes and goes.
create function private.react_to_use(p_old public.user_limits, p_new public.user_limits) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_old constant jsonb := to_jsonb(p_old);
  c_new constant jsonb := to_jsonb(p_new);
  v_limit private.limits;
  v_used_before bigint;
  v_allowed_before bigint;
  v_used bigint;
  v_allowed bigint;
begin
  for v_limit in select * from private.limits order by place loop
    v_used_before := case when v_limit.kind = 'flow' and p_new.period_start <> p_old.period_start then 0
      else (c_old ->> v_limit.use_column)::bigint end;
    v_allowed_before := (c_old ->> v_limit.max_column)::bigint;
    v_used := (c_new ->> v_limit.use_column)::bigint;
    v_allowed := (c_new ->> v_limit.max_column)::bigint;
    continue when v_allowed is null or (v_used, v_allowed) is not distinct from (v_used_before, v_allowed_before);
    perform private.tell_shares(p_new, v_limit.name, v_used_before, v_allowed_before, v_used, v_allowed,
      case when v_limit.is_told_early then private.warning_shares() else array[100] end, v_limit.kind = 'stock');
    -- A change of plan ends the trial.
    if v_limit.ends_trial and v_used >= v_allowed and p_new.plan_type = p_old.plan_type then
      perform private.expire_account(p_new.user_id, 'usage', now());
    end if;
  end loop;
end;
$$;
comment on function private.react_to_use(public.user_limits, public.user_limits) is
  'Tells the owner which shares of the limits the use has passed, and ends a trial at a limit that ends it.';

create function private.expire_demos_dry_run(p_now timestamptz)
returns table (user_id uuid, demo_expires_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select id, p.demo_expires_at from public.profiles p
  where is_demo and account_status = 'active' and p.demo_expires_at <= p_now
  order by p.demo_expires_at;
$$;
comment on function private.expire_demos_dry_run(timestamptz) is 'The trials that expire_demos would end by time.';

create function private.expire_demos(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_count integer := 0;
begin
  for v_user_id in
    select l.user_id
    from public.profiles p join public.user_limits l on l.user_id = p.id
    where p.is_demo and p.account_status = 'active' and p.demo_expires_at <= p_now
    order by p.demo_expires_at
    limit private.setting_integer('account_job_batch_size')
    for no key update of l, p skip locked
  loop
    if private.expire_account(v_user_id, 'time', p_now) then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end;
$$;
comment on function private.expire_demos(timestamptz) is 'Job: ends trials whose time is over, one batch per tick; passes over accounts that somebody holds.';

select private.schedule_job('expire_demos', '*/5 * * * *', 'private.expire_demos', 'ends trials whose time is over');

-- schemas/accounts/realtime.sql
-- Realtime delivers it under the same policy, where the platform has Realtime.
do $$
begin
  if exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    alter publication supabase_realtime add table public.notifications;
  end if;
end;
$$;

-- schemas/accounts/reconcile_usage.sql
-- Counters = sums of facts = sums of the log. Triggers keep it so; this checks, repairs and records.
create index user_limits_reconciled_at_idx on public.user_limits (reconciled_at);

-- The log is read once for all limits.
create function private.recompute_usage(p_user_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
  v_facts jsonb;
  v_logged jsonb;
begin
  select * into v_limits from public.user_limits where user_id = p_user_id;
  select jsonb_object_agg(l.use_column, private.recount(l, p_user_id, v_limits.period_start, v_limits.period_end))
  into v_facts from private.limits l;
  execute (
    select format('select jsonb_build_object(%s) from public.usage_logs where user_id = $1',
      string_agg(format('%L, coalesce(sum(%I) %s, 0)', 'logged_' || amount_name, log_column,
        case when kind = 'flow' then 'filter (where fact_at >= $2 and fact_at < $3)' end), ', '))
    from private.limits)
  into v_logged using p_user_id, v_limits.period_start, coalesce(v_limits.period_end, 'infinity');
  return v_facts || v_logged;
end;
$$;
comment on function private.recompute_usage(uuid) is
  'A user''s usage computed anew, from the facts and from the log: an object with the use_column and logged_<amount_name> of each limit.';

create function private.reconcile_account(p_user_id uuid, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_kept public.user_limits;
  v_counted jsonb;
  v_facts jsonb;
  v_is_sound boolean;
  v_missing jsonb;
  v_columns text;
begin
  v_kept := private.lock_user_limits(p_user_id, p_now);
  v_facts := private.recompute_usage(p_user_id);
  select jsonb_object_agg(use_column, to_jsonb(v_kept) -> use_column),
    bool_and(to_jsonb(v_kept) -> use_column = v_facts -> use_column and v_facts -> use_column = v_facts -> ('logged_' || amount_name)),
    jsonb_object_agg(log_column, (v_facts ->> use_column)::bigint - (v_facts ->> ('logged_' || amount_name))::bigint),
    string_agg(quote_ident(log_column), ', ')
  into v_counted, v_is_sound, v_missing, v_columns
  from private.limits;
  if v_is_sound then
    update public.user_limits set reconciled_at = p_now where user_id = p_user_id;
    return false;
  end if;
  execute format('insert into public.usage_logs (user_id, action_type, resource_type, resource_id, fact_at, actor_kind, details, %1$s)
    select $1, ''usage_repaired'', ''user_limits'', $1, $2, ''system'', $3, %1$s
    from jsonb_populate_record(null::public.usage_logs, $4)', v_columns)
  using p_user_id, v_kept.period_start, jsonb_build_object('facts', v_facts, 'counted', v_counted), v_missing;
  v_kept := jsonb_populate_record(v_kept, v_facts);
  v_kept.reconciled_at := p_now;
  perform private.write_use(v_kept);
  return true;
end;
$$;
comment on function private.reconcile_account(uuid, timestamptz) is
  'Compares counters, facts and log of an account under its lock; where they differ the facts win and the log says so (usage_repaired). True when it repaired.';

create function private.reconcile_usage(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_repaired integer := 0;
begin
  for v_user_id in
    select user_id from public.user_limits
    where reconciled_at < p_now - interval '12 hours'
    order by reconciled_at limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  loop
    if private.reconcile_account(v_user_id, p_now) then
      v_repaired := v_repaired + 1;
      raise warning 'usage of account % was repaired', v_user_id;
    end if;
  end loop;
  return v_repaired;
end;
$$;
comment on function private.reconcile_usage(timestamptz) is 'Job: checks the accounts that were checked longest ago, one batch per tick. Returns how many needed a repair: 0 in good health.';

select private.schedule_job('reconcile_usage', '*/5 2-4 * * *', 'private.reconcile_usage', 'compares usage counters with calls, assistants, files and log');

-- schemas/accounts/redeliver_webhooks.sql
-- Sending again, and a test. All three put a delivery back to the beginning of its schedule.
create function private.send_test_webhook(p_endpoint_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint constant public.webhook_endpoints := private.lock_webhook_endpoint(p_endpoint_id);
  v_id uuid;
begin
  if v_endpoint.state <> 'active' then
    perform private.refuse(409, 'webhook_endpoint_not_active', 'A test is sent to an active endpoint.');
  end if;
  perform private.take_rate(auth.uid(), 'webhook_sends', now());
  update public.webhook_endpoints set retry_at = null where id = p_endpoint_id and retry_at is not null;
  insert into public.webhook_deliveries (endpoint_id, user_id, event_id, kind, occurred_at, data)
  values (p_endpoint_id, auth.uid(), gen_random_uuid(), 'endpoint.test', now(), jsonb_build_object('endpoint_id', p_endpoint_id))
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.send_test_webhook(uuid) is 'Records a test event for an endpoint of the caller''s.';

create function private.redeliver_webhook(p_delivery_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_webhook_owner();
  perform private.take_rate(auth.uid(), 'webhook_sends', now());
  update public.webhook_deliveries
  set state = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null
  where id = p_delivery_id and user_id = auth.uid();
  if not found then
    perform private.refuse(404, 'webhook_delivery_not_found', 'There is no such delivery.');
  end if;
end;
$$;
comment on function private.redeliver_webhook(uuid) is 'Has a delivery of the caller''s sent again.';

create function private.replay_webhooks(p_endpoint_id uuid, p_from timestamptz, p_to timestamptz, p_is_delivered_too boolean) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_most constant integer := 1000;
  v_rows integer;
begin
  perform private.lock_webhook_endpoint(p_endpoint_id);
  perform private.take_rate(auth.uid(), 'webhook_sends', now());
  update public.webhook_deliveries
  set state = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null
  where id in (
    select id from public.webhook_deliveries
    where endpoint_id = p_endpoint_id and occurred_at >= p_from and occurred_at < p_to
      and (state = 'failed' or (state = 'delivered' and p_is_delivered_too))
    order by occurred_at, id limit c_most);
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.replay_webhooks(uuid, timestamptz, timestamptz, boolean) is
  'Has what happened in a range sent to an endpoint of the caller''s again, a bounded number of deliveries.';

-- What is kept of deliveries ends after a month.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('webhook_delivery_days', '30', 'integer', '1', '3650', 'Days until a delivery and its attempts are deleted, whatever became of it.');

create function private.forget_webhooks(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_deliveries integer;
  v_secrets integer;
begin
  delete from public.webhook_deliveries where id in (
    select id from public.webhook_deliveries
    where created_at < p_now - private.setting_integer('webhook_delivery_days') * interval '1 day'
    order by created_at limit v_batch);
  get diagnostics v_deliveries = row_count;
  delete from private.webhook_secrets where id in (
    select id from private.webhook_secrets where expires_at <= p_now order by expires_at limit v_batch);
  get diagnostics v_secrets = row_count;
  return v_deliveries + v_secrets;
end;
$$;
comment on function private.forget_webhooks(timestamptz) is 'Job: deletes old deliveries with their attempts, and secrets that were replaced.';

select private.schedule_job('forget_webhooks', '*/10 * * * *', 'private.forget_webhooks', 'deletes webhook deliveries after 30 days and replaced secrets');

create function private.purge_webhooks(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.webhook_deliveries where id in (
    select id from public.webhook_deliveries where user_id = p_user_id limit private.setting_integer('purge_batch'));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.purge_webhooks(uuid) is 'One batch of a closing account''s deliveries.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('before_purge', 80, 'accounts', 'private.purge_webhooks');

create view private.exported_webhook_endpoints with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(e) - 'user_id' as data from public.webhook_endpoints e;

create view private.exported_webhook_deliveries with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(d) - 'user_id' as data from public.webhook_deliveries d;

create view private.exported_webhook_attempts with (security_invoker = true) as
  select user_id as person, id, to_jsonb(a) - 'user_id' as data from public.webhook_attempts a;
comment on view private.exported_webhook_endpoints is 'Webhook endpoints of an account, without their secrets.';
comment on view private.exported_webhook_deliveries is 'What the endpoints of an account were told or are to be told.';
comment on view private.exported_webhook_attempts is 'How the endpoints of an account answered.';

insert into private.export_sections (domain, section, view_name) values
  ('accounts', 'webhook_endpoints', 'private.exported_webhook_endpoints'),
  ('accounts', 'webhook_deliveries', 'private.exported_webhook_deliveries'),
  ('accounts', 'webhook_attempts', 'private.exported_webhook_attempts');

-- schemas/accounts/request_account_deletion.sql
create function private.note_deletion_wish(p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  perform private.lock_user_limits(p_user_id, now());
  select * into v_profile from public.profiles where id = p_user_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif v_profile.account_status = 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  elsif v_profile.account_status = 'suspended' and not private.is_admin() then
    perform private.refuse(403, 'account_suspended', 'The account is suspended.');
  end if;
  perform private.keep_last_admin(p_user_id);
  if v_profile.deletion_requested_at is null then
    perform private.take_rate(auth.uid(), 'deletion_requests', now());
    update public.profiles set deletion_requested_at = now() where id = p_user_id returning * into v_profile;
    perform private.log_usage(p_user_id, 'deletion_requested', 'profile', p_user_id);
    perform private.notify(p_user_id, 'deletion_requested', p_user_id);
  end if;
  return jsonb_build_object('deletion_requested_at', v_profile.deletion_requested_at,
    'deleted_after', v_profile.deletion_requested_at + private.setting_interval('deletion_revocable_for'));
end;
$$;
comment on function private.note_deletion_wish(uuid) is
  'The wish to have an account deleted: {deletion_requested_at, deleted_after}. While it is suspended only an admin may utter it.';

create function private.drop_deletion_wish(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_user_limits(p_user_id, now());
  if exists (select from public.profiles where id = p_user_id and account_status = 'closing') then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  update public.profiles set deletion_requested_at = null where id = p_user_id and deletion_requested_at is not null;
  if found then
    perform private.log_usage(p_user_id, 'deletion_cancelled', 'profile', p_user_id);
  end if;
end;
$$;
comment on function private.drop_deletion_wish(uuid) is 'Takes the wish back, as long as the account is not closing. Without a wish nothing happens.';

create function private.request_account_deletion() returns jsonb
language sql security definer set search_path = '' as $$
  select private.note_deletion_wish(auth.uid());
$$;
comment on function private.request_account_deletion() is 'Asks for the deletion of the caller''s account, as its owner.';

create function private.cancel_account_deletion() returns void
language sql security definer set search_path = '' as $$
  select private.drop_deletion_wish(auth.uid());
$$;
comment on function private.cancel_account_deletion() is 'Takes back the caller''s wish to have their account deleted.';

create function private.admin_request_account_deletion(p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_wish jsonb;
begin
  perform private.require_admin();
  v_wish := private.note_deletion_wish(p_user_id);
  perform private.record_admin_action('request_account_deletion', '{}', p_user_id);
  return v_wish;
end;
$$;
comment on function private.admin_request_account_deletion(uuid) is 'Asks for the deletion of an account, if the caller is an admin.';

create function private.admin_cancel_account_deletion(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_admin();
  perform private.drop_deletion_wish(p_user_id);
  perform private.record_admin_action('cancel_account_deletion', '{}', p_user_id);
end;
$$;
comment on function private.admin_cancel_account_deletion(uuid) is 'Takes back the wish to have an account deleted, if the caller is an admin.';

create function public.request_account_deletion() returns jsonb
language sql set search_path = '' as $$
  select private.request_account_deletion();
$$;
comment on function public.request_account_deletion() is
  'Asks for the deletion of the caller''s account: {deletion_requested_at, deleted_after}. Asking again changes nothing. '
  '403 account_suspended, 409 account_closing, 409 last_admin, 429 rate_limited.';

create function public.cancel_account_deletion() returns void
language sql set search_path = '' as $$
  select private.cancel_account_deletion();
$$;
comment on function public.cancel_account_deletion() is 'Takes the wish back while the account is not closing: 409 account_closing. Without a wish nothing happens.';

create function public.admin_request_account_deletion(p_user_id uuid) returns jsonb
language sql set search_path = '' as $$
  select private.admin_request_account_deletion(p_user_id);
$$;
comment on function public.admin_request_account_deletion(uuid) is
  'Asks for the deletion of an account as an admin, also of a suspended one: {deletion_requested_at, deleted_after}. '
  'The owner is told. 403 admin_only, 404 account_not_found, 409 account_closing, 409 last_admin.';

create function public.admin_cancel_account_deletion(p_user_id uuid) returns void
language sql set search_path = '' as $$
  select private.admin_cancel_account_deletion(p_user_id);
$$;
comment on function public.admin_cancel_account_deletion(uuid) is
  'Takes an account''s wish back as an admin: 403 admin_only, 409 account_closing. Without a wish nothing happens.';

grant execute on function private.request_account_deletion(), private.cancel_account_deletion(),
  private.admin_request_account_deletion(uuid), private.admin_cancel_account_deletion(uuid),
  public.request_account_deletion(), public.cancel_account_deletion(),
  public.admin_request_account_deletion(uuid), public.admin_cancel_account_deletion(uuid) to authenticated;

-- schemas/accounts/require_admin.sql
create function private.require_admin() returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Without a role there is no request: the SQL editor or a job.
  if not private.is_admin() and coalesce(auth.role(), 'service_role') <> 'service_role' then
    perform private.refuse(403, 'admin_only', 'Only an admin may do this.');
  end if;
end;
$$;
comment on function private.require_admin() is
  'Refuses every caller but an admin and the server''s own key: 403 admin_only. Looks at nothing else, so that it tells nothing.';

-- schemas/accounts/settings.sql
-- Every threshold, window and grace time of accounts and of the trial.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('demo_length', '"7 days"', 'interval', '1 hour', '365 days', 'How long a trial lasts from sign-up.'),
  ('demo_warning_before', '"2 days"', 'interval', '1 hour', '365 days', 'How long before its end a trial is warned.'),
  ('demo_minimum_call_seconds', '10', 'integer', '0', '3600', 'A call is admitted only with at least so many seconds left.'),
  ('usage_warning_percent', '75', 'integer', '1', '99', 'Share of a limit from which usage is a warning.'),
  ('usage_critical_percent', '90', 'integer', '1', '99', 'Share of a limit from which usage is critical.'),
  ('purge_grace', '"30 days"', 'interval', '1 day', '365 days', 'How long an expired trial is kept before it is purged.'),
  ('purge_warning_before', '"7 days"', 'interval', '1 day', '365 days', 'How long before the purge the owner is warned.'),
  ('purge_task_patience', '"7 days"', 'interval', '1 day', '365 days', 'After so long a purge goes on although a task of the user is dead.'),
  ('purge_batch', '1000', 'integer', '1', '100000', 'Facts that one tick of a purge deletes.'),
  ('deletion_revocable_for', '"7 days"', 'interval', '1 day', '365 days', 'How long a requested account deletion can be taken back.'),
  ('account_job_batch_size', '500', 'integer', '1', '100000', 'Accounts that one tick of an account job takes.');

-- schemas/accounts/show_user_limits.sql
-- What an account may use, has used and has left, in one answer. A period that is over is shown as the next one, even before anybody
-- has rolled it over. A trial that is over by the clock is shown as expired, even before the job has run.
create function private.resource_usage(p_used bigint, p_max bigint) returns numeric
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_max is null then null when p_max = 0 then 100 else round(100.0 * p_used / p_max, 1) end;
end;
$$;
comment on function private.resource_usage(bigint, bigint) is 'Percent of a limit that is used, to a tenth; null = unlimited.';

create function private.remaining(p_max bigint, p_used bigint) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_max is not null then greatest(p_max - p_used, 0) end;
end;
$$;
comment on function private.remaining(bigint, bigint) is 'What is left of a limit; null = unlimited.';

create function private.usage_warning(p_resource text, p_percent numeric) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_type text := case
    when p_percent >= 100 then 'error'
    when p_percent >= private.setting_integer('usage_critical_percent') then 'critical'
    when p_percent >= private.setting_integer('usage_warning_percent') then 'warning' end;
begin
  if v_type is null then
    return '[]'::jsonb;
  end if;
  return jsonb_build_array(jsonb_build_object('type', v_type,
    'code', p_resource || case when v_type = 'error' then '_limit_reached' else '_limit_near' end,
    'message', case when v_type = 'error' then format('The limit of %s is reached.', replace(p_resource, '_', ' '))
      else format('%s %% of the limit of %s is used.', floor(p_percent), replace(p_resource, '_', ' ')) end));
end;
$$;
comment on function private.usage_warning(text, numeric) is 'A list of at most one warning {type, code, message} about a limit.';

create function private.limits_overview(p_user_id uuid, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
  v_profile public.profiles;
  v_is_over boolean;
  v_left interval;
  v_row jsonb;
  v_limit private.limits;
  v_used bigint;
  v_max bigint;
  v_percent numeric;
  v_amounts jsonb := '{}'::jsonb;
  v_percentages jsonb := '{}'::jsonb;
  v_warnings jsonb := '[]'::jsonb;
begin
  select * into v_limits from public.user_limits where user_id = p_user_id;
  select * into v_profile from public.profiles where id = p_user_id;
  if v_limits.user_id is null or v_profile.id is null then
    return null;
  end if;
  if v_limits.period_end <= p_now then
    select m.period_start, m.period_end into v_limits.period_start, v_limits.period_end
    from private.usage_month(v_limits.period_anchor, p_now) m;
    v_limits := private.recount_flows(v_limits);
  end if;
  v_is_over := v_profile.account_status = 'active' and private.is_trial_over(v_profile, p_now);
  v_left := case when v_profile.is_demo and v_profile.account_status = 'active'
    then greatest(v_profile.demo_expires_at - p_now, interval '0') end;

  if v_is_over or v_profile.account_status <> 'active' then
    v_warnings := jsonb_build_array(jsonb_build_object('type', 'error',
      'code', 'account_' || case when v_is_over then 'expired' else v_profile.account_status::text end,
      'message', case
        when v_is_over or v_profile.account_status = 'expired' then 'The trial has ended.'
        when v_profile.account_status = 'suspended' then 'The account is suspended.'
        else 'The account is being closed.' end));
  elsif v_left <= private.setting_interval('demo_warning_before') then
    v_warnings := jsonb_build_array(jsonb_build_object('type', 'warning', 'code', 'demo_ends_soon', 'message', 'The trial ends soon.'));
  end if;
  v_row := to_jsonb(v_limits);
  for v_limit in select * from private.limits order by place loop
    v_used := (v_row ->> v_limit.use_column)::bigint;
    v_max := (v_row ->> v_limit.max_column)::bigint;
    v_percent := private.resource_usage(v_used, v_max);
    v_amounts := v_amounts || jsonb_build_object(v_limit.use_column, v_used, v_limit.max_column, v_max,
      'remaining_' || v_limit.amount_name, private.remaining(v_max, v_used));
    v_percentages := v_percentages || jsonb_build_object(v_limit.name, v_percent);
    v_warnings := v_warnings || private.usage_warning(v_limit.name, v_percent);
  end loop;

  return v_amounts || jsonb_build_object(
    'plan_type', v_limits.plan_type,
    'usage_percentage', v_percentages,
    'period', jsonb_build_object('start', v_limits.period_start, 'end', v_limits.period_end),
    'account', jsonb_build_object(
      'status', case when v_is_over then 'expired' else v_profile.account_status::text end,
      'is_demo', v_profile.is_demo,
      'demo_expires_at', case when v_profile.is_demo then v_profile.demo_expires_at end,
      'seconds_left', floor(extract(epoch from v_left)),
      'expiry_reason', case when v_is_over then 'time' else v_profile.expiry_reason::text end),
    'warnings', v_warnings);
end;
$$;
comment on function private.limits_overview(uuid, timestamptz) is
  'The answer of user_limits_overview for an account at a time; null for an account that is not there.';

create function private.my_limits_overview() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.limits_overview(auth.uid(), now());
end;
$$;
comment on function private.my_limits_overview() is 'private.limits_overview for the caller, now.';

grant execute on function private.my_limits_overview() to authenticated;

create function public.user_limits_overview() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.my_limits_overview();
end;
$$;
comment on function public.user_limits_overview() is
  'The caller''s limits, usage, remainders (null = unlimited), percentages, period, account and warnings. Null for a caller without an account.';

grant execute on function public.user_limits_overview() to authenticated;

-- schemas/accounts/tell_dead_letters.sql
-- Admins are told once an hour what was given up in the hour before. Mails are left out: a mail about a mail that failed would fail too.
create function private.tell_dead_letters(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_since constant timestamptz := date_trunc('hour', p_now) - interval '1 hour';
  v_until constant timestamptz := date_trunc('hour', p_now);
  v_events bigint;
  v_tasks bigint;
begin
  select count(*) into v_events from public.webhook_events where status = 'dead' and settled_at >= v_since and settled_at < v_until;
  select count(*) into v_tasks from public.tasks where dead_at >= v_since and dead_at < v_until and kind <> 'send_email';
  if v_events + v_tasks = 0 then
    return 0;
  end if;
  return (
    select count(*) filter (where private.tell_once(p.id, 'dead_letters', v_until::text, null,
      jsonb_build_object('events', v_events, 'tasks', v_tasks)))
    from public.profiles p where p.role = 'admin' and private.acting_role(p.id) = 'admin');
end;
$$;
comment on function private.tell_dead_letters(timestamptz) is 'Job: tells admins how many events and tasks were given up in the hour before.';

select private.schedule_job('tell_dead_letters', '2 * * * *', 'private.tell_dead_letters', 'Tell admins what was given up.');

-- schemas/accounts/time_zones.sql
-- The zones that days can be cut in. Listing them reads some hundred files, so the names are kept; one that came later is still found
-- in the files. System zone files add leap-second and machine-local variants that other machines lack.
create view private.installed_time_zones with (security_invoker = true) as
  select name from pg_catalog.pg_timezone_names
  where name !~ '^(posix|right)/' and name not in ('localtime', 'posixrules', 'Factory');
comment on view private.installed_time_zones is 'IANA names that this Postgres knows.';

create table private.time_zones (name text primary key);
comment on table private.time_zones is 'IANA names that Postgres knew when this was made.';

alter table private.time_zones enable row level security;

create policy "nobody but the owner of the schema reads zones" on private.time_zones
  for all to anon, authenticated using (false) with check (false);

insert into private.time_zones select name from private.installed_time_zones;

create function private.require_time_zone(p_zone text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from private.time_zones where name = p_zone)
    and not exists (select from private.installed_time_zones where name = p_zone)
  then
    perform private.refuse(422, 'invalid_time_zone', 'This time zone is not known.');
  end if;
end;
$$;
comment on function private.require_time_zone(text) is 'Refuses what is no IANA name of a zone that days can be cut in: 422 invalid_time_zone.';

grant execute on function private.require_time_zone(text) to authenticated;

-- schemas/accounts/trials.sql
-- The trial: when it is over, and how it ends for ever.
create function private.is_trial_over(p_profile public.profiles, p_now timestamptz) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_profile.is_demo and p_profile.demo_expires_at <= p_now;
end;
$$;
comment on function private.is_trial_over(public.profiles, timestamptz) is
  'Whether a trial is over by the clock, which the stored status may say only minutes later.';

create function private.end_demo(p_user_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- What is over by the clock ended by time, though the job that says so is late. A paid plan would revive it at once.
  if p_reason <> 'paid_plan' and exists (select from public.profiles p where id = p_user_id and private.is_trial_over(p, now())) then
    perform private.expire_account(p_user_id, 'time', now(), false);
  end if;
  update public.profiles set is_demo = false, purge_after = null where id = p_user_id and is_demo;
  if found then
    perform private.log_usage(p_user_id, 'demo_ended', 'profile', p_user_id,
      p_details => jsonb_build_object('reason', p_reason));
  end if;
end;
$$;
comment on function private.end_demo(uuid, text) is
  'Ends a trial for ever; idempotent. Reasons: role, enrolment, hosted_class, paid_plan. An expired account stays expired, and a trial '
  'that is over by the clock expires first: only a plan revives.';

-- schemas/accounts/usage_periods.sql
-- Months of usage, counted from an anchor in UTC.
create function private.usage_month(p_anchor timestamptz, p_at timestamptz)
returns table (period_start timestamptz, period_end timestamptz)
language sql immutable rows 1 set search_path = '' as $$
  with utc as (
    select p_anchor at time zone 'UTC' as anchor, p_at at time zone 'UTC' as instant
  ), calendar as (
    select anchor, instant,
      ((extract(year from instant) - extract(year from anchor)) * 12
        + extract(month from instant) - extract(month from anchor))::integer as months
    from utc
  ), whole as (
    select anchor,
      months - (case when anchor + make_interval(months => months) > instant then 1 else 0 end) as months
    from calendar
  )
  select (anchor + make_interval(months => months)) at time zone 'UTC',
    (anchor + make_interval(months => months + 1)) at time zone 'UTC'
  from whole;
$$;
comment on function private.usage_month(timestamptz, timestamptz) is
  'The month [period_start, period_end) of p_anchor that holds p_at. 31 January is followed by the last of February and 31 March.';

-- schemas/accounts/warn_before_the_end.sql
create function private.warn_demos(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with due as (
    select id from public.profiles
    where is_demo and account_status = 'active' and demo_warned_at is null
      and demo_expires_at > p_now and demo_expires_at <= p_now + private.setting_interval('demo_warning_before')
    order by demo_expires_at
    limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  ), warned as (
    update public.profiles p set demo_warned_at = p_now from due where p.id = due.id returning p.id, p.demo_expires_at
  )
  select count(*) filter (where private.tell_once(id, 'demo_2_days', extract(epoch from demo_expires_at)::text, id,
    jsonb_build_object('demo_expires_at', demo_expires_at)))
  into v_count from warned;
  return v_count;
end;
$$;
comment on function private.warn_demos(timestamptz) is 'Job: tells the owners of trials that end within two days.';

create function private.warn_before_purge(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with due as (
    select id from public.profiles
    where account_status = 'expired' and purge_warned_at is null
      and purge_after <= p_now + private.setting_interval('purge_warning_before')
    order by purge_after
    limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  ), warned as (
    -- A notice that comes late moves the purge: nobody is purged with less notice than promised.
    update public.profiles p
    set purge_warned_at = p_now, purge_after = greatest(purge_after, p_now + private.setting_interval('purge_warning_before'))
    from due where p.id = due.id returning p.id, p.purge_after
  )
  select count(*) filter (where private.tell_once(id, 'purge_7_days', extract(epoch from purge_after)::text, id,
    jsonb_build_object('purge_after', purge_after)))
  into v_count from warned;
  return v_count;
end;
$$;
comment on function private.warn_before_purge(timestamptz) is 'Job: tells the owners of expired trials that will be purged within seven days.';

select private.schedule_job('warn_demos', '*/15 * * * *', 'private.warn_demos', 'tells trials that they end within two days'),
  private.schedule_job('warn_before_purge', '7 * * * *', 'private.warn_before_purge', 'tells expired trials that they will be purged');

-- schemas/accounts/webhook_rpcs.sql
-- What clients call of webhooks.
create function public.create_webhook_endpoint(p_url text, p_kinds text[]) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.create_webhook_endpoint(p_url, p_kinds);
$$;
comment on function public.create_webhook_endpoint(text, text[]) is
  'Adds a webhook endpoint: the row, and secret, which is shown this once. 422 invalid_webhook_url, 422 unknown_webhook_kind, '
  '409 too_many_webhook_endpoints, 403 account_suspended, 409 account_closing.';

create function public.update_webhook_endpoint(
  p_endpoint_id uuid, p_url text default null, p_kinds text[] default null, p_is_paused boolean default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.update_webhook_endpoint(p_endpoint_id, p_url, p_kinds, p_is_paused);
$$;
comment on function public.update_webhook_endpoint(uuid, text, text[], boolean) is
  'Changes an endpoint: the row. p_is_paused false also starts a disabled one again, and what waited is sent. '
  '404 webhook_endpoint_not_found, 422 invalid_webhook_url, 422 unknown_webhook_kind, 403 account_suspended, 409 account_closing.';

create function public.delete_webhook_endpoint(p_endpoint_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.delete_webhook_endpoint(p_endpoint_id);
$$;
comment on function public.delete_webhook_endpoint(uuid) is
  'Deletes an endpoint with its secrets and deliveries. 404 webhook_endpoint_not_found, 403 account_suspended, 409 account_closing.';

create function public.rotate_webhook_secret(p_endpoint_id uuid) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.rotate_webhook_secret(p_endpoint_id);
$$;
comment on function public.rotate_webhook_secret(uuid) is
  'Makes a new secret, shown this once: {secret, previous_expires_at}. Until then deliveries carry the signatures of both. '
  '404 webhook_endpoint_not_found, 403 account_suspended, 409 account_closing.';

create function public.send_test_webhook(p_endpoint_id uuid) returns uuid
language sql security invoker set search_path = '' as $$
  select private.send_test_webhook(p_endpoint_id);
$$;
comment on function public.send_test_webhook(uuid) is
  'Sends an endpoint.test to an endpoint, whatever kinds it asks for: the delivery''s id. 404 webhook_endpoint_not_found, '
  '409 webhook_endpoint_not_active, 403 account_suspended, 409 account_closing, 429 rate_limited.';

create function public.redeliver_webhook(p_delivery_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.redeliver_webhook(p_delivery_id);
$$;
comment on function public.redeliver_webhook(uuid) is
  'Sends a delivery again, under the same event id. 404 webhook_delivery_not_found, 403 account_suspended, 409 account_closing, 429 rate_limited.';

create function public.replay_webhooks(p_endpoint_id uuid, p_from timestamptz, p_to timestamptz, p_is_delivered_too boolean default false)
returns integer
language sql security invoker set search_path = '' as $$
  select private.replay_webhooks(p_endpoint_id, p_from, p_to, p_is_delivered_too);
$$;
comment on function public.replay_webhooks(uuid, timestamptz, timestamptz, boolean) is
  'Sends again what happened from p_from until before p_to and was given up, or all of it: how many, at most 1000 in a call, the oldest first. '
  '404 webhook_endpoint_not_found, 403 account_suspended, 409 account_closing, 429 rate_limited.';

grant execute on function
  public.create_webhook_endpoint(text, text[]), private.create_webhook_endpoint(text, text[]),
  public.update_webhook_endpoint(uuid, text, text[], boolean), private.update_webhook_endpoint(uuid, text, text[], boolean),
  public.delete_webhook_endpoint(uuid), private.delete_webhook_endpoint(uuid),
  public.rotate_webhook_secret(uuid), private.rotate_webhook_secret(uuid),
  public.send_test_webhook(uuid), private.send_test_webhook(uuid),
  public.redeliver_webhook(uuid), private.redeliver_webhook(uuid),
  public.replay_webhooks(uuid, timestamptz, timestamptz, boolean), private.replay_webhooks(uuid, timestamptz, timestamptz, boolean)
  to authenticated;

reset check_function_bodies;
