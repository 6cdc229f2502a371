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

create trigger profiles_record_role_change after update of role on public.profiles
  for each row when (old.role is distinct from new.role) execute function private.record_role_change();

create function private.record_status_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.log_usage(new.id, 'account_status_changed', 'profile', new.id,
    p_details => jsonb_build_object('from', old.account_status, 'to', new.account_status, 'reason', new.expiry_reason));
  return null;
end;
$$;
comment on function private.record_status_change() is 'Logs a change of account_status.';

create trigger profiles_record_status_change after update of account_status on public.profiles
  for each row when (old.account_status is distinct from new.account_status) execute function private.record_status_change();
