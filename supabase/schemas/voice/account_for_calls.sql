-- Calls that come, change or go are accounted for in the ledger of call time and in both tiers of analytics, in one pass. Nearly every statement
-- changes one call, and its cost is the number of statements and expressions that it runs (docs/decisions/0053-one-pass-accounts-for-a-call.md).
-- Many calls are added up by quarter of an hour before a tier is written, because a write per call would be quadratic within a statement.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.account_for_calls(p_changes private.call_change[], p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_user_id constant uuid := p_changes[1].user_id;
  v_change private.call_change;
  v_period_start timestamptz;
  v_period_end timestamptz;
  v_is_over boolean;
  v_used bigint := 0;
  v_actor_kind public.actor_kind;
  v_actor_id uuid;
  v_zone text;
  v_call private.call_sum;
  -- The calls of one quarter of an hour, added up.
  v_sum private.call_sum;
begin
  select period_start, period_end, period_end <= p_now into v_period_start, v_period_end, v_is_over
  from public.user_limits where user_id = c_user_id for no key update;
  if v_is_over then
    -- The use of a period that begins here is summed from the facts, these calls among them.
    perform private.lock_user_limits(c_user_id, p_now);
  end if;
  v_zone := private.analytics_calendar(c_user_id);

  foreach v_change in array p_changes loop
    if v_change.seconds <> 0 then
      if v_actor_kind is null then
        -- Providers' events and jobs are not people: nothing has to be looked up.
        v_actor_kind := case auth.role() when 'authenticated' then null when 'service_role' then 'service'::public.actor_kind else 'system' end;
        if v_actor_kind is null then
          select actor.kind, known.id into v_actor_kind, v_actor_id
          from private.current_actor() actor left join public.profiles known on known.id = actor.id;
        end if;
      end if;
      insert into public.usage_logs (user_id, action_type, resource_type, resource_id, call_time_change_seconds, fact_at, actor_kind, actor_id)
      values (c_user_id, v_change.action_type, 'call', v_change.id, v_change.seconds, v_change.fact_at, v_actor_kind, v_actor_id);
      if v_is_over is not true and v_change.fact_at >= v_period_start and (v_period_end is null or v_change.fact_at < v_period_end) then
        v_used := v_used + v_change.seconds;
      end if;
    end if;
  end loop;
  if v_used <> 0 then
    update public.user_limits set used_call_time_seconds = used_call_time_seconds + v_used where user_id = c_user_id;
  end if;

  if v_zone is null then
    return;
  end if;
  foreach v_call in array private.sums_of_calls(p_changes)
  loop
    if v_sum.user_id is null then
      v_sum := v_call;
    elsif (v_sum.assistant_id, v_sum.bucket_start) = (v_call.assistant_id, v_call.bucket_start) then
      select v_sum.user_id, v_sum.assistant_id, v_sum.bucket_start,
        case when v_call.class is null then v_sum.class when v_sum.durations is null then v_call.class end as class,
        case
          when v_call.class is null then v_sum.durations
          when v_sum.durations is null then v_call.durations
          else private.add_classes(v_sum.durations, v_call.durations, v_call.class)
        end as durations,
        case when v_call.ended_calls = 0 then v_sum.reason when v_sum.reasons = '{}' then v_call.reason end as reason,
        case
          when v_call.ended_calls = 0 then v_sum.reasons
          else private.add_words(v_sum.reasons, v_call.reasons, v_call.reason)
        end as reasons,
        [[v_sum.NAME + v_call.NAME as NAME]]
      into v_sum;
    else
      perform private.add_to_tiers(v_sum, v_zone);
      v_sum := v_call;
    end if;
  end loop;
  perform private.add_to_tiers(v_sum, v_zone);
end;
$$;
$sql$); end; $do$;
comment on function private.account_for_calls(private.call_change[], timestamptz) is
  'Writes what calls of one account change of its call time to the log and the counter, and adds them to both tiers or takes them away.';
