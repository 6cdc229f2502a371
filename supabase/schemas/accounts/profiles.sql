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
