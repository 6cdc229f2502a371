-- Whoever stops being support staff works on no ticket any more: what he has not finished goes back to the desk. What he
-- has stays his as a record; reopened, it loses him too. Otherwise he would go on being told what customers write.
create function private.release_assignments() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.support_tickets set assigned_to = null
  where assigned_to = new.id and status in ('open', 'in_progress', 'waiting');
  return null;
end;
$$;
comment on function private.release_assignments() is 'AFTER somebody lost his place among support staff: takes his unfinished tickets from him.';

create trigger profiles_release_assignments after update of role, account_status on public.profiles
  for each row
  when (
    private.role_under(old.role, old.account_status) in ('agent', 'admin')
    and coalesce(private.role_under(new.role, new.account_status) not in ('agent', 'admin'), true)
  )
  execute function private.release_assignments();
