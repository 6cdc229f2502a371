-- Who is calling, for policies and rules. Without arguments, so that `(select private.f())` runs once a statement.
create function private.caller_role() returns public.user_role
language sql stable security definer set search_path = '' as $$
  select case when account_status = 'suspended' then 'member' else role end
  from public.profiles where id = (select auth.uid());
$$;
comment on function private.caller_role() is
  'The role of the signed-in caller; null for nobody. A suspended account acts as a member, whatever its role.';

create function private.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(private.caller_role() = 'admin', false);
$$;
comment on function private.is_admin() is 'Whether the caller is an admin.';

create function private.is_support_staff() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(private.caller_role() in ('agent', 'admin'), false);
$$;
comment on function private.is_support_staff() is 'Whether the caller is an agent or an admin.';

create function private.is_teacher() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(private.caller_role() in ('teacher', 'admin'), false);
$$;
comment on function private.is_teacher() is 'Whether the caller may host classes: a teacher or an admin.';

create function private.current_actor() returns table (kind public.actor_kind, id uuid)
language sql stable rows 1 security definer set search_path = '' as $$
  select
    (case
      when auth.role() = 'service_role' then 'service'
      when auth.uid() is null then 'system'
      when private.is_support_staff() then 'staff'
      else 'user'
    end)::public.actor_kind,
    case when auth.role() is distinct from 'service_role' then auth.uid() end;
$$;
comment on function private.current_actor() is
  'Who causes what this transaction writes; always one row. id is null for service and system.';

grant execute on function
  private.caller_role(), private.is_admin(), private.is_support_staff(), private.is_teacher(), private.current_actor()
  to authenticated, service_role;
