-- The audit log: what admins and the secret key did, the newest first.
create function private.admin_list_actions(
  p_action text, p_actor_id uuid, p_subject_id uuid, p_after_created_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  v_action private.admin_actions;
  v_actions jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_admin();
  for v_action in execute 'select * from private.admin_actions where (created_at, id) < ($1, $2)'
    || case when p_subject_id is not null then ' and subject_id = $3' else '' end || ' order by created_at desc, id desc limit $4'
    using coalesce(p_after_created_at, 'infinity'), coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), p_subject_id, c_most
  loop
    v_seen := v_seen + 1;
    if (p_action is null or v_action.action = p_action) and (p_actor_id is null or v_action.actor_id = p_actor_id) then
      v_actions := v_actions || (to_jsonb(v_action)
        || jsonb_build_object('actor_name', (select coalesce(full_name, email) from public.profiles where id = v_action.actor_id)));
    end if;
    exit when cardinality(v_actions) = c_size;
  end loop;
  return jsonb_build_object('actions', to_jsonb(v_actions), 'next',
    case when cardinality(v_actions) = c_size or v_seen = c_most
      then jsonb_build_object('created_at', v_action.created_at, 'id', v_action.id) end);
end;
$$;
comment on function private.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer) is 'A page of the audit log, if the caller is an admin.';

create function public.admin_list_actions(
  p_action text default null, p_actor_id uuid default null, p_subject_id uuid default null,
  p_after_created_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_list_actions(p_action, p_actor_id, p_subject_id, p_after_created_at, p_after_id, p_limit);
$$;
comment on function public.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer) is
  'For admins and the server: {actions, next}, the newest first. A page may be short: go on after next until it is null. Refuses: 403 admin_only.';

grant execute on function private.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer),
  public.admin_list_actions(text, uuid, uuid, timestamptz, uuid, integer) to authenticated, service_role;
