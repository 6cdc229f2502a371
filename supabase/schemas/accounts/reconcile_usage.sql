-- Counters = sums of facts = sums of the log. Triggers keep it so; this checks, repairs and records.
create index user_limits_reconciled_at_idx on public.user_limits (reconciled_at);

-- The log is read once for all limits.
create function private.recompute_usage(p_user_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
  v_facts jsonb;
  v_logged jsonb;
begin
  select * into v_limits from public.user_limits where user_id = p_user_id;
  select jsonb_object_agg(l.use_column, private.recount(l, p_user_id, v_limits.period_start, v_limits.period_end))
  into v_facts from private.limits l;
  execute (
    select format('select jsonb_build_object(%s) from public.usage_logs where user_id = $1',
      string_agg(format('%L, coalesce(sum(%I) %s, 0)', 'logged_' || amount_name, log_column,
        case when kind = 'flow' then 'filter (where fact_at >= $2 and fact_at < $3)' end), ', '))
    from private.limits)
  into v_logged using p_user_id, v_limits.period_start, coalesce(v_limits.period_end, 'infinity');
  return v_facts || v_logged;
end;
$$;
comment on function private.recompute_usage(uuid) is
  'A user''s usage computed anew, from the facts and from the log: an object with the use_column and logged_<amount_name> of each limit.';

create function private.reconcile_account(p_user_id uuid, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_kept public.user_limits;
  v_counted jsonb;
  v_facts jsonb;
  v_is_sound boolean;
  v_missing jsonb;
  v_columns text;
begin
  v_kept := private.lock_user_limits(p_user_id, p_now);
  v_facts := private.recompute_usage(p_user_id);
  select jsonb_object_agg(use_column, to_jsonb(v_kept) -> use_column),
    bool_and(to_jsonb(v_kept) -> use_column = v_facts -> use_column and v_facts -> use_column = v_facts -> ('logged_' || amount_name)),
    jsonb_object_agg(log_column, (v_facts ->> use_column)::bigint - (v_facts ->> ('logged_' || amount_name))::bigint),
    string_agg(quote_ident(log_column), ', ')
  into v_counted, v_is_sound, v_missing, v_columns
  from private.limits;
  if v_is_sound then
    update public.user_limits set reconciled_at = p_now where user_id = p_user_id;
    return false;
  end if;
  execute format('insert into public.usage_logs (user_id, action_type, resource_type, resource_id, fact_at, actor_kind, details, %1$s)
    select $1, ''usage_repaired'', ''user_limits'', $1, $2, ''system'', $3, %1$s
    from jsonb_populate_record(null::public.usage_logs, $4)', v_columns)
  using p_user_id, v_kept.period_start, jsonb_build_object('facts', v_facts, 'counted', v_counted), v_missing;
  v_kept := jsonb_populate_record(v_kept, v_facts);
  v_kept.reconciled_at := p_now;
  perform private.write_use(v_kept);
  return true;
end;
$$;
comment on function private.reconcile_account(uuid, timestamptz) is
  'Compares counters, facts and log of an account under its lock; where they differ the facts win and the log says so (usage_repaired). True when it repaired.';

create function private.reconcile_usage(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_repaired integer := 0;
begin
  for v_user_id in
    select user_id from public.user_limits
    where reconciled_at < p_now - interval '12 hours'
    order by reconciled_at limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  loop
    if private.reconcile_account(v_user_id, p_now) then
      v_repaired := v_repaired + 1;
      raise warning 'usage of account % was repaired', v_user_id;
    end if;
  end loop;
  return v_repaired;
end;
$$;
comment on function private.reconcile_usage(timestamptz) is 'Job: checks the accounts that were checked longest ago, one batch per tick. Returns how many needed a repair: 0 in good health.';

select private.schedule_job('reconcile_usage', '*/5 2-4 * * *', 'private.reconcile_usage', 'compares usage counters with calls, assistants, files and log');
