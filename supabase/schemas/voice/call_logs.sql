-- A function, because Postgres reads the text of a generated column anew in every statement (docs/decisions/0054-rules-of-busy-columns-are-domains.md).
create function private.held_seconds(
  p_granted_seconds integer, p_status public.call_status, p_status_at timestamptz, p_started_at timestamptz, p_settled_at timestamptz
) returns integer
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when p_granted_seconds is null or p_settled_at is not null then 0
    when p_status <> 'ended' then p_granted_seconds
    else least(p_granted_seconds, greatest(0, ceil(extract(epoch from p_status_at - p_started_at))))::integer
  end;
end;
$$;
comment on function private.held_seconds(integer, public.call_status, timestamptz, timestamptz, timestamptz) is
  'What a call still reserves of its owner''s limit: the grant until it ends, then what it seems to have lasted, and nothing once it is reported or given up (p_settled_at).';

-- Calls, one row each. Its state is a function of the set of events about the call. Only admission, event handlers and jobs write it.
--
-- What follows from other columns is generated, so that nothing can disagree:
--   duration_seconds  measured, rounded up to the whole second; 0 for a call that never connected; null until measured;
--   held_seconds      what is still reserved of the owner's limit (private.held_seconds);
--   called_at         the start where it connected, else the first sign of it: the axis of lists and of analytics.
create table public.call_logs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  assistant_id uuid,
  phone_number_id uuid,
  vapi_call_id text not null constraint call_is_known_once unique,
  direction public.call_direction not null default 'inbound',
  status public.call_status not null default 'queued',
  status_at timestamptz not null default now(),
  outcome public.call_outcome,
  ended_reason text,
  caller_number text,
  first_seen_at timestamptz not null default now(),
  connected_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  duration_seconds integer generated always as (
    ceil(extract(epoch from ended_at - coalesce(started_at, ended_at)))::integer) stored,
  granted_seconds public.call_seconds,
  refusal text,
  stale_at timestamptz,
  reported_at timestamptz,
  is_start_reported boolean not null default false,
  held_seconds integer generated always as (
    private.held_seconds(granted_seconds, status, status_at, started_at, coalesce(reported_at, stale_at))) stored,
  called_at timestamptz generated always as (coalesce(started_at, first_seen_at)) stored,
  cost public.call_cost,
  cost_breakdown jsonb,
  transcript text,
  summary text,
  structured_data jsonb,
  recording_url text,
  success_evaluation text,
  is_success boolean,
  created_at timestamptz not null default now(),
  constraint call_ends_after_it_starts check (ended_at >= started_at),
  constraint measured_calls_have_ended check (ended_at is null or status = 'ended'),
  constraint ended_calls_have_an_outcome check ((status = 'ended') = (outcome is not null))
);
comment on table public.call_logs is 'Calls of assistants. They are only deleted with the account; retention drops their content.';
comment on column public.call_logs.assistant_id is 'Which assistant took the call. No foreign key: a call keeps it when the assistant is deleted.';
comment on column public.call_logs.phone_number_id is 'Which number was called. No foreign key: a call keeps it when the number is given up.';
comment on column public.call_logs.status_at is 'Time of the event that told the status.';
comment on column public.call_logs.ended_reason is 'VAPI''s word, from an open list; outcome is its class.';
comment on column public.call_logs.first_seen_at is 'Time of the earliest event about the call.';
comment on column public.call_logs.connected_at is 'Time of the earliest in-progress event; null while none came.';
comment on column public.call_logs.started_at is 'When it connected: the report''s time, connected_at where no report tells it. Null: never connected.';
comment on column public.call_logs.ended_at is 'Set by the report, or for a call that was given up without one by its status updates; says which period the call counts in.';
comment on column public.call_logs.granted_seconds is 'What admission allowed; null when nobody asked (outbound, web), 0 when refused.';
comment on column public.call_logs.refusal is 'Code of the refusal at admission, so that the same call gets the same answer.';
comment on column public.call_logs.stale_at is 'When the call was given up: no report came in the time it could have lasted.';
comment on column public.call_logs.reported_at is 'message.timestamp of the report that won: the newest, on a tie the longer.';
comment on column public.call_logs.is_start_reported is 'Whether that report told the start, by itself or by a length.';
comment on column public.call_logs.success_evaluation is 'VAPI''s evaluation as it came; is_success is its reading, null when there is none.';

create index call_logs_user_id_called_at_idx on public.call_logs (user_id, called_at desc, id desc);
create index call_logs_user_id_ended_at_idx on public.call_logs (user_id, ended_at) include (duration_seconds) where ended_at is not null;
create index call_logs_held_idx on public.call_logs (user_id) include (held_seconds) where held_seconds > 0;
-- For the figures of the last hour: calls come in the order of their time, so that a few pages hold them.
create index call_logs_first_seen_at_idx on public.call_logs using brin (first_seen_at) with (pages_per_range = 16);
-- Calls that are not settled: they may still run, or their report is on its way.
create index call_logs_unsettled_idx on public.call_logs (user_id, first_seen_at) where ended_at is null and stale_at is null;

create index call_logs_with_content_idx on public.call_logs (called_at)
  where transcript is not null or summary is not null or structured_data is not null or recording_url is not null or caller_number is not null;

alter table public.call_logs enable row level security;

create policy "owners read their own calls" on public.call_logs
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.call_logs to authenticated, service_role;

create function private.call_logs_guard() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.keep_owner(old.user_id, new.user_id);
  return new;
end;
$$;
comment on function private.call_logs_guard() is 'BEFORE a row''s owner changes: refuses it.';

create function private.forget_call_events(p_vapi_call_ids text[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- A list and no join, so that each call is looked up in the index, however many go at once and however large the inbox is.
  perform private.drop_event_content(array(
    select e.id from public.webhook_events e
    where e.provider = 'vapi' and e.event is not null and e.event #>> '{call,vapi_call_id}' = any (p_vapi_call_ids)), now());
end;
$$;
comment on function private.forget_call_events(text[]) is 'The events of deleted calls lose payload and content.';

create function private.publish_ended_call(p_call public.call_logs) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.publish_webhook(p_call.user_id, 'call.ended', p_call.id::text, coalesce(p_call.ended_at, now()),
    jsonb_build_object('call_id', p_call.id, 'assistant_id', p_call.assistant_id, 'direction', p_call.direction,
      'outcome', p_call.outcome, 'duration_seconds', p_call.duration_seconds));
end;
$$;
comment on function private.publish_ended_call(public.call_logs) is 'Tells the account''s own system that a call has ended.';

insert into public.webhook_kinds (kind, description, data_fields) values
  ('call.ended', 'A call has ended. What was said comes later, with the report.',
    array['call_id', 'assistant_id', 'direction', 'outcome', 'duration_seconds']);

-- Ledger and analytics follow every change of a call in its transaction, whoever makes it. The triggers are statement-level with transition
-- tables, because a trigger per call would be quadratic when thousands change at once.
--
-- Transition tables have no statistics, so that a statement over many calls looks dear enough to be compiled, which costs more than it saves.
create function private.call_logs_follow() returns trigger
language plpgsql security definer set search_path = '' set jit = off as $$
declare
  v_changes private.call_change[];
  v_accounts refcursor;
begin
  -- Only a settled call is accounted for. Until then it has no call time, and analytics reads it live.
  if tg_op = 'INSERT' then
    open v_accounts for select array_agg((1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, 'call_recorded', ended_at, duration_seconds)::private.call_change)
    from inserted
    where ended_at is not null or stale_at is not null
    group by user_id order by user_id;
  elsif tg_op = 'UPDATE' then
    -- Nearly every second update tells only that a call has begun or ended.
    if exists (select from updated where ended_at is not null or stale_at is not null)
      or exists (select from replaced where ended_at is not null or stale_at is not null)
    then
      -- The old version goes and the new one comes. A call whose end moves may leave one period and enter another.
      open v_accounts for select array_agg(version)
      from updated n join replaced o on o.id = n.id
      cross join lateral (
        select (1, n.id, n.user_id, n.assistant_id, n.called_at, n.started_at, n.status, n.outcome, n.ended_reason,
          n.duration_seconds, n.cost, n.is_success, case when o.ended_at is null then 'call_recorded' else 'call_corrected' end, n.ended_at,
          n.duration_seconds - case when o.ended_at = n.ended_at then o.duration_seconds else 0 end)::private.call_change as version
        where n.ended_at is not null or n.stale_at is not null
        union all
        select (-1, o.id, o.user_id, o.assistant_id, o.called_at, o.started_at, o.status, o.outcome, o.ended_reason,
          o.duration_seconds, o.cost, o.is_success, 'call_corrected', o.ended_at,
          case when o.ended_at is distinct from n.ended_at then -o.duration_seconds end)::private.call_change
        where o.ended_at is not null or o.stale_at is not null) versions
      where (n.assistant_id, n.called_at, n.started_at, n.ended_at, n.status = 'ended', n.outcome, n.duration_seconds, n.cost, n.is_success,
          n.stale_at is null, case when n.status = 'ended' then n.ended_reason end)
        is distinct from (o.assistant_id, o.called_at, o.started_at, o.ended_at, o.status = 'ended', o.outcome, o.duration_seconds, o.cost,
          o.is_success, o.stale_at is null, case when o.status = 'ended' then o.ended_reason end)
      group by n.user_id order by n.user_id;
    end if;
  else
    -- Nobody needs the ledger and the analytics of an account that is gone or going, and most calls are deleted with theirs.
    open v_accounts for select array_agg((-1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, 'call_deleted', ended_at, -duration_seconds)::private.call_change)
    from deleted
    where (ended_at is not null or stale_at is not null)
      and exists (select from public.profiles p where p.id = user_id and p.account_status <> 'closing')
    group by user_id order by user_id;
  end if;

  if v_accounts is not null then
    loop
      fetch v_accounts into v_changes;
      exit when not found;
      perform private.account_for_calls(v_changes, now());
    end loop;
    close v_accounts;
  end if;
  if tg_op = 'DELETE' then
    perform private.forget_call_events(array(select vapi_call_id from deleted));
  elsif tg_op = 'INSERT' then
    perform private.publish_ended_call(n) from inserted n where n.status = 'ended' and n.user_id is not null;
  else
    perform private.publish_ended_call(n)
    from updated n join replaced o on o.id = n.id and o.status <> 'ended' where n.status = 'ended' and n.user_id is not null;
  end if;
  return null;
end;
$$;
comment on function private.call_logs_follow() is
  'AFTER a statement on call_logs: hands every change that ledger or analytics can see to both, account by account. The events of deleted calls are forgotten.';

create trigger call_logs_guard before update of user_id on public.call_logs
  for each row execute function private.call_logs_guard();

create trigger call_logs_follow_changed after update on public.call_logs
  referencing old table as replaced new table as updated for each statement execute function private.call_logs_follow();

create trigger call_logs_follow_deleted after delete on public.call_logs
  referencing old table as deleted for each statement execute function private.call_logs_follow();

create trigger call_logs_follow_new after insert on public.call_logs
  referencing new table as inserted for each statement execute function private.call_logs_follow();
