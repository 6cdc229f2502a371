-- There is always an admin who can act: demoting, suspending or closing the last one is refused, whoever asks.
-- Deleting the auth user is not: an operator who does that has the secret key to appoint another.
create function private.has_another_admin(p_user_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.profiles where role = 'admin' and id <> p_user_id and private.role_under(role, account_status) = 'admin');
$$;
comment on function private.has_another_admin(uuid) is 'Whether somebody other than this user acts as an admin now.';

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

create trigger profiles_keep_last_admin before update of role, account_status on public.profiles
  for each row
  when (
    private.role_under(old.role, old.account_status) = 'admin'
    and private.role_under(new.role, new.account_status) is distinct from 'admin'
  )
  execute function private.keep_last_admin();
