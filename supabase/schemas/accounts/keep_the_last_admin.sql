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
