-- One profile per auth user: who he is to the product. Policies and grants follow in 20260102000500.
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

create index profiles_admins_idx on public.profiles (id) where role = 'admin';

create trigger profiles_touch_updated_at before update on public.profiles
  for each row execute function private.touch_updated_at();

alter table public.profiles enable row level security;
