-- Who is calling, for policies and rules. The functions have no arguments, so that `(select private.f())` runs once for a statement.
-- They are PL/pgSQL, because every row of the ledger asks as well: a function in SQL with a search_path is planned at each call
-- (0.1 ms for current_actor, more than the row that it stamps), one in PL/pgSQL once for a session.
create function private.role_under(p_role public.user_role, p_status public.account_status) returns public.user_role
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_status not in ('suspended', 'closing') then p_role end;
end;
$$;
comment on function private.role_under(public.user_role, public.account_status) is
  'The role that an account of this status acts in: its own, or none while suspended or closing. For rules that have the row.';

create function private.acting_role(p_profile_id uuid) returns public.user_role
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select private.role_under(role, account_status) from public.profiles where id = p_profile_id);
end;
$$;
comment on function private.acting_role(uuid) is
  'The role in which a profile acts now; null for nobody and while the account is suspended or closing. Every right that a role gives asks here.';

create function private.caller_role() returns public.user_role
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.acting_role((select auth.uid()));
end;
$$;
comment on function private.caller_role() is 'The role in which the signed-in caller acts; null for nobody and for a barred account.';

create function private.is_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.caller_role() = 'admin', false);
end;
$$;
comment on function private.is_admin() is 'Whether the caller is an admin.';

-- A policy that lets admins read every row says so as a range of the key, next to conditions that an index serves too. No index serves
-- a plain "or is_admin()", and everybody else's rows would be looked for in the whole table.
create function private.first_id_of_admin() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return case when private.is_admin() then '00000000-0000-0000-0000-000000000000'::uuid end;
end;
$$;
comment on function private.first_id_of_admin() is 'The lowest id that the caller reads as an admin; null for whoever is none.';

create function private.last_id_of_admin() returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return case when private.is_admin() then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid end;
end;
$$;
comment on function private.last_id_of_admin() is 'The highest id that the caller reads as an admin; null for whoever is none.';

create function private.acts_as_staff(p_profile_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.acting_role(p_profile_id) in ('agent', 'admin'), false);
end;
$$;
comment on function private.acts_as_staff(uuid) is 'Whether a profile acts as support staff now: an agent or an admin who is neither suspended nor closing.';

create function private.is_support_staff() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.acts_as_staff((select auth.uid()));
end;
$$;
comment on function private.is_support_staff() is 'Whether the caller is an agent or an admin.';

create function private.is_teacher() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.caller_role() in ('teacher', 'admin'), false);
end;
$$;
comment on function private.is_teacher() is 'Whether the caller may host classes: a teacher or an admin.';

create function private.current_actor() returns table (kind public.actor_kind, id uuid)
language plpgsql stable rows 1 security definer set search_path = '' as $$
begin
  if auth.role() = 'service_role' then
    kind := 'service';
  else
    id := auth.uid();
    kind := case when id is null then 'system' when private.is_support_staff() then 'staff' else 'user' end::public.actor_kind;
  end if;
  return next;
end;
$$;
comment on function private.current_actor() is
  'Who causes what this transaction writes; always one row. id is null for service and system.';

grant execute on function
  private.caller_role(), private.is_admin(), private.first_id_of_admin(), private.last_id_of_admin(), private.is_support_staff(), private.is_teacher(), private.current_actor()
  to authenticated, service_role;
