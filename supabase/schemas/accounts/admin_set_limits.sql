-- Limits of one account, and of a plan. Only the limits that are named change; null is unlimited.
create function private.limit_assignments(p_limits jsonb) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if jsonb_typeof(p_limits) is distinct from 'object' or p_limits = '{}' or exists (
    select from jsonb_each(case when jsonb_typeof(p_limits) = 'object' then p_limits end) given
    where not exists (select from private.limits l where l.max_column = given.key)
      or case jsonb_typeof(given.value) when 'null' then false
        when 'number' then given.value::numeric % 1 <> 0 or given.value::numeric not between 0 and 9007199254740991 else true end)
  then
    perform private.refuse(422, 'invalid_limits', 'Limits are whole numbers from 0, or null for unlimited, by their names.');
  end if;
  return (select string_agg(format('%1$I = ($1 ->> %1$L)::numeric::bigint', key), ', ') from jsonb_object_keys(p_limits) key);
end;
$$;
comment on function private.limit_assignments(jsonb) is 'What an UPDATE sets for these limits, which are its $1. Refuses: 422 invalid_limits.';

create function private.admin_set_limits(p_user_id uuid, p_limits jsonb) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
declare
  v_assignments text;
  v_was public.user_limits;
  v_limits public.user_limits;
begin
  perform private.require_admin();
  v_assignments := private.limit_assignments(p_limits);
  v_was := private.lock_user_limits(p_user_id, now());
  if v_was.user_id is null then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif exists (select from public.profiles where id = p_user_id and account_status = 'closing') then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  execute format('update public.user_limits set %s where user_id = $2 returning *', v_assignments) into v_limits using p_limits, p_user_id;
  perform private.record_admin_action('set_limits',
    jsonb_build_object('from', private.describe_limits(to_jsonb(v_was)), 'to', private.describe_limits(to_jsonb(v_limits))), p_user_id);
  return v_limits;
end;
$$;
comment on function private.admin_set_limits(uuid, jsonb) is 'Sets limits of one account, if the caller is an admin.';

create function private.admin_set_plan_limits(p_plan public.plan_type, p_limits jsonb) returns public.plans
language plpgsql security definer set search_path = '' as $$
declare
  v_assignments text;
  v_was public.plans;
  v_plan public.plans;
begin
  perform private.require_admin();
  v_assignments := private.limit_assignments(p_limits);
  select * into v_was from public.plans where plan_type = p_plan for no key update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such plan.');
  end if;
  execute format('update public.plans set %s where plan_type = $2 returning *', v_assignments) into v_plan using p_limits, p_plan;
  perform private.record_admin_action('set_plan_limits',
    jsonb_build_object('from', private.describe_limits(to_jsonb(v_was)), 'to', private.describe_limits(to_jsonb(v_plan))));
  return v_plan;
end;
$$;
comment on function private.admin_set_plan_limits(public.plan_type, jsonb) is 'Sets limits of a plan, if the caller is an admin.';

create function public.admin_set_limits(p_user_id uuid, p_limits jsonb) returns public.user_limits
language sql set search_path = '' as $$
  select * from private.admin_set_limits(p_user_id, p_limits);
$$;
comment on function public.admin_set_limits(uuid, jsonb) is
  'For admins and the server: sets limits of one account, until its next plan; recorded. Refuses: 403 admin_only, 404 account_not_found, 409 account_closing, '
  '422 invalid_limits.';

create function public.admin_set_plan_limits(p_plan public.plan_type, p_limits jsonb) returns public.plans
language sql set search_path = '' as $$
  select * from private.admin_set_plan_limits(p_plan, p_limits);
$$;
comment on function public.admin_set_plan_limits(public.plan_type, jsonb) is
  'For admins and the server: sets limits of a plan for whoever gets it from now on; recorded. Refuses: 403 admin_only, 404 not_found, 422 invalid_limits.';

grant execute on function private.admin_set_limits(uuid, jsonb), private.admin_set_plan_limits(public.plan_type, jsonb),
  public.admin_set_limits(uuid, jsonb), public.admin_set_plan_limits(public.plan_type, jsonb) to authenticated, service_role;
