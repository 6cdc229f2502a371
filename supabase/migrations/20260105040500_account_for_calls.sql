-- What one call, or one call less, does to the ledger of call time and to both tiers of analytics. Each row of a tier is written once for each
-- quarter of an hour of a statement, however many of its calls change. Ledger and tiers in one pass, because nearly every statement changes
-- one call, and what that costs is the statements that it runs (docs/decisions/0053-one-pass-accounts-for-a-call.md).
create type private.call_change as (
  change integer,
  id uuid,
  user_id uuid,
  assistant_id uuid,
  called_at timestamptz,
  started_at timestamptz,
  status public.call_status,
  outcome public.call_outcome,
  ended_reason text,
  duration_seconds integer,
  cost numeric,
  is_success boolean,
  action_type text,
  fact_at timestamptz,
  seconds integer
);
comment on type private.call_change is
  'A call that comes (change 1) or goes (-1) for analytics; for the ledger what that changes of the call time: seconds at fact_at, null where nothing.';

create type private.call_sum as (
  user_id uuid,
  assistant_id uuid,
  bucket_start timestamptz,
  calls integer,
  ended_calls integer,
  answered_calls integer,
  successful_calls integer,
  completed_calls integer,
  no_answer_calls integer,
  busy_calls integer,
  voicemail_calls integer,
  cancelled_calls integer,
  rejected_calls integer,
  failed_calls integer,
  duration_seconds bigint,
  cost numeric,
  class integer,
  durations integer[],
  reason text,
  reasons jsonb
);
comment on type private.call_sum is
  'Calls of one quarter of an hour added up, as the tiers count them. class and reason: the only ones that change, null when several may.';

create function private.account_for_calls(p_changes private.call_change[], p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_call record;
  -- The calls of one quarter of an hour, added up.
  v_sum private.call_sum;
  v_local timestamp;
  v_hour integer;
  v_left integer;
  -- Their account: its zone, its period, and what they change of its call time.
  v_user_id uuid;
  v_zone text;
  v_period_start timestamptz;
  v_period_end timestamptz;
  v_is_over boolean;
  v_used bigint;
  v_actor_kind public.actor_kind;
  v_actor_id uuid;
begin
  for v_call in
    select user_id, coalesce(assistant_id, '00000000-0000-0000-0000-000000000000') as assistant_id, bucket_start,
      change as calls, ended as ended_calls, answered as answered_calls,
      case when ended <> 0 and coalesce(is_success, outcome = 'completed' and duration_seconds >=
        (select (value #>> '{}')::integer from private.settings where name = 'successful_call_seconds')) then change else 0 end as successful_calls,
      case when outcome = 'completed' then ended else 0 end as completed_calls,
      case when outcome = 'no_answer' then ended else 0 end as no_answer_calls,
      case when outcome = 'busy' then ended else 0 end as busy_calls,
      case when outcome = 'voicemail' then ended else 0 end as voicemail_calls,
      case when outcome = 'cancelled' then ended else 0 end as cancelled_calls,
      case when outcome = 'rejected' then ended else 0 end as rejected_calls,
      case when outcome = 'failed' then ended else 0 end as failed_calls,
      case when class is null then 0 else duration_seconds * change end as duration_seconds,
      coalesce(cost, 0) * change as cost,
      class,
      case when class is not null then array_fill(0, array[class - 1]) || change || array_fill(0, array[32 - class]) end as durations,
      case when ended = 1 then word end as reason,
      case when ended = 0 then '{}' else jsonb_build_object(word, change) end as reasons,
      change, word, id, action_type, fact_at, seconds
    from (
      select *, date_bin('15 minutes', called_at, '2000-01-01 00:00:00+00') as bucket_start,
        case when status = 'ended' then change else 0 end as ended,
        case when started_at is null then 0 else change end as answered,
        case when started_at is not null and duration_seconds is not null
          then width_bucket(duration_seconds, private.duration_bounds()) + 1 end as class,
        coalesce(left(ended_reason, 200), '') as word
      from unnest(p_changes || null::private.call_change)
    ) call
    order by user_id, assistant_id, bucket_start
  loop
    -- The null at the end writes what is still open.
    if v_sum.user_id is not null and (v_sum.user_id, v_sum.assistant_id, v_sum.bucket_start)
      is distinct from (v_call.user_id, v_call.assistant_id, v_call.bucket_start)
    then
      update public.call_analytics t set
        calls = t.calls + v_sum.calls, ended_calls = t.ended_calls + v_sum.ended_calls,
        answered_calls = t.answered_calls + v_sum.answered_calls,
        successful_calls = t.successful_calls + v_sum.successful_calls,
        completed_calls = t.completed_calls + v_sum.completed_calls,
        no_answer_calls = t.no_answer_calls + v_sum.no_answer_calls, busy_calls = t.busy_calls + v_sum.busy_calls,
        voicemail_calls = t.voicemail_calls + v_sum.voicemail_calls,
        cancelled_calls = t.cancelled_calls + v_sum.cancelled_calls, rejected_calls = t.rejected_calls + v_sum.rejected_calls,
        failed_calls = t.failed_calls + v_sum.failed_calls, duration_seconds = t.duration_seconds + v_sum.duration_seconds,
        cost = t.cost + v_sum.cost,
        durations = private.add_classes(t.durations, v_sum.durations, v_sum.class),
        reasons = private.add_words(t.reasons, v_sum.reasons, v_sum.reason)
      where t.user_id = v_sum.user_id and t.bucket_start = v_sum.bucket_start and t.assistant_id = v_sum.assistant_id
      returning t.calls into v_left;
      if not found and v_sum.calls <> 0 then
        insert into public.call_analytics (
          user_id, bucket_start, assistant_id, calls, ended_calls, answered_calls, successful_calls, completed_calls,
          no_answer_calls, busy_calls, voicemail_calls, cancelled_calls, rejected_calls, failed_calls, duration_seconds, cost,
          durations, reasons)
        values (
          v_sum.user_id, v_sum.bucket_start, v_sum.assistant_id, v_sum.calls, v_sum.ended_calls, v_sum.answered_calls,
          v_sum.successful_calls, v_sum.completed_calls, v_sum.no_answer_calls, v_sum.busy_calls, v_sum.voicemail_calls,
          v_sum.cancelled_calls, v_sum.rejected_calls, v_sum.failed_calls, v_sum.duration_seconds, v_sum.cost,
          coalesce(v_sum.durations, array_fill(0, array[32])), private.add_words('{}', v_sum.reasons, v_sum.reason));
      elsif v_left = 0 then
        -- Without calls the rest is zero as well.
        delete from public.call_analytics t
        where t.user_id = v_sum.user_id and t.bucket_start = v_sum.bucket_start and t.assistant_id = v_sum.assistant_id;
      end if;
      v_local := v_sum.bucket_start at time zone v_zone;
      v_hour := extract(hour from v_local);
      update public.call_analytics_days t set
        calls = t.calls + v_sum.calls, ended_calls = t.ended_calls + v_sum.ended_calls,
        answered_calls = t.answered_calls + v_sum.answered_calls,
        successful_calls = t.successful_calls + v_sum.successful_calls,
        completed_calls = t.completed_calls + v_sum.completed_calls,
        no_answer_calls = t.no_answer_calls + v_sum.no_answer_calls, busy_calls = t.busy_calls + v_sum.busy_calls,
        voicemail_calls = t.voicemail_calls + v_sum.voicemail_calls,
        cancelled_calls = t.cancelled_calls + v_sum.cancelled_calls, rejected_calls = t.rejected_calls + v_sum.rejected_calls,
        failed_calls = t.failed_calls + v_sum.failed_calls, duration_seconds = t.duration_seconds + v_sum.duration_seconds,
        cost = t.cost + v_sum.cost,
        durations = private.add_classes(t.durations, v_sum.durations, v_sum.class),
        reasons = private.add_words(t.reasons, v_sum.reasons, v_sum.reason),
        hours[v_hour + 1] = t.hours[v_hour + 1] + v_sum.calls
      where t.user_id = v_sum.user_id and t.day = v_local::date and t.assistant_id = v_sum.assistant_id
      returning t.calls into v_left;
      if not found and v_sum.calls <> 0 then
        insert into public.call_analytics_days (
          user_id, day, assistant_id, calls, ended_calls, answered_calls, successful_calls, completed_calls, no_answer_calls,
          busy_calls, voicemail_calls, cancelled_calls, rejected_calls, failed_calls, duration_seconds, cost, durations,
          reasons, hours)
        values (
          v_sum.user_id, v_local::date, v_sum.assistant_id, v_sum.calls, v_sum.ended_calls, v_sum.answered_calls,
          v_sum.successful_calls, v_sum.completed_calls, v_sum.no_answer_calls, v_sum.busy_calls, v_sum.voicemail_calls,
          v_sum.cancelled_calls, v_sum.rejected_calls, v_sum.failed_calls, v_sum.duration_seconds, v_sum.cost,
          coalesce(v_sum.durations, array_fill(0, array[32])), private.add_words('{}', v_sum.reasons, v_sum.reason),
          array_fill(0, array[v_hour]) || v_sum.calls || array_fill(0, array[23 - v_hour]));
      elsif v_left = 0 then
        delete from public.call_analytics_days t
        where t.user_id = v_sum.user_id and t.day = v_local::date and t.assistant_id = v_sum.assistant_id;
      end if;
      v_sum := null;
    end if;

    if v_user_id is distinct from v_call.user_id then
      if v_used <> 0 then
        update public.user_limits set used_call_time_seconds = used_call_time_seconds + v_used where user_id = v_user_id;
      end if;
      exit when v_call.user_id is null;
      v_user_id := v_call.user_id;
      select 0, period_start, period_end, period_end <= p_now into v_used, v_period_start, v_period_end, v_is_over
      from public.user_limits where user_id = v_user_id for no key update;
      if v_is_over then
        -- A period that begins here is summed from the facts, these among them.
        perform private.lock_user_limits(v_user_id, p_now);
      end if;
      v_zone := private.analytics_calendar(v_user_id);
    end if;

    if v_call.seconds <> 0 then
      if v_actor_kind is null then
        if auth.role() = 'authenticated' then
          select actor.kind, known.id into v_actor_kind, v_actor_id
          from private.current_actor() actor left join public.profiles known on known.id = actor.id;
        else
          -- Providers' events and jobs are no person: nothing has to be looked up.
          v_actor_kind := case auth.role() when 'service_role' then 'service'::public.actor_kind else 'system' end;
        end if;
      end if;
      insert into public.usage_logs (user_id, action_type, resource_type, resource_id, call_time_change_seconds, fact_at, actor_kind, actor_id)
      values (v_user_id, v_call.action_type, 'call', v_call.id, v_call.seconds, v_call.fact_at, v_actor_kind, v_actor_id);
      if v_is_over is not true and v_call.fact_at >= v_period_start and (v_period_end is null or v_call.fact_at < v_period_end) then
        v_used := v_used + v_call.seconds;
      end if;
    end if;

    continue when v_zone is null;
    if v_sum.user_id is not null then
      select v_sum.user_id, v_sum.assistant_id, v_sum.bucket_start,
        v_sum.calls + v_call.calls as calls, v_sum.ended_calls + v_call.ended_calls as ended_calls,
        v_sum.answered_calls + v_call.answered_calls as answered_calls,
        v_sum.successful_calls + v_call.successful_calls as successful_calls,
        v_sum.completed_calls + v_call.completed_calls as completed_calls,
        v_sum.no_answer_calls + v_call.no_answer_calls as no_answer_calls, v_sum.busy_calls + v_call.busy_calls as busy_calls,
        v_sum.voicemail_calls + v_call.voicemail_calls as voicemail_calls,
        v_sum.cancelled_calls + v_call.cancelled_calls as cancelled_calls,
        v_sum.rejected_calls + v_call.rejected_calls as rejected_calls,
        v_sum.failed_calls + v_call.failed_calls as failed_calls,
        v_sum.duration_seconds + v_call.duration_seconds as duration_seconds, v_sum.cost + v_call.cost as cost,
        case when v_call.class is null then v_sum.class when v_sum.durations is null then v_call.class end as class,
        case
          when v_call.class is null then v_sum.durations
          when v_sum.durations is null then v_call.durations
          else v_sum.durations[:v_call.class - 1] || (v_sum.durations[v_call.class] + v_call.change) || v_sum.durations[v_call.class + 1:]
        end as durations,
        case when v_call.ended_calls = 0 then v_sum.reason when v_sum.reasons = '{}' then v_call.reason end as reason,
        case
          when v_call.ended_calls = 0 then v_sum.reasons
          else v_sum.reasons || jsonb_build_object(v_call.word, coalesce((v_sum.reasons ->> v_call.word)::integer, 0) + v_call.change)
        end as reasons
      into v_sum;
    else
      v_sum := (
        v_call.user_id, v_call.assistant_id, v_call.bucket_start, v_call.calls, v_call.ended_calls, v_call.answered_calls,
        v_call.successful_calls, v_call.completed_calls, v_call.no_answer_calls, v_call.busy_calls, v_call.voicemail_calls,
        v_call.cancelled_calls, v_call.rejected_calls, v_call.failed_calls, v_call.duration_seconds, v_call.cost,
        v_call.class, v_call.durations, v_call.reason, v_call.reasons)::private.call_sum;
    end if;
  end loop;
end;
$$;
comment on function private.account_for_calls(private.call_change[], timestamptz) is
  'Adds calls to both tiers or takes them away, and writes what they change of the call time to the log and the counter.';
