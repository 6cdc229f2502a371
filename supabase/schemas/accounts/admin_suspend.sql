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
