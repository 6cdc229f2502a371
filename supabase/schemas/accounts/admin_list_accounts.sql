-- Accounts for an admin, page by page. Without p_q the newest first; with it those whose address, name or last name begins so, in the order of what
-- was found. A page ends after some thousand rows though it is not full, as in list_events.
create function private.accounts_query(
  p_q text, p_plan public.plan_type, p_state public.account_status, p_role public.user_role
) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- $1 and $2 the cursor's, $3 plan, $4 state, $5 what is sought, $6 rows at most. Each account is found by the first of its keys that fits.
  c_keys constant text[] := array['lower(email)', 'lower(full_name)', 'lower(substring(full_name from ''[^ ]+$''))'];
  v_branches text[] := array[]::text[];
  v_before text := '';
begin
  if p_q ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return 'select id, email as key, created_at as at from public.profiles where id = $5::uuid and id > $2';
  elsif p_q is not null then
    for i in 1 .. cardinality(c_keys) loop
      v_branches := v_branches || format('(select id, %1$s collate "C" as key, created_at as at from public.profiles
        where (%1$s collate "C", id) > ($1 collate "C", $2) and %1$s collate "C" >= $5 and %1$s collate "C" < $5 || chr(1114111)%2$s
        order by %1$s collate "C", id limit $6)', c_keys[i], v_before);
      v_before := v_before || format(' and not coalesce(starts_with(%s, $5), false)', c_keys[i]);
    end loop;
    return format('select * from (%s) found order by key, id limit $6', array_to_string(v_branches, ' union all '));
  elsif p_plan is not null then
    return 'select user_id as id, null::text as key, period_anchor as at from public.user_limits
      where plan_type = $3 and (period_anchor, user_id) < ($1::timestamptz, $2) order by period_anchor desc, user_id desc limit $6';
  end if;
  return 'select id, null::text as key, created_at as at from public.profiles where (created_at, id) < ($1::timestamptz, $2)'
    || case when p_state is not null then ' and account_status = $4' when p_role <> 'member' then ' and role <> ''member''' else '' end
    || ' order by created_at desc, id desc limit $6';
end;
$$;
comment on function private.accounts_query(text, public.plan_type, public.account_status, public.user_role) is
  'The query of admin_list_accounts, by what an index serves: (id, key, at) in the order of the list.';

create function private.describe_account(p_profile public.profiles) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_profile.id, 'email', p_profile.email, 'full_name', p_profile.full_name, 'role', p_profile.role,
    'account_status', p_profile.account_status, 'created_at', p_profile.created_at, 'deletion_requested_at', p_profile.deletion_requested_at,
    'limits', private.limits_overview(p_profile.id, now()));
$$;
comment on function private.describe_account(public.profiles) is 'An account as admins see it in a list, with its limits as its owner sees them.';

create function private.admin_list_accounts(
  p_q text, p_plan public.plan_type, p_state public.account_status, p_role public.user_role, p_cursor jsonb, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  c_q constant text := lower(nullif(left(btrim(p_q), 200), ''));
  v_after text := case when c_q is null then 'infinity' else '' end;
  v_after_id uuid := (case when c_q is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else '00000000-0000-0000-0000-000000000000' end)::uuid;
  v_id uuid;
  v_key text;
  v_at timestamptz;
  v_profile public.profiles;
  v_accounts jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_admin();
  if p_cursor is not null then
    begin
      v_after := case when c_q is null then (p_cursor ->> 'after')::timestamptz::text else p_cursor ->> 'after' end;
      v_after_id := (p_cursor ->> 'id')::uuid;
    exception when data_exception then
      v_after := null;
    end;
    if v_after is null or v_after_id is null then
      perform private.refuse(422, 'invalid_cursor', 'The cursor must be the next of the page before.');
    end if;
  end if;
  for v_id, v_key, v_at in execute private.accounts_query(c_q, p_plan, p_state, p_role)
    using v_after, v_after_id, coalesce(p_plan, 'free'), coalesce(p_state, 'active'), coalesce(c_q, ''), c_most
  loop
    v_seen := v_seen + 1;
    select * into v_profile from public.profiles where id = v_id;
    if (p_state is null or v_profile.account_status = p_state) and (p_role is null or v_profile.role = p_role)
      and (p_plan is null or exists (select from public.user_limits where user_id = v_id and plan_type = p_plan))
    then
      v_accounts := v_accounts || private.describe_account(v_profile);
    end if;
    exit when cardinality(v_accounts) = c_size;
  end loop;
  return jsonb_build_object('accounts', to_jsonb(v_accounts), 'next',
    case when cardinality(v_accounts) = c_size or v_seen = c_most
      then jsonb_build_object('after', coalesce(v_key, v_at::text), 'id', v_id) end);
end;
$$;
comment on function private.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer) is
  'A page of accounts, if the caller is an admin.';

create function public.admin_list_accounts(
  p_q text default null, p_plan public.plan_type default null, p_state public.account_status default null, p_role public.user_role default null,
  p_cursor jsonb default null, p_limit integer default 50
) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_list_accounts(p_q, p_plan, p_state, p_role, p_cursor, p_limit);
$$;
comment on function public.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer) is
  'For admins and the server: {accounts, next}, the newest first; or by what an address, a name or a last name begins with, or an id. A page may be short: go on with '
  'p_cursor = next until it is null. Refuses: 403 admin_only, 422 invalid_cursor.';

grant execute on function private.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer),
  public.admin_list_accounts(text, public.plan_type, public.account_status, public.user_role, jsonb, integer) to authenticated, service_role;
