-- What an account may use, has used and has left, in one answer. A period that is over is shown as the next one, even before anybody
-- has rolled it over. A trial that is over by the clock is shown as expired, even before the job has run.
create function private.resource_usage(p_used bigint, p_max bigint) returns numeric
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_max is null then null when p_max = 0 then 100 else round(100.0 * p_used / p_max, 1) end;
end;
$$;
comment on function private.resource_usage(bigint, bigint) is 'Percent of a limit that is used, to a tenth; null = unlimited.';

create function private.remaining(p_max bigint, p_used bigint) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_max is not null then greatest(p_max - p_used, 0) end;
end;
$$;
comment on function private.remaining(bigint, bigint) is 'What is left of a limit; null = unlimited.';

create function private.usage_warning(p_resource text, p_percent numeric) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_type text := case
    when p_percent >= 100 then 'error'
    when p_percent >= private.setting_integer('usage_critical_percent') then 'critical'
    when p_percent >= private.setting_integer('usage_warning_percent') then 'warning' end;
begin
  if v_type is null then
    return '[]'::jsonb;
  end if;
  return jsonb_build_array(jsonb_build_object('type', v_type,
    'code', p_resource || case when v_type = 'error' then '_limit_reached' else '_limit_near' end,
    'message', case when v_type = 'error' then format('The limit of %s is reached.', replace(p_resource, '_', ' '))
      else format('%s %% of the limit of %s is used.', floor(p_percent), replace(p_resource, '_', ' ')) end));
end;
$$;
comment on function private.usage_warning(text, numeric) is 'A list of at most one warning {type, code, message} about a limit.';

create function private.limits_overview(p_user_id uuid, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
  v_profile public.profiles;
  v_is_over boolean;
  v_left interval;
  v_row jsonb;
  v_limit private.limits;
  v_used bigint;
  v_max bigint;
  v_percent numeric;
  v_amounts jsonb := '{}'::jsonb;
  v_percentages jsonb := '{}'::jsonb;
  v_warnings jsonb := '[]'::jsonb;
begin
  select * into v_limits from public.user_limits where user_id = p_user_id;
  select * into v_profile from public.profiles where id = p_user_id;
  if v_limits.user_id is null or v_profile.id is null then
    return null;
  end if;
  if v_limits.period_end <= p_now then
    select m.period_start, m.period_end into v_limits.period_start, v_limits.period_end
    from private.usage_month(v_limits.period_anchor, p_now) m;
    v_limits := private.recount_flows(v_limits);
  end if;
  v_is_over := v_profile.account_status = 'active' and private.is_trial_over(v_profile, p_now);
  v_left := case when v_profile.is_demo and v_profile.account_status = 'active'
    then greatest(v_profile.demo_expires_at - p_now, interval '0') end;

  if v_is_over or v_profile.account_status <> 'active' then
    v_warnings := jsonb_build_array(jsonb_build_object('type', 'error',
      'code', 'account_' || case when v_is_over then 'expired' else v_profile.account_status::text end,
      'message', case
        when v_is_over or v_profile.account_status = 'expired' then 'The trial has ended.'
        when v_profile.account_status = 'suspended' then 'The account is suspended.'
        else 'The account is being closed.' end));
  elsif v_left <= private.setting_interval('demo_warning_before') then
    v_warnings := jsonb_build_array(jsonb_build_object('type', 'warning', 'code', 'demo_ends_soon', 'message', 'The trial ends soon.'));
  end if;
  v_row := to_jsonb(v_limits);
  for v_limit in select * from private.limits order by place loop
    v_used := (v_row ->> v_limit.use_column)::bigint;
    v_max := (v_row ->> v_limit.max_column)::bigint;
    v_percent := private.resource_usage(v_used, v_max);
    v_amounts := v_amounts || jsonb_build_object(v_limit.use_column, v_used, v_limit.max_column, v_max,
      'remaining_' || v_limit.amount_name, private.remaining(v_max, v_used));
    v_percentages := v_percentages || jsonb_build_object(v_limit.name, v_percent);
    v_warnings := v_warnings || private.usage_warning(v_limit.name, v_percent);
  end loop;

  return v_amounts || jsonb_build_object(
    'plan_type', v_limits.plan_type,
    'usage_percentage', v_percentages,
    'period', jsonb_build_object('start', v_limits.period_start, 'end', v_limits.period_end),
    'account', jsonb_build_object(
      'status', case when v_is_over then 'expired' else v_profile.account_status::text end,
      'is_demo', v_profile.is_demo,
      'demo_expires_at', case when v_profile.is_demo then v_profile.demo_expires_at end,
      'seconds_left', floor(extract(epoch from v_left)),
      'expiry_reason', case when v_is_over then 'time' else v_profile.expiry_reason::text end),
    'warnings', v_warnings);
end;
$$;
comment on function private.limits_overview(uuid, timestamptz) is
  'The answer of user_limits_overview for an account at a time; null for an account that is not there.';

create function private.my_limits_overview() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.limits_overview(auth.uid(), now());
end;
$$;
comment on function private.my_limits_overview() is 'private.limits_overview for the caller, now.';

grant execute on function private.my_limits_overview() to authenticated;

create function public.user_limits_overview() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.my_limits_overview();
end;
$$;
comment on function public.user_limits_overview() is
  'The caller''s limits, usage, remainders (null = unlimited), percentages, period, account and warnings. Null for a caller without an account.';

grant execute on function public.user_limits_overview() to authenticated;
