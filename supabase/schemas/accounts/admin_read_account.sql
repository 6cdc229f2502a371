-- One account as an admin needs it to answer a customer. What belongs to other domains comes from their hooks.
create function private.admin_read_account(p_user_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  perform private.require_admin();
  select * into v_profile from public.profiles where id = p_user_id;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  end if;
  return private.describe_account(v_profile) || private.gather_hooks('account_overview', p_user_id) || jsonb_build_object(
    'time_zone', v_profile.time_zone, 'workspace_email', v_profile.workspace_email,
    'trial', jsonb_build_object('is_demo', v_profile.is_demo, 'demo_expires_at', v_profile.demo_expires_at, 'expired_at', v_profile.expired_at,
      'expiry_reason', v_profile.expiry_reason, 'purge_after', v_profile.purge_after, 'demo_warned_at', v_profile.demo_warned_at,
      'purge_warned_at', v_profile.purge_warned_at),
    'tasks', (select jsonb_build_object('open', open_tasks, 'dead', dead_tasks) from private.count_user_tasks(p_user_id)),
    'closure', (
      select jsonb_build_object('reason', reason, 'started_at', started_at, 'outside_requested_at', outside_requested_at,
        'rows_deleted', rows_deleted, 'last_error', last_error, 'completed_at', completed_at)
      from private.account_closures where user_id = p_user_id),
    'usage_log', (
      select coalesce(jsonb_agg(to_jsonb(entry) - array['user_id', 'fact_at'] order by entry.id desc), '[]')
      from (select * from public.usage_logs where user_id = p_user_id order by id desc limit 50) entry),
    'actions', private.actions_about(p_user_id));
end;
$$;
comment on function private.admin_read_account(uuid) is 'One account with all that an admin may know of it, if the caller is one.';

create function public.admin_read_account(p_user_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_read_account(p_user_id);
$$;
comment on function public.admin_read_account(uuid) is
  'For admins and the server: an account with limits, usage, trial, what it has in each domain, its latest tickets, its usage log and the audit log about it. '
  'Refuses: 403 admin_only, 404 account_not_found.';

grant execute on function private.admin_read_account(uuid), public.admin_read_account(uuid) to authenticated, service_role;
