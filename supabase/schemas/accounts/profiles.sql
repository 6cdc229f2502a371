-- One profile per auth user: who he is to the product.
create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  email text,
  full_name text
    constraint full_name_is_1_to_200_characters check (char_length(full_name) between 1 and 200 and full_name = btrim(full_name)),
  avatar_url text
    constraint avatar_url_is_an_https_url check (avatar_url ~ '^https://[^\s]+$' and char_length(avatar_url) <= 2048),
  time_zone text not null default 'UTC',
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
  -- A user may have his account deleted: the wish can be taken back for a while, then the purge takes it.
  deletion_requested_at timestamptz,
  constraint demo_has_an_end check (not is_demo or demo_expires_at is not null),
  constraint expired_account_says_when_and_why
    check (account_status <> 'expired' or (expired_at is not null and expiry_reason is not null))
);
comment on table public.profiles is 'Who a user is to the product: 1:1 with auth.users, made by its insert and gone with it.';
comment on column public.profiles.email is 'In step with auth.users.email; null for a sign-up without one. Confirmed or not: auth.users knows.';
comment on column public.profiles.time_zone is 'IANA name; days of dashboards are cut in it.';
comment on column public.profiles.workspace_email is 'The Google Workspace address that a teacher hosts under; set with the secret key.';
comment on column public.profiles.is_demo is 'The voice trial. Ends for ever with a role, an enrolment, a hosted class or a paid plan.';
comment on column public.profiles.demo_expires_at is 'When the trial ends by time; kept as history once it is over.';
comment on column public.profiles.purge_after is 'When an expired trial may be purged; null for every other account.';
comment on column public.profiles.demo_warned_at is 'When the owner was told that the trial ends at demo_expires_at; null again once that moves.';
comment on column public.profiles.purge_warned_at is
  'When the owner was told that the account will be purged; the purge waits for the notice to pass. Null again once the purge is called off or moves beyond the notice.';
comment on column public.profiles.deletion_requested_at is 'When the owner asked for the deletion of his account; null when he did not, or took it back.';

create index profiles_admins_idx on public.profiles (id) where role = 'admin';

-- What follows when usage nears and reaches a limit, in the transaction that records the usage: warnings, and the end of a trial.
create index profiles_expiring_idx on public.profiles (demo_expires_at) where is_demo and account_status = 'active';

create index profiles_demo_to_warn_idx on public.profiles (demo_expires_at)
  where is_demo and account_status = 'active' and demo_warned_at is null;

create index profiles_purge_to_warn_idx on public.profiles (purge_after)
  where account_status = 'expired' and purge_warned_at is null and purge_after is not null;

create index profiles_deletion_requested_idx on public.profiles (deletion_requested_at) where deletion_requested_at is not null;
create index profiles_purge_after_idx on public.profiles (purge_after) where account_status = 'expired' and is_demo;

alter table public.profiles enable row level security;

-- Who reads and writes profiles. Rows come and go with auth.users only, so nobody inserts or deletes.
create policy "owners and support staff read profiles" on public.profiles
  for select to authenticated
  using (id = (select auth.uid()) or (select private.is_support_staff()));

create policy "owners edit their own profile" on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));

grant select on public.profiles to authenticated, service_role;
grant update (full_name, avatar_url, time_zone) on public.profiles to authenticated;

-- The secret key may set these directly; the rules on roles and trials are triggers and hold for it too.
grant update (full_name, avatar_url, time_zone, workspace_email, role, account_status) on public.profiles to service_role;

-- A profile's time zone is one that Postgres can cut days in. A check constraint may not read a view, hence a trigger;
-- it runs for changes only, because listing the zones reads files.
create function private.check_time_zone() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not exists (
    select from pg_catalog.pg_timezone_names
    where name = new.time_zone
      -- System zone files add leap-second and machine-local variants that other machines lack.
      and name !~ '^(posix|right)/' and name not in ('localtime', 'posixrules', 'Factory')
  ) then
    perform private.refuse(422, 'invalid_time_zone', 'This time zone is not known.');
  end if;
  return new;
end;
$$;
comment on function private.check_time_zone() is 'Refuses a time_zone that is no IANA name.';

create function private.keep_last_admin() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- One at a time: two admins who demote each other would both still see the other one.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('switchboard.last_admin'));
  if not private.has_another_admin(new.id) then
    perform private.refuse(409, 'last_admin', 'The last admin has to stay an admin.');
  end if;
  return new;
end;
$$;
comment on function private.keep_last_admin() is 'Refuses to take the last acting admin away; serialised by an advisory lock.';

-- A role and a status are facts of record, whichever path changed them: RPC, secret key, job or SQL editor.
create function private.record_role_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.log_usage(new.id, 'role_changed', 'profile', new.id,
    p_details => jsonb_build_object('from', old.role, 'to', new.role));
  if new.role <> 'member' then
    perform private.end_demo(new.id, 'role');
  end if;
  return null;
end;
$$;
comment on function private.record_role_change() is 'Logs a role change; a role other than member ends the trial for ever.';

create function private.record_status_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.log_usage(new.id, 'account_status_changed', 'profile', new.id,
    p_details => jsonb_build_object('from', old.account_status, 'to', new.account_status, 'reason', new.expiry_reason));
  return null;
end;
$$;
comment on function private.record_status_change() is 'Logs a change of account_status.';

create function private.follow_profile_card() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profile_cards (id, full_name, avatar_url) values (new.id, new.full_name, new.avatar_url)
  on conflict (id) do update set full_name = excluded.full_name, avatar_url = excluded.avatar_url;
  return null;
end;
$$;
comment on function private.follow_profile_card() is 'Keeps profile_cards in step with profiles.';

-- A warning is about a date. A purge that is put off by less than a notice, e.g. from day to day while a ticket is open, stays announced.
create function private.forget_warnings() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.demo_expires_at is distinct from old.demo_expires_at then
    new.demo_warned_at := null;
  end if;
  if new.purge_warned_at is not distinct from old.purge_warned_at
    and (new.purge_after is null or new.purge_after > old.purge_after + private.setting_interval('purge_warning_before'))
  then
    new.purge_warned_at := null;
  end if;
  return new;
end;
$$;
comment on function private.forget_warnings() is 'BEFORE the end of a trial or the date of a purge moves: what was announced does not hold for the new one.';

create function private.stay_closing() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.refuse(409, 'account_closing', 'The account is being closed.');
  return null;
end;
$$;
comment on function private.stay_closing() is 'Refuses to reopen an account whose closing has begun: what was taken away cannot be brought back.';

create trigger profiles_check_new_time_zone before insert on public.profiles
  for each row when (new.time_zone <> 'UTC') execute function private.check_time_zone();

create trigger profiles_check_time_zone before update of time_zone on public.profiles
  for each row when (new.time_zone is distinct from old.time_zone) execute function private.check_time_zone();

create trigger profiles_forget_warnings before update of demo_expires_at, purge_after on public.profiles
  for each row
  when ((old.demo_expires_at, old.purge_after) is distinct from (new.demo_expires_at, new.purge_after))
  execute function private.forget_warnings();

create trigger profiles_keep_last_admin before update of role, account_status on public.profiles
  for each row
  when (
    private.role_under(old.role, old.account_status) = 'admin'
    and private.role_under(new.role, new.account_status) is distinct from 'admin'
  )
  execute function private.keep_last_admin();

create trigger profiles_stay_closing before update of account_status on public.profiles
  for each row when (old.account_status = 'closing' and new.account_status <> 'closing') execute function private.stay_closing();

create trigger profiles_touch_updated_at before update on public.profiles
  for each row execute function private.touch_updated_at();

create trigger profiles_follow_card after update of full_name, avatar_url on public.profiles
  for each row
  when ((old.full_name, old.avatar_url) is distinct from (new.full_name, new.avatar_url))
  execute function private.follow_profile_card();

create trigger profiles_make_card after insert on public.profiles
  for each row execute function private.follow_profile_card();

create trigger profiles_record_role_change after update of role on public.profiles
  for each row when (old.role is distinct from new.role) execute function private.record_role_change();

create trigger profiles_record_status_change after update of account_status on public.profiles
  for each row when (old.account_status is distinct from new.account_status) execute function private.record_status_change();
