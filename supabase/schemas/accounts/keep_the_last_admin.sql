-- There is always an admin who can act: demoting, suspending or closing the last one is refused, whoever asks.
-- Deleting the auth user is not: an operator who does that has the secret key to appoint another.
create function private.has_another_admin(p_user_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.profiles where role = 'admin' and id <> p_user_id and private.role_under(role, account_status) = 'admin');
$$;
comment on function private.has_another_admin(uuid) is 'Whether somebody other than this user acts as an admin now.';
