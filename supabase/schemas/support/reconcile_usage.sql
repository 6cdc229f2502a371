create index user_limits_reconciled_at_idx on public.user_limits (reconciled_at);

create function private.recompute_usage(
  p_user_id uuid,
  out current_assistants bigint, out used_call_time_seconds bigint, out used_attachment_bytes bigint,
  out logged_assistants bigint, out logged_call_time_seconds bigint, out logged_attachment_bytes bigint
)
language sql stable security definer set search_path = '' as $$
  select
    (select count(*) from public.assistants a where a.user_id = l.user_id),
    private.sum_call_time(l.user_id, l.period_start, l.period_end),
    (select coalesce(sum(private.metered_bytes(f.is_metered, f.state, f.size_bytes)), 0)::bigint
      from public.ticket_attachments f where f.uploaded_by = l.user_id),
    log.assistants, log.call_time_seconds, log.attachment_bytes
  from public.user_limits l,
    lateral (
      select coalesce(sum(g.assistant_count_change), 0)::bigint as assistants,
        coalesce(sum(g.call_time_change_seconds) filter (
          where g.fact_at >= l.period_start and g.fact_at < coalesce(l.period_end, 'infinity')), 0)::bigint as call_time_seconds,
        coalesce(sum(g.attachment_bytes_change), 0)::bigint as attachment_bytes
      from public.usage_logs g where g.user_id = l.user_id
    ) log
  where l.user_id = p_user_id;
$$;
comment on function private.recompute_usage(uuid) is
  'A user''s usage computed anew, from the facts and from the log: assistants, call time of the current period, bytes of attachments.';

create function private.reconcile_account(p_user_id uuid, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_kept public.user_limits;
  v_facts record;
begin
  v_kept := private.lock_user_limits(p_user_id, p_now);
  select * into strict v_facts from private.recompute_usage(p_user_id);
  if (v_kept.current_assistants, v_kept.used_call_time_seconds, v_kept.used_attachment_bytes)
      = (v_facts.current_assistants, v_facts.used_call_time_seconds, v_facts.used_attachment_bytes)
    and (v_facts.logged_assistants, v_facts.logged_call_time_seconds, v_facts.logged_attachment_bytes)
      = (v_facts.current_assistants, v_facts.used_call_time_seconds, v_facts.used_attachment_bytes)
  then
    update public.user_limits set reconciled_at = p_now where user_id = p_user_id;
    return false;
  end if;
  insert into public.usage_logs (user_id, action_type, resource_type, resource_id, assistant_count_change, call_time_change_seconds,
    attachment_bytes_change, fact_at, actor_kind, details)
  values (p_user_id, 'usage_repaired', 'user_limits', p_user_id,
    v_facts.current_assistants - v_facts.logged_assistants, v_facts.used_call_time_seconds - v_facts.logged_call_time_seconds,
    v_facts.used_attachment_bytes - v_facts.logged_attachment_bytes,
    v_kept.period_start, 'system', jsonb_build_object('facts', to_jsonb(v_facts), 'counted', jsonb_build_object(
      'current_assistants', v_kept.current_assistants, 'used_call_time_seconds', v_kept.used_call_time_seconds,
      'used_attachment_bytes', v_kept.used_attachment_bytes)));
  update public.user_limits
  set current_assistants = v_facts.current_assistants, used_call_time_seconds = v_facts.used_call_time_seconds,
      used_attachment_bytes = v_facts.used_attachment_bytes, reconciled_at = p_now
  where user_id = p_user_id;
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
comment on function private.reconcile_usage(timestamptz) is 'Job: checks the accounts that were checked longest ago, a batch a tick. Returns how many needed a repair: 0 in good health.';

select private.schedule_job('reconcile_usage', '*/5 2-4 * * *', 'private.reconcile_usage', 'compares usage counters with calls, assistants, files and log');
