-- Who is calling is asked by every row of the ledger and by policies. A function in SQL with a search_path is planned anew at each call
-- (0.1 ms for current_actor, more than the row it stamps); in PL/pgSQL it is planned once a session.
create or replace function private.caller_role() returns public.user_role
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case when account_status = 'suspended' then 'member' else role end
    from public.profiles where id = (select auth.uid()));
end;
$$;

create or replace function private.is_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.caller_role() = 'admin', false);
end;
$$;

create or replace function private.is_support_staff() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.caller_role() in ('agent', 'admin'), false);
end;
$$;

create or replace function private.is_teacher() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(private.caller_role() in ('teacher', 'admin'), false);
end;
$$;

create or replace function private.current_actor() returns table (kind public.actor_kind, id uuid)
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
