-- Somebody who is no longer support staff works on no ticket any more. Their unfinished tickets go back to the desk. Their finished
-- tickets keep their name as a record until they are reopened; otherwise they would still be told what customers write.
create function private.release_assignments(p_old public.profiles, p_new public.profiles) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if private.role_under(p_old.role, p_old.account_status) in ('agent', 'admin')
    and coalesce(private.role_under(p_new.role, p_new.account_status) not in ('agent', 'admin'), true)
  then
    update public.support_tickets set assigned_to = null
    where assigned_to = p_new.id and status <> all (private.finished_statuses());
  end if;
end;
$$;
comment on function private.release_assignments(public.profiles, public.profiles) is
  'When somebody has lost their place among support staff, takes their unfinished tickets from them.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('profile_changed', 40, 'support', 'private.release_assignments');
