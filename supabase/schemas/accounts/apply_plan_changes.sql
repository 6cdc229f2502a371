create function private.revive_account(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  update public.profiles
  set account_status = 'active', expired_at = null, expiry_reason = null, purge_after = null
  where id = p_user_id and account_status = 'expired';
$$;
comment on function private.revive_account(uuid) is 'Makes an expired account active again; leaves suspended and closing ones alone.';

create function private.describe_limits(p_limits public.user_limits) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('plan_type', p_limits.plan_type, 'max_assistants', p_limits.max_assistants,
    'max_call_time_seconds', p_limits.max_call_time_seconds, 'max_attachment_bytes', p_limits.max_attachment_bytes);
$$;
comment on function private.describe_limits(public.user_limits) is 'The plan and limits of a row, for the log.';
