create function private.require_admin() returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Without a role there is no request: the SQL editor or a job.
  if not private.is_admin() and coalesce(auth.role(), 'service_role') <> 'service_role' then
    perform private.refuse(403, 'admin_only', 'Only an admin may do this.');
  end if;
end;
$$;
comment on function private.require_admin() is
  'Refuses every caller but an admin and the server''s own key: 403 admin_only. Looks at nothing else, so that it tells nothing.';
