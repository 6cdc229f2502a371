-- The ledger of call time and both tiers of analytics follow every change of a call in its transaction, whoever makes it.
-- Statement-level with transition tables, and each row of a tier is written once a statement however many of its calls change: a trigger
-- per call would be quadratic when thousands change at once. Ledger and tiers in one pass, because nearly every statement changes one
-- call, and what that costs is the statements that it runs (docs/decisions/0053-one-pass-accounts-for-a-call.md).

-- The lock of the account orders writers with each other and with whoever cuts the days anew; the zone is read under it.
create function private.analytics_calendar(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_owner record;
begin
  select p.time_zone as profile_zone, p.account_status, c.time_zone into v_owner
  from public.profiles p left join private.analytics_calendars c on c.user_id = p.id
  where p.id = p_user_id;
  -- Nobody needs the analytics of an account that is gone or going.
  if not found or v_owner.account_status = 'closing' then
    return null;
  end if;
  if v_owner.time_zone is null then
    insert into private.analytics_calendars (user_id, time_zone) values (p_user_id, v_owner.profile_zone);
    return v_owner.profile_zone;
  end if;
  return v_owner.time_zone;
end;
$$;
comment on function private.analytics_calendar(uuid) is
  'The zone that an account''s days are cut in, null for an account that is gone or closing. Under the lock of its limits.';

create function private.lock_analytics(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits where user_id = p_user_id for no key update;
  -- A statement of its own, so that it sees what the holder before committed.
  return private.analytics_calendar(p_user_id);
end;
$$;
comment on function private.lock_analytics(uuid) is
  'Locks an account''s limits and returns the zone that its days are cut in; null for an account that is gone or closing.';

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

create type private.call_tally as (
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
comment on type private.call_tally is
  'Calls of one quarter of an hour added up, as the tiers count them. class and reason: the only ones that change, null when several may.';

create function private.account_for_calls(p_changes private.call_change[], p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_bounds constant integer[] := '{5,10,15,20,25,30,40,50,60,75,90,105,120,150,180,210,240,270,300,360,420,480,600,750,900,1200,1800,2700,3600,7200,14400}'::integer[];
  c_no_durations constant integer[] := '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}'::integer[];
  c_no_hours constant integer[] := '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}'::integer[];
  v_call record;
  -- The calls of one quarter of an hour, added up.
  v_sum private.call_tally;
  v_is_open boolean := false;
  v_local timestamp;
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
    select user_id, assistant_id, bucket_start, change as calls, ended as ended_calls, answered as answered_calls,
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
      class, case when class is not null then c_no_durations[:class - 1] || change || c_no_durations[class + 1:] end as durations,
      case when ended = 1 then word end as reason, case when ended = 0 then '{}' else jsonb_build_object(word, change) end as reasons,
      change, word, id, action_type, fact_at, seconds
    from (
      select *, date_bin('15 minutes', called_at, '2000-01-01 00:00:00+00') as bucket_start,
        case when status = 'ended' then change else 0 end as ended,
        case when started_at is null then 0 else change end as answered,
        case when started_at is not null and duration_seconds is not null then width_bucket(duration_seconds, c_bounds) + 1 end as class,
        coalesce(left(ended_reason, 200), '') as word
      from unnest(p_changes || null::private.call_change)
    ) call
    order by user_id, assistant_id, bucket_start
  loop
    -- The null at the end writes what is still open.
    if not v_is_open then
      null;
    elsif (v_sum.user_id, v_sum.assistant_id, v_sum.bucket_start)
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
          coalesce(v_sum.durations, c_no_durations), private.add_words('{}', v_sum.reasons, v_sum.reason));
      elsif v_left = 0 then
        -- Without calls the rest is zero as well.
        delete from public.call_analytics t
        where t.user_id = v_sum.user_id and t.bucket_start = v_sum.bucket_start and t.assistant_id = v_sum.assistant_id;
      end if;
      v_local := v_sum.bucket_start at time zone v_zone;
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
        hours[extract(hour from v_local)::integer + 1] = t.hours[extract(hour from v_local)::integer + 1] + v_sum.calls
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
          coalesce(v_sum.durations, c_no_durations), private.add_words('{}', v_sum.reasons, v_sum.reason),
          c_no_hours[:extract(hour from v_local)::integer] || v_sum.calls || c_no_hours[extract(hour from v_local)::integer + 2:]);
      elsif v_left = 0 then
        delete from public.call_analytics_days t
        where t.user_id = v_sum.user_id and t.day = v_local::date and t.assistant_id = v_sum.assistant_id;
      end if;
      v_is_open := false;
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
        -- Providers' events and jobs are no person: nothing has to be looked up.
        v_actor_kind := case auth.role() when 'service_role' then 'service'::public.actor_kind else 'system' end;
        if auth.role() = 'authenticated' then
          select actor.kind, known.id into v_actor_kind, v_actor_id
          from private.current_actor() actor left join public.profiles known on known.id = actor.id;
        end if;
      end if;
      insert into public.usage_logs (user_id, action_type, resource_type, resource_id, call_time_change_seconds, fact_at, actor_kind, actor_id)
      values (v_user_id, v_call.action_type, 'call', v_call.id, v_call.seconds, v_call.fact_at, v_actor_kind, v_actor_id);
      if v_is_over is not true and v_call.fact_at >= v_period_start and (v_period_end is null or v_call.fact_at < v_period_end) then
        v_used := v_used + v_call.seconds;
      end if;
    end if;

    continue when v_zone is null;
    if v_is_open then
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
        v_call.class, v_call.durations, v_call.reason, v_call.reasons)::private.call_tally;
      v_is_open := true;
    end if;
  end loop;
end;
$$;
comment on function private.account_for_calls(private.call_change[], timestamptz) is
  'Adds calls to both tiers or takes them away, and writes what they change of the call time to the log and the counter.';

-- Transition tables have no statistics, so that a statement over many calls looks dear enough to be compiled, which costs more than it saves.
create function private.account_for_calls() returns trigger
language plpgsql security definer set search_path = '' set jit = off as $$
declare
  c_none constant uuid := '00000000-0000-0000-0000-000000000000';
  v_changes private.call_change[];
begin
  if tg_op = 'INSERT' then
    select array_agg((1, id, user_id, coalesce(assistant_key, c_none), called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, 'call_recorded', ended_at, duration_seconds)::private.call_change)
    into v_changes from inserted;
  elsif tg_op = 'UPDATE' then
    -- What it was goes, what it is comes. A call that moves to another end leaves the one period and enters the other.
    select array_agg(version) into v_changes
    from updated n join replaced o on o.id = n.id
    cross join lateral unnest(array[
      (1, n.id, n.user_id, coalesce(n.assistant_key, c_none), n.called_at, n.started_at, n.status, n.outcome, n.ended_reason,
        n.duration_seconds, n.cost, n.is_success, case when o.ended_at is null then 'call_recorded' else 'call_corrected' end, n.ended_at,
        n.duration_seconds - case when o.ended_at = n.ended_at then o.duration_seconds else 0 end)::private.call_change,
      (-1, o.id, o.user_id, coalesce(o.assistant_key, c_none), o.called_at, o.started_at, o.status, o.outcome, o.ended_reason,
        o.duration_seconds, o.cost, o.is_success, 'call_corrected', o.ended_at,
        case when o.ended_at is distinct from n.ended_at then -o.duration_seconds end)::private.call_change]) version
    where (n.assistant_key, n.called_at, n.started_at, n.ended_at, n.status = 'ended', n.outcome, n.duration_seconds, n.cost, n.is_success,
        case when n.status = 'ended' then n.ended_reason end)
      is distinct from (o.assistant_key, o.called_at, o.started_at, o.ended_at, o.status = 'ended', o.outcome, o.duration_seconds, o.cost,
        o.is_success, case when o.status = 'ended' then o.ended_reason end);
  else
    -- Nobody needs the ledger and the analytics of an account that is gone or going, and most calls are deleted with theirs.
    select array_agg((-1, id, user_id, coalesce(assistant_key, c_none), called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, 'call_deleted', ended_at, -duration_seconds)::private.call_change)
    into v_changes
    from deleted where exists (select from public.profiles p where p.id = user_id and p.account_status <> 'closing');
  end if;
  if v_changes is not null then
    perform private.account_for_calls(v_changes, now());
  end if;
  return null;
end;
$$;
comment on function private.account_for_calls() is 'AFTER a statement on call_logs: hands every change that ledger or analytics can see to both.';

create trigger call_logs_account_for_new after insert on public.call_logs
  referencing new table as inserted for each statement execute function private.account_for_calls();
create trigger call_logs_account_for_changed after update on public.call_logs
  referencing old table as replaced new table as updated for each statement execute function private.account_for_calls();
create trigger call_logs_account_for_deleted after delete on public.call_logs
  referencing old table as deleted for each statement execute function private.account_for_calls();
