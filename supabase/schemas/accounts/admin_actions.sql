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
