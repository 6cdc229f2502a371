-- Counting calls: the sums that both tiers hold, how a call is added to them, and how they are added to a row of a tier.
create type private.call_counts as (
  calls integer, ended_calls integer, answered_calls integer, successful_calls integer,
  completed_calls integer, no_answer_calls integer, busy_calls integer, voicemail_calls integer,
  cancelled_calls integer, rejected_calls integer, failed_calls integer,
  duration_seconds bigint, cost numeric, durations integer[], reasons jsonb,
  only_class integer, only_reason text
);
comment on type private.call_counts is
  'Counts as in call_analytics. only_class and only_reason: the one class and the one reason that are not zero, so that adding them is cheap.';

create function private.no_calls() returns private.call_counts
language plpgsql immutable set search_path = '' as $$
begin
  return (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, array_fill(0, array[32]), '{}', null, null)::private.call_counts;
end;
$$;
comment on function private.no_calls() is 'All counts zero.';

create function private.count_call(p_counts private.call_counts, p_call private.call_measure) returns private.call_counts
language plpgsql immutable set search_path = '' as $$
begin
  p_counts.calls := p_counts.calls + p_call.change;
  if p_call.is_answered then
    p_counts.answered_calls := p_counts.answered_calls + p_call.change;
  end if;
  if p_call.duration_class is not null then
    p_counts.only_class := case when 0 = all (p_counts.durations) then p_call.duration_class end;
    p_counts.durations[p_call.duration_class] := p_counts.durations[p_call.duration_class] + p_call.change;
    p_counts.duration_seconds := p_counts.duration_seconds + p_call.seconds * p_call.change;
  end if;
  if p_call.cost is not null then
    p_counts.cost := p_counts.cost + p_call.cost * p_call.change;
  end if;
  if p_call.is_ended then
    p_counts.ended_calls := p_counts.ended_calls + p_call.change;
    case p_call.outcome
      when 'completed' then p_counts.completed_calls := p_counts.completed_calls + p_call.change;
      when 'no_answer' then p_counts.no_answer_calls := p_counts.no_answer_calls + p_call.change;
      when 'busy' then p_counts.busy_calls := p_counts.busy_calls + p_call.change;
      when 'voicemail' then p_counts.voicemail_calls := p_counts.voicemail_calls + p_call.change;
      when 'cancelled' then p_counts.cancelled_calls := p_counts.cancelled_calls + p_call.change;
      when 'rejected' then p_counts.rejected_calls := p_counts.rejected_calls + p_call.change;
      when 'failed' then p_counts.failed_calls := p_counts.failed_calls + p_call.change;
    end case;
    if p_call.is_success then
      p_counts.successful_calls := p_counts.successful_calls + p_call.change;
    end if;
    p_counts.only_reason := case when p_counts.reasons = '{}' then p_call.reason end;
    p_counts.reasons := p_counts.reasons || jsonb_build_object(p_call.reason,
      coalesce((p_counts.reasons ->> p_call.reason)::integer, 0) + p_call.change);
  end if;
  return p_counts;
end;
$$;
comment on function private.count_call(private.call_counts, private.call_measure) is 'The counts with one call more, or less.';

create function private.add_words(p_counts jsonb, p_changes jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(key, total), '{}')
    from (
      select key, sum(value::integer) as total
      from (select * from jsonb_each_text(p_counts) union all select * from jsonb_each_text(p_changes)) entry
      group by key having sum(value::integer) <> 0
    ) counted);
end;
$$;
comment on function private.add_words(jsonb, jsonb) is 'Adds {word: count} objects; words that come to nothing go.';

create function private.add_counts(p_one private.call_counts, p_other private.call_counts) returns private.call_counts
language plpgsql immutable set search_path = '' as $$
begin
  return (
    p_one.calls + p_other.calls,
    p_one.ended_calls + p_other.ended_calls,
    p_one.answered_calls + p_other.answered_calls,
    p_one.successful_calls + p_other.successful_calls,
    p_one.completed_calls + p_other.completed_calls,
    p_one.no_answer_calls + p_other.no_answer_calls,
    p_one.busy_calls + p_other.busy_calls,
    p_one.voicemail_calls + p_other.voicemail_calls,
    p_one.cancelled_calls + p_other.cancelled_calls,
    p_one.rejected_calls + p_other.rejected_calls,
    p_one.failed_calls + p_other.failed_calls,
    p_one.duration_seconds + p_other.duration_seconds,
    p_one.cost + p_other.cost,
    array(select one + other from unnest(p_one.durations, p_other.durations) class (one, other)),
    private.add_words(p_one.reasons, p_other.reasons),
    null, null)::private.call_counts;
end;
$$;
comment on function private.add_counts(private.call_counts, private.call_counts) is 'The sum of two counts.';

-- Adding one call is the common case, so an array in which one count changes is not taken apart.
create function private.add_classes(p_counts integer[], p_changes integer[], p_only integer) returns integer[]
language plpgsql immutable set search_path = '' as $$
begin
  if p_only is not null then
    p_counts[p_only] := p_counts[p_only] + p_changes[p_only];
    return p_counts;
  elsif 0 = all (p_changes) then
    return p_counts;
  end if;
  return array(select one + other from unnest(p_counts, p_changes) class (one, other));
end;
$$;
comment on function private.add_classes(integer[], integer[], integer) is
  'Adds counts class by class. p_only: the one class that changes, null when several may.';

create function private.add_reasons(p_counts jsonb, p_changes jsonb, p_only text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if (p_changes ->> p_only)::integer > 0 then
    return p_counts || jsonb_build_object(p_only, coalesce((p_counts ->> p_only)::integer, 0) + (p_changes ->> p_only)::integer);
  elsif p_changes = '{}' then
    return p_counts;
  end if;
  return private.add_words(p_counts, p_changes);
end;
$$;
comment on function private.add_reasons(jsonb, jsonb, text) is
  'Adds counts word by word; words that come to nothing go. p_only: the one word that changes, null when several may.';

create function private.add_quarter_hour(p_user_id uuid, p_bucket_start timestamptz, p_assistant_id uuid, p_counts private.call_counts) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_calls integer;
begin
  insert into public.call_analytics as t (user_id, bucket_start, assistant_id, calls, ended_calls, answered_calls, successful_calls, completed_calls, no_answer_calls, busy_calls, voicemail_calls,
    cancelled_calls, rejected_calls, failed_calls, duration_seconds, cost, durations, reasons)
  values (p_user_id, p_bucket_start, p_assistant_id, p_counts.calls, p_counts.ended_calls, p_counts.answered_calls, p_counts.successful_calls, p_counts.completed_calls, p_counts.no_answer_calls,
    p_counts.busy_calls, p_counts.voicemail_calls, p_counts.cancelled_calls, p_counts.rejected_calls, p_counts.failed_calls,
    p_counts.duration_seconds, p_counts.cost, p_counts.durations, p_counts.reasons)
  on conflict (user_id, bucket_start, assistant_id) do update set
    calls = t.calls + excluded.calls, ended_calls = t.ended_calls + excluded.ended_calls,
    answered_calls = t.answered_calls + excluded.answered_calls, successful_calls = t.successful_calls + excluded.successful_calls,
    completed_calls = t.completed_calls + excluded.completed_calls, no_answer_calls = t.no_answer_calls + excluded.no_answer_calls,
    busy_calls = t.busy_calls + excluded.busy_calls, voicemail_calls = t.voicemail_calls + excluded.voicemail_calls,
    cancelled_calls = t.cancelled_calls + excluded.cancelled_calls, rejected_calls = t.rejected_calls + excluded.rejected_calls,
    failed_calls = t.failed_calls + excluded.failed_calls, duration_seconds = t.duration_seconds + excluded.duration_seconds,
    cost = t.cost + excluded.cost,
    durations = private.add_classes(t.durations, excluded.durations, p_counts.only_class),
    reasons = private.add_reasons(t.reasons, excluded.reasons, p_counts.only_reason)
  returning t.calls into v_calls;
  -- Without calls the rest is zero as well.
  if v_calls = 0 then
    delete from public.call_analytics t where (t.user_id, t.bucket_start, t.assistant_id) = (p_user_id, p_bucket_start, p_assistant_id);
  end if;
end;
$$;
comment on function private.add_quarter_hour(uuid, timestamptz, uuid, private.call_counts) is 'Adds counts to their row of the fine tier.';

create function private.add_day(p_user_id uuid, p_day date, p_assistant_id uuid, p_hours integer[], p_only_hour integer, p_counts private.call_counts) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_calls integer;
begin
  insert into public.call_analytics_days as t (user_id, day, assistant_id, calls, ended_calls, answered_calls, successful_calls, completed_calls, no_answer_calls, busy_calls, voicemail_calls,
    cancelled_calls, rejected_calls, failed_calls, duration_seconds, cost, durations, reasons, hours)
  values (p_user_id, p_day, p_assistant_id, p_counts.calls, p_counts.ended_calls, p_counts.answered_calls, p_counts.successful_calls, p_counts.completed_calls, p_counts.no_answer_calls,
    p_counts.busy_calls, p_counts.voicemail_calls, p_counts.cancelled_calls, p_counts.rejected_calls, p_counts.failed_calls,
    p_counts.duration_seconds, p_counts.cost, p_counts.durations, p_counts.reasons, p_hours)
  on conflict (user_id, day, assistant_id) do update set
    calls = t.calls + excluded.calls, ended_calls = t.ended_calls + excluded.ended_calls,
    answered_calls = t.answered_calls + excluded.answered_calls, successful_calls = t.successful_calls + excluded.successful_calls,
    completed_calls = t.completed_calls + excluded.completed_calls, no_answer_calls = t.no_answer_calls + excluded.no_answer_calls,
    busy_calls = t.busy_calls + excluded.busy_calls, voicemail_calls = t.voicemail_calls + excluded.voicemail_calls,
    cancelled_calls = t.cancelled_calls + excluded.cancelled_calls, rejected_calls = t.rejected_calls + excluded.rejected_calls,
    failed_calls = t.failed_calls + excluded.failed_calls, duration_seconds = t.duration_seconds + excluded.duration_seconds,
    cost = t.cost + excluded.cost,
    durations = private.add_classes(t.durations, excluded.durations, p_counts.only_class),
    reasons = private.add_reasons(t.reasons, excluded.reasons, p_counts.only_reason),
    hours = private.add_classes(t.hours, excluded.hours, p_only_hour)
  returning t.calls into v_calls;
  -- Without calls the rest is zero as well.
  if v_calls = 0 then
    delete from public.call_analytics_days t where (t.user_id, t.day, t.assistant_id) = (p_user_id, p_day, p_assistant_id);
  end if;
end;
$$;
comment on function private.add_day(uuid, date, uuid, integer[], integer, private.call_counts) is 'The same for the day tier. p_only_hour: the one hour of p_hours (1 to 24) that is not zero.';
