-- What a function's body needs may come later.
set check_function_bodies = off;

-- schemas/voice/types.sql
-- The enums and domains of the voice domain.
create type public.assistant_provisioning as enum ('pending', 'ready', 'failed');
comment on type public.assistant_provisioning is
  'pending: an edit has not reached VAPI yet; ready: VAPI has the newest edit; failed: it was refused or given up, see provisioning_error.';

create type public.phone_number_provider as enum ('twilio', 'vapi');
create type public.phone_number_status as enum ('importing', 'active', 'failed', 'released');
create type public.call_direction as enum ('inbound', 'outbound', 'web');
create type public.call_status as enum ('queued', 'ringing', 'in_progress', 'forwarding', 'ended');
comment on type public.call_status is 'In the order of a call''s life: the greatest that any event told is the status.';

create domain public.call_seconds as integer
  constraint call_seconds_are_not_negative check (value >= 0);
comment on domain public.call_seconds is 'A part of a call, in seconds.';

create domain public.call_cost as numeric(12, 6)
  constraint cost_is_not_negative check (value >= 0);
comment on domain public.call_cost is 'What a call cost, in US dollars, as VAPI tells it.';

create type public.call_outcome as enum ('completed', 'no_answer', 'busy', 'voicemail', 'cancelled', 'rejected', 'failed');
comment on type public.call_outcome is 'What became of an ended call. It says nothing about minutes, which are measured.';

-- The fine tier of analytics counts by quarter of an hour. Every offset in use is a multiple of 15 minutes, so the days of any zone can be cut
-- exactly out of its rows.
--
-- Both tiers are written with every call, so their rules are domains: Postgres keeps those ready, and parses a table's checks anew in every
-- statement (docs/decisions/0054-rules-of-busy-columns-are-domains.md).
create domain public.quarter_hour as timestamptz
  constraint bucket_starts_at_a_quarter check (extract(epoch from value)::bigint % 900 = 0);
comment on domain public.quarter_hour is 'The start of a quarter of an hour.';

create domain public.duration_histogram as integer[]
  constraint durations_has_32_classes check (cardinality(value) = 32);
comment on domain public.duration_histogram is 'Calls by class of duration; private.duration_bounds() has the limits of the classes.';

create domain public.hour_histogram as integer[]
  constraint hours_has_24_hours check (cardinality(value) = 24);
comment on domain public.hour_histogram is 'Calls by hour of a local clock: the first is 00:00 to 00:59.';

-- schemas/voice/call_metrics.sql
-- What analytics counts, a row for each metric. The columns of both tiers, the sums over them and the figures of the dashboard are made from
-- this list when the schema is loaded (docs/decisions/0096-metrics-are-a-list.md).
create table private.call_metrics (
  name text primary key constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]*$'),
  place integer not null unique,
  type text not null default 'integer' constraint type_is_a_number check (type in ('integer', 'bigint', 'numeric(18, 6)')),
  added text not null,
  shown_as text unique constraint shown_name_is_snake_case check (shown_as ~ '^[a-z][a-z0-9_]*$'),
  meaning text not null
);
comment on table private.call_metrics is 'The metrics of calls. Read while the schema is loaded, by private.write_for_each_metric.';
comment on column private.call_metrics.name is 'The column of public.call_analytics and public.call_analytics_days.';
comment on column private.call_metrics.place is 'The order of the columns. A new metric comes last, where ALTER TABLE would put it.';
comment on column private.call_metrics.added is
  'SQL: what a call adds. It may use the columns of private.call_change and the names that private.account_for_calls gives to what follows from them.';
comment on column private.call_metrics.shown_as is 'The figure''s name in the dashboard; null: the dashboard does not show it as a metric.';

alter table private.call_metrics enable row level security;

create policy "nobody but the owner of the schema reads the list of metrics" on private.call_metrics
  for all to anon, authenticated using (false) with check (false);

insert into private.call_metrics (place, name, type, added, shown_as, meaning) values
  (1, 'calls', 'integer', 'change', 'total_calls', 'Calls, also those that have not ended.'),
  (2, 'ended_calls', 'integer', 'ended', 'ended_calls', 'Calls that have ended.'),
  (3, 'answered_calls', 'integer', 'answered', 'answered_calls', 'Calls that connected (started_at is known).'),
  (4, 'successful_calls', 'integer',
    'case when ended <> 0 and coalesce(is_success,
        outcome = ''completed'' and duration_seconds >= private.setting_integer(''successful_call_seconds'')) then change else 0 end',
    'successful_calls',
    'Ended calls with a positive evaluation, or without one completed and at least successful_call_seconds long.'),
  (5, 'completed_calls', 'integer', 'case when outcome = ''completed'' then ended else 0 end', 'completed_calls', 'Calls with this outcome.'),
  (6, 'no_answer_calls', 'integer', 'case when outcome = ''no_answer'' then ended else 0 end', 'no_answer_calls', 'Calls with this outcome.'),
  (7, 'busy_calls', 'integer', 'case when outcome = ''busy'' then ended else 0 end', 'busy_calls', 'Calls with this outcome.'),
  (8, 'voicemail_calls', 'integer', 'case when outcome = ''voicemail'' then ended else 0 end', 'voicemail_calls', 'Calls with this outcome.'),
  (9, 'cancelled_calls', 'integer', 'case when outcome = ''cancelled'' then ended else 0 end', 'cancelled_calls', 'Calls with this outcome.'),
  (10, 'rejected_calls', 'integer', 'case when outcome = ''rejected'' then ended else 0 end', 'rejected_calls', 'Calls with this outcome.'),
  (11, 'failed_calls', 'integer', 'case when outcome = ''failed'' then ended else 0 end', 'failed_calls', 'Calls with this outcome.'),
  (12, 'duration_seconds', 'bigint', 'case when class is null then 0 else duration_seconds * change end', 'total_duration_seconds',
    'Measured time of the calls that connected.'),
  (13, 'cost', 'numeric(18, 6)', 'coalesce(cost, 0) * change', 'total_cost', 'USD.');

create function private.write_for_each_metric(p_sql text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_piece text;
begin
  for v_piece in select piece[1] from regexp_matches(p_sql, '\[\[(.+?)\]\]', 'g') piece loop
    p_sql := replace(p_sql, format('[[%s]]', v_piece), (
      select string_agg(
        replace(replace(replace(replace(v_piece, 'NAME', name), 'TYPE', type), 'ADDED', added), 'SHOWN', coalesce(shown_as, '')),
        E',\n    ' order by place)
      from private.call_metrics
      where shown_as is not null or v_piece not like '%SHOWN%'));
  end loop;
  return p_sql;
end;
$$;
comment on function private.write_for_each_metric(text) is
  'Writes each piece of SQL in double square brackets once for each metric, with commas between. NAME, TYPE, ADDED and SHOWN stand for what '
  'the list says of it; a piece with SHOWN leaves out what the dashboard does not show.';

-- schemas/voice/vapi_assistants.sql
-- Says to whom an assistant at VAPI belongs or belonged. A row outlives its assistant, so that a call whose assistant is gone is still attributed
-- and what is left at VAPI can still be found.
create table private.vapi_assistants (
  vapi_assistant_id text primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  assistant_id uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table private.vapi_assistants is 'Every assistant that VAPI has or had for us: its owner, our id and its last name.';
comment on column private.vapi_assistants.assistant_id is 'Our id; no foreign key, because the row outlives the assistant.';
comment on column private.vapi_assistants.deleted_at is 'When VAPI confirmed that it is gone.';

create index vapi_assistants_user_id_idx on private.vapi_assistants (user_id);
create index vapi_assistants_assistant_id_idx on private.vapi_assistants (assistant_id);

alter table private.vapi_assistants enable row level security;

create policy "nobody but the owner of the schema reads VAPI's assistants" on private.vapi_assistants
  for all to anon, authenticated using (false) with check (false);

-- schemas/voice/assistants.sql
-- A tenant's phone assistants. Their owner writes plain rows, and VAPI follows through tasks.
create table public.assistants (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  name text not null
    constraint name_is_1_to_100_characters check (char_length(name) between 1 and 100 and btrim(name) <> ''),
  configuration jsonb not null default '{}'
    constraint configuration_is_an_object check (jsonb_typeof(configuration) = 'object'),
  is_active boolean not null default true,
  vapi_assistant_id text constraint assistant_is_one_at_vapi unique,
  provisioning public.assistant_provisioning not null default 'pending',
  provisioning_error text,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Other rows refer to an assistant together with its owner, so that nobody's assistant lands on somebody else's row.
  constraint assistant_of_owner unique (id, user_id)
);
comment on table public.assistants is 'AI phone assistants. Limited by user_limits.max_assistants, counted after the insert.';
comment on column public.assistants.configuration is
  'Allow-list, checked by trigger: first_message, system_prompt, language, voice, model, temperature, max_duration_seconds, questions, evaluation.';
comment on column public.assistants.is_active is 'The owner''s switch: an inactive assistant takes no calls. An account that expires does not change it.';
comment on column public.assistants.vapi_assistant_id is 'VAPI''s id, set by the provisioning task; null until VAPI has it.';
comment on column public.assistants.provisioning_error is 'Why VAPI does not have the newest edit, for the owner: configuration_refused, with VAPI''s sentences about what they wrote; '
  'provider_credits_exhausted; provider_unavailable: the task tried for hours and gave up.';
comment on column public.assistants.revision is 'Counts the edits that VAPI has to learn, so that a worker''s report about an older one settles nothing.';

create index assistants_user_id_idx on public.assistants (user_id, created_at);

alter table public.assistants enable row level security;

create policy "owners read their own assistants" on public.assistants
  for select to authenticated using (user_id = (select auth.uid()));

create policy "owners create assistants of their own" on public.assistants
  for insert to authenticated with check (user_id = (select auth.uid()));

create policy "owners edit their own assistants" on public.assistants
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy "owners delete their own assistants" on public.assistants
  for delete to authenticated using (user_id = (select auth.uid()));

grant select, delete on public.assistants to authenticated, service_role;
grant insert (name, configuration, is_active), update (name, configuration, is_active) on public.assistants to authenticated;

-- The server may name id and user_id too, because a merging upsert names every column that it brings. A trigger keeps the owner.
grant insert (id, user_id, name, configuration, is_active),
  update (id, user_id, name, configuration, is_active, vapi_assistant_id, provisioning, provisioning_error) on public.assistants to service_role;

-- The counters, the composite keys and VAPI's metadata all rest on the owner.
create function private.keep_owner(p_old uuid, p_new uuid) returns void
language plpgsql set search_path = '' as $$
begin
  if p_old is distinct from p_new then
    raise exception using errcode = '23514', message = 'a row keeps its owner', constraint = 'owner_is_fixed';
  end if;
end;
$$;
comment on function private.keep_owner(uuid, uuid) is 'Refuses the change of an owner: 23514 owner_is_fixed.';

create function private.check_configuration(p_configuration jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_problem constant jsonb := private.configuration_problem(p_configuration);
begin
  if v_problem is not null then
    perform private.refuse(422, 'invalid_configuration', 'This configuration is not allowed.', v_problem);
  end if;
end;
$$;
comment on function private.check_configuration(jsonb) is 'Refuses a configuration with an unknown key or a bad value: 422 invalid_configuration {key, reason}.';

create function private.remember_vapi_assistant(p_vapi_assistant_id text, p_user_id uuid, p_assistant_id uuid, p_name text) returns void
language sql security definer set search_path = '' as $$
  insert into private.vapi_assistants (vapi_assistant_id, user_id, assistant_id, name)
  values (p_vapi_assistant_id, p_user_id, p_assistant_id, p_name)
  on conflict (vapi_assistant_id) do update set name = excluded.name, deleted_at = null;
$$;
comment on function private.remember_vapi_assistant(text, uuid, uuid, text) is
  'Keeps private.vapi_assistants in step with an assistant that VAPI has.';

-- Inserts into one account run one after the other, those of the server included, which name the owner in the row. Of parallel upserts of one new id
-- all but the first then see the conflict before they write anything. Without the lock, Postgres would arbitrate on the named key only, and
-- the other unique key, (id, user_id), which the composite foreign keys need, would answer 23505.
create function private.assistants_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform private.check_configuration(new.configuration);
    perform private.lock_user_limits(new.user_id, now());
  elsif tg_op = 'UPDATE' then
    if old.configuration is distinct from new.configuration then
      perform private.check_configuration(new.configuration);
    end if;
    perform private.keep_owner(old.user_id, new.user_id);
  end if;
  if auth.role() = 'authenticated' then
    perform private.require_usable_account(coalesce(new.user_id, old.user_id), now());
  end if;
  if tg_op = 'DELETE' then
    return old;
  elsif tg_op = 'UPDATE' then
    new.updated_at := now();
    if (old.name, old.configuration) is distinct from (new.name, new.configuration) then
      new.provisioning := 'pending';
      new.provisioning_error := null;
      new.revision := old.revision + 1;
    end if;
  end if;
  return new;
end;
$$;
comment on function private.assistants_guard() is
  'BEFORE a row is written: its configuration is allowed, its owner stays, and the account of a client is usable. An edit that VAPI has to learn is pending.';

-- VAPI follows the rows through tasks:
--   sync_assistant(our id): VAPI gets the row as it is when the task runs; without a row there is nothing to do;
--   delete_vapi_assistant(VAPI's id): VAPI deletes the assistant. Every path that deletes a row enqueues this, also the cascade of a user.
--
-- The limit is taken after the insert, by one conditional update of the row on which parallel inserts queue. What a BEFORE trigger counted
-- would stay counted when the row then loses to ON CONFLICT.
create function private.assistants_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_account record;
begin
  if tg_op = 'INSERT' then
    for v_account in select user_id, count(*)::integer as rows from inserted group by user_id order by user_id loop
      perform private.take_assistant_places(v_account.user_id, v_account.rows);
    end loop;
    perform private.log_usage(user_id, 'assistant_created', 'assistant', id, p_assistant_count_change => 1) from inserted;
    perform private.remember_vapi_assistant(vapi_assistant_id, user_id, id, name) from inserted where vapi_assistant_id is not null;
    perform private.enqueue_task('sync_assistant', id::text, user_id) from inserted;
  elsif tg_op = 'UPDATE' then
    if new.vapi_assistant_id is not null and (old.vapi_assistant_id, old.name) is distinct from (new.vapi_assistant_id, new.name) then
      perform private.remember_vapi_assistant(new.vapi_assistant_id, new.user_id, new.id, new.name);
    end if;
    if (old.name, old.configuration) is distinct from (new.name, new.configuration) then
      perform private.enqueue_task('sync_assistant', new.id::text, new.user_id);
    end if;
  else
    -- With the profile gone, the limits and the log are gone or going: the update finds nothing and the log stays silent.
    for v_account in select user_id, count(*)::integer as rows from deleted group by user_id order by user_id loop
      update public.user_limits set current_assistants = current_assistants - v_account.rows
      where user_id = v_account.user_id and exists (select from public.profiles where id = v_account.user_id);
    end loop;
    perform private.log_usage(user_id, 'assistant_deleted', 'assistant', id, p_assistant_count_change => -1) from deleted;
    perform private.enqueue_task('delete_vapi_assistant', vapi_assistant_id, user_id)
    from deleted
    where vapi_assistant_id is not null and not exists (
      select from private.vapi_assistants known
      where known.vapi_assistant_id = deleted.vapi_assistant_id and known.deleted_at is not null);
  end if;
  return null;
end;
$$;
comment on function private.assistants_follow() is
  'AFTER assistants were written: counts and logs them, remembers what VAPI has, and asks for VAPI to be brought in step.';

create function private.take_assistant_places(p_user_id uuid, p_count integer) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
begin
  update public.user_limits
  set current_assistants = current_assistants + p_count
  where user_id = p_user_id and (max_assistants is null or current_assistants + p_count <= max_assistants);
  if not found then
    select * into v_limits from public.user_limits where user_id = p_user_id;
    perform private.refuse(402, 'limit_reached', 'The plan''s number of assistants is reached.',
      jsonb_build_object('limit', 'assistants', 'used', v_limits.current_assistants, 'allowed', v_limits.max_assistants));
  end if;
end;
$$;
comment on function private.take_assistant_places(uuid, integer) is 'Takes places for new assistants; 402 limit_reached {limit, used, allowed}.';

create trigger assistants_lock_limits before insert or update or delete on public.assistants
  for each statement execute function private.lock_limits_of_caller();

create trigger assistants_guard before insert or update or delete on public.assistants
  for each row execute function private.assistants_guard();

create trigger assistants_follow_edited after update on public.assistants
  for each row when ((old.vapi_assistant_id, old.name, old.configuration) is distinct from (new.vapi_assistant_id, new.name, new.configuration))
  execute function private.assistants_follow();

create trigger assistants_follow_new after insert on public.assistants
  referencing new table as inserted for each statement execute function private.assistants_follow();

create trigger assistants_follow_deleted after delete on public.assistants
  referencing old table as deleted for each statement execute function private.assistants_follow();

-- schemas/voice/call_logs.sql
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

-- schemas/voice/call_sums.sql
-- A call on its way to the ledger and to analytics: what changed, and what it adds to the rows of both tiers.
create type private.call_change as (
  change integer,
  id uuid,
  user_id uuid,
  assistant_key uuid,
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
  'A call that comes (change 1) or goes (-1). For the ledger: the seconds of call time that this adds at fact_at, null for none.';

do $do$ begin execute private.write_for_each_metric($sql$
create type private.call_sum as (
  user_id uuid,
  assistant_id uuid,
  bucket_start timestamptz,
  class integer,
  durations integer[],
  reason text,
  reasons jsonb,
  [[NAME TYPE]]
);
$sql$); end; $do$;
comment on type private.call_sum is
  'What calls of one quarter of an hour add to the tiers. class and reason: the only ones that change, null when several may.';

-- What each call adds to the row of its quarter of an hour. The names that an ADDED may use are given here.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.sums_of_calls(p_changes private.call_change[]) returns private.call_sum[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select (user_id, assistant_id, bucket_start, class,
      case when class is not null then array_fill(0, array[class - 1]) || change || array_fill(0, array[32 - class]) end,
      case when ended = 1 then word end,
      case when ended = 0 then '{}' else jsonb_build_object(word, change) end,
      [[ADDED]])::private.call_sum
    from (
      select *, coalesce(assistant_key, '00000000-0000-0000-0000-000000000000') as assistant_id,
        date_bin('15 minutes', called_at, '2000-01-01 00:00:00+00') as bucket_start,
        case when status = 'ended' then change else 0 end as ended,
        case when started_at is null then 0 else change end as answered,
        case when started_at is not null and duration_seconds is not null
          then width_bucket(duration_seconds, private.duration_bounds()) + 1 end as class,
        coalesce(left(ended_reason, 200), '') as word
      from unnest(p_changes)
      -- Otherwise the planner would put these expressions in place of each of their names.
      offset 0
    ) call
    order by assistant_id, bucket_start);
end;
$$;
$sql$); end; $do$;
comment on function private.sums_of_calls(private.call_change[]) is 'What each of these calls adds to the tiers, in the order of its rows.';

grant execute on function private.sums_of_calls(private.call_change[]) to authenticated;

-- schemas/voice/phone_numbers.sql
-- Numbers that a tenant's assistants answer. Rows come from the phone-numbers function only: importing needs the vendor.
-- A Twilio secret is never stored anywhere; it passes through the import request and is gone.
create table public.phone_numbers (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  phone_number text
    constraint phone_number_is_e164 check (phone_number ~ '^\+[1-9][0-9]{1,14}$'),
  friendly_name text
    constraint friendly_name_is_1_to_100_characters check (char_length(friendly_name) between 1 and 100 and btrim(friendly_name) <> ''),
  provider public.phone_number_provider not null,
  area_code text
    constraint area_code_is_three_digits check (area_code ~ '^[2-9][0-9]{2}$'),
  twilio_account_sid text
    constraint twilio_account_sid_is_well_formed check (twilio_account_sid ~ '^AC[0-9a-fA-F]{32}$'),
  vapi_phone_id text constraint number_is_one_at_vapi unique,
  assistant_id uuid,
  status public.phone_number_status not null default 'importing',
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint twilio_numbers_name_number_and_account
    check (provider <> 'twilio' or (phone_number is not null and twilio_account_sid is not null)),
  constraint active_numbers_are_at_vapi check (status <> 'active' or vapi_phone_id is not null),
  constraint number_of_owner unique (id, user_id),
  constraint assistant_is_of_the_same_owner foreign key (assistant_id, user_id)
    references public.assistants (id, user_id) on delete set null (assistant_id)
);
comment on table public.phone_numbers is 'Phone numbers. At VAPI none carries an assistant: the assignment is assistant_id here and holds from the next call.';
comment on column public.phone_numbers.phone_number is 'E.164; null while VAPI has not told which number it gave.';
comment on column public.phone_numbers.area_code is 'The area that a number from VAPI was asked for.';
comment on column public.phone_numbers.vapi_phone_id is 'VAPI''s id; null until VAPI has it.';
comment on column public.phone_numbers.status is 'importing: asked for; active: VAPI answers it; failed: VAPI refused, see error; released: given back, kept as history.';

-- Two people may try the same number. VAPI accepts one of them.
create unique index phone_number_is_active_once on public.phone_numbers (phone_number) where status = 'active';
create index phone_numbers_user_id_idx on public.phone_numbers (user_id, created_at);
create index phone_numbers_assistant_id_idx on public.phone_numbers (assistant_id, user_id) where assistant_id is not null;

alter table public.phone_numbers enable row level security;

create policy "owners read their own numbers" on public.phone_numbers
  for select to authenticated using (user_id = (select auth.uid()));

create policy "owners name and assign their own numbers" on public.phone_numbers
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy "owners delete their own numbers" on public.phone_numbers
  for delete to authenticated using (user_id = (select auth.uid()));

grant select, delete on public.phone_numbers to authenticated, service_role;
grant update (friendly_name, assistant_id) on public.phone_numbers to authenticated;

grant insert (id, user_id, phone_number, friendly_name, provider, area_code, twilio_account_sid, vapi_phone_id, assistant_id, status, error),
  update (phone_number, friendly_name, vapi_phone_id, assistant_id, status, error) on public.phone_numbers to service_role;

create function private.phone_numbers_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' then
    perform private.keep_owner(old.user_id, new.user_id);
  end if;
  if auth.role() = 'authenticated' then
    perform private.require_usable_account(coalesce(new.user_id, old.user_id), now());
  end if;
  if tg_op = 'DELETE' then
    return old;
  elsif tg_op = 'UPDATE' then
    new.updated_at := now();
  end if;
  return new;
end;
$$;
comment on function private.phone_numbers_guard() is 'BEFORE a row is written: its owner stays, and the account of a client is usable.';

create function private.limit_vapi_numbers(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_allowed constant integer := private.setting_integer('free_vapi_numbers');
  v_limits constant public.user_limits := private.lock_user_limits(p_user_id, now());
  v_used integer;
begin
  select count(*) into v_used from public.phone_numbers
  where user_id = p_user_id and provider = 'vapi' and status in ('importing', 'active');
  if v_limits.plan_type = 'free' and v_used > c_allowed then
    perform private.refuse(402, 'limit_reached', 'The plan''s number of phone numbers is reached.',
      jsonb_build_object('limit', 'vapi_numbers', 'used', c_allowed, 'allowed', c_allowed));
  end if;
end;
$$;
comment on function private.limit_vapi_numbers(uuid) is
  'Refuses what exceeds the numbers from VAPI of the free plan, counted under the owner''s lock: 402 limit_reached.';

-- VAPI learns through a task, release_phone_number(VAPI's id), that it must give a number back. Every path that deletes a row enqueues it, also
-- the cascade of a user.
create function private.phone_numbers_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    if new.provider = 'vapi' then
      perform private.limit_vapi_numbers(new.user_id);
    end if;
  elsif old.vapi_phone_id is not null and old.status <> 'released' then
    perform private.enqueue_task('release_phone_number', old.vapi_phone_id, old.user_id);
  end if;
  return null;
end;
$$;
comment on function private.phone_numbers_follow() is 'AFTER a number came or went: VAPI gives only as many as the plan has, and takes back what is deleted.';

create trigger phone_numbers_lock_limits before insert or update or delete on public.phone_numbers
  for each statement execute function private.lock_limits_of_caller();

create trigger phone_numbers_guard before insert or update or delete on public.phone_numbers
  for each row execute function private.phone_numbers_guard();

create trigger phone_numbers_follow after insert or delete on public.phone_numbers
  for each row execute function private.phone_numbers_follow();

-- schemas/voice/account_for_calls.sql
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

-- schemas/voice/account_life.sql
create function private.purge_calls(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.call_logs where id in (
    select id from public.call_logs where user_id = p_user_id limit private.setting_integer('purge_batch'));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.purge_calls(uuid) is 'One batch of a closing account''s calls; their events lose their content with them.';

create function private.count_calls(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from public.call_logs where user_id = p_user_id;
$$;
comment on function private.count_calls(uuid) is 'How many calls an account has.';

create function private.voice_outside_resources(p_user_id uuid) returns table (kind text, resource_id text)
language sql stable security definer set search_path = '' as $$
  select 'delete_vapi_assistant', vapi_assistant_id from private.vapi_assistants
  where user_id = p_user_id and deleted_at is null
  union all
  select 'release_phone_number', vapi_phone_id from public.phone_numbers
  where user_id = p_user_id and vapi_phone_id is not null and status <> 'released';
$$;
comment on function private.voice_outside_resources(uuid) is 'Every assistant that VAPI may still have for a user, also of deleted rows, and every number.';

create view private.exported_assistants with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(a) - array['user_id', 'vapi_assistant_id', 'revision'] as data
  from public.assistants a;

create view private.exported_assistant_names with (security_invoker = true) as
  select user_id as person, vapi_assistant_id, to_jsonb(a) - array['user_id', 'vapi_assistant_id'] as data
  from private.vapi_assistants a;

create view private.exported_phone_numbers with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(n) - array['user_id', 'vapi_phone_id'] as data
  from public.phone_numbers n;

create view private.exported_calls with (security_invoker = true) as
  select user_id as person, called_at, id, to_jsonb(c) - array['user_id', 'vapi_call_id', 'recording_url'] as data
  from public.call_logs c;
comment on view private.exported_assistants is 'Assistants of a user.';
comment on view private.exported_assistant_names is 'Names of a user''s assistants, also of those that are deleted.';
comment on view private.exported_phone_numbers is 'Numbers of a user.';
comment on view private.exported_calls is
  'Calls of a user, with transcripts; recordings are fetched call by call. called_at settles when the call connects, which is the one key that moves.';

insert into private.export_sections (domain, section, view_name) values
  ('voice', 'assistants', 'private.exported_assistants'),
  ('voice', 'assistant_names', 'private.exported_assistant_names'),
  ('voice', 'phone_numbers', 'private.exported_phone_numbers'),
  ('voice', 'calls', 'private.exported_calls');

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('outside_resources', 20, 'voice', 'private.voice_outside_resources'),
  ('facts_to_purge', 20, 'voice', 'private.count_calls'),
  ('before_purge', 20, 'voice', 'private.purge_calls');

insert into private.removal_task_kinds (kind) values ('delete_vapi_assistant'), ('release_phone_number');

-- An admin sees how much an account calls, and nothing of what is said.
create function private.voice_overview(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('voice', jsonb_build_object(
    'assistants', (select count(*) from public.assistants where user_id = p_user_id),
    'phone_numbers', (select count(*) from public.phone_numbers where user_id = p_user_id and status <> 'released'),
    'calls', coalesce(sum(calls), 0), 'failed_calls', coalesce(sum(failed_calls), 0),
    'duration_seconds', coalesce(sum(duration_seconds), 0), 'cost', coalesce(sum(cost), 0)))
  from public.call_analytics_days
  where user_id = p_user_id and day > (now() at time zone 'UTC')::date - 30;
$$;
comment on function private.voice_overview(uuid) is 'Assistants and numbers of an account, and what its calls of the last 30 days add up to.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('account_overview', 20, 'voice', 'private.voice_overview');

-- schemas/voice/add_counts.sql
-- Adds to the histograms and the reasons of both tiers. Nearly always one class and one word change, so the others are not taken apart.
create function private.add_classes(p_counts integer[], p_changes integer[], p_only integer) returns integer[]
language plpgsql immutable set search_path = '' as $$
begin
  if p_only is not null then
    p_counts[p_only] := p_counts[p_only] + p_changes[p_only];
    return p_counts;
  elsif p_changes is null then
    return p_counts;
  end if;
  return array(select one + other from unnest(p_counts, p_changes) class (one, other));
end;
$$;
comment on function private.add_classes(integer[], integer[], integer) is
  'Adds counts class by class; p_changes is null when nothing changes. p_only: the one class that changes, null when several may.';

create function private.add_words(p_counts jsonb, p_changes jsonb, p_only text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if p_only is not null then
    return p_counts || jsonb_build_object(p_only, coalesce((p_counts ->> p_only)::integer, 0) + 1);
  elsif p_changes = '{}' then
    return p_counts;
  end if;
  return (
    select coalesce(jsonb_object_agg(key, total), '{}')
    from (
      select key, sum(value::integer) as total
      from (select * from jsonb_each_text(p_counts) union all select * from jsonb_each_text(p_changes)) entry
      group by key having sum(value::integer) <> 0
    ) counted);
end;
$$;
comment on function private.add_words(jsonb, jsonb, text) is
  'Adds {word: count} objects and drops words whose count is zero. p_only: the one word that is counted once more, null when several may change.';

-- schemas/voice/add_to_tiers.sql
-- Adds calls of one quarter of an hour to both tiers. Each takes one statement when its row exists, as it nearly always does.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.add_to_tiers(p_sum private.call_sum, p_zone text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_local timestamp;
  v_hour integer;
  v_left integer;
begin
  update public.call_analytics t set
    durations = private.add_classes(t.durations, p_sum.durations, p_sum.class),
    reasons = private.add_words(t.reasons, p_sum.reasons, p_sum.reason),
    [[NAME = t.NAME + p_sum.NAME]]
  where t.user_id = p_sum.user_id and t.bucket_start = p_sum.bucket_start and t.assistant_id = p_sum.assistant_id
  returning t.calls into v_left;
  if not found and p_sum.calls <> 0 then
    insert into public.call_analytics (user_id, bucket_start, assistant_id, durations, reasons, [[NAME]])
    values (
      p_sum.user_id, p_sum.bucket_start, p_sum.assistant_id, coalesce(p_sum.durations, array_fill(0, array[32])),
      private.add_words('{}', p_sum.reasons, p_sum.reason), [[p_sum.NAME]]);
  elsif v_left = 0 then
    -- Without calls every other figure is zero as well.
    delete from public.call_analytics t
    where t.user_id = p_sum.user_id and t.bucket_start = p_sum.bucket_start and t.assistant_id = p_sum.assistant_id;
  end if;

  v_local := p_sum.bucket_start at time zone p_zone;
  v_hour := extract(hour from v_local);
  update public.call_analytics_days t set
    durations = private.add_classes(t.durations, p_sum.durations, p_sum.class),
    reasons = private.add_words(t.reasons, p_sum.reasons, p_sum.reason),
    hours[v_hour + 1] = t.hours[v_hour + 1] + p_sum.calls,
    [[NAME = t.NAME + p_sum.NAME]]
  where t.user_id = p_sum.user_id and t.day = v_local::date and t.assistant_id = p_sum.assistant_id
  returning t.calls into v_left;
  if not found and p_sum.calls <> 0 then
    insert into public.call_analytics_days (user_id, day, assistant_id, durations, reasons, hours, [[NAME]])
    values (
      p_sum.user_id, v_local::date, p_sum.assistant_id, coalesce(p_sum.durations, array_fill(0, array[32])),
      private.add_words('{}', p_sum.reasons, p_sum.reason),
      array_fill(0, array[v_hour]) || p_sum.calls || array_fill(0, array[23 - v_hour]), [[p_sum.NAME]]);
  elsif v_left = 0 then
    delete from public.call_analytics_days t
    where t.user_id = p_sum.user_id and t.day = v_local::date and t.assistant_id = p_sum.assistant_id;
  end if;
end;
$$;
$sql$); end; $do$;
comment on function private.add_to_tiers(private.call_sum, text) is
  'Adds to the rows of a quarter of an hour and of its day in a zone, and deletes a row without calls. The caller holds the lock of the account.';

-- schemas/voice/admin_overview.sql
-- All tenants at a glance, from the day tier. Days are each tenant's own, as in their dashboard, so that the figures are theirs.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('overview_longest_days', '92', 'integer', '1', '366', 'The longest range of the overview of all tenants. What it costs grows with the tenants that had calls, times the days.');

create type public.tenant_sort as enum ('calls', 'duration', 'cost', 'failures', 'share');
comment on type public.tenant_sort is 'By what tenants are ordered, the greatest first: share is the share of the limit of call time that is used.';

create function private.tenant_sums(p_from date, p_to date, p_sort public.tenant_sort)
returns table (
  user_id uuid, value numeric, calls bigint, ended_calls bigint, successful_calls bigint, failed_calls bigint, duration_seconds bigint,
  cost numeric, plan_type public.plan_type, used_call_time_seconds bigint, max_call_time_seconds bigint, call_time_percent numeric
)
language sql stable security definer set search_path = '' as $$
  with days as (
    select d.user_id, d.calls, d.ended_calls, d.successful_calls, d.failed_calls, d.duration_seconds, d.cost
    from public.call_analytics_days d where d.day between p_from and p_to
    union all
    -- Calls that are in no tier yet have neither length nor cost.
    select c.user_id, 1, (c.status = 'ended')::integer, 0, (c.outcome is not distinct from 'failed')::integer, 0, 0
    from public.call_logs c
    join public.profiles p on p.id = c.user_id
    left join private.analytics_calendars k on k.user_id = c.user_id
    where c.ended_at is null and c.stale_at is null
      and (c.called_at at time zone coalesce(k.time_zone, p.time_zone))::date between p_from and p_to
  ), sums as (
    select d.user_id, sum(d.calls) as calls, sum(d.ended_calls) as ended_calls, sum(d.successful_calls) as successful_calls,
      sum(d.failed_calls) as failed_calls, sum(d.duration_seconds)::bigint as duration_seconds, sum(d.cost) as cost
    from days d group by 1
  )
  select s.user_id, case p_sort when 'calls' then s.calls when 'duration' then s.duration_seconds when 'cost' then s.cost
      when 'failures' then s.failed_calls else coalesce(used.percent, -1) end,
    s.calls, s.ended_calls, s.successful_calls, s.failed_calls, s.duration_seconds, s.cost, l.plan_type, used.seconds,
    l.max_call_time_seconds, used.percent
  from sums s
  join public.user_limits l on l.user_id = s.user_id
  -- A period that is over is the next one, of which nothing is used.
  cross join lateral (select case when l.period_end <= now() then 0 else l.used_call_time_seconds end::bigint as seconds) use
  cross join lateral (select use.seconds, private.resource_usage(use.seconds, l.max_call_time_seconds) as percent) used;
$$;
comment on function private.tenant_sums(date, date, public.tenant_sort) is
  'Each tenant that had calls on the days, with what they add up to, and the value that the overview is ordered by.';

create function private.admin_overview(p_from date, p_to date, p_sort public.tenant_sort, p_cursor jsonb, p_limit integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_to constant date := coalesce(p_to, p_from + 29, (now() at time zone 'UTC')::date);
  c_from constant date := coalesce(p_from, c_to - 29);
  v_value numeric := 'Infinity'::numeric;
  v_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid;
begin
  perform private.require_admin();
  if not private.is_analytics_day(p_from) or not private.is_analytics_day(p_to) or c_from > c_to then
    perform private.refuse(422, 'invalid_range', 'The first day is after the last, or a day lies outside of 2000 to 2100.');
  elsif c_to - c_from >= private.setting_integer('overview_longest_days') then
    perform private.refuse(422, 'range_too_long', 'The range is longer than the overview goes.');
  end if;
  if p_cursor is not null then
    begin
      v_value := (p_cursor ->> 'value')::numeric;
      v_id := (p_cursor ->> 'id')::uuid;
    exception when data_exception then
      v_value := null;
    end;
    if v_value is null or v_id is null then
      perform private.refuse(422, 'invalid_cursor', 'The cursor must be the next of the page before.');
    end if;
  end if;
  return (
    with tenants as materialized (
      select * from private.tenant_sums(c_from, c_to, coalesce(p_sort, 'calls'))
    ), page as materialized (
      select * from tenants where (value, user_id) < (v_value, v_id) order by value desc, user_id desc limit c_size
    )
    select jsonb_build_object(
      'range', jsonb_build_object('from', c_from, 'to', c_to),
      'totals', (
        select jsonb_build_object('tenants', count(*), 'calls', coalesce(sum(calls), 0), 'ended_calls', coalesce(sum(ended_calls), 0),
          'successful_calls', coalesce(sum(successful_calls), 0), 'failed_calls', coalesce(sum(failed_calls), 0),
          'duration_seconds', coalesce(sum(duration_seconds), 0), 'cost', coalesce(sum(cost), 0))
        from tenants),
      'tenants', coalesce(jsonb_agg(to_jsonb(page) - 'value'
        || jsonb_build_object('full_name', p.full_name, 'email', p.email, 'account_status', p.account_status)
        order by page.value desc, page.user_id desc), '[]'),
      'next', case when count(*) = c_size then (
        select jsonb_build_object('value', value, 'id', user_id) from page order by value, user_id limit 1) end)
    from page join public.profiles p on p.id = page.user_id);
end;
$$;
comment on function private.admin_overview(date, date, public.tenant_sort, jsonb, integer) is 'A page of tenants with their sums, if the caller is an admin.';

create function public.admin_overview(
  p_from date default null, p_to date default null, p_sort public.tenant_sort default 'calls', p_cursor jsonb default null, p_limit integer default 50
) returns jsonb
language sql stable set search_path = '' as $$
  select private.admin_overview(p_from, p_to, p_sort, p_cursor, p_limit);
$$;
comment on function public.admin_overview(date, date, public.tenant_sort, jsonb, integer) is
  'For admins and the server: {range, totals, tenants, next} of the tenants that had calls, the greatest first. Without a range the last 30 days. '
  'Refuses: 403 admin_only, 422 invalid_range, range_too_long, invalid_cursor.';

grant execute on function private.admin_overview(date, date, public.tenant_sort, jsonb, integer),
  public.admin_overview(date, date, public.tenant_sort, jsonb, integer) to authenticated, service_role;

-- schemas/voice/admit_calls.sql
-- VAPI asks of every inbound call (assistant-request) whether it may be taken, and for how long. The answer is given under the owner's lock, so
-- that the grants of open calls and the used time together never exceed the limit. It is stored with the call and is the same when VAPI asks again.
create table private.spoken_refusals (
  code text primary key constraint code_is_snake_case check (code ~ '^[a-z][a-z0-9_]*$'),
  sentence text not null
);
comment on table private.spoken_refusals is 'What the caller hears when a call is refused. It says nothing about plan, money or owner.';

alter table private.spoken_refusals enable row level security;

create policy "nobody but the owner of the schema reads spoken refusals" on private.spoken_refusals
  for all to anon, authenticated using (false) with check (false);

insert into private.spoken_refusals (code, sentence) values
  ('unknown_number', 'Sorry, this number is not in service.'),
  ('number_not_active', 'Sorry, this number is not in service.'),
  ('no_assistant', 'Sorry, nobody can take your call on this number right now.'),
  ('assistant_inactive', 'Sorry, nobody can take your call on this number right now.'),
  ('assistant_not_ready', 'Sorry, this number is still being set up. Please try again in a few minutes.'),
  ('limit_reached', 'Sorry, this number cannot take any more calls at the moment.'),
  ('account_expired', 'Sorry, this number is currently not in service.'),
  ('account_suspended', 'Sorry, this number is currently not in service.'),
  ('account_closing', 'Sorry, this number is currently not in service.'),
  ('call_over', 'Sorry, this call has already ended.'),
  ('busy', 'Sorry, we cannot take your call right now. Please call again in a moment.');

create function private.refuse_call(p_code text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('admitted', false, 'code', code, 'sentence', sentence)
  from private.spoken_refusals where code = p_code;
$$;
comment on function private.refuse_call(text) is 'The answer {admitted: false, code, sentence}.';

create function private.admission_problem(
  p_number public.phone_numbers, p_assistant public.assistants, p_left_seconds bigint, p_now timestamptz
) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce(private.account_problem(p_number.user_id, p_now), case
    when p_number.status <> 'active' then 'number_not_active'
    when p_assistant.id is null then 'no_assistant'
    when not p_assistant.is_active then 'assistant_inactive'
    -- An edit that VAPI has not taken yet does not hang up on callers: the version before answers.
    when p_assistant.vapi_assistant_id is null then 'assistant_not_ready'
    when p_left_seconds < private.setting_integer('demo_minimum_call_seconds') then 'limit_reached'
  end);
$$;
comment on function private.admission_problem(public.phone_numbers, public.assistants, bigint, timestamptz) is
  'Why a call to that number cannot be taken; null when it can. p_left_seconds null = unlimited.';

create function private.admit_call(p_call jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
  v_limits public.user_limits;
  v_call public.call_logs;
  v_assistant public.assistants;
  v_left bigint;
  v_cap integer;
  v_refusal text;
begin
  select n.* into v_number from public.phone_numbers n
  where n.vapi_phone_id = p_call ->> 'vapi_phone_number_id'
    or n.phone_number = p_call ->> 'called_number' and n.status = 'active'
  order by n.vapi_phone_id = p_call ->> 'vapi_phone_number_id' desc nulls last
  limit 1;
  v_limits := private.lock_user_limits(v_number.user_id, p_now);
  if v_limits.user_id is null then
    return private.refuse_call('unknown_number');
  end if;

  select * into v_call from public.call_logs where vapi_call_id = p_call ->> 'vapi_call_id';
  if v_call.refusal is not null then
    return private.refuse_call(v_call.refusal);
  elsif v_call.granted_seconds is not null then
    select known.vapi_assistant_id into v_assistant.vapi_assistant_id
    from private.vapi_assistants known where known.assistant_id = v_call.assistant_id
    order by known.created_at desc limit 1;
    return private.admitted(v_call.id, v_assistant.vapi_assistant_id, v_call.granted_seconds);
  elsif v_call.user_id <> v_number.user_id then
    return private.refuse_call('unknown_number');
  end if;

  -- The assignment and the assistant are read again, as they are under the lock.
  select * into v_number from public.phone_numbers where id = v_number.id;
  if not found then
    return private.refuse_call('unknown_number');
  end if;
  select * into v_assistant from public.assistants where id = v_number.assistant_id;
  if v_limits.max_call_time_seconds is not null then
    select v_limits.max_call_time_seconds - v_limits.used_call_time_seconds - coalesce(sum(held_seconds), 0) into v_left
    from public.call_logs where user_id = v_limits.user_id and held_seconds > 0;
  end if;
  v_cap := coalesce((v_assistant.configuration ->> 'max_duration_seconds')::integer, private.setting_integer('assistant_call_seconds'));
  v_refusal := coalesce(case when v_call.status = 'ended' then 'call_over' end,
    private.admission_problem(v_number, v_assistant, v_left, p_now));

  v_call := private.note_call(p_call, coalesce((p_call ->> 'occurred_at')::timestamptz, p_now), p_now);
  update public.call_logs
  set assistant_id = coalesce(v_assistant.id, assistant_id),
      phone_number_id = v_number.id,
      granted_seconds = case when v_refusal is null then least(v_cap, v_left) else 0 end,
      refusal = v_refusal,
      status = case when v_refusal is null then status else 'ended' end,
      outcome = case when v_refusal is null then outcome else coalesce(outcome, 'rejected') end
  where id = v_call.id
  returning * into v_call;
  if v_refusal is not null then
    return private.refuse_call(v_refusal);
  end if;
  return private.admitted(v_call.id, v_assistant.vapi_assistant_id, v_call.granted_seconds);
end;
$$;
comment on function private.admit_call(jsonb, timestamptz) is 'Decides at p_now whether an inbound call may be taken, and stores the answer with the call.';

create function private.admitted(p_call_id uuid, p_vapi_assistant_id text, p_granted_seconds integer) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('admitted', true, 'call_id', p_call_id, 'vapi_assistant_id', p_vapi_assistant_id,
    'granted_seconds', p_granted_seconds);
$$;
comment on function private.admitted(uuid, text, integer) is 'The answer to an admitted call.';

-- The caller waits on the line, so the answer is busy when somebody holds the account for longer than these limits. It is busy at once when
-- others wait already, because each of them keeps a connection of the API. vapi-webhook waits outside and asks again.
create function public.admit_call(p_call jsonb) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '20ms' as $$
begin
  begin
    return private.admit_call(p_call, now());
  exception when lock_not_available then
    if not private.take_waiting_place('questions') then
      return private.refuse_call('busy');
    end if;
  end;
  perform set_config('lock_timeout', '400ms', true);
  return private.admit_call(p_call, now());
exception when lock_not_available or deadlock_detected then
  return private.refuse_call('busy');
end;
$$;
comment on function public.admit_call(jsonb) is
  'For vapi-webhook: answers whether an inbound call may be taken. p_call is a CallIdentity, with occurred_at if known. {admitted: true, call_id, vapi_assistant_id, granted_seconds} '
  'or {admitted: false, code, sentence}. Codes: unknown_number, number_not_active, no_assistant, assistant_inactive, assistant_not_ready, '
  'limit_reached, account_expired, account_suspended, account_closing, call_over, busy. Asked again about a call, the answer is the same; busy is not stored.';

grant execute on function public.admit_call(jsonb) to service_role;

-- schemas/voice/apply_call_events.sql
-- Events about calls become rows. Each write is the least, the greatest or the newest by event time, so the handlers may run in any
-- order and any number of times. The shape of an event is shared/voice/call-event.ts:
--   {kind, provider, occurred_at, call: {vapi_call_id, vapi_assistant_id, vapi_phone_number_id, called_number, customer_number, direction}}
--   call_status_changed: status, ended_reason
--   call_reported: ended_reason, started_at, ended_at, duration_ms, cost, cost_breakdown, transcript, summary, structured_data,
--     success_evaluation, recording_url
create function private.attribute_call(
  p_call jsonb, p_known_owner uuid, out user_id uuid, out assistant_id uuid, out phone_number_id uuid
)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  select known.user_id, known.assistant_id into attribute_call.user_id, attribute_call.assistant_id
  from private.vapi_assistants known
  where known.vapi_assistant_id = p_call ->> 'vapi_assistant_id'
    and (p_known_owner is null or known.user_id = p_known_owner);
  attribute_call.user_id := coalesce(p_known_owner, attribute_call.user_id);
  if p_call ->> 'vapi_phone_number_id' is null and p_call ->> 'called_number' is null then
    return;
  end if;
  select n.id, coalesce(attribute_call.user_id, n.user_id) into attribute_call.phone_number_id, attribute_call.user_id
  from (select attribute_call.user_id as id) owner
  left join public.phone_numbers n on (owner.id is null or n.user_id = owner.id) and (
    n.vapi_phone_id = p_call ->> 'vapi_phone_number_id' or n.phone_number = p_call ->> 'called_number' and n.status = 'active')
  order by n.vapi_phone_id = p_call ->> 'vapi_phone_number_id' desc nulls last
  limit 1;
end;
$$;
comment on function private.attribute_call(jsonb, uuid) is
  'Finds the owner of a call: who is given, else that of the assistant (also a deleted one), else that of the number. Finds our assistant, whose row may be gone, and our number too. All are null when the call is nobody''s.';

create function private.find_call(p_call jsonb, p_occurred_at timestamptz, p_now timestamptz) returns public.call_logs
language plpgsql security definer set search_path = '' as $$
declare
  c_key constant text := p_call ->> 'vapi_call_id';
  v_owner record;
  v_limits public.user_limits;
  v_call public.call_logs;
begin
  -- A call that is known keeps its owner, whatever became of assistant and number since.
  select user_id, assistant_id, phone_number_id into v_owner from public.call_logs where vapi_call_id = c_key;
  -- Nearly always a known call is complete, and nothing of it has to be looked for.
  if v_owner.assistant_id is null or v_owner.phone_number_id is null
    and (p_call ->> 'vapi_phone_number_id' is not null or p_call ->> 'called_number' is not null)
  then
    v_owner := private.attribute_call(p_call, v_owner.user_id);
  end if;
  v_limits := private.lock_user_limits(v_owner.user_id, p_now);
  if v_limits.user_id is null then
    return null;
  end if;
  select * into v_call from public.call_logs where vapi_call_id = c_key for no key update;
  if not found then
    v_call.user_id := v_owner.user_id;
    v_call.vapi_call_id := c_key;
    v_call.assistant_id := v_owner.assistant_id;
    v_call.phone_number_id := v_owner.phone_number_id;
    v_call.direction := (p_call ->> 'direction')::public.call_direction;
    v_call.caller_number := p_call ->> 'customer_number';
    v_call.first_seen_at := p_occurred_at;
    v_call.status := 'queued';
    v_call.status_at := p_occurred_at;
  elsif v_call.assistant_id is null and v_owner.assistant_id is not null
    or v_call.phone_number_id is null and v_owner.phone_number_id is not null
    or v_call.caller_number is null and p_call ->> 'customer_number' is not null
    or v_call.first_seen_at > p_occurred_at
  then
    update public.call_logs c set
      assistant_id = coalesce(c.assistant_id, v_owner.assistant_id),
      phone_number_id = coalesce(c.phone_number_id, v_owner.phone_number_id),
      caller_number = coalesce(c.caller_number, p_call ->> 'customer_number'),
      first_seen_at = least(c.first_seen_at, p_occurred_at)
    where c.id = v_call.id
    returning * into v_call;
  end if;
  return v_call;
end;
$$;
comment on function private.find_call(jsonb, timestamptz, timestamptz) is
  'Locks the owner''s limits, then finds and completes the row of a call {vapi_call_id, …}. A call without a row comes without an id, '
  'for private.record_call; null when the call is nobody''s.';

create function private.record_call(p_call public.call_logs) returns public.call_logs
language plpgsql security definer set search_path = '' as $$
declare
  v_call public.call_logs;
begin
  insert into public.call_logs
    (user_id, vapi_call_id, assistant_id, phone_number_id, direction, caller_number, first_seen_at, status, status_at,
     connected_at, started_at, ended_at, ended_reason, outcome)
  values (p_call.user_id, p_call.vapi_call_id, p_call.assistant_id, p_call.phone_number_id, p_call.direction, p_call.caller_number,
    p_call.first_seen_at, p_call.status, p_call.status_at, p_call.connected_at, p_call.started_at, p_call.ended_at,
    p_call.ended_reason, p_call.outcome)
  on conflict on constraint call_is_known_once do nothing
  returning * into v_call;
  if not found then
    -- Only an event of the same call that was given to another account, whose limits are not locked here, can have been first.
    raise exception using errcode = '55P03', message = 'the call was recorded for another account just now';
  end if;
  return v_call;
end;
$$;
comment on function private.record_call(public.call_logs) is 'Makes the row of a call that private.find_call found none of. Raises as for a locked row when there is one now.';

create function private.note_call(p_call jsonb, p_occurred_at timestamptz, p_now timestamptz) returns public.call_logs
language plpgsql security definer set search_path = '' as $$
declare
  v_call public.call_logs;
begin
  v_call := private.find_call(p_call, p_occurred_at, p_now);
  if v_call.id is null and v_call.user_id is not null then
    v_call := private.record_call(v_call);
  end if;
  return v_call;
end;
$$;
comment on function private.note_call(jsonb, timestamptz, timestamptz) is
  'Locks the owner''s limits, then makes or completes the row of a call {vapi_call_id, …} and returns it; null when the call is nobody''s.';

-- An event may come before the call's assistant or number is recorded here, so it is tried again for a while. After that the call belongs to
-- nobody we know, which is not an error.
create function private.settle_unattributed(p_occurred_at timestamptz, p_now timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  if p_now - p_occurred_at < private.setting_interval('unattributed_call_patience') then
    raise exception using errcode = 'P0002', message = 'no account owns this call yet';
  end if;
  return 'ignored';
end;
$$;
comment on function private.settle_unattributed(timestamptz, timestamptz) is 'Raises while an owner may still turn up, then answers ignored.';

create function private.told_end(p_started_at timestamptz, p_told_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  if p_started_at is null then
    return null;
  end if;
  return least(greatest(p_told_at, p_started_at), p_started_at + private.setting_integer('longest_call_seconds') * interval '1 second');
end;
$$;
comment on function private.told_end(timestamptz, timestamptz) is
  'The end of a call that has status updates but no report. Null when none of them told the start: then nothing is measured.';

create function private.told_start(p_started_at timestamptz, p_ended_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  if p_started_at is null then
    return null;
  end if;
  return least(greatest(p_started_at, p_ended_at - private.setting_integer('longest_call_seconds') * interval '1 second'), p_ended_at);
end;
$$;
comment on function private.told_start(timestamptz, timestamptz) is
  'The start of a call whose end is known: as told, but never after the end, and never longer before it than a call lasts. Null when no start was told.';

create function private.apply_call_status(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_status constant public.call_status := (p_event ->> 'status')::public.call_status;
  v_call public.call_logs;
  v_is_end_told boolean;
begin
  v_call := private.find_call(p_event -> 'call', v_at, p_now);
  if v_call.user_id is null then
    return private.settle_unattributed(v_at, p_now);
  end if;
  if v_status = 'in_progress' then
    v_call.connected_at := least(v_call.connected_at, v_at);
  end if;
  -- A report wins, except for a start that it does not tell.
  if v_call.reported_at is not null then
    if not v_call.is_start_reported then
      v_call.started_at := private.told_start(v_call.connected_at, v_call.ended_at);
      v_call.outcome := private.classify_outcome(v_call.ended_reason, v_call.started_at is not null);
    end if;
    if v_status = 'in_progress' then
      update public.call_logs
      set connected_at = v_call.connected_at, started_at = v_call.started_at, outcome = v_call.outcome
      where id = v_call.id;
    end if;
    return 'applied';
  end if;
  v_call.started_at := v_call.connected_at;
  -- When a call was given up before its end was told, its status has the moment of giving up.
  if v_status > v_call.status or v_status = 'ended' and v_call.status_at = v_call.stale_at then
    v_call.status := v_status;
    v_call.status_at := v_at;
    v_call.ended_reason := case when v_status = 'ended' then p_event ->> 'ended_reason' end;
  elsif v_status = v_call.status then
    v_call.status_at := least(v_call.status_at, v_at);
    -- Either of two reasons will do, as long as it is the same in whatever order they come.
    v_call.ended_reason := least(v_call.ended_reason collate "C", p_event ->> 'ended_reason');
  end if;
  if v_call.status = 'ended' then
    v_is_end_told := v_call.status_at is distinct from v_call.stale_at;
    v_call.outcome := private.classify_outcome(v_call.ended_reason, v_call.started_at is not null and v_is_end_told);
    if v_call.stale_at is not null and v_is_end_told then
      v_call.ended_at := private.told_end(v_call.started_at, v_call.status_at);
    end if;
  end if;
  if v_call.id is null then
    perform private.record_call(v_call);
    return 'applied';
  end if;
  update public.call_logs
  set status = v_call.status, status_at = v_call.status_at, connected_at = v_call.connected_at, started_at = v_call.started_at,
      ended_at = v_call.ended_at, ended_reason = v_call.ended_reason, outcome = v_call.outcome
  where id = v_call.id;
  return 'applied';
end;
$$;
comment on function private.apply_call_status(uuid, jsonb, timestamptz) is
  'Event call_status_changed: the status is the greatest that any event told; the earliest in_progress dates the start until a report does.';

create function private.apply_call_report(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_at constant timestamptz := (p_event ->> 'occurred_at')::timestamptz;
  v_length constant interval := case when (p_event ->> 'duration_ms')::numeric > 0
    then (p_event ->> 'duration_ms')::numeric * interval '1 millisecond' end;
  v_cost constant numeric := round((p_event ->> 'cost')::numeric, 6);
  v_started timestamptz := (p_event ->> 'started_at')::timestamptz;
  v_ended timestamptz := (p_event ->> 'ended_at')::timestamptz;
  v_is_start_told boolean;
  v_seconds integer;
  v_call public.call_logs;
begin
  v_call := private.note_call(p_event -> 'call', v_at, p_now);
  if v_call.id is null then
    return private.settle_unattributed(v_at, p_now);
  end if;
  -- Both times measure the call; a length stands in for the one that is missing. A report with neither start nor length leaves the start
  -- that in_progress told. Without that start the call never connected.
  v_ended := coalesce(v_ended, v_started + v_length, v_at);
  v_started := private.told_start(coalesce(v_started, v_ended - v_length), v_ended);
  v_is_start_told := v_started is not null;
  v_seconds := coalesce(ceil(extract(epoch from v_ended - v_started)), 0);
  v_started := coalesce(v_started, private.told_start(v_call.connected_at, v_ended));

  update public.call_logs c
  set status = 'ended', status_at = v_ended, started_at = v_started, ended_at = v_ended, reported_at = v_at,
      is_start_reported = v_is_start_told,
      ended_reason = p_event ->> 'ended_reason',
      outcome = private.classify_outcome(p_event ->> 'ended_reason', v_started is not null),
      cost = case when v_cost >= 0 then v_cost end,
      cost_breakdown = nullif(p_event -> 'cost_breakdown', 'null'),
      transcript = p_event ->> 'transcript',
      summary = p_event ->> 'summary',
      structured_data = nullif(p_event -> 'structured_data', 'null'),
      success_evaluation = p_event ->> 'success_evaluation',
      is_success = private.read_evaluation(p_event ->> 'success_evaluation'),
      recording_url = p_event ->> 'recording_url'
  where c.id = v_call.id
    -- The newest report wins, on a tie the one that itself tells of the longer call. The rest of the key only makes the choice between twins
    -- the same in any order.
    and (c.reported_at is null
      or (v_at, v_seconds, v_ended, coalesce(v_cost, -1),
          coalesce(p_event ->> 'ended_reason', ''), coalesce(p_event ->> 'transcript', ''), coalesce(p_event ->> 'summary', ''))
        >= (c.reported_at, case when c.is_start_reported then c.duration_seconds else 0 end, c.ended_at, coalesce(c.cost, -1),
          coalesce(c.ended_reason, ''), coalesce(c.transcript, ''), coalesce(c.summary, '')));
  return 'applied';
end;
$$;
comment on function private.apply_call_report(uuid, jsonb, timestamptz) is
  'Event call_reported: measures the call. Of several reports the newest wins, on a tie the longer.';

insert into private.event_handlers (kind, function_name) values
  ('call_status_changed', 'private.apply_call_status'),
  ('call_reported', 'private.apply_call_report'),
  ('call_informational', null);

-- The events of a deleted call are found by this index, and lose their content with it.
create index webhook_events_of_call on public.webhook_events ((event #>> '{call,vapi_call_id}'))
  where provider = 'vapi' and event is not null;

-- schemas/voice/call_analytics.sql
do $do$ begin execute private.write_for_each_metric($sql$
create table public.call_analytics (
  user_id uuid not null references public.profiles (id) on delete cascade,
  bucket_start public.quarter_hour not null,
  assistant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  durations public.duration_histogram not null default array_fill(0, array[32]),
  reasons jsonb not null default '{}',
  [[NAME TYPE not null default 0]],
  primary key (user_id, bucket_start, assistant_id)
);
$sql$); end; $do$;
comment on table public.call_analytics is
  'Settled calls by quarter of an hour in UTC and assistant, kept by triggers in the transaction of the call. The axis is call_logs.called_at.';
do $do$
declare
  v_metric private.call_metrics;
begin
  for v_metric in select * from private.call_metrics loop
    execute format('comment on column public.call_analytics.%I is %L', v_metric.name, v_metric.meaning);
  end loop;
end;
$do$;
comment on column public.call_analytics.assistant_id is
  'call_logs.assistant_id: kept when the assistant is deleted, so no foreign key. All zeros: a call without an assistant.';
comment on column public.call_analytics.durations is 'Measured calls that connected, by class of duration.';
comment on column public.call_analytics.reasons is 'Ended calls by ended_reason; the empty text is none.';

alter table public.call_analytics enable row level security;

create policy "owners read their own analytics" on public.call_analytics
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.call_analytics to authenticated, service_role;

-- schemas/voice/call_analytics_days.sql
do $do$ begin execute private.write_for_each_metric($sql$
create table public.call_analytics_days (
  user_id uuid not null references public.profiles (id) on delete cascade,
  day date not null,
  assistant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  durations public.duration_histogram not null default array_fill(0, array[32]),
  reasons jsonb not null default '{}',
  hours public.hour_histogram not null default array_fill(0, array[24]),
  [[NAME TYPE not null default 0]],
  primary key (user_id, day, assistant_id)
);
$sql$); end; $do$;
comment on table public.call_analytics_days is
  'Settled calls by day and assistant, in the zone of private.analytics_calendars. Columns as in call_analytics.';
comment on column public.call_analytics_days.hours is 'By hour of the local clock.';

-- For the overview of all tenants.
create index call_analytics_days_day_idx on public.call_analytics_days (day);

alter table public.call_analytics_days enable row level security;

create policy "owners read their own daily analytics" on public.call_analytics_days
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.call_analytics_days to authenticated, service_role;

create table private.analytics_calendars (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  time_zone text not null,
  rebuild_after timestamptz,
  rebuild_day date,
  rebuilds integer not null default 0
);
comment on table private.analytics_calendars is
  'In which zone a user''s days are cut. A row comes with the first call; it is read and changed under the lock of user_limits.';
comment on column private.analytics_calendars.rebuild_after is 'When the days may be cut anew in the profile''s zone; null: they are right.';
comment on column private.analytics_calendars.rebuilds is 'Rebuilds on rebuild_day (UTC): a zone may be changed often, but not rebuilt often.';

create index analytics_calendars_rebuild_after_idx on private.analytics_calendars (rebuild_after) where rebuild_after is not null;

alter table private.analytics_calendars enable row level security;

create policy "nobody but the owner of the schema reads calendars" on private.analytics_calendars
  for all to anon, authenticated using (false) with check (false);

create function private.analytics_zone() returns text
language sql stable security definer set search_path = '' as $$
  select time_zone from private.analytics_calendars where user_id = (select auth.uid());
$$;
comment on function private.analytics_zone() is 'The zone that the caller''s day tier is cut in; null without calls.';

grant execute on function private.analytics_zone() to authenticated, service_role;

-- schemas/voice/call_gauges.sql
-- What a monitor reads of calls: how those of the last hour went, and why some were not taken.
create function private.call_gauges(p_now timestamptz) returns table (name text, help text, labels jsonb, value numeric)
language sql stable security definer set search_path = '' as $$
  with recent as materialized (
    select outcome, refusal, duration_seconds, cost from public.call_logs where first_seen_at > p_now - interval '1 hour'
  )
  select 'calls_last_hour', 'Calls of the last hour by what became of them; open: not yet ended.', jsonb_build_object('outcome', o.outcome), (
      select count(*) from recent r where coalesce(r.outcome::text, 'open') = o.outcome)
    from (select 'open' as outcome union all select unnest(enum_range(null::public.call_outcome))::text) o
  union all select 'calls_refused_last_hour', 'Calls of the last hour that were not admitted, by the reason.', jsonb_build_object('code', s.code), (
      select count(*) from recent r where r.refusal = s.code)
    from private.spoken_refusals s
  union all select 'calls_seconds_last_hour', 'What the calls of the last hour lasted that have ended.', '{}', coalesce(sum(duration_seconds), 0) from recent
  union all select 'calls_cost_last_hour', 'What they cost, in USD.', '{}', coalesce(sum(cost), 0) from recent;
$$;
comment on function private.call_gauges(timestamptz) is 'The figures of the calls of the last hour.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('metrics', 20, 'voice', 'private.call_gauges');

-- schemas/voice/check_analytics.sql
-- Analytics is counted once and kept. Every night a sample of it is counted again from the calls: what differs is recorded and repaired.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('analytics_checked_accounts', '50', 'integer', '1', '10000', 'Accounts of which a night counts yesterday and one other day again.'),
  ('analytics_checked_days', '90', 'integer', '1', '3650', 'How far back the other day may lie.');

create table private.analytics_repairs (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  day date not null,
  found jsonb not null,
  counted jsonb not null,
  created_at timestamptz not null default now()
);
comment on table private.analytics_repairs is 'Days of analytics that were not what the calls say: what stood there and what was put in its place.';
comment on column private.analytics_repairs.day is 'In the zone of the account''s calendar.';

create index analytics_repairs_user_id_idx on private.analytics_repairs (user_id);

alter table private.analytics_repairs enable row level security;

create policy "nobody but the owner of the schema reads repairs" on private.analytics_repairs
  for all to anon, authenticated using (false) with check (false);

-- Ranges lie within these years. Outside of them are dates that no clock shows, infinity among them.
create function private.is_analytics_day(p_day date) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_day between '2000-01-01' and '2100-12-31', true);
$$;
comment on function private.is_analytics_day(date) is 'Whether a range may begin or end with a day: any of the years 2000 to 2100, or null.';

grant execute on function private.is_analytics_day(date) to authenticated;

-- A day begins at midnight. Clocks may skip midnight or show it twice; asking for 00:00 then gives the later moment.
create function private.day_start(p_day date, p_zone text) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_midnight constant timestamptz := p_day::timestamp at time zone p_zone;
begin
  return coalesce(
    (select min(moment) from generate_series(v_midnight - interval '3 hours', v_midnight, '15 minutes') moment
      where (moment at time zone p_zone)::date >= p_day),
    v_midnight);
end;
$$;
comment on function private.day_start(date, text) is 'The first moment of a day in a zone, also where the clocks change at midnight.';

grant execute on function private.day_start(date, text) to authenticated, service_role;

create function private.analytics_of_day(p_user_id uuid, p_day date, p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'day', (select coalesce(jsonb_agg(to_jsonb(d) - 'user_id' order by d.assistant_id), '[]')
      from public.call_analytics_days d where d.user_id = p_user_id and d.day = p_day),
    'quarter_hours', (select coalesce(jsonb_agg(to_jsonb(a) - 'user_id' order by a.bucket_start, a.assistant_id), '[]')
      from public.call_analytics a where a.user_id = p_user_id and a.bucket_start >= p_from and a.bucket_start < p_to));
end;
$$;
comment on function private.analytics_of_day(uuid, date, timestamptz, timestamptz) is 'Both tiers of one day of an account, to compare.';

create function private.recount_analytics(p_user_id uuid, p_day date) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_zone constant text := private.lock_analytics(p_user_id);
  v_from constant timestamptz := private.day_start(p_day, v_zone);
  v_to constant timestamptz := private.day_start(p_day + 1, v_zone);
  v_found jsonb;
  v_counted jsonb;
  v_calls private.call_change[];
begin
  if v_zone is null then
    return false;
  end if;
  v_found := private.analytics_of_day(p_user_id, p_day, v_from, v_to);
  delete from public.call_analytics where user_id = p_user_id and bucket_start >= v_from and bucket_start < v_to;
  delete from public.call_analytics_days where user_id = p_user_id and day = p_day;
  select array_agg((1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
    duration_seconds, cost, is_success, null, null, null)::private.call_change)
  into v_calls from public.call_logs
  where user_id = p_user_id and called_at >= v_from and called_at < v_to and (ended_at is not null or stale_at is not null);
  if v_calls is not null then
    perform private.account_for_calls(v_calls, now());
  end if;
  v_counted := private.analytics_of_day(p_user_id, p_day, v_from, v_to);
  if v_counted = v_found then
    return false;
  end if;
  insert into private.analytics_repairs (user_id, day, found, counted) values (p_user_id, p_day, v_found, v_counted);
  return true;
end;
$$;
comment on function private.recount_analytics(uuid, date) is
  'Counts one day of an account again from its calls, both tiers, under the lock of its limits. True when they were wrong, which is recorded.';

create function private.check_analytics(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_accounts constant integer := private.setting_integer('analytics_checked_accounts');
  v_account record;
  v_yesterday date;
  v_repairs integer := 0;
begin
  for v_account in
    -- The sample begins at a random id, and goes on from the first one when too few follow, so that not all accounts are read.
    with origin as materialized (select gen_random_uuid() as id)
    select chosen.* from (
      (select c.user_id, c.time_zone from private.analytics_calendars c where c.user_id >= (select id from origin) order by c.user_id limit c_accounts)
      union all
      (select c.user_id, c.time_zone from private.analytics_calendars c where c.user_id < (select id from origin) order by c.user_id limit c_accounts)
      limit c_accounts
    ) chosen
    join public.user_limits l on l.user_id = chosen.user_id
    order by chosen.user_id
    for no key update of l skip locked
  loop
    v_yesterday := (p_now at time zone v_account.time_zone)::date - 1;
    v_repairs := v_repairs + private.recount_analytics(v_account.user_id, v_yesterday)::integer
      + private.recount_analytics(v_account.user_id,
        v_yesterday - 1 - floor(random() * private.setting_integer('analytics_checked_days'))::integer)::integer;
  end loop;
  return v_repairs;
end;
$$;
comment on function private.check_analytics(timestamptz) is 'Job: counts a sample again from the calls and repairs it; passes over accounts that somebody holds. Returns the number of repairs, each recorded.';

select private.schedule_job('check_analytics', '23 3 * * *', 'private.check_analytics', 'counts a sample of analytics again and repairs it');

-- schemas/voice/class_durations.sql
-- The classes of the duration histogram, for counting and for reading percentiles.
create function private.duration_bounds() returns integer[]
language sql immutable set search_path = '' as $$
  select '{5,10,15,20,25,30,40,50,60,75,90,105,120,150,180,210,240,270,300,360,420,480,600,750,900,1200,1800,2700,3600,7200,14400}'::integer[];
$$;
comment on function private.duration_bounds() is
  'Limits between the 32 classes of a duration histogram, in seconds: class 1 is below 5, class 32 from 14400.';

grant execute on function private.duration_bounds() to authenticated, service_role;

-- schemas/voice/classify_calls.sql
-- Reads how a call ended. VAPI's list of reasons is open (over 600), so the longest prefix that fits decides.
create table private.ended_reason_outcomes (
  prefix text primary key constraint prefix_is_lower_case check (prefix = lower(prefix) and prefix <> ''),
  outcome public.call_outcome not null
);
comment on table private.ended_reason_outcomes is 'The outcome of calls whose ended reason starts with a prefix; the longest prefix that fits decides.';

alter table private.ended_reason_outcomes enable row level security;

create policy "nobody but the owner of the schema reads outcomes" on private.ended_reason_outcomes
  for all to anon, authenticated using (false) with check (false);

insert into private.ended_reason_outcomes (prefix, outcome) values
  ('customer-ended-call', 'completed'),
  ('assistant-ended-call', 'completed'),
  ('assistant-said-end-call-phrase', 'completed'),
  ('assistant-forwarded-call', 'completed'),
  ('silence-timed-out', 'completed'),
  ('exceeded-max-duration', 'completed'),
  ('vonage-completed', 'completed'),
  ('call.in-progress.twilio-completed-call', 'completed'),
  ('call.in-progress.sip-completed-call', 'completed'),
  ('call.ending.hook-executed', 'completed'),
  ('hangup', 'completed'),
  ('customer-did-not-answer', 'no_answer'),
  ('customer-did-not-give-microphone-permission', 'no_answer'),
  ('call.ringing.', 'no_answer'),
  ('call.ringing.error', 'failed'),
  ('call.forwarding.no-answer', 'no_answer'),
  ('assistant-join-timed-out', 'failed'),
  ('phone-call-provider-bypass-enabled-but-no-call-received', 'no_answer'),
  ('customer-busy', 'busy'),
  ('call.forwarding.operator-busy', 'busy'),
  ('voicemail', 'voicemail'),
  ('manually-canceled', 'cancelled'),
  ('scheduled-call-deleted', 'cancelled'),
  ('call-deleted', 'cancelled'),
  ('assistant-request-returned-error', 'rejected'),
  ('vonage-rejected', 'rejected'),
  ('twilio-reported-customer-misdialed', 'rejected'),
  ('assistant-request-', 'failed'),
  ('assistant-not-', 'failed'),
  ('twilio-failed', 'failed'),
  ('vonage-', 'failed'),
  ('call.start.error', 'failed'),
  ('call-start-error', 'failed'),
  ('call.in-progress.error', 'failed'),
  ('pipeline-', 'failed'),
  ('worker-shutdown', 'failed'),
  ('phone-call-provider-closed-websocket', 'failed');

-- An error that carries the answer of the other side's telephone (RFC 3261, 21.4 and 21.6) says what became of the call.
create table private.sip_answer_outcomes (
  code text primary key constraint code_is_an_answer_of_sip check (code ~ '^[3-6][0-9]{2}$'),
  outcome public.call_outcome not null
);
comment on table private.sip_answer_outcomes is 'The outcome of calls that ended with an answer of SIP; every other answer is an error.';

alter table private.sip_answer_outcomes enable row level security;

create policy "nobody but the owner of the schema reads answers of SIP" on private.sip_answer_outcomes
  for all to anon, authenticated using (false) with check (false);

insert into private.sip_answer_outcomes (code, outcome) values
  ('408', 'no_answer'), ('480', 'no_answer'), ('486', 'busy'), ('600', 'busy'), ('487', 'cancelled'),
  ('403', 'rejected'), ('603', 'rejected'), ('607', 'rejected'), ('608', 'rejected');

create function private.classify_outcome(p_ended_reason text, p_is_connected boolean) returns public.call_outcome
language plpgsql stable security definer set search_path = '' as $$
declare
  v_reason constant text := lower(p_ended_reason);
  v_outcome public.call_outcome;
begin
  if v_reason like '%error%-sip-%' then
    select outcome into v_outcome from private.sip_answer_outcomes where code = substring(v_reason from 'error.*-sip-([0-9]{3})(?:-|$)');
  end if;
  if v_outcome is null then
    select outcome into v_outcome from private.ended_reason_outcomes
    where starts_with(v_reason, prefix) order by char_length(prefix) desc limit 1;
  end if;
  if v_outcome is null then
    v_outcome := (case when p_is_connected and coalesce(v_reason !~ 'error|fault|failed', true) then 'completed' else 'failed' end)::public.call_outcome;
  end if;
  return v_outcome;
end;
$$;
comment on function private.classify_outcome(text, boolean) is
  'The outcome of an ended call: by the answer of SIP in its reason, else by the longest prefix. With an unknown reason the call is completed when it connected and the reason does not sound like an error, else failed.';

create table private.evaluation_words (
  word text primary key constraint word_is_lower_case check (word = lower(word)),
  is_success boolean not null
);
comment on table private.evaluation_words is 'Every word that a rubric of VAPI answers with: pass/fail, descriptive, Likert. Scales are numbers and not in this table.';

alter table private.evaluation_words enable row level security;

create policy "nobody but the owner of the schema reads evaluation words" on private.evaluation_words
  for all to anon, authenticated using (false) with check (false);

insert into private.evaluation_words (word, is_success) values
  ('true', true), ('false', false), ('pass', true), ('fail', false), ('passed', true), ('failed', false), ('yes', true), ('no', false),
  ('success', true), ('successful', true), ('failure', false), ('unsuccessful', false),
  ('excellent', true), ('good', true), ('fair', false), ('poor', false),
  ('strongly agree', true), ('agree', true), ('neutral', false), ('disagree', false), ('strongly disagree', false);

create function private.read_evaluation(p_evaluation text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_word constant text := lower(btrim(p_evaluation, E' \t\n."'''));
  v_share numeric;
  v_checks jsonb;
begin
  -- A NumericScale goes from 1 to 10, a PercentageScale from 0 to 100 %, with or without the sign.
  if v_word ~ '^[0-9]{1,3}(\.[0-9]{1,6})?( ?%| ?/ ?10)?$' then
    v_share := substring(v_word from '^[0-9.]+')::numeric / case when v_word ~ '/' or v_word !~ '%' and substring(v_word from '^[0-9.]+')::numeric <= 10 then 10 else 100 end;
    return v_share >= private.setting_numeric('success_share');
  end if;
  -- Checklist and Matrix are lists of checks, each a truth value or one of the words: all of them have to hold.
  if v_word ~ '^[\[{]' then
    begin
      v_checks := p_evaluation::jsonb;
    exception when others then
      return null;
    end;
    return (
      select bool_and(word.is_success)
      from jsonb_path_query(v_checks, 'strict $.** ? (@.type() == "boolean" || @.type() == "string")') value
      join private.evaluation_words word on word.word = lower(btrim(value #>> '{}', E' \t\n.')));
  end if;
  return (select is_success from private.evaluation_words where word = v_word);
end;
$$;
comment on function private.read_evaluation(text) is
  'Whether an evaluation, of whatever rubric, is positive; null when there is none or it says nothing.';

-- schemas/voice/cut_days.sql
-- Cuts days of any zone out of quarters of an hour: for the dashboard of a zone that has no day tier, and to make the day tier anew.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.days_of_quarter_hours(
  p_user_id uuid, p_zone text, p_from date, p_to date, p_assistant_id uuid, p_settled boolean, p_unsettled boolean
)
returns setof public.call_analytics_days
language plpgsql stable set search_path = '' rows 300 as $$
begin
  return query
  with quarters as materialized (
    select local.day, extract(hour from local.clock)::integer as hour, a.*
    from (
      select * from public.call_analytics where p_settled and user_id = p_user_id
      union all
      select * from private.unsettled_quarters(p_user_id, p_assistant_id) where p_unsettled
    ) a
    cross join lateral (select a.bucket_start at time zone p_zone as clock, (a.bucket_start at time zone p_zone)::date as day) local
    -- No zone is farther from UTC than this. The exact cut is the one by the local date.
    where a.bucket_start >= p_from::timestamp at time zone 'UTC' - interval '1 day'
      and a.bucket_start < p_to::timestamp at time zone 'UTC' + interval '2 days'
      and local.day between p_from and p_to
      and (p_assistant_id is null or a.assistant_id = p_assistant_id)
  ), reasons as (
    select word.day, word.assistant_id, jsonb_object_agg(word.reason, word.total) as counts
    from (
      select q.day, q.assistant_id, entry.key as reason, sum(entry.value::integer) as total
      from quarters q cross join lateral jsonb_each_text(q.reasons) entry
      group by 1, 2, 3 having sum(entry.value::integer) <> 0
    ) word
    group by 1, 2
  ), days as (
    select q.day, q.assistant_id,
      [[sum(q.NAME) as NAME]],
      array[sum(q.durations[1]), sum(q.durations[2]), sum(q.durations[3]), sum(q.durations[4]), sum(q.durations[5]), sum(q.durations[6]), sum(q.durations[7]), sum(q.durations[8]),
      sum(q.durations[9]), sum(q.durations[10]), sum(q.durations[11]), sum(q.durations[12]), sum(q.durations[13]), sum(q.durations[14]), sum(q.durations[15]), sum(q.durations[16]),
      sum(q.durations[17]), sum(q.durations[18]), sum(q.durations[19]), sum(q.durations[20]), sum(q.durations[21]), sum(q.durations[22]), sum(q.durations[23]), sum(q.durations[24]),
      sum(q.durations[25]), sum(q.durations[26]), sum(q.durations[27]), sum(q.durations[28]), sum(q.durations[29]), sum(q.durations[30]), sum(q.durations[31]), sum(q.durations[32])] as durations,
      array[coalesce(sum(q.calls) filter (where q.hour = 0), 0), coalesce(sum(q.calls) filter (where q.hour = 1), 0), coalesce(sum(q.calls) filter (where q.hour = 2), 0),
      coalesce(sum(q.calls) filter (where q.hour = 3), 0), coalesce(sum(q.calls) filter (where q.hour = 4), 0), coalesce(sum(q.calls) filter (where q.hour = 5), 0),
      coalesce(sum(q.calls) filter (where q.hour = 6), 0), coalesce(sum(q.calls) filter (where q.hour = 7), 0), coalesce(sum(q.calls) filter (where q.hour = 8), 0),
      coalesce(sum(q.calls) filter (where q.hour = 9), 0), coalesce(sum(q.calls) filter (where q.hour = 10), 0), coalesce(sum(q.calls) filter (where q.hour = 11), 0),
      coalesce(sum(q.calls) filter (where q.hour = 12), 0), coalesce(sum(q.calls) filter (where q.hour = 13), 0), coalesce(sum(q.calls) filter (where q.hour = 14), 0),
      coalesce(sum(q.calls) filter (where q.hour = 15), 0), coalesce(sum(q.calls) filter (where q.hour = 16), 0), coalesce(sum(q.calls) filter (where q.hour = 17), 0),
      coalesce(sum(q.calls) filter (where q.hour = 18), 0), coalesce(sum(q.calls) filter (where q.hour = 19), 0), coalesce(sum(q.calls) filter (where q.hour = 20), 0),
      coalesce(sum(q.calls) filter (where q.hour = 21), 0), coalesce(sum(q.calls) filter (where q.hour = 22), 0), coalesce(sum(q.calls) filter (where q.hour = 23), 0)] as hours
    from quarters q group by 1, 2
  )
  select p_user_id, d.day, d.assistant_id, d.durations::public.duration_histogram, coalesce(r.counts, '{}'), d.hours::public.hour_histogram,
    [[d.NAME::TYPE]]
  from days d left join reasons r on r.day = d.day and r.assistant_id = d.assistant_id;
end;
$$;
$sql$); end; $do$;
comment on function private.days_of_quarter_hours(uuid, text, date, date, uuid, boolean, boolean) is
  'Rows as in call_analytics_days, for the days p_from to p_to of a zone, of the fine tier (p_settled), of the calls that are in none (p_unsettled), '
  'or of both; p_assistant_id null = all. Reads with the rights of its caller.';

grant execute on function private.days_of_quarter_hours(uuid, text, date, date, uuid, boolean, boolean) to authenticated, service_role;

-- schemas/voice/import_phone_numbers.sql
-- Importing a number is the one user request that waits for VAPI: its Twilio secret may be kept nowhere, so no task can do it.
--   begin_number_import makes the row, importing, and a task that settles it in case the function never comes back;
--   finish_number_import is called when VAPI has the number, abandon_number_import when VAPI refused at once, so that nothing stays,
--   and fail_number_import when the task found out later that VAPI does not have it. The second of two calls changes nothing.
insert into private.rate_limits (kind, max_count, per) values ('number_imports', 20, '1 day');

create function public.begin_number_import(
  p_user_id uuid, p_provider public.phone_number_provider, p_phone_number text default null, p_friendly_name text default null,
  p_twilio_account_sid text default null, p_area_code text default null, p_assistant_id uuid default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  perform private.lock_user_limits(p_user_id, now());
  perform private.require_usable_account(p_user_id, now());
  perform private.take_rate(p_user_id, 'number_imports', now());
  -- Only the user's own numbers are compared: whether somebody else has this one is not theirs to know.
  if exists (
    select from public.phone_numbers
    where user_id = p_user_id and phone_number = p_phone_number and status in ('importing', 'active')
  ) then
    perform private.refuse(409, 'number_already_added', 'You have already added this number.');
  end if;
  delete from public.phone_numbers where user_id = p_user_id and phone_number = p_phone_number and status = 'failed';
  insert into public.phone_numbers
    (user_id, provider, phone_number, friendly_name, twilio_account_sid, area_code, assistant_id)
  values (p_user_id, p_provider, p_phone_number, p_friendly_name, p_twilio_account_sid, p_area_code, p_assistant_id)
  returning id into v_id;
  perform private.enqueue_task('confirm_phone_number', v_id::text, p_user_id,
    now() + private.setting_interval('number_import_patience'));
  return v_id;
end;
$$;
comment on function public.begin_number_import(uuid, public.phone_number_provider, text, text, text, text, uuid) is
  'For phone-numbers, with the verified user: makes the row of a number for which VAPI is about to be asked, and returns its id. '
  'Errors: account_expired, account_suspended, account_closing, rate_limited, number_already_added, limit_reached; 23503 for an assistant that is not theirs.';

insert into private.settings (name, value, type, lowest, highest, description) values
  ('number_import_patience', '"1 minute"', 'interval', '10 seconds', '1 hour', 'How long the import of a number is left to the request before a task looks at what became of it.');

create function public.finish_number_import(p_phone_number_id uuid, p_vapi_phone_id text, p_is_active boolean, p_phone_number text default null)
returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
begin
  select * into v_number from public.phone_numbers where id = p_phone_number_id for update;
  if v_number.status in ('importing', 'active') and coalesce(v_number.vapi_phone_id, p_vapi_phone_id) = p_vapi_phone_id then
    begin
      update public.phone_numbers
      set vapi_phone_id = p_vapi_phone_id,
          phone_number = coalesce(p_phone_number, phone_number),
          status = case when p_is_active then 'active'::public.phone_number_status else status end,
          error = null
      where id = p_phone_number_id
      returning * into v_number;
      return v_number.status;
    exception when unique_violation then
      update public.phone_numbers set status = 'failed', error = 'number_refused' where id = p_phone_number_id;
    end;
  end if;
  -- Nobody waits for the number any more, so VAPI must not keep it.
  perform private.enqueue_task('release_phone_number', p_vapi_phone_id, v_number.user_id);
  return 'refused';
end;
$$;
comment on function public.finish_number_import(uuid, text, boolean, text) is
  'Records that VAPI has the number. Returns importing (VAPI does not answer it yet), active, or refused: the row is gone or failed, or the number is somebody else''s; its release is enqueued.';

create function public.fail_number_import(p_phone_number_id uuid, p_error text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.phone_numbers set status = 'failed', error = left(p_error, 200)
  where id = p_phone_number_id and status = 'importing' and vapi_phone_id is null;
  return found;
end;
$$;
comment on function public.fail_number_import(uuid, text) is 'Records that VAPI does not have the number and will not get it. p_error is one of our codes. False when the row is gone or settled.';

create function public.abandon_number_import(p_phone_number_id uuid) returns void
language sql security definer set search_path = '' as $$
  delete from public.phone_numbers where id = p_phone_number_id and status = 'importing' and vapi_phone_id is null;
$$;
comment on function public.abandon_number_import(uuid) is
  'Deletes the row when VAPI refused while the user was waiting, who is told. The task still looks whether VAPI has something with its tag.';

grant execute on function
  public.begin_number_import(uuid, public.phone_number_provider, text, text, text, text, uuid),
  public.finish_number_import(uuid, text, boolean, text), public.fail_number_import(uuid, text),
  public.abandon_number_import(uuid)
  to service_role;

-- schemas/voice/limits.sql
-- What the voice domain counts against a plan, from its facts.
create function private.count_assistants(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from public.assistants where user_id = p_user_id;
$$;
comment on function private.count_assistants(uuid) is 'How many assistants a user has.';

create function private.sum_call_time(p_user_id uuid, p_from timestamptz, p_to timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(duration_seconds), 0)
  from public.call_logs
  where user_id = p_user_id and ended_at >= p_from and ended_at < coalesce(p_to, 'infinity');
$$;
comment on function private.sum_call_time(uuid, timestamptz, timestamptz) is
  'Seconds of a user''s calls that ended in [p_from, p_to); p_to null = no end.';

insert into private.limits (name, place, kind, amount_name, use_column, log_column, recount_function, is_told_early, ends_trial) values
  -- There are too few assistants for shares: one of one is the limit at once, and only the limit is worth telling.
  ('assistants', 10, 'stock', 'assistants', 'current_assistants', 'assistant_count_change', 'private.count_assistants', false, false),
  ('call_time', 20, 'flow', 'call_time_seconds', 'used_call_time_seconds', 'call_time_change_seconds', 'private.sum_call_time', true, true);

-- schemas/voice/list_calls.sql
-- The caller's calls, newest first, page by page. Days are cut as in the dashboard. A page starts after the last call of the page before, so
-- that calls which come meanwhile neither repeat a call nor hide one. Row level security decides what is seen.
create function public.list_calls(
  p_from date default null, p_to date default null, p_tz text default null, p_assistant_id uuid default null,
  p_outcome public.call_outcome default null, p_direction public.call_direction default null, p_is_ended boolean default null,
  p_after_called_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_zone text := coalesce(p_tz, (select time_zone from public.profiles where id = (select auth.uid())), 'UTC');
begin
  perform private.require_time_zone(v_zone);
  if p_from > p_to then
    perform private.refuse(422, 'invalid_range', 'The first day is after the last.');
  elsif not private.is_analytics_day(p_from) or not private.is_analytics_day(p_to) then
    perform private.refuse(422, 'invalid_range', 'The range lies outside of 2000 to 2100.');
  elsif p_limit is null or p_limit not between 1 and 1000 then
    perform private.refuse(422, 'invalid_limit', 'A page has 1 to 1000 calls.');
  end if;
  return (
    with page as materialized (
      select c.*
      from public.call_logs c
      where c.user_id = (select auth.uid())
        and c.called_at >= coalesce(private.day_start(p_from, v_zone), '-infinity')
        and c.called_at < coalesce(private.day_start(p_to + 1, v_zone), 'infinity')
        and (c.called_at, c.id) < (coalesce(p_after_called_at, 'infinity'), coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        and (p_assistant_id is null or c.assistant_id = p_assistant_id)
        and (p_outcome is null or c.outcome = p_outcome)
        and (p_direction is null or c.direction = p_direction)
        and (p_is_ended is null or (c.status = 'ended') = p_is_ended)
      order by c.called_at desc, c.id desc
      limit p_limit
    ), names as materialized (
      select * from private.assistant_names()
    )
    select jsonb_build_object(
      'calls', coalesce(jsonb_agg(jsonb_build_object(
        'id', p.id, 'called_at', p.called_at, 'started_at', p.started_at, 'ended_at', p.ended_at, 'direction', p.direction,
        'status', p.status, 'outcome', p.outcome, 'ended_reason', p.ended_reason, 'assistant_id', p.assistant_id,
        'assistant_name', n.name, 'phone_number_id', p.phone_number_id, 'caller_number', p.caller_number,
        'duration_seconds', p.duration_seconds, 'cost', p.cost, 'is_success', p.is_success, 'summary', p.summary,
        'has_recording', p.recording_url is not null) order by p.called_at desc, p.id desc), '[]'),
      'next', case when count(*) = p_limit then (
        select jsonb_build_object('called_at', last.called_at, 'id', last.id) from page last order by last.called_at, last.id limit 1) end)
    from page p left join names n on n.assistant_id = p.assistant_id);
end;
$$;
comment on function public.list_calls(date, date, text, uuid, public.call_outcome, public.call_direction, boolean, timestamptz, uuid, integer) is
  'The caller''s calls {calls, next}, newest first; p_after_* is the next of the page before. Days are cut in p_tz (the profile''s zone). '
  'Refuses: 422 invalid_time_zone, invalid_range, invalid_limit.';

grant execute on function public.list_calls(date, date, text, uuid, public.call_outcome, public.call_direction, boolean, timestamptz, uuid, integer)
  to authenticated;

-- schemas/voice/lock_analytics.sql
-- The lock of the account orders writers among themselves and with the job that cuts the days anew. The zone is read under it.
create function private.analytics_calendar(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_zone text;
begin
  select c.time_zone into v_zone
  from private.analytics_calendars c join public.profiles p on p.id = c.user_id
  where c.user_id = p_user_id and p.account_status <> 'closing';
  if not found then
    -- This is the first call. Nobody needs the analytics of an account that is gone or going. The profile is locked, so that a change of its
    -- zone either ends before this or finds this calendar.
    insert into private.analytics_calendars (user_id, time_zone)
    select id, time_zone from public.profiles where id = p_user_id and account_status <> 'closing'
    for no key update
    returning time_zone into v_zone;
  end if;
  return v_zone;
end;
$$;
comment on function private.analytics_calendar(uuid) is
  'The zone that an account''s days are cut in, null for an account that is gone or closing. The caller holds the lock of its limits.';

create function private.lock_analytics(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits where user_id = p_user_id for no key update;
  -- This is a statement of its own, so that it sees what the holder before has committed.
  return private.analytics_calendar(p_user_id);
end;
$$;
comment on function private.lock_analytics(uuid) is
  'Locks an account''s limits and returns the zone that its days are cut in; null for an account that is gone or closing.';

-- schemas/voice/prepare_dashboard.sql
-- What the dashboard is made of. It reads some hundred day rows at most, with the rights of its caller: row level security decides what is seen.
create function private.duration_percentile(p_durations bigint[], p_share numeric) returns integer
language plpgsql stable set search_path = '' as $$
declare
  c_bounds constant integer[] := 0 || private.duration_bounds() || private.setting_integer('longest_call_seconds');
  v_rank numeric;
  v_below bigint := 0;
begin
  select p_share * sum(n) into v_rank from unnest(p_durations) n;
  for i in 1 .. 32 loop
    if p_durations[i] > 0 and v_below + p_durations[i] >= v_rank then
      return round(c_bounds[i] + (v_rank - v_below) / p_durations[i] * (c_bounds[i + 1] - c_bounds[i]));
    end if;
    v_below := v_below + p_durations[i];
  end loop;
  return null;
end;
$$;
comment on function private.duration_percentile(bigint[], numeric) is
  'A percentile of a duration histogram in seconds, interpolated within its class; null without calls.';

create function private.dashboard_days(p_zone text, p_from date, p_to date, p_assistant_id uuid)
returns setof public.call_analytics_days
language plpgsql stable set search_path = '' rows 300 as $$
begin
  if private.analytics_zone() = p_zone then
    return query select * from public.call_analytics_days d
      where d.user_id = (select auth.uid()) and d.day between p_from and p_to and (p_assistant_id is null or d.assistant_id = p_assistant_id)
      union all
      select * from private.days_of_quarter_hours((select auth.uid()), p_zone, p_from, p_to, p_assistant_id, false, true);
  else
    return query select * from private.days_of_quarter_hours((select auth.uid()), p_zone, p_from, p_to, p_assistant_id, true, true);
  end if;
end;
$$;
comment on function private.dashboard_days(text, date, date, uuid) is
  'The caller''s days in a zone: from the day tier where it is cut in that zone, else out of the fine tier. Calls that are in no tier yet have rows of their own.';

do $do$ begin execute private.write_for_each_metric($sql$
create function private.dashboard_hours(p_zone text, p_from date, p_to date, p_assistant_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with moments as (
      select distinct date_trunc('hour', quarter, p_zone) as hour
      from generate_series(private.day_start(p_from, p_zone), private.day_start(p_to + 1, p_zone) - interval '15 minutes', '15 minutes') quarter
    ), counted as (
      select date_trunc('hour', a.bucket_start, p_zone) as hour,
        [[sum(a.NAME) as SHOWN]]
      from (
        select * from public.call_analytics
        where user_id = (select auth.uid()) and (p_assistant_id is null or assistant_id = p_assistant_id)
        union all
        select * from private.unsettled_quarters((select auth.uid()), p_assistant_id)
      ) a
      where a.bucket_start >= private.day_start(p_from, p_zone) and a.bucket_start < private.day_start(p_to + 1, p_zone)
      group by 1
    )
    select coalesce(jsonb_agg(jsonb_build_object('start', to_char(m.hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      [['SHOWN', coalesce(c.SHOWN, 0)]]) order by m.hour), '[]')
    from moments m left join counted c on c.hour = m.hour);
end;
$$;
$sql$); end; $do$;
comment on function private.dashboard_hours(text, date, date, uuid) is
  'The caller''s series by hour of the local clock, zero-filled; where clocks go back an hour stands twice, and a day that a zone skipped has none.';

create function private.assistant_names() returns table (assistant_id uuid, name text, is_deleted boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select a.id, a.name, false from public.assistants a where a.user_id = auth.uid()
    union all
    select distinct on (v.assistant_id) v.assistant_id, v.name, true from private.vapi_assistants v
    where v.user_id = auth.uid() and not exists (select from public.assistants a where a.id = v.assistant_id)
    order by 1;
end;
$$;
comment on function private.assistant_names() is 'The names of the caller''s assistants, also of deleted ones as far as VAPI ever had them.';

create function private.growth(p_current numeric, p_before numeric) returns numeric
language sql immutable set search_path = '' as $$
  select round((p_current - p_before) / nullif(p_before, 0), 4);
$$;
comment on function private.growth(numeric, numeric) is 'Change as a share of what was before: 0.25 is a quarter more; null when there was nothing.';

grant execute on function private.duration_percentile(bigint[], numeric), private.dashboard_days(text, date, date, uuid),
  private.dashboard_hours(text, date, date, uuid), private.assistant_names(), private.growth(numeric, numeric)
  to authenticated;

-- schemas/voice/provision_assistants.sql
-- Records what the worker reports. An assistant that was deleted while VAPI was creating it must not stay there.
create function public.record_assistant_provisioned(p_assistant_id uuid, p_vapi_assistant_id text, p_revision integer)
returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  -- The limits are locked before the row: the deletion of a user locks the row after the profile, to which the memory of VAPI's id refers.
  perform private.lock_user_limits(user_id, now()) from public.assistants where id = p_assistant_id;
  update public.assistants
  set vapi_assistant_id = p_vapi_assistant_id,
      provisioning = case when revision = p_revision then 'ready' else provisioning end,
      provisioning_error = case when revision = p_revision then null else provisioning_error end
  where id = p_assistant_id;
  if found then
    -- It may have been taken for lost at VAPI.
    update private.vapi_assistants set deleted_at = null where vapi_assistant_id = p_vapi_assistant_id and deleted_at is not null;
    return true;
  end if;
  perform private.enqueue_task('delete_vapi_assistant', p_vapi_assistant_id);
  return false;
end;
$$;
comment on function public.record_assistant_provisioned(uuid, text, integer) is
  'For the provisioning task: VAPI has the assistant as it was at that revision. False when the row is gone: its deletion at VAPI is enqueued.';

create function public.record_assistant_refused(p_assistant_id uuid, p_error text, p_revision integer) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.assistants set provisioning = 'failed', provisioning_error = left(p_error, 500)
  where id = p_assistant_id and revision = p_revision;
  return found;
end;
$$;
comment on function public.record_assistant_refused(uuid, text, integer) is
  'For the provisioning task: VAPI refused the edit of that revision. False when there is a newer edit or no row.';

-- No assistant must stay pending for a task that was given up. An assistant that is locked right now is being edited or deleted. The edit asks
-- anew, and waiting for it here would be a deadlock, because it waits for the task that is locked here.
create function private.fail_assistant_of_dead_task(p_task public.tasks) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_task.kind = 'sync_assistant' then
    update public.assistants set provisioning = 'failed', provisioning_error = 'provider_unavailable'
    where id in (
      select id from public.assistants where id::text = p_task.resource_id and user_id = p_task.user_id and provisioning = 'pending'
      for no key update skip locked);
  end if;
end;
$$;
comment on function private.fail_assistant_of_dead_task(public.tasks) is
  'Marks the assistant of a provisioning task that was given up. The details are for operators, in tasks.last_error.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('task_died', 20, 'voice', 'private.fail_assistant_of_dead_task');

create function public.record_vapi_assistant_deleted(p_vapi_assistant_id text) returns void
language sql security definer set search_path = '' as $$
  update private.vapi_assistants set deleted_at = now() where vapi_assistant_id = p_vapi_assistant_id;
$$;
comment on function public.record_vapi_assistant_deleted(text) is 'For the deletion task: VAPI confirmed that the assistant is gone (200 or 404).';

grant execute on function public.record_assistant_provisioned(uuid, text, integer),
  public.record_assistant_refused(uuid, text, integer), public.record_vapi_assistant_deleted(text) to service_role;

-- schemas/voice/read_call.sql
-- One call of the caller with all that was said. Row level security decides what is seen. VAPI's id and the address of the recording are not told.
create function public.read_call(p_call_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(told) from (
    select c.id, c.called_at, c.started_at, c.ended_at, c.direction, c.status, c.outcome, c.ended_reason, c.assistant_id, c.phone_number_id,
      c.caller_number, c.duration_seconds, c.granted_seconds, c.cost, c.cost_breakdown, c.is_success, c.success_evaluation, c.transcript,
      c.summary, c.structured_data, c.reported_at, n.name as assistant_name, c.recording_url is not null as has_recording
    from public.call_logs c left join private.assistant_names() n on n.assistant_id = c.assistant_id
    where c.id = p_call_id and c.user_id = (select auth.uid())) told;
$$;
comment on function public.read_call(uuid) is 'One of the caller''s calls, with the name of its assistant, also of a deleted one; null when there is none.';

grant execute on function public.read_call(uuid) to authenticated;

-- schemas/voice/rebuild_analytics_days.sql
-- A change of a profile's zone: the day tier is cut anew by a job, a few times a day at most. Until then the fine tier answers.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('analytics_rebuilds_per_day', '3', 'integer', '1', '100', 'How often a day a change of zone cuts a user''s day tier anew; later changes wait until tomorrow (UTC).'),
  ('analytics_rebuild_batch', '20', 'integer', '1', '10000', 'Accounts whose day tier one tick cuts anew.');

create function private.request_analytics_rebuild(p_old public.profiles, p_new public.profiles) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_today constant date := (now() at time zone 'UTC')::date;
begin
  if p_new.time_zone <> p_old.time_zone then
    update private.analytics_calendars
    set rebuild_after = case
      when time_zone = p_new.time_zone then null
      when rebuild_day = v_today and rebuilds >= private.setting_integer('analytics_rebuilds_per_day')
        then (v_today + 1)::timestamp at time zone 'UTC'
      else now() end
    where user_id = p_new.id;
  end if;
end;
$$;
comment on function private.request_analytics_rebuild(public.profiles, public.profiles) is
  'When a profile''s zone has changed, asks for its days to be cut anew.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('profile_changed', 20, 'voice', 'private.request_analytics_rebuild');

create function private.rebuild_days_of(p_user_id uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_today constant date := (p_now at time zone 'UTC')::date;
  v_zone text;
begin
  if private.lock_analytics(p_user_id) is null then
    update private.analytics_calendars set rebuild_after = null where user_id = p_user_id;
    return;
  end if;
  -- The profile is locked, so that a change of zone that comes now asks for another rebuild once this one is noted.
  select time_zone into v_zone from public.profiles where id = p_user_id for no key update;
  delete from public.call_analytics_days where user_id = p_user_id;
  insert into public.call_analytics_days
  select * from private.days_of_quarter_hours(p_user_id, v_zone, '0001-01-01', '9999-12-31', null, true, false);
  update private.analytics_calendars
  set time_zone = v_zone, rebuild_after = null, rebuild_day = v_today,
      rebuilds = case when rebuild_day = v_today then rebuilds + 1 else 1 end
  where user_id = p_user_id;
end;
$$;
comment on function private.rebuild_days_of(uuid, timestamptz) is
  'Cuts an account''s day tier anew in its profile''s zone, out of the fine tier, under the lock of its limits.';

create function private.rebuild_analytics_days(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_count integer := 0;
begin
  for v_user_id in
    select c.user_id
    from private.analytics_calendars c join public.user_limits l on l.user_id = c.user_id join public.profiles p on p.id = c.user_id
    where c.rebuild_after <= p_now
    order by c.rebuild_after
    limit private.setting_integer('analytics_rebuild_batch')
    for no key update of l, p skip locked
  loop
    perform private.rebuild_days_of(v_user_id, p_now);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.rebuild_analytics_days(timestamptz) is
  'Job: cuts the day tier anew where the zone changed; passes over accounts that somebody holds.';

select private.schedule_job('rebuild_analytics_days', '* * * * *', 'private.rebuild_analytics_days', 'cuts days anew after a change of zone');

-- schemas/voice/reconcile_calls_with_vapi.sql
-- VAPI may never deliver a report: its retries end, and we may be down. So VAPI is asked as well, for every call that changed since the last
-- time and for each of ours that is still open. The answers are normalised and take the way of a delivery.
create table private.call_reconciliation (
  is_only_row boolean primary key default true constraint only_one_row check (is_only_row),
  reconciled_through timestamptz not null
);
comment on table private.call_reconciliation is 'Up to when VAPI has told of every change of a call.';

alter table private.call_reconciliation enable row level security;

create policy "nobody but the owner of the schema reads the reconciliation" on private.call_reconciliation
  for all to anon, authenticated using (false) with check (false);

insert into private.settings (name, value, type, lowest, highest, description) values
  ('reconciliation_overlap', '"15 minutes"', 'interval', '1 minute', '7 days', 'How far before the end of the last reconciliation the next one begins: VAPI''s clock and lists lag.'),
  ('reconciliation_first_reach', '"1 day"', 'interval', '1 hour', '30 days', 'How far back the first reconciliation looks.'),
  ('reconcile_calls_after', '"5 minutes"', 'interval', '1 minute', '7 days', 'How long a call without a report is left to its webhooks before VAPI is asked about it.'),
  ('reconcile_calls_for', '"3 days"', 'interval', '1 hour', '30 days', 'How long VAPI is asked about a call without a report.');

create function private.calls_to_reconcile(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'updated_since', coalesce(
      (select reconciled_through - private.setting_interval('reconciliation_overlap') from private.call_reconciliation),
      p_now - private.setting_interval('reconciliation_first_reach')),
    'open_calls', coalesce((
      select jsonb_agg(open.vapi_call_id)
      from (
        select vapi_call_id from public.call_logs
        where reported_at is null and refusal is null
          and first_seen_at between p_now - private.setting_interval('reconcile_calls_for')
            and p_now - private.setting_interval('reconcile_calls_after')
        order by first_seen_at limit 200
      ) open), '[]'));
$$;
comment on function private.calls_to_reconcile(timestamptz) is 'What VAPI is to be asked about at p_now, {updated_since, open_calls}.';

create function public.calls_to_reconcile() returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.calls_to_reconcile(now());
$$;
comment on function public.calls_to_reconcile() is
  'For the reconciliation task: {updated_since: ask VAPI for calls that changed since, open_calls: ids to ask for one by one}.';

create function public.calls_worth_ingesting(p_events jsonb) returns setof text
language sql stable security definer set search_path = '' as $$
  select told.call ->> 'vapi_call_id'
  from jsonb_to_recordset(p_events) as told(
    kind text, call jsonb, status text, started_at timestamptz, ended_at timestamptz, cost numeric)
  left join public.call_logs known on known.vapi_call_id = told.call ->> 'vapi_call_id'
  where case
    -- An organisation at VAPI may have calls that are not ours.
    when known.id is null then
      exists (select from private.vapi_assistants where vapi_assistant_id = told.call ->> 'vapi_assistant_id')
      or exists (select from public.phone_numbers where vapi_phone_id = told.call ->> 'vapi_phone_number_id')
    when told.kind = 'call_reported' then
      known.reported_at is null
      or (known.started_at, known.ended_at, known.cost)
        is distinct from (coalesce(told.started_at, known.started_at), coalesce(told.ended_at, known.ended_at), coalesce(round(told.cost, 6), known.cost))
    else known.reported_at is null and known.status < told.status::public.call_status
  end;
$$;
comment on function public.calls_worth_ingesting(jsonb) is
  'Of fetched calls, normalised and without their content, the ids of those that are ours and say something new.';

create function public.record_call_reconciliation(p_through timestamptz) returns void
language sql security definer set search_path = '' as $$
  insert into private.call_reconciliation as r (reconciled_through) values (least(p_through, now()))
  on conflict (is_only_row) do update set reconciled_through = greatest(r.reconciled_through, excluded.reconciled_through);
$$;
comment on function public.record_call_reconciliation(timestamptz) is 'For the reconciliation task: records that every change up to p_through has been taken.';

grant execute on function public.calls_to_reconcile(), public.calls_worth_ingesting(jsonb),
  public.record_call_reconciliation(timestamptz) to service_role;

create function private.request_call_reconciliation(p_now timestamptz) returns integer
language sql set search_path = '' as $$
  select count(private.enqueue_task('reconcile_calls', 'vapi', null, p_now))::integer;
$$;
comment on function private.request_call_reconciliation(timestamptz) is 'Job: asks for the calls to be compared with VAPI''s.';

select private.schedule_job('request_call_reconciliation', '*/10 * * * *', 'private.request_call_reconciliation', 'asks for calls to be compared with VAPI''s');

-- schemas/voice/release_phone_numbers.sql
create function private.release_excess_numbers(p_old public.user_limits, p_new public.user_limits) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_new.plan_type = 'free' then
    delete from public.phone_numbers n
    using (
      select id, row_number() over (order by created_at, id) as place
      from public.phone_numbers
      where user_id = p_new.user_id and provider = 'vapi' and status in ('importing', 'active')
    ) ranked
    where n.id = ranked.id and ranked.place > private.setting_integer('free_vapi_numbers');
  end if;
end;
$$;
comment on function private.release_excess_numbers(public.user_limits, public.user_limits) is
  'When the plan is now free, gives back the numbers from VAPI beyond the oldest.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('plan_changed', 20, 'voice', 'private.release_excess_numbers');

create function public.record_phone_number_released(p_vapi_phone_id text) returns void
language sql security definer set search_path = '' as $$
  update public.phone_numbers set status = 'released' where vapi_phone_id = p_vapi_phone_id;
$$;
comment on function public.record_phone_number_released(text) is 'For the release task: VAPI confirmed that the number is gone (200 or 404). Nothing happens when the row is gone too.';

create function public.record_phone_number_gone(p_vapi_phone_id text) returns void
language sql security definer set search_path = '' as $$
  update public.phone_numbers set status = 'failed', error = 'number_gone' where vapi_phone_id = p_vapi_phone_id and status = 'active';
$$;
comment on function public.record_phone_number_gone(text) is
  'For the task that looks at a number: VAPI does not have it any more, though nobody gave it up here. Its owner may add it again.';

create function public.numbers_to_release(p_user_id uuid) returns setof text
language sql stable security definer set search_path = '' as $$
  select resource_id from public.tasks
  where user_id = p_user_id and kind = 'release_phone_number' and cancelled_at is null
    and (done_at is null or done_at > now() - private.setting_interval('number_import_patience'))
  order by created_at desc limit 20;
$$;
comment on function public.numbers_to_release(uuid) is
  'For phone-numbers, with the verified user: VAPI''s ids of the numbers that this user gave up and VAPI may still have, or had until a moment ago.';

grant execute on function public.record_phone_number_released(text), public.record_phone_number_gone(text), public.numbers_to_release(uuid) to service_role;

-- schemas/voice/remember_begun_creations.sql
-- A creation at VAPI whose answer was lost may have happened. It is remembered before VAPI is asked, so that the next try looks for the
-- assistant and adopts it. The attempts of a task do not tell, because a new edit starts them anew.
create table private.vapi_creations (
  assistant_id uuid primary key references public.assistants (id) on delete cascade,
  begun_at timestamptz not null default now()
);
comment on table private.vapi_creations is 'Assistants whose creation at VAPI was begun at least once; the outcome may be unknown.';

alter table private.vapi_creations enable row level security;

create policy "nobody but the owner of the schema reads begun creations" on private.vapi_creations
  for all to anon, authenticated using (false) with check (false);

create function public.begin_vapi_creation(p_assistant_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.vapi_creations (assistant_id)
  -- The row is locked, because its owner may be deleting it.
  select id from public.assistants where id = p_assistant_id for key share
  on conflict (assistant_id) do nothing;
  if found then
    return 'first';
  end if;
  return case when exists (select from public.assistants where id = p_assistant_id) then 'begun_before' else 'gone' end;
end;
$$;
comment on function public.begin_vapi_creation(uuid) is
  'For the provisioning task, before it creates an assistant at VAPI: first; begun_before: look for it there first; gone: there is no such assistant.';

grant execute on function public.begin_vapi_creation(uuid) to service_role;

-- schemas/voice/settings.sql
insert into private.settings (name, value, type, lowest, highest, description) values
  ('assistant_call_seconds', '600', 'integer', '10', '43200', 'The longest call of an assistant whose configuration names no max_duration_seconds.'),
  ('assistant_models', '["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini", "gpt-5-nano"]', 'texts', '1', '50',
    'Language models that a configuration may name; a dear one costs the platform, not the tenant.'),
  ('longest_call_seconds', '43260', 'integer', '60', '86400', 'No call is longer: VAPI''s ceiling of 12 hours and a minute of grace. A longer measurement is an error and is cut.'),
  ('successful_call_seconds', '10', 'integer', '0', '3600', 'Without an evaluation, a completed call of at least so many seconds is a success.'),
  ('success_share', '0.6', 'number', '0', '1', 'An evaluation on a scale (of 10, or percent) is positive from this share.'),
  ('unattributed_call_patience', '"1 hour"', 'interval', '1 minute', '7 days', 'How long the events of a call that nobody owns are tried again, before they are ignored.'),
  ('stale_call_grace', '"1 hour"', 'interval', '1 minute', '7 days', 'How long after the last second it may have lasted a call without a report is closed.'),
  ('call_content_days', '180', 'integer', '1', '3650', 'Days after which transcript, summary, structured data, recording link and caller number of a call are dropped.'),
  ('free_vapi_numbers', '1', 'integer', '0', '100', 'Numbers from VAPI that an account on the free plan may have.');

-- schemas/voice/show_call_events.sql
-- What an admin sees of VAPI's deliveries: which call, assistant and number they are about, whose those are, times, states and costs. What was said,
-- what was made of it, where it was recorded and who called is for the owner alone, here as in call_logs.
insert into private.shown_event_keys (provider, key)
select 'vapi', unnest(array[
  'message', 'call', 'costBreakdown', 'type', 'id', 'orgId', 'status', 'timestamp', 'createdAt', 'updatedAt', 'startedAt', 'endedAt', 'endedReason',
  'assistantId', 'phoneNumberId', 'squadId', 'workflowId', 'phoneCallProvider', 'phoneCallProviderId', 'phoneCallTransport', 'cost', 'durationMs',
  'durationSeconds', 'durationMinutes', 'transport', 'stt', 'llm', 'tts', 'vapi', 'total',
  'kind', 'provider', 'occurred_at', 'vapi_call_id', 'vapi_assistant_id', 'vapi_phone_number_id', 'direction', 'notice', 'started_at', 'ended_at',
  'ended_reason', 'duration_ms', 'cost_breakdown']);

create function private.call_event_subjects(p_event jsonb) returns table (kind text, id uuid, title text, user_id uuid, user_name text)
language sql stable security definer set search_path = '' as $$
  select found.kind, found.id, found.title, found.user_id, coalesce(p.full_name, p.email)
  from (
    select 'call' as kind, c.id, null as title, c.user_id from public.call_logs c
    where c.vapi_call_id = p_event #>> '{call,vapi_call_id}'
    union all
    select 'assistant', v.assistant_id, v.name, v.user_id from private.vapi_assistants v
    where v.vapi_assistant_id = p_event #>> '{call,vapi_assistant_id}'
    union all
    select 'phone_number', n.id, n.phone_number, n.user_id from public.phone_numbers n
    where n.vapi_phone_id = p_event #>> '{call,vapi_phone_number_id}'
  ) found
  join public.profiles p on p.id = found.user_id
  where p_event ->> 'provider' = 'vapi';
$$;
comment on function private.call_event_subjects(jsonb) is 'The call, the assistant and the number that an event is about, as far as we know them, with their owner.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('event_subjects', 20, 'voice', 'private.call_event_subjects');

-- schemas/voice/show_calls_in_timeline.sql
create view private.timeline_calls with (security_invoker = true) as
  select user_id as person, called_at as happened_at, id::text as id,
    jsonb_build_object('call_id', id, 'assistant_id', assistant_id, 'direction', direction, 'status', status, 'outcome', outcome,
      'duration_seconds', duration_seconds) as data
  from public.call_logs;
comment on view private.timeline_calls is 'Calls of an account.';

insert into private.timeline_kinds (kind, view_name) values ('calls', 'private.timeline_calls');

-- schemas/voice/show_dashboard.sql
-- The answer itself: everything is summed from one set of day rows, so that its parts cannot disagree.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.dashboard(p_from date, p_to date, p_zone text, p_assistant_id uuid, p_interval text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  c_days constant integer := p_to - p_from + 1;
  v_answer jsonb;
  v_now jsonb;
  v_before jsonb;
  v_limits constant jsonb := private.my_limits_overview();
begin
  with slices as materialized (
    select d.*, d.day >= p_from as is_now from private.dashboard_days(p_zone, p_from - c_days, p_to, p_assistant_id) d
  ), names as materialized (
    select * from private.assistant_names()
  ), sums as (
    select span.is_now,
      [[coalesce(sum(s.NAME), 0) as NAME]],
      array[sum(s.durations[1]), sum(s.durations[2]), sum(s.durations[3]), sum(s.durations[4]), sum(s.durations[5]), sum(s.durations[6]), sum(s.durations[7]), sum(s.durations[8]),
          sum(s.durations[9]), sum(s.durations[10]), sum(s.durations[11]), sum(s.durations[12]), sum(s.durations[13]), sum(s.durations[14]), sum(s.durations[15]), sum(s.durations[16]),
          sum(s.durations[17]), sum(s.durations[18]), sum(s.durations[19]), sum(s.durations[20]), sum(s.durations[21]), sum(s.durations[22]), sum(s.durations[23]), sum(s.durations[24]),
          sum(s.durations[25]), sum(s.durations[26]), sum(s.durations[27]), sum(s.durations[28]), sum(s.durations[29]), sum(s.durations[30]), sum(s.durations[31]), sum(s.durations[32])] as durations
    from (values (true), (false)) span (is_now) left join slices s on s.is_now = span.is_now
    group by 1
  ), metrics as (
    select is_now, jsonb_build_object(
      [['SHOWN', NAME]],
      'open_calls', calls - ended_calls, 'success_rate', round(successful_calls::numeric / nullif(ended_calls, 0), 4),
      'average_duration_seconds', round(duration_seconds / nullif((select sum(n) from unnest(durations) n), 0), 1),
      'p50_duration_seconds', private.duration_percentile(durations, 0.5),
      'p95_duration_seconds', private.duration_percentile(durations, 0.95)) as answer
    from sums
  ), series as (
    select s.day,
      [[sum(s.NAME) as SHOWN]]
    from slices s where s.is_now group by 1
  ), reasons as (
    select nullif(entry.key, '') as reason, sum(entry.value::integer) as calls
    from slices s cross join lateral jsonb_each_text(s.reasons) entry
    where s.is_now group by 1 having sum(entry.value::integer) <> 0
  ), weekdays as (
    select extract(isodow from s.day)::integer as weekday, array[
        coalesce(sum(s.hours[1]), 0), coalesce(sum(s.hours[2]), 0), coalesce(sum(s.hours[3]), 0), coalesce(sum(s.hours[4]), 0), coalesce(sum(s.hours[5]), 0), coalesce(sum(s.hours[6]), 0),
        coalesce(sum(s.hours[7]), 0), coalesce(sum(s.hours[8]), 0), coalesce(sum(s.hours[9]), 0), coalesce(sum(s.hours[10]), 0), coalesce(sum(s.hours[11]), 0), coalesce(sum(s.hours[12]), 0),
        coalesce(sum(s.hours[13]), 0), coalesce(sum(s.hours[14]), 0), coalesce(sum(s.hours[15]), 0), coalesce(sum(s.hours[16]), 0), coalesce(sum(s.hours[17]), 0), coalesce(sum(s.hours[18]), 0),
        coalesce(sum(s.hours[19]), 0), coalesce(sum(s.hours[20]), 0), coalesce(sum(s.hours[21]), 0), coalesce(sum(s.hours[22]), 0), coalesce(sum(s.hours[23]), 0), coalesce(sum(s.hours[24]), 0)] as hours
    from slices s where s.is_now group by 1
  ), assistants as (
    select nullif(s.assistant_id, '00000000-0000-0000-0000-000000000000') as id, sum(s.calls) as calls, sum(s.ended_calls) as ended,
      sum(s.successful_calls) as successful, sum(s.duration_seconds) as seconds, sum(s.cost) as cost
    from slices s where s.is_now group by 1
  ), recent as (
    select c.id, c.called_at, c.assistant_id, c.direction, c.status, c.outcome, c.ended_reason, c.caller_number, c.duration_seconds,
      c.cost, c.is_success
    from public.call_logs c
    where c.user_id = (select auth.uid()) and (p_assistant_id is null or c.assistant_id = p_assistant_id)
      and c.called_at >= private.day_start(p_from, p_zone) and c.called_at < private.day_start(p_to + 1, p_zone)
    order by c.called_at desc, c.id desc
    limit 10
  )
  select
    (select answer from metrics where is_now),
    (select answer from metrics where not is_now),
    jsonb_build_object(
      'range', jsonb_build_object('from', p_from, 'to', p_to, 'days', c_days, 'time_zone', p_zone, 'interval', p_interval,
        'assistant_id', p_assistant_id),
      'series', case when p_interval = 'hour' then private.dashboard_hours(p_zone, p_from, p_to, p_assistant_id) else (
        select jsonb_agg(jsonb_build_object('start', to_char(day.start, 'YYYY-MM-DD'),
          [['SHOWN', coalesce(s.SHOWN, 0)]])
          order by day.start)
        from generate_series(p_from::timestamp, p_to::timestamp, '1 day') day (start) left join series s on s.day = day.start::date) end,
      'by_outcome', (
        select jsonb_agg(jsonb_build_object('outcome', named.outcome, 'calls', named.calls) order by named.place)
        from sums o cross join lateral (values (1, 'completed', o.completed_calls), (2, 'no_answer', o.no_answer_calls), (3, 'busy', o.busy_calls),
          (4, 'voicemail', o.voicemail_calls), (5, 'cancelled', o.cancelled_calls), (6, 'rejected', o.rejected_calls),
          (7, 'failed', o.failed_calls)) named (place, outcome, calls)
        where o.is_now),
      'by_ended_reason', coalesce(
        (select jsonb_agg(jsonb_build_object('ended_reason', reason, 'calls', calls) order by calls desc, reason) from reasons), '[]'),
      'by_weekday_hour', (
        select jsonb_agg(jsonb_build_object('weekday', week.day, 'calls', coalesce(w.hours, array_fill(0::bigint, array[24]))) order by week.day)
        from generate_series(1, 7) week (day) left join weekdays w on w.weekday = week.day),
      'by_assistant', coalesce((
        select jsonb_agg(jsonb_build_object('assistant_id', a.id, 'name', n.name, 'is_deleted', a.id is not null and coalesce(n.is_deleted, true),
          'total_calls', a.calls, 'ended_calls', a.ended, 'successful_calls', a.successful, 'total_duration_seconds', a.seconds,
          'total_cost', a.cost) order by a.calls desc, a.id)
        from assistants a left join names n on n.assistant_id = a.id), '[]'),
      'recent_calls', coalesce((
        select jsonb_agg(jsonb_build_object('id', r.id, 'called_at', r.called_at, 'assistant_id', r.assistant_id, 'assistant_name', n.name,
          'direction', r.direction, 'status', r.status, 'outcome', r.outcome, 'ended_reason', r.ended_reason, 'caller_number', r.caller_number,
          'duration_seconds', r.duration_seconds, 'cost', r.cost, 'is_success', r.is_success) order by r.called_at desc, r.id desc)
        from recent r left join names n on n.assistant_id = r.assistant_id), '[]'),
      'freshness', jsonb_build_object('computed_at', now(),
        'tier', case when private.analytics_zone() = p_zone then 'day' else 'quarter_hour' end,
        'last_call_at', (select max(c.called_at) from public.call_logs c where c.user_id = (select auth.uid()))))
  into v_now, v_before, v_answer;

  return v_answer || jsonb_build_object(
    'metrics', v_now || jsonb_build_object(
      'minutes_used', round((v_limits ->> 'used_call_time_seconds')::numeric / 60, 2),
      'minutes_remaining', round((v_limits ->> 'remaining_call_time_seconds')::numeric / 60, 2),
      'active_assistants', case when v_limits #>> '{account,status}' = 'active'
        then (select count(*) from public.assistants where user_id = (select auth.uid()) and is_active) else 0 end,
      'phone_numbers', (select count(*) from public.phone_numbers where user_id = (select auth.uid()) and status = 'active')),
    'previous', v_before || jsonb_build_object('from', p_from - c_days, 'to', p_from - 1),
    'growth', (
      select jsonb_object_agg(name, private.growth((v_now ->> name)::numeric, (v_before ->> name)::numeric))
      from unnest('{total_calls,answered_calls,successful_calls,failed_calls,success_rate,total_duration_seconds,average_duration_seconds,total_cost}'::text[]) name));
end;
$$;
$sql$); end; $do$;
comment on function private.dashboard(date, date, text, uuid, text) is 'The answer of analytics_dashboard, its arguments checked. Reads with the rights of its caller.';

grant execute on function private.dashboard(date, date, text, uuid, text) to authenticated;

create function public.analytics_dashboard(
  p_from date default null, p_to date default null, p_tz text default null, p_assistant_id uuid default null, p_interval text default 'day'
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  c_longest constant integer := 366;
  v_zone text := coalesce(p_tz, (select time_zone from public.profiles where id = (select auth.uid())), 'UTC');
  v_to date;
  v_from date;
begin
  if auth.uid() is null then
    perform private.refuse(401, 'unauthenticated', 'A valid access token is required.');
  end if;
  perform private.require_time_zone(v_zone);
  if coalesce(p_interval, 'day') not in ('day', 'hour') then
    perform private.refuse(422, 'invalid_interval', 'The interval is day or hour.');
  elsif not private.is_analytics_day(p_from) or not private.is_analytics_day(p_to) then
    perform private.refuse(422, 'invalid_range', 'The range lies outside of 2000 to 2100.');
  end if;
  v_to := coalesce(p_to, p_from + 29, (now() at time zone v_zone)::date);
  v_from := coalesce(p_from, v_to - 29);
  if v_from > v_to then
    perform private.refuse(422, 'invalid_range', 'The first day is after the last.');
  elsif v_to - v_from >= c_longest then
    perform private.refuse(422, 'range_too_long', 'A range has at most 366 days.', jsonb_build_object('max_days', c_longest));
  elsif not private.is_analytics_day(v_from) or not private.is_analytics_day(v_to) then
    perform private.refuse(422, 'invalid_range', 'The range lies outside of 2000 to 2100.');
  end if;
  return private.dashboard(v_from, v_to, v_zone, p_assistant_id, coalesce(p_interval, 'day'));
end;
$$;
comment on function public.analytics_dashboard(date, date, text, uuid, text) is
  'The caller''s calls of p_from to p_to (the last 30 days), cut in p_tz (the profile''s zone), of one assistant or all, by day or hour. '
  'Refuses: 422 invalid_time_zone, invalid_interval, invalid_range, range_too_long.';

grant execute on function public.analytics_dashboard(date, date, text, uuid, text) to authenticated;

-- schemas/voice/sweep_vapi_strays.sql
-- A stray carries our tag at VAPI and belongs to no row: it was created, and the answer was lost. The task lists what VAPI has. Which of it is a
-- stray is judged here, and its deletion goes through the queue as every deletion does.
-- No stray lives longer than an hour: twenty minutes from sweep to sweep, ten of grace, and time for the deletion to be tried again.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('stray_grace', '"10 minutes"', 'interval', '6 minutes', '7 days', 'How long what VAPI made is left to the worker that asked for it. Must exceed a worker''s lease of 5 minutes.');

create function private.sweep_vapi_strays(p_assistants jsonb, p_numbers jsonb, p_now timestamptz) returns integer
language sql security definer set search_path = '' as $$
  with assistants as (
    select private.enqueue_task('delete_vapi_assistant', found.id, null, p_now)
    from jsonb_to_recordset(p_assistants) as found(id text, tag uuid, created_at timestamptz)
    where found.created_at <= p_now - private.setting_interval('stray_grace')
      and not exists (select from public.assistants where vapi_assistant_id = found.id)
      -- A creation that is still being tried will find and adopt it, also one that replaces what VAPI has lost.
      and not exists (
        select from public.assistants a
        join public.tasks t on t.kind = 'sync_assistant' and t.resource_id = a.id::text
          and t.done_at is null and t.cancelled_at is null and t.dead_at is null
        left join private.vapi_assistants known on known.vapi_assistant_id = a.vapi_assistant_id
        where a.id = found.tag and (a.vapi_assistant_id is null or known.deleted_at is not null))
  ), numbers as (
    select private.enqueue_task('release_phone_number', found.id, null, p_now)
    from jsonb_to_recordset(p_numbers) as found(id text, tag uuid, created_at timestamptz)
    where found.created_at <= p_now - private.setting_interval('stray_grace')
      and not exists (select from public.phone_numbers where vapi_phone_id = found.id and status <> 'released')
      and not exists (
        select from public.phone_numbers n
        join public.tasks t on t.kind = 'confirm_phone_number' and t.resource_id = n.id::text
          and t.done_at is null and t.cancelled_at is null and t.dead_at is null
        where n.id = found.tag and n.vapi_phone_id is null and n.status = 'importing')
  )
  select (select count(*) from assistants)::integer + (select count(*) from numbers)::integer;
$$;
comment on function private.sweep_vapi_strays(jsonb, jsonb, timestamptz) is 'Asks for the deletion of strays that are older than the grace at p_now. Returns how many.';

create function public.sweep_vapi_strays(p_assistants jsonb, p_numbers jsonb) returns integer
language sql security definer set search_path = '' as $$
  select private.sweep_vapi_strays(p_assistants, p_numbers, now());
$$;
comment on function public.sweep_vapi_strays(jsonb, jsonb) is
  'For the task of that name: of what VAPI has with our tag, [{id, tag, created_at}], asks for the deletion of what belongs to nothing '
  'and is no longer in the making. Returns how many.';

grant execute on function public.sweep_vapi_strays(jsonb, jsonb) to service_role;

-- The other way round, VAPI may not list what a row says it has. Somebody may have deleted it there. A list may also lack what is there, or what
-- was made since, so a task of its own looks at each, and only VAPI's 404 counts.
create function private.doubt_what_vapi_lacks(p_assistants text[], p_numbers text[], p_now timestamptz) returns integer
language sql security definer set search_path = '' as $$
  with lacking_assistants as (
    select a.id from public.assistants a
    where a.provisioning = 'ready' and not exists (select from unnest(p_assistants) listed where listed = a.vapi_assistant_id)
    order by a.user_id, a.id limit 500
    for no key update skip locked
  ), doubted as (
    update public.assistants a set provisioning = 'pending' from lacking_assistants lacking where a.id = lacking.id
    returning a.id, a.user_id
  ), lacking_numbers as (
    select n.id, n.user_id from public.phone_numbers n
    where n.status = 'active' and not exists (select from unnest(p_numbers) listed where listed = n.vapi_phone_id)
    order by n.user_id, n.id limit 500
  ), asked as (
    select private.enqueue_task('sync_assistant', id::text, user_id, p_now) from doubted
    union all
    select private.enqueue_task('confirm_phone_number', id::text, user_id, p_now) from lacking_numbers
  )
  select count(*)::integer from asked;
$$;
comment on function private.doubt_what_vapi_lacks(text[], text[], timestamptz) is 'Enqueues at p_now a look at each assistant and number that VAPI should list and does not. Returns how many.';

create function public.doubt_what_vapi_lacks(p_assistants text[], p_numbers text[]) returns integer
language sql security definer set search_path = '' as $$
  select private.doubt_what_vapi_lacks(p_assistants, p_numbers, now());
$$;
comment on function public.doubt_what_vapi_lacks(text[], text[]) is
  'For the task that lists what VAPI has, with all of VAPI''s ids: has those assistants and numbers looked at that should be among them. '
  'An assistant that is gone is created again; a number that is gone fails. Returns how many are looked at.';

grant execute on function public.doubt_what_vapi_lacks(text[], text[]) to service_role;

create function private.request_stray_sweep(p_now timestamptz) returns integer
language sql set search_path = '' as $$
  select count(private.enqueue_task('sweep_vapi_strays', 'vapi', null, p_now))::integer;
$$;
comment on function private.request_stray_sweep(timestamptz) is 'Job: asks for a look at what VAPI has and nobody owns.';

select private.schedule_job('request_stray_sweep', '11,31,51 * * * *', 'private.request_stray_sweep', 'asks for VAPI to be swept of strays');

-- schemas/voice/tend_calls.sql
-- Jobs for calls that never got an end, and for calls whose content has been kept long enough.
create function private.close_stale_calls(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_call_id uuid;
  v_count integer := 0;
begin
  for v_call_id in
    select c.id
    from public.call_logs c join public.user_limits l on l.user_id = c.user_id
    where c.ended_at is null and c.stale_at is null
      and c.first_seen_at < p_now - private.setting_interval('stale_call_grace')
        - coalesce(c.granted_seconds, private.setting_integer('longest_call_seconds')) * interval '1 second'
    order by c.first_seen_at limit private.setting_integer('account_job_batch_size')
    for no key update of l skip locked
  loop
    update public.call_logs
    set stale_at = p_now,
        status = 'ended',
        status_at = case when status = 'ended' then status_at else p_now end,
        ended_at = case when status = 'ended' then private.told_end(started_at, status_at) end,
        outcome = coalesce(outcome, private.classify_outcome(ended_reason, false))
    where id = v_call_id and ended_at is null and stale_at is null;
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.close_stale_calls(timestamptz) is
  'Job: gives up calls that got no report in the time they could have lasted, and frees what they hold of the limit. '
  'They are metered by what status updates told of start and end; a report that comes later corrects it.';

create function private.forget_call_content(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with old as (
    select id from public.call_logs
    where called_at < p_now - private.setting_integer('call_content_days') * interval '1 day'
      and (transcript is not null or summary is not null or structured_data is not null or recording_url is not null or caller_number is not null)
    order by called_at
    limit private.setting_integer('retention_batch')
    for no key update skip locked
  )
  update public.call_logs c
  set transcript = null, summary = null, structured_data = null, recording_url = null, caller_number = null
  from old where c.id = old.id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.forget_call_content(timestamptz) is 'Job: drops what was said in old calls and who called. The calls stay, with times, outcome and cost.';

select private.schedule_job('close_stale_calls', '*/10 * * * *', 'private.close_stale_calls', 'gives up calls that never got a report'),
  private.schedule_job('forget_call_content', '* * * * *', 'private.forget_call_content', 'drops the content of calls after 180 days');

-- schemas/voice/unsettled_calls.sql
-- The tiers hold calls that are settled: measured by a report, or given up. Each enters them once. The others are few, are read as they are,
-- and are counted with the tiers in every answer (docs/decisions/0106-open-calls-are-read-live.md).
do $do$ begin execute private.write_for_each_metric($sql$
create function private.unsettled_quarters(p_user_id uuid, p_assistant_id uuid) returns setof public.call_analytics
language plpgsql stable set search_path = '' rows 10 as $$
begin
  return query
  select s.user_id, s.bucket_start::public.quarter_hour, s.assistant_id,
    coalesce(s.durations, array_fill(0, array[32]))::public.duration_histogram, s.reasons,
    [[s.NAME]]
  from unnest(private.sums_of_calls(array(
    select (1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, null, null, null)::private.call_change
    from public.call_logs
    where user_id = p_user_id and ended_at is null and stale_at is null
      and (p_assistant_id is null or assistant_id = p_assistant_id)))) s;
end;
$$;
$sql$); end; $do$;
comment on function private.unsettled_quarters(uuid, uuid) is
  'Rows as in call_analytics, one a call, of an account''s calls that are not settled; p_assistant_id null = all. Reads with the rights of its caller.';

grant execute on function private.unsettled_quarters(uuid, uuid) to authenticated, service_role;

-- schemas/voice/validate_configuration.sql
-- What tenants may say about their assistants. Everything else that VAPI understands (server, serverMessages, credentials, tools,
-- hooks, transport, metadata …) could escape metering or reach other people's things, so an unknown key is refused, not dropped.

-- An address is looked for in what its reader would see: compatible forms are one form, and characters that show nothing are gone. Line breaks and
-- tabs are gone too, because the URL standard drops them. A template is filled in later, so it may be any part of an address.
create function private.is_address(p_text text) returns boolean
language sql immutable set search_path = '' as $$
  with seen as (
    select btrim(regexp_replace(normalize(p_text, nfkc),
      '[\u0001-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]',
      '', 'g')) as text
  )
  select text ~* '^[a-z][a-z0-9+.-]*:[/\\]'
    or text ~ '^[/\\]{2}'
    or text ~* '^(about|blob|cid|data|file|ftp|https?|javascript|mailto|sips?|tel|urn|wss?):\S'
    or text ~* '^[a-z0-9.-]+\.[a-z]{2,}(:[0-9]+)?[/\\]\S*$'
    or text ~* '^[a-z0-9+.:/\\@-]*\{[{%]'
  from seen;
$$;
comment on function private.is_address(text) is
  'Whether a text may be taken for an address, now or once its templates are filled in: by a scheme, by slashes in front, or as one word of a host and a path.';

create function private.configuration_problem(p_configuration jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_keys constant text[] := array['first_message', 'system_prompt', 'language', 'voice', 'model', 'temperature',
    'max_duration_seconds', 'questions', 'evaluation'];
  c_rubrics constant text[] := array['NumericScale', 'DescriptiveScale', 'Checklist', 'Matrix', 'PercentageScale', 'LikertScale',
    'AutomaticRubric', 'PassFail'];
  v_key text;
  v_value jsonb;
  v_text text;
  v_reason text;
begin
  if jsonb_typeof(p_configuration) is distinct from 'object' then
    return jsonb_build_object('key', null, 'reason', 'not_an_object');
  end if;
  for v_key, v_value in select key, value from jsonb_each(p_configuration) order by key loop
    v_text := case when jsonb_typeof(v_value) = 'string' then v_value #>> '{}' end;
    v_reason := case
      when v_key <> all (c_keys) then 'unknown_key'
      when v_key = 'first_message' then case
        when v_text is null or char_length(v_text) not between 1 and 1000 then 'not_a_text_of_1_to_1000_characters'
        -- VAPI would fetch and play an address.
        when private.is_address(v_text) then 'an_address_instead_of_words' end
      when v_key = 'system_prompt' then case
        when v_text is null or char_length(v_text) not between 1 and 20000 then 'not_a_text_of_1_to_20000_characters' end
      when v_key = 'language' then case
        when v_text is null or v_text !~ '^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*|multi)$' then 'not_a_language_tag' end
      when v_key = 'voice' then case
        when v_text is null or v_text !~ '^[A-Za-z0-9_-]{1,64}$' then 'not_the_name_of_a_voice' end
      when v_key = 'model' then case
        when v_text is null or not exists (
          select from private.settings where name = 'assistant_models' and value ? v_text) then 'not_an_offered_model' end
      when v_key = 'temperature' then case
        when jsonb_typeof(v_value) <> 'number' or v_value::numeric not between 0 and 2 then 'not_a_number_from_0_to_2' end
      when v_key = 'max_duration_seconds' then case
        when jsonb_typeof(v_value) <> 'number' or v_value::numeric not between 10 and 43200 or v_value::numeric % 1 <> 0
          then 'not_a_whole_number_from_10_to_43200' end
      when v_key = 'questions' then private.questions_problem(v_value)
      when v_key = 'evaluation' then case
        when v_text is null or v_text <> all (c_rubrics) then 'not_a_rubric' end
    end;
    if v_reason is not null then
      return jsonb_build_object('key', v_key, 'reason', v_reason);
    end if;
  end loop;
  return null;
end;
$$;
comment on function private.configuration_problem(jsonb) is 'The first key of a configuration that is not allowed, {key, reason}; null when all is well.';

create function private.questions_problem(p_questions jsonb) returns text
language sql immutable set search_path = '' as $$
  select case
    when jsonb_typeof(p_questions) <> 'array' then 'not_a_list'
    when jsonb_array_length(p_questions) > 10 then 'more_than_10'
    when exists (
      select from jsonb_array_elements(p_questions) item
      where case jsonb_typeof(item)
        when 'string' then char_length(item #>> '{}') not between 1 and 300
        when 'object' then
          item - array['key', 'question', 'type'] <> '{}'
          or jsonb_typeof(item -> 'question') is distinct from 'string' or char_length(item ->> 'question') not between 1 and 300
          or jsonb_typeof(item -> 'key') is distinct from 'string' or item ->> 'key' !~ '^[a-z][a-z0-9_]{0,39}$'
          or item ? 'type' and coalesce(item ->> 'type' not in ('string', 'number', 'boolean'), true)
        else true
      end
    ) then 'not_a_question'
    when exists (
      select from jsonb_array_elements(p_questions) item where item ? 'key' group by item ->> 'key' having count(*) > 1
    ) then 'the_same_key_twice'
  end;
$$;
comment on function private.questions_problem(jsonb) is
  'What is wrong with the questions of a configuration: at most ten, each a text or {key, question, type: string|number|boolean}. Null when all is well.';

reset check_function_bodies;
