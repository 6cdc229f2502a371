-- What a function's body needs may come later.
set check_function_bodies = off;

-- schemas/platform/extensions.sql
-- The platform's scheduler, its outgoing HTTP and its secret store, which jobs and the maintenance call use.
create extension if not exists pg_cron;
create extension if not exists pg_net schema extensions;
create extension if not exists supabase_vault;

-- schemas/platform/schema.sql
-- The room for everything that is not the API, and the rule that nothing is granted by default.
-- PostgREST exposes `public` only; `private` holds helpers, internals and settings.
create schema private;
comment on schema private is 'Helpers and internals. Never exposed through the API.';

-- Policies and invoker wrappers call helpers in here; EXECUTE stays an allow-list, function by function.
grant usage on schema private to anon, authenticated, service_role;

-- The platform grants everything in `public` to the API roles. Here every grant is written out.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

-- PUBLIC's EXECUTE is a global default and can only be revoked globally.
alter default privileges revoke execute on functions from public;

-- schemas/platform/settings.sql
-- Every threshold, window and grace time as a row, so that changing one is data and not a deployment.
create type public.setting_type as enum ('integer', 'number', 'interval', 'integers', 'texts');

create table private.settings (
  name text primary key constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]*$'),
  value jsonb not null,
  description text not null,
  type public.setting_type,
  lowest text,
  highest text,
  constraint changeable_settings_are_typed_and_bounded check (num_nonnulls(type, lowest, highest) in (0, 3))
);
comment on table private.settings is 'Thresholds, windows and grace times. Names say the unit; intervals are ISO 8601 or Postgres text.';
comment on column private.settings.type is 'What a value is; null for a setting that admin_set_setting leaves alone. So are the bounds.';
comment on column private.settings.lowest is 'The lowest value, of integers the lowest element, of texts the fewest elements; so for highest.';

alter table private.settings enable row level security;

create policy "nobody but the owner of the schema reads settings" on private.settings
  for all to anon, authenticated using (false) with check (false);

-- Settings are read at nearly every event. The functions are PL/pgSQL, which keeps its plan; a function in SQL with a search_path of its
-- own is planned at every call.
create function private.setting_integer(p_name text) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select (value #>> '{}')::integer from private.settings where name = p_name);
end;
$$;
comment on function private.setting_integer(text) is 'A setting as an integer; null when there is no such setting.';

create function private.setting_interval(p_name text) returns interval
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select (value #>> '{}')::interval from private.settings where name = p_name);
end;
$$;
comment on function private.setting_interval(text) is 'A setting as an interval; null when there is no such setting.';

create function private.setting_numeric(p_name text) returns numeric
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select (value #>> '{}')::numeric from private.settings where name = p_name);
end;
$$;
comment on function private.setting_numeric(text) is 'A setting as a number; null when there is no such setting.';

grant execute on function private.setting_integer(text), private.setting_interval(text), private.setting_numeric(text)
  to authenticated, service_role;

-- schemas/platform/types.sql
-- The points at which functions of later domains run.
create type private.domain_hook as enum (
  'outside_resources', 'purge_blockers', 'facts_to_purge', 'before_purge', 'visible_profiles',
  'profile_changed', 'plan_changed', 'before_user_deletion', 'task_died', 'event_subjects', 'account_overview', 'metrics',
  'notified', 'message_links'
);
create type public.actor_kind as enum ('user', 'staff', 'service', 'system');
comment on type public.actor_kind is
  'Who caused a fact: a signed-in user, support staff, the secret key, or the database itself (jobs, SQL, sign-up).';

-- The inbox: every verified delivery of a provider, once, with what became of it.
create type public.webhook_provider as enum ('zoom', 'google_meet', 'vapi', 'resend');
comment on type public.webhook_provider is 'Who delivers events to us.';

create type public.webhook_event_status as enum ('received', 'applied', 'ignored', 'failed', 'dead');
comment on type public.webhook_event_status is
  'received: waits for an application; applied; ignored: no effect by rule; failed: tried, will be tried again; dead: given up, waits for a replay.';

create type public.task_settlement as enum ('done', 'runs_again', 'retry', 'dead', 'lost');
comment on type public.task_settlement is
  'done; runs_again: there was a new wish during the lease; retry: later, by the schedule; dead: given up; lost: the lease is another''s or the task has ended, nothing was written.';

create type public.task_state as enum ('open', 'dead', 'ended');
comment on type public.task_state is 'open: to be done, or with a worker; dead: given up; ended: done or cancelled.';

-- schemas/platform/jobs.sql
-- Scheduled jobs: each is a private function of the clock that does one bounded batch per tick.
-- What ran, what failed and what did not run when due is on record.
create table private.jobs (
  name text primary key constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]*$'),
  schedule text not null,
  longest_gap interval not null constraint gap_is_positive check (longest_gap > interval '0'),
  function_name text not null constraint function_is_in_private check (function_name ~ '^private\.[a-z][a-z0-9_]*$'),
  description text not null,
  scheduled_at timestamptz not null default now()
);
comment on table private.jobs is 'What is scheduled. The cron entry of the same name runs private.run_job(name).';
comment on column private.jobs.schedule is 'As pg_cron reads it, in UTC.';
comment on column private.jobs.longest_gap is 'The longest time between two runs that the schedule allows; later than that a run is overdue.';
comment on column private.jobs.function_name is 'A function (p_now timestamptz) returning the number of rows it touched.';

alter table private.jobs enable row level security;

create policy "nobody but the owner of the schema reads jobs" on private.jobs
  for all to anon, authenticated using (false) with check (false);

create table private.job_runs (
  id uuid primary key default gen_random_uuid(),
  job_name text not null references private.jobs (name) on update cascade on delete cascade,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  rows_touched integer,
  error text,
  constraint run_ends_after_it_started check (ended_at >= started_at),
  constraint run_has_rows_or_an_error check (num_nonnulls(rows_touched, error) = 1)
);
comment on table private.job_runs is 'One row a run. A run that was killed leaves none and shows as overdue.';
comment on column private.job_runs.error is 'SQLSTATE and message when the run failed; its writes are undone.';

create index job_runs_by_job on private.job_runs (job_name, started_at desc);
create index job_runs_by_time on private.job_runs (started_at);

alter table private.job_runs enable row level security;

create policy "nobody but the owner of the schema reads job runs" on private.job_runs
  for all to anon, authenticated using (false) with check (false);

create function private.longest_gap(p_schedule text) returns interval
language plpgsql immutable set search_path = '' as $$
declare
  v_field text[] := regexp_split_to_array(btrim(p_schedule), '\s+');
begin
  if p_schedule ~ '^[1-9][0-9]* seconds?$' then
    return p_schedule::interval;
  elsif array_length(v_field, 1) is distinct from 5 then
    raise exception using errcode = '22023', message = 'a schedule has five fields, or is a number of seconds';
  end if;
  return case
    when v_field[4] <> '*' then interval '366 days'
    when v_field[3] <> '*' then interval '31 days'
    when v_field[5] <> '*' then interval '7 days'
    when v_field[2] ~ '^\*/[1-9][0-9]*$' then substr(v_field[2], 3)::integer * interval '1 hour'
    when v_field[2] <> '*' then interval '1 day'
    when v_field[1] ~ '^\*/[1-9][0-9]*$' then substr(v_field[1], 3)::integer * interval '1 minute'
    when v_field[1] <> '*' then interval '1 hour'
    else interval '1 minute'
  end;
end;
$$;
comment on function private.longest_gap(text) is
  'An upper bound of the time between two runs of a cron schedule: lists and ranges count as once in the next larger unit.';

create function private.schedule_job(p_name text, p_schedule text, p_function_name text, p_description text)
returns void
language plpgsql set search_path = '' as $$
begin
  if to_regprocedure(p_function_name || '(timestamptz)') is null then
    raise exception using errcode = '42883', message = format('job %s: there is no function %s(timestamptz)', p_name, p_function_name);
  end if;
  insert into private.jobs (name, schedule, longest_gap, function_name, description)
  values (p_name, p_schedule, private.longest_gap(p_schedule), p_function_name, p_description)
  on conflict (name) do update set schedule = excluded.schedule, longest_gap = excluded.longest_gap,
    function_name = excluded.function_name, description = excluded.description, scheduled_at = now();
  perform cron.schedule(p_name, p_schedule, format('select private.run_job(%L)', p_name));
end;
$$;
comment on function private.schedule_job(text, text, text, text) is
  'Registers a job, or changes it: name, cron schedule (UTC), function private.f(p_now timestamptz) returns integer, what it does.';

-- The advisory lock keeps a job from overlapping itself. query_canceled is named because "others" leaves it out:
-- a batch that meets the statement timeout is on record too.
create function private.run_job(p_name text) returns integer
language plpgsql set search_path = '' set lock_timeout = '10s' as $$
declare
  v_function text;
  v_started timestamptz := clock_timestamp();
  v_rows integer;
  v_error text;
  v_message text;
begin
  select function_name into v_function from private.jobs where name = p_name;
  if not found then
    raise exception using errcode = 'P0002', message = format('there is no job %s', p_name);
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('private.run_job ' || p_name, 0)) then
    return null;
  end if;
  begin
    execute format('select %s($1)', v_function) into strict v_rows using now();
    v_rows := coalesce(v_rows, 0);
  exception when query_canceled or others then
    get stacked diagnostics v_message = message_text;
    v_rows := null;
    v_error := left(sqlstate || ' ' || v_message, 500);
    raise warning 'job % failed: %', p_name, v_error;
  end;
  insert into private.job_runs (job_name, started_at, ended_at, rows_touched, error)
  values (p_name, v_started, clock_timestamp(), v_rows, v_error);
  return v_rows;
end;
$$;
comment on function private.run_job(text) is
  'Runs a job once and records the run. Rows touched; null when it failed or is already running.';

-- schemas/platform/tasks.sql
-- Work that reaches out of the database: a row says which resource is to be brought to its desired state, never what that state is,
-- so that a worker always reads the newest.
create table public.tasks (
  id uuid primary key default gen_random_uuid(),
  kind text not null constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  resource_id text not null constraint resource_is_named check (resource_id <> ''),
  user_id uuid,
  version integer not null default 1,
  lease_token uuid,
  leased_version integer,
  leased_until timestamptz,
  run_after timestamptz not null default now(),
  attempts integer not null default 0 constraint attempts_are_not_negative check (attempts >= 0),
  last_error text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  cancelled_at timestamptz,
  dead_at timestamptz,
  constraint lease_is_whole check (num_nonnulls(lease_token, leased_version, leased_until) in (0, 3)),
  constraint task_ends_once check (num_nonnulls(done_at, cancelled_at, dead_at) <= 1),
  constraint ended_tasks_hold_no_lease check (lease_token is null or num_nonnulls(done_at, cancelled_at, dead_at) = 0)
);
comment on table public.tasks is 'The queue of work outside of the database. At most one open task for a kind and resource.';
comment on column public.tasks.resource_id is 'What to bring to its desired state: an id, never a copy of the data and never a secret.';
comment on column public.tasks.user_id is 'Whose it is. No foreign key: the clean-up outside outlives the user.';
comment on column public.tasks.version is 'Counts the wishes. A completion holds only for the version that was leased.';
comment on column public.tasks.attempts is 'Leases of the newest version so far.';
comment on column public.tasks.last_error is 'What the last failed try said, without secrets or content.';
comment on column public.tasks.dead_at is 'Given up after the last try, or failed for good. Shows in inbox_health().';

create unique index tasks_one_open_per_resource on public.tasks (kind, resource_id)
  where done_at is null and cancelled_at is null and dead_at is null;

create index tasks_due on public.tasks (run_after, id) where done_at is null and cancelled_at is null and dead_at is null;
create index tasks_by_user on public.tasks (user_id) where user_id is not null;
create index tasks_dead on public.tasks (dead_at, id) where dead_at is not null;
create index tasks_ended on public.tasks (coalesce(done_at, cancelled_at), id) where done_at is not null or cancelled_at is not null;

alter table public.tasks enable row level security;

create policy "no client reads or writes tasks" on public.tasks
  for all to anon, authenticated using (false) with check (false);

grant select on public.tasks to service_role;

-- A wish that arrives during a lease is kept: the version no longer matches, so the task runs again, at the time the wish names.
-- Otherwise the earlier of the two times holds; a new wish starts with fresh attempts.
create function private.enqueue_task(
  p_kind text, p_resource_id text, p_user_id uuid default null, p_run_after timestamptz default now()
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.tasks as t (kind, resource_id, user_id, run_after)
  values (p_kind, p_resource_id, p_user_id, p_run_after)
  on conflict (kind, resource_id) where done_at is null and cancelled_at is null and dead_at is null
  do update set
    version = t.version + 1,
    user_id = coalesce(excluded.user_id, t.user_id),
    attempts = 0,
    run_after = case when t.leased_version = t.version then excluded.run_after else least(t.run_after, excluded.run_after) end
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.enqueue_task(text, text, uuid, timestamptz) is
  'Asks for a resource to be brought to its desired state outside. One open task a kind and resource; asking again bumps its version. Returns its id.';

create function private.report_death_of_task() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.run_hooks('task_died', new);
  return null;
end;
$$;
comment on function private.report_death_of_task() is 'AFTER a task was given up: the domains hear of it.';

create trigger tasks_report_death after update of dead_at on public.tasks
  for each row when (old.dead_at is null and new.dead_at is not null)
  execute function private.report_death_of_task();

-- schemas/platform/webhook_events.sql
create table public.webhook_events (
  id uuid primary key default gen_random_uuid(),
  provider public.webhook_provider not null,
  dedupe_key text not null constraint dedupe_key_is_not_empty check (dedupe_key <> ''),
  event_type text not null,
  occurred_at timestamptz,
  received_at timestamptz not null default now(),
  payload text,
  event jsonb constraint event_is_an_object check (jsonb_typeof(event) = 'object'),
  status public.webhook_event_status not null default 'received',
  attempts integer not null default 0 constraint attempts_are_not_negative check (attempts >= 0),
  next_attempt_at timestamptz default now(),
  settled_at timestamptz,
  last_error text,
  request_id text,
  constraint delivery_is_known_once unique (provider, dedupe_key),
  constraint open_events_have_a_next_attempt check ((status in ('received', 'failed')) = (next_attempt_at is not null)),
  constraint settled_events_say_when check ((status in ('applied', 'ignored', 'dead')) = (settled_at is not null))
);
comment on table public.webhook_events is 'The inbox. Written by public.ingest_event and the retry job only; payload and event are dropped after a while.';
comment on column public.webhook_events.dedupe_key is 'What makes a delivery the same delivery, per provider.';
comment on column public.webhook_events.event_type is 'The provider''s own name of the event.';
comment on column public.webhook_events.occurred_at is 'The provider''s time of the event, where it gives one.';
comment on column public.webhook_events.payload is 'The body as it came, secrets redacted. Text, because jsonb refuses some valid JSON. Null once forgotten.';
comment on column public.webhook_events.event is 'Our normalised event, an object with a kind. Null when nothing normalises this type yet, or once forgotten.';
comment on column public.webhook_events.attempts is 'Applications tried since it came or was last replayed.';
comment on column public.webhook_events.last_error is 'SQLSTATE and message of the last failed try, without values of the payload.';
comment on column public.webhook_events.request_id is 'The request that brought it, as in the function''s log.';

create index webhook_events_due on public.webhook_events (next_attempt_at) where status in ('received', 'failed');
create index webhook_events_dead on public.webhook_events (provider, received_at) where status = 'dead';
-- What list_events walks: what waits or was given up, one provider's, everything.
create index webhook_events_unsettled on public.webhook_events (received_at, id) where status in ('received', 'failed', 'dead');
create index webhook_events_by_time on public.webhook_events (provider, received_at, id);
create index webhook_events_with_content on public.webhook_events (received_at) where payload is not null or event is not null;
create index webhook_events_by_age on public.webhook_events (received_at, id);

alter table public.webhook_events enable row level security;

create policy "no client reads or writes the inbox" on public.webhook_events
  for all to anon, authenticated using (false) with check (false);

grant select on public.webhook_events to service_role;

-- schemas/platform/admin_actions.sql
-- Everything that an admin or the secret key changes through the API is on record, with who did it and what it was about.
create table private.admin_actions (
  id uuid primary key default gen_random_uuid(),
  actor_kind public.actor_kind not null,
  actor_id uuid,
  action text not null constraint action_is_snake_case check (action ~ '^[a-z][a-z0-9_]*$'),
  subject_id uuid,
  details jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on table private.admin_actions is 'Append-only: what was done to the inbox, the task queue, accounts, plans and settings, by whom.';
comment on column private.admin_actions.actor_id is 'The admin. No foreign key: the record outlives the account. Null for service and system.';
comment on column private.admin_actions.subject_id is
  'The event, the task or the account that it was about; null where it was about none. No foreign key: the record outlives it.';
comment on column private.admin_actions.details is 'What was changed. Never anybody''s name, address or words.';

create index admin_actions_by_time on private.admin_actions (created_at, id);
create index admin_actions_by_subject on private.admin_actions (subject_id, created_at, id) where subject_id is not null;

alter table private.admin_actions enable row level security;

create policy "nobody but the owner of the schema reads admin actions" on private.admin_actions
  for all to anon, authenticated using (false) with check (false);

create function private.require_operator() returns void
language plpgsql stable set search_path = '' as $$
begin
  -- Without a role there is no request: the SQL editor or a job.
  if private.is_admin() or coalesce(auth.role(), 'service_role') = 'service_role' then
    return;
  end if;
  perform private.refuse(403, 'forbidden', 'This is for administrators.');
end;
$$;
comment on function private.require_operator() is 'Refuses with 403 everybody but admins and the server''s own key. Looks at nothing else, so it tells nothing.';

create function private.record_admin_action(p_action text, p_details jsonb, p_subject_id uuid default null) returns void
language sql set search_path = '' as $$
  insert into private.admin_actions (actor_kind, actor_id, action, details, subject_id)
  select kind, id, p_action, p_details, p_subject_id from private.current_actor();
$$;
comment on function private.record_admin_action(text, jsonb, uuid) is 'Writes who did what to what to private.admin_actions.';

-- schemas/platform/bound_waiting.sql
-- A request that waits for a locked row keeps a connection of the API all that time. Only a few may wait at once, so that one busy account
-- or meeting does not take every connection; the others are turned away and served a moment later. The places are in the database, because no function
-- and no API server knows how many of the others' requests wait.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('waiting_places', '3', 'integer', '1', '20', 'Deliveries of providers that may wait for locked rows at once; as many questions may beside them. Well below the connections of the API.'),
  ('busy_retry_seconds', '1', 'integer', '1', '60', 'Seconds after which an event that met a locked row is due again. Such a try does not count.');

create function private.take_waiting_place(p_queue text) returns boolean
language plpgsql set search_path = '' as $$
begin
  for v_place in 1 .. private.setting_integer('waiting_places') loop
    if pg_try_advisory_xact_lock(hashtext('private.take_waiting_place ' || p_queue), v_place) then
      return true;
    end if;
  end loop;
  return false;
end;
$$;
comment on function private.take_waiting_place(text) is
  'Takes one of the few places of a queue until the transaction ends; false when all are taken. Never waits itself.';

create function private.is_busy(p_error text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_error is not null and p_error ~ '^(55P03|40P01) ';
end;
$$;
comment on function private.is_busy(text) is
  'Whether an error as describe_error() writes it says that a row was locked (or each of two held what the other wanted): nobody''s fault, over in a moment.';

-- The statement timeout strikes a busy machine and a handler that hangs alike. So the try counts, and the first one after it comes soon.
create function private.is_soon_over(p_error text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_error is not null and p_error ~ '^(55P03|40P01|57014) ';
end;
$$;
comment on function private.is_soon_over(text) is
  'Whether an error as describe_error() writes it may be over in a moment: is_busy(), or the statement timeout.';

-- schemas/platform/call_maintenance.sql
-- Every minute the scheduler asks the maintenance function to work on the queue. The call is only a hint: the tables are the truth.
-- URL and key come from Vault, so that neither stands in a schedule or a migration.
create function private.maintenance_is_configured() returns boolean
language sql stable set search_path = '' as $$
  select count(*) = 2 from vault.decrypted_secrets
  where name in ('switchboard_functions_url', 'switchboard_secret_key') and decrypted_secret <> '';
$$;
comment on function private.maintenance_is_configured() is 'Whether Vault holds switchboard_functions_url (…/functions/v1) and switchboard_secret_key.';

create table private.maintenance_calls (
  request_id bigint primary key,
  called_at timestamptz not null
);
comment on table private.maintenance_calls is 'The calls of the last hour by pg_net''s request id, so that their answers can be found among those of others.';

create index maintenance_calls_called_at_idx on private.maintenance_calls (called_at);

alter table private.maintenance_calls enable row level security;

create policy "nobody but the owner of the schema reads maintenance calls" on private.maintenance_calls
  for all to anon, authenticated using (false) with check (false);

create function private.call_maintenance(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_key text;
  v_request_id bigint;
begin
  if not private.maintenance_is_configured() then
    return 0;
  end if;
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'switchboard_functions_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'switchboard_secret_key';
  v_request_id := net.http_post(
    url := rtrim(v_url, '/') || '/maintenance',
    body := jsonb_build_object('called_at', p_now),
    headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds := 100000);
  -- A request id may come again after a crash: pg_net's queue is unlogged.
  insert into private.maintenance_calls (request_id, called_at) values (v_request_id, p_now)
  on conflict (request_id) do update set called_at = excluded.called_at;
  delete from private.maintenance_calls where called_at < p_now - interval '1 hour';
  return 1;
end;
$$;
comment on function private.call_maintenance(timestamptz) is
  'Job: posts to the maintenance function. 0 when Vault holds no URL and key, which inbox_health() shows.';

create function private.measure_maintenance(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_last record;
begin
  if has_table_privilege('net._http_response', 'select') then
    select c.called_at, r.status_code, r.timed_out, r.error_msg into v_last
    from private.maintenance_calls c join net._http_response r on r.id = c.request_id and r.created >= c.called_at - interval '1 minute'
    where c.called_at <= p_now
    order by c.called_at desc limit 1;
    return jsonb_build_object(
      'is_configured', private.maintenance_is_configured(),
      'last_answered_call_at', v_last.called_at,
      'last_status', v_last.status_code,
      'last_error', case when v_last.timed_out then 'timed out' else v_last.error_msg end);
  end if;
  return jsonb_build_object('is_configured', private.maintenance_is_configured(),
    'last_answered_call_at', null, 'last_status', null, 'last_error', null);
end;
$$;
comment on function private.measure_maintenance(timestamptz) is
  'Whether Vault has what the call needs, and how the last call that has an answer was answered. A status other than 2xx is a wrong key or address.';

select private.schedule_job('call_maintenance', '* * * * *', 'private.call_maintenance', 'asks the maintenance function to work on the queue');

-- schemas/platform/change_settings.sql
-- An operator reads all settings and changes those that declare a type and bounds. Whoever needs more has the SQL editor, and knows why.
create function private.setting_fits(p_setting private.settings, p_value jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
declare
  c_is_number constant boolean := coalesce(jsonb_typeof(p_value) = 'number', false);
begin
  case p_setting.type
    when 'integer' then
      return c_is_number and (p_value::numeric % 1) = 0 and p_value::numeric between p_setting.lowest::numeric and p_setting.highest::numeric;
    when 'number' then
      return c_is_number and p_value::numeric between p_setting.lowest::numeric and p_setting.highest::numeric;
    when 'interval' then
      return coalesce(jsonb_typeof(p_value) = 'string', false)
        and (p_value #>> '{}')::interval between p_setting.lowest::interval and p_setting.highest::interval;
    when 'integers' then
      return coalesce(jsonb_typeof(p_value) = 'array', false) and jsonb_array_length(p_value) between 1 and 20 and not exists (
        select from jsonb_array_elements(p_value) element
        where case when jsonb_typeof(element) = 'number'
          then element::numeric % 1 <> 0 or element::numeric not between p_setting.lowest::numeric and p_setting.highest::numeric else true end);
    when 'texts' then
      return coalesce(jsonb_typeof(p_value) = 'array', false)
        and jsonb_array_length(p_value) between p_setting.lowest::integer and p_setting.highest::integer and not exists (
          select from jsonb_array_elements(p_value) element
          where jsonb_typeof(element) <> 'string' or char_length(element #>> '{}') not between 1 and 100);
    else
      return false;
  end case;
exception when data_exception then
  return false;
end;
$$;
comment on function private.setting_fits(private.settings, jsonb) is 'Whether a value is of the setting''s type and within its bounds.';

create function private.admin_list_settings() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return (
    select coalesce(jsonb_agg(jsonb_build_object('name', name, 'value', value, 'type', type, 'lowest', lowest, 'highest', highest,
      'description', description) order by name), '[]')
    from private.settings);
end;
$$;
comment on function private.admin_list_settings() is 'All settings, if the caller is an operator.';

create function private.admin_set_setting(p_name text, p_value jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_setting private.settings;
begin
  perform private.require_operator();
  select * into v_setting from private.settings where name = p_name for no key update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such setting.');
  elsif v_setting.type is null then
    perform private.refuse(409, 'setting_is_fixed', 'This setting is not changed through the API.');
  elsif not private.setting_fits(v_setting, p_value) then
    perform private.refuse(422, 'invalid_setting', 'The value is not of the setting''s type or not within its bounds.',
      jsonb_build_object('type', v_setting.type, 'lowest', v_setting.lowest, 'highest', v_setting.highest));
  end if;
  update private.settings set value = p_value where name = p_name;
  perform private.record_admin_action('set_setting', jsonb_build_object('name', p_name, 'from', v_setting.value, 'to', p_value));
  return jsonb_build_object('name', p_name, 'value', p_value, 'type', v_setting.type, 'lowest', v_setting.lowest, 'highest', v_setting.highest,
    'description', v_setting.description);
end;
$$;
comment on function private.admin_set_setting(text, jsonb) is 'Changes a setting within its bounds, if the caller is an operator.';

create function public.admin_list_settings() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.admin_list_settings();
$$;
comment on function public.admin_list_settings() is
  'For admins and the server: [{name, value, type, lowest, highest, description}]; a setting without a type is not changed through the API. Error: forbidden.';

create function public.admin_set_setting(p_name text, p_value jsonb) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.admin_set_setting(p_name, p_value);
$$;
comment on function public.admin_set_setting(text, jsonb) is
  'For admins and the server: changes a setting; it holds from the next use, and is recorded. Errors: forbidden, not_found, setting_is_fixed, invalid_setting.';

grant execute on function private.admin_list_settings(), private.admin_set_setting(text, jsonb),
  public.admin_list_settings(), public.admin_set_setting(text, jsonb) to authenticated, service_role;

-- schemas/platform/domain_hooks.sql
-- Domains meet here without knowing each other. A domain registers a function for a hook, and the one caller of the hook runs
-- all of its functions in the order of their places.
create table private.domain_hooks (
  hook private.domain_hook not null,
  place integer not null,
  domain text not null,
  function_name text not null constraint function_is_in_private check (function_name ~ '^private\.[a-z_]+$'),
  primary key (hook, place)
);
comment on table private.domain_hooks is
  'Functions that a domain contributes to what an earlier domain does. '
  'outside_resources (user_id uuid): table (kind text, resource_id text); purge_blockers (user_id uuid): setof text (a code each); '
  'facts_to_purge (user_id uuid): bigint (how many rows before_purge has to delete); before_purge (user_id uuid): integer (rows deleted in one bounded batch); visible_profiles (user_id uuid): setof uuid; '
  'profile_changed (old, new public.profiles): after the role, the status or the time zone changed; '
  'plan_changed (old, new public.user_limits): after the plan changed; '
  'before_user_deletion (user_id uuid): before the row of auth.users goes, with the limits locked; '
  'task_died (task public.tasks): after a task was given up; '
  'event_subjects (event jsonb): table (kind text, id uuid, title text, user_id uuid, user_name text), the rows that an event is about; '
  'account_overview (user_id uuid): jsonb (an object; what an admin sees of an account, a key for each kind of thing); '
  'metrics (now timestamptz): table (name text, help text, labels jsonb, value numeric), what a monitor reads every minute; '
  'notified (notification public.notifications): after a user was told something; '
  'message_links (delivery_id uuid): jsonb, tokens for the links of a message that is being written.';
comment on column private.domain_hooks.place is
  'The functions of a hook run in this order. Locks come before deletions: before_user_deletion locks below 50 and deletes from 50 on.';

alter table private.domain_hooks enable row level security;

create policy "nobody but the owner of the schema reads hooks" on private.domain_hooks
  for all to anon, authenticated using (false) with check (false);

create function private.run_hooks(p_hook private.domain_hook, p_subject anyelement) returns void
language plpgsql set search_path = '' as $$
declare
  v_function text;
begin
  for v_function in select function_name from private.domain_hooks where hook = p_hook order by place loop
    execute format('select %s($1)', v_function) using p_subject;
  end loop;
end;
$$;
comment on function private.run_hooks(private.domain_hook, anyelement) is
  'Calls the functions of a hook that answer nothing, in order, with what it is about: a user''s id, a task.';

create function private.run_hooks(p_hook private.domain_hook, p_old anyelement, p_new anyelement) returns void
language plpgsql set search_path = '' as $$
declare
  v_function text;
begin
  for v_function in select function_name from private.domain_hooks where hook = p_hook order by place loop
    execute format('select %s($1, $2)', v_function) using p_old, p_new;
  end loop;
end;
$$;
comment on function private.run_hooks(private.domain_hook, anyelement, anyelement) is
  'Calls the functions of a hook about a change, in order, with the row before and after.';

create function private.gather_hooks(p_hook private.domain_hook, p_subject anyelement) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_function text;
  v_part jsonb;
  v_all jsonb := jsonb_build_object();
begin
  for v_function in select function_name from private.domain_hooks where hook = p_hook order by place loop
    execute format('select %s($1)', v_function) into v_part using p_subject;
    v_all := v_all || coalesce(v_part, jsonb_build_object());
  end loop;
  return v_all;
end;
$$;
comment on function private.gather_hooks(private.domain_hook, anyelement) is
  'Calls the functions of a hook that each answer a JSON object or null, in order: their keys as one object.';

-- schemas/platform/event_application.sql
-- How an event becomes rows: a domain registers a handler per kind; a try runs in a subtransaction,
-- so that a failing handler leaves the inbox row and nothing else.
create table private.event_handlers (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  function_name text constraint function_is_in_private check (function_name ~ '^private\.[a-z][a-z0-9_]*$')
);
comment on table private.event_handlers is 'Which function applies which kind of event. A kind without a row is deferred.';
comment on column private.event_handlers.function_name is
  'A function (p_event_id uuid, p_event jsonb, p_now timestamptz) returning applied or ignored, raising to be tried again. Null: always ignored.';

alter table private.event_handlers enable row level security;

create policy "nobody but the owner of the schema reads event handlers" on private.event_handlers
  for all to anon, authenticated using (false) with check (false);

-- A call by name is planned anew every time. So what the rows say is written down as a function whenever they change.
create function private.handle_event(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = '0A000', message = 'no handler for this kind of event yet';
end;
$$;
comment on function private.handle_event(uuid, jsonb, timestamptz) is
  'Calls the handler of an event''s kind: applied, ignored, or the handler''s error. Written by private.write_event_dispatch.';

create function private.write_event_dispatch() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  execute format($sql$
create or replace function private.handle_event(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql set search_path = '' as $body$
begin
  case p_event ->> 'kind'
%s
    else raise exception using errcode = '0A000', message = 'no handler for this kind of event yet';
  end case;
end;
$body$
$sql$, (
    select coalesce(string_agg(
      format('    when %L then return %s;', kind,
        case when function_name is null then quote_literal('ignored') else function_name || '(p_event_id, p_event, p_now)' end),
      E'\n' order by kind), '    when null then return null;')
    from private.event_handlers));
  return null;
end;
$$;
comment on function private.write_event_dispatch() is 'AFTER the handlers changed: writes private.handle_event, which calls the handler of an event''s kind.';

create trigger event_handlers_write_dispatch after insert or update or delete on private.event_handlers
  for each statement execute function private.write_event_dispatch();

create table private.ignored_event_types (
  provider public.webhook_provider,
  event_type text,
  primary key (provider, event_type)
);
comment on table private.ignored_event_types is 'Provider events that are stored without effect although nothing normalises them.';

alter table private.ignored_event_types enable row level security;

create policy "nobody but the owner of the schema reads ignored event types" on private.ignored_event_types
  for all to anon, authenticated using (false) with check (false);

create function private.apply_event(p_event_id uuid, p_event jsonb, p_now timestamptz)
returns public.webhook_event_status
language plpgsql set search_path = '' as $$
declare
  v_outcome text;
begin
  if p_event is null then
    raise exception using errcode = '0A000', message = 'nothing normalises this type of event yet';
  end if;
  v_outcome := private.handle_event(p_event_id, p_event, p_now);
  if v_outcome is null or v_outcome not in ('applied', 'ignored') then
    raise exception using errcode = '22023', message = 'a handler answers applied or ignored';
  end if;
  return v_outcome::public.webhook_event_status;
end;
$$;
comment on function private.apply_event(uuid, jsonb, timestamptz) is 'Runs the handler of an event: applied, ignored, or the handler''s error.';

-- query_canceled is named because "others" leaves it out: an event that runs into the statement timeout stays in the inbox.
create function private.try_event(p_event_id uuid, p_event jsonb, p_now timestamptz, out status public.webhook_event_status, out error text)
language plpgsql set search_path = '' as $$
declare
  v_message text;
  v_context text;
begin
  status := private.apply_event(p_event_id, p_event, p_now);
exception when query_canceled or others then
  get stacked diagnostics v_message = message_text, v_context = pg_exception_context;
  error := private.describe_error(sqlstate, v_message, v_context);
  status := 'failed';
end;
$$;
comment on function private.try_event(uuid, jsonb, timestamptz) is
  'One try to apply an event, in a subtransaction: applied, ignored, or failed with SQLSTATE and message.';

-- The row is locked already, but room in the table can be waited for too, for longer than a handler may wait for a row. What was to be
-- deferred would be lost in an error.
create function private.settle_event(
  p_event_id uuid, p_attempts integer, p_status public.webhook_event_status, p_error text, p_now timestamptz
) returns public.webhook_event_status
language plpgsql set search_path = '' set lock_timeout = '1s' as $$
declare
  c_is_busy constant boolean := p_status = 'failed' and private.is_busy(p_error);
  c_delay constant interval := case
    when c_is_busy or p_status = 'failed' and p_attempts = 1 and private.is_soon_over(p_error)
      then private.setting_integer('busy_retry_seconds') * interval '1 second'
    when p_status = 'failed' then private.retry_delay(p_attempts)
  end;
  c_status constant public.webhook_event_status := case when p_status = 'failed' and c_delay is null then 'dead' else p_status end;
begin
  update public.webhook_events
  set attempts = case when c_is_busy then p_attempts - 1 else p_attempts end,
      status = c_status,
      next_attempt_at = p_now + c_delay,
      settled_at = case when c_delay is null then p_now end,
      last_error = p_error
  where id = p_event_id;
  return c_status;
end;
$$;
comment on function private.settle_event(uuid, integer, public.webhook_event_status, text, timestamptz) is
  'Writes what became of the p_attempts-th try: failed waits for its next try, or is dead when there is none. '
  'A try that met a locked row does not count and is made again soon; so is the first one that ran into the statement timeout, which counts. '
  'Returns the status written.';

create function private.attempt_event(p_event_id uuid, p_event jsonb, p_now timestamptz)
returns public.webhook_event_status
language plpgsql set search_path = '' as $$
declare
  v_attempts integer;
  v_try record;
begin
  v_try := private.try_event(p_event_id, p_event, p_now);
  select attempts + 1 into v_attempts from public.webhook_events where id = p_event_id;
  return private.settle_event(p_event_id, v_attempts, v_try.status, v_try.error, p_now);
end;
$$;
comment on function private.attempt_event(uuid, jsonb, timestamptz) is
  'One more try to apply a stored event; writes what became of it and returns the new status.';

create function private.event_answer(p_event_id uuid, p_status public.webhook_event_status) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('event_id', p_event_id, 'status',
    case when p_status in ('applied', 'ignored') then p_status::text else 'deferred' end);
end;
$$;
comment on function private.event_answer(uuid, public.webhook_event_status) is 'The answer to a delivery: applied, ignored or deferred, and the event''s id.';

-- schemas/platform/event_normalization.sql
-- An event that nothing could normalise when it came is normalised later, in TypeScript, from the stored payload.
-- The maintenance function claims such events and hands back what it made of each.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('normalization_claim_minutes', '5', 'integer', '1', '60', 'How long an event is left to the worker that claimed it for normalisation.');

create function public.claim_events_to_normalize(p_limit integer)
returns table (id uuid, provider public.webhook_provider, event_type text, occurred_at timestamptz, payload text)
language sql security definer set search_path = '' as $$
  with due as (
    select e.id
    from public.webhook_events e
    where e.status in ('received', 'failed') and e.next_attempt_at <= now() and e.event is null
    order by e.next_attempt_at
    limit least(p_limit, 500)
    for update skip locked
  )
  update public.webhook_events e
  set next_attempt_at = now() + private.setting_integer('normalization_claim_minutes') * interval '1 minute'
  from due
  where e.id = due.id
  returning e.id, e.provider, e.event_type, e.occurred_at, e.payload;
$$;
comment on function public.claim_events_to_normalize(integer) is
  'For the maintenance function: due events without a normalised form, claimed for some minutes so that two workers do not both take one.';

grant execute on function public.claim_events_to_normalize(integer) to service_role;

create function public.apply_normalized_event(p_event_id uuid, p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '1s' as $$
declare
  v_stored public.webhook_events;
begin
  select * into v_stored from public.webhook_events where id = p_event_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such event.');
  elsif v_stored.event is not null or v_stored.status not in ('received', 'failed') then
    return private.event_answer(v_stored.id, v_stored.status);
  end if;
  if p_event is not null then
    update public.webhook_events set event = p_event where id = p_event_id;
  end if;
  return private.event_answer(p_event_id, private.attempt_event(p_event_id, p_event, now()));
end;
$$;
comment on function public.apply_normalized_event(uuid, jsonb) is
  'For the maintenance function: stores the normalised form of a claimed event and applies it. Null counts as a failed try: still nothing normalises this type. '
  'An event that another worker settled meanwhile is left alone. {status, event_id}.';

grant execute on function public.apply_normalized_event(uuid, jsonb) to service_role;

-- schemas/platform/event_replay.sql
-- An operator applies events again once the cause of their failure is gone. The record says who did it.
-- Handlers are idempotent, so any event may be replayed, even an applied one.
create function private.replay_event(p_event_id uuid, p_is_normalized_again boolean) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '1s' as $$
declare
  v_stored public.webhook_events;
begin
  perform private.require_operator();
  select * into v_stored from public.webhook_events where id = p_event_id for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such event.');
  elsif v_stored.payload is null and (v_stored.event is null or p_is_normalized_again) then
    perform private.refuse(409, 'event_forgotten', 'The content of this event has been dropped.');
  end if;
  perform private.record_admin_action('replay_event', jsonb_build_object('event_id', p_event_id, 'was', v_stored.status), p_event_id);
  update public.webhook_events
  set status = 'received', attempts = 0, next_attempt_at = now(), settled_at = null,
      event = case when p_is_normalized_again then null else event end
  where id = p_event_id
  returning * into v_stored;
  if v_stored.event is null then
    return private.event_answer(p_event_id, 'received');
  end if;
  return private.event_answer(p_event_id, private.attempt_event(p_event_id, v_stored.event, now()));
end;
$$;
comment on function private.replay_event(uuid, boolean) is 'Applies a stored event again, if the caller is an operator.';

grant execute on function private.replay_event(uuid, boolean) to authenticated, service_role;

create function public.replay_event(p_event_id uuid, p_is_normalized_again boolean default false) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.replay_event(p_event_id, p_is_normalized_again);
$$;
comment on function public.replay_event(uuid, boolean) is
  'For admins and the server: applies a stored event again, now, with fresh attempts. {status, event_id}. Deferred when its normalised form has to be made first, '
  'or made again (p_is_normalized_again, after a fault in a normaliser): the maintenance function does that within a minute. Errors: forbidden, not_found, event_forgotten.';

grant execute on function public.replay_event(uuid, boolean) to authenticated, service_role;

create function private.replay_events(
  p_provider public.webhook_provider, p_from timestamptz, p_to timestamptz, p_only_status public.webhook_event_status
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c_limit constant integer := 10000;
  v_count integer;
begin
  perform private.require_operator();
  with chosen as (
    select id
    from public.webhook_events
    where provider = p_provider and received_at >= p_from and received_at < p_to
      and status = p_only_status and (payload is not null or event is not null)
    order by received_at
    limit c_limit
    for update skip locked
  )
  update public.webhook_events e
  set status = 'received', attempts = 0, next_attempt_at = now(), settled_at = null
  from chosen
  where e.id = chosen.id;
  get diagnostics v_count = row_count;
  perform private.record_admin_action('replay_events', jsonb_build_object('provider', p_provider,
    'from', p_from, 'to', p_to, 'only_status', p_only_status, 'queued', v_count));
  return jsonb_build_object('queued', v_count, 'is_complete', v_count < c_limit);
end;
$$;
comment on function private.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status) is
  'Queues stored events for the retry job, if the caller is an operator.';

grant execute on function private.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status)
  to authenticated, service_role;

create function public.replay_events(
  p_provider public.webhook_provider, p_from timestamptz, p_to timestamptz,
  p_only_status public.webhook_event_status default 'dead'
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.replay_events(p_provider, p_from, p_to, p_only_status);
$$;
comment on function public.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status) is
  'For admins and the server: queues the events received in [p_from, p_to) with that status for the retry job, up to 10,000 a call. {queued, is_complete}. Error: forbidden.';

grant execute on function public.replay_events(public.webhook_provider, timestamptz, timestamptz, public.webhook_event_status)
  to authenticated, service_role;

-- schemas/platform/event_retries.sql
-- Events that could not be applied are tried again until the schedule ends.
-- Each event has its own subtransaction. A batch is small and ends early, because what a handler locked stays locked until the batch
-- commits. Somebody who edits one of two classes of a meeting may therefore wait for the batch while the batch waits for them. The batch
-- gives way at once, long before Postgres ends such a wait after a second with an error for one of the two (deadlock_timeout).
insert into private.settings (name, value, type, lowest, highest, description) values
  ('event_retry_batch', '100', 'integer', '1', '10000', 'Events that one run of the retry job takes at most.'),
  ('event_retry_seconds', '5', 'integer', '1', '30', 'Seconds after which a run of the retry job takes no further event.');

-- Events of one assistant, number or meeting want the same rows. If the first of them finds the rows locked, the others are left for later.
create function private.contended_key(p_event jsonb) returns text
language sql immutable set search_path = '' as $$
  select coalesce(p_event #>> '{instance,meeting_id}', p_event ->> 'meeting_id', p_event #>> '{instance,key}',
    p_event #>> '{call,vapi_assistant_id}', p_event #>> '{call,vapi_phone_number_id}', p_event #>> '{call,vapi_call_id}');
$$;
comment on function private.contended_key(jsonb) is 'What an event waits for, roughly: its meeting, or the assistant or number of its call; null when it names none.';

create function private.retry_due_events(p_now timestamptz, p_seconds integer)
returns integer
language plpgsql set search_path = '' set lock_timeout = '20ms' as $$
declare
  c_batch constant integer := private.setting_integer('event_retry_batch');
  v_deadline timestamptz := clock_timestamp() + p_seconds * interval '1 second';
  v_busy text[] := array[]::text[];
  v_event record;
  v_status public.webhook_event_status;
  v_count integer := 0;
begin
  for v_event in
    select id, event, private.contended_key(event) as key
    from public.webhook_events
    where status in ('received', 'failed') and next_attempt_at <= p_now and event is not null
    order by next_attempt_at
    limit 10 * c_batch
    for update skip locked
  loop
    continue when v_event.key = any (v_busy);
    v_status := private.attempt_event(v_event.id, v_event.event, p_now);
    if v_status = 'failed' and exists (
      select from public.webhook_events where id = v_event.id and private.is_busy(last_error)
    ) then
      v_busy := v_busy || v_event.key;
    end if;
    v_count := v_count + 1;
    exit when v_count = c_batch or clock_timestamp() > v_deadline;
  end loop;
  return v_count;
end;
$$;
comment on function private.retry_due_events(timestamptz, integer) is
  'Tries the due events of the inbox again, oldest first, for some seconds. Events without a normalised form are left to the maintenance function.';

create function private.retry_events(p_now timestamptz) returns integer
language sql set search_path = '' as $$
  select private.retry_due_events(p_now, private.setting_integer('event_retry_seconds'));
$$;
comment on function private.retry_events(timestamptz) is 'Job: tries the due events of the inbox again.';

select private.schedule_job('retry_events', '* * * * *', 'private.retry_events', 'tries deferred events of the inbox again');

-- A delivery that met a locked row waits for no job: the webhook that deferred it asks for this every second until nothing is left.
create function public.retry_deferred_events() returns boolean
language plpgsql security definer set search_path = '' set statement_timeout = '5s' as $$
begin
  -- One at a time, however many webhooks ask.
  if pg_try_advisory_xact_lock(hashtextextended('public.retry_deferred_events', 0)) then
    perform private.retry_due_events(now(), 1);
  end if;
  return exists (
    select from public.webhook_events
    where status = 'failed' and next_attempt_at <= now() + 2 * private.setting_integer('busy_retry_seconds') * interval '1 second'
      and private.is_soon_over(last_error)
  );
end;
$$;
comment on function public.retry_deferred_events() is
  'For the webhooks: tries for a second what is due in the inbox. Whether events are left that met a locked row or the statement timeout.';

grant execute on function public.retry_deferred_events() to service_role;

-- schemas/platform/export_sections.sql
-- What is held about a person, section by section: each domain registers a view for each kind of row, and export_my_data pages
-- through them all. The hooks of private.domain_hooks are functions that answer at once; these are read in pieces.
create table private.export_sections (
  domain text not null,
  section text not null constraint section_is_snake_case check (section ~ '^[a-z][a-z_]*$'),
  view_name text not null constraint view_is_in_private check (view_name ~ '^private\.exported_[a-z_]+$'),
  primary key (domain, section)
);
comment on table private.export_sections is
  'Views (person uuid, key columns, data jsonb) that a domain contributes to export_my_data. person and the key are one row''s, '
  'an index of the table serves them in this order, and the key does not change. data is what the person gets.';

alter table private.export_sections enable row level security;

create policy "nobody but the owner of the schema reads sections" on private.export_sections
  for all to anon, authenticated using (false) with check (false);

-- schemas/platform/inbox_health.sql
-- One look at everything that can get stuck: events, tasks, jobs, the call of the maintenance function.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('job_overdue_grace_seconds', '120', 'integer', '0', '86400', 'Seconds beyond a job''s longest gap after which it counts as not run when due.');

create function private.measure_providers(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_agg(jsonb_build_object(
    'provider', p.provider,
    'depth', waiting.depth,
    'failed', waiting.failed,
    'dead', (select count(*) from public.webhook_events e where e.provider = p.provider and e.status = 'dead'),
    'oldest_received_at', waiting.oldest,
    'oldest_age_seconds', floor(extract(epoch from p_now - waiting.oldest))::bigint,
    'received_last_hour', (select count(*) from public.webhook_events e
      where e.provider = p.provider and e.received_at > p_now - interval '1 hour' and e.received_at <= p_now)
  ) order by p.provider)
  from unnest(enum_range(null::public.webhook_provider)) p (provider)
  cross join lateral (
    select count(*) as depth, count(*) filter (where e.status = 'failed') as failed, min(e.received_at) as oldest
    from public.webhook_events e
    where e.provider = p.provider and e.status in ('received', 'failed')
  ) waiting;
$$;
comment on function private.measure_providers(timestamptz) is
  'Per provider: depth (received and failed), failed, dead, the oldest that waits, events received in the last hour.';

-- Open and dead tasks are counted apart, because each kind has its index. Nobody asks for tasks that ended well.
create function private.measure_tasks(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'open', count(*),
    'due', count(*) filter (where run_after <= p_now and (leased_until is null or leased_until <= p_now)),
    'running', count(*) filter (where leased_until > p_now),
    'oldest_due_at', min(run_after) filter (where run_after <= p_now),
    'oldest_due_age_seconds', floor(extract(epoch from p_now - min(run_after) filter (where run_after <= p_now)))::bigint,
    'dead', (select count(*) from public.tasks where dead_at is not null),
    'dead_by_kind', coalesce((
      select jsonb_object_agg(d.kind, d.n)
      from (select kind, count(*) as n from public.tasks where dead_at is not null group by kind) d), '{}'))
  from public.tasks
  where done_at is null and cancelled_at is null and dead_at is null;
$$;
comment on function private.measure_tasks(timestamptz) is 'Open, due, running and dead tasks, and since when the oldest is due.';

create function private.measure_jobs(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', j.name,
    'last_started_at', last.started_at,
    'last_rows', last.rows_touched,
    'last_error', last.error,
    'is_overdue', p_now > greatest(j.scheduled_at, last.started_at) + j.longest_gap
      + private.setting_integer('job_overdue_grace_seconds') * interval '1 second'
  ) order by j.name), '[]')
  from private.jobs j
  left join lateral (
    select r.started_at, r.rows_touched, r.error from private.job_runs r
    where r.job_name = j.name order by r.started_at desc limit 1
  ) last on true;
$$;
comment on function private.measure_jobs(timestamptz) is 'Every job with its last run, and whether it did not run when due.';

create function private.measure_health(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'checked_at', p_now,
    'providers', private.measure_providers(p_now),
    'tasks', private.measure_tasks(p_now),
    'jobs', private.measure_jobs(p_now),
    'maintenance', private.measure_maintenance(p_now));
$$;
comment on function private.measure_health(timestamptz) is 'Measures the health of the inbox, the queue and the jobs at a given time.';

create function private.inbox_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return private.measure_health(now());
end;
$$;
comment on function private.inbox_health() is 'Measures the health now, if the caller is an operator.';

grant execute on function private.inbox_health() to authenticated, service_role;

create function public.inbox_health() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.inbox_health();
$$;
comment on function public.inbox_health() is
  'For admins and the server: {checked_at, providers: [{provider, depth, failed, dead, oldest_received_at, oldest_age_seconds, received_last_hour}], '
  'tasks: {open, due, running, oldest_due_at, oldest_due_age_seconds, dead, dead_by_kind}, jobs: [{name, last_started_at, last_rows, last_error, is_overdue}], '
  'maintenance: {is_configured, last_answered_call_at, last_status, last_error}}. Error: forbidden.';

grant execute on function public.inbox_health() to authenticated, service_role;

-- schemas/platform/inbox_retention.sql
-- What the inbox, the queue and the run records forget, and when.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('event_content_days', '30', 'integer', '1', '3650', 'Days after which an event''s payload and normalised form are dropped.'),
  ('event_row_days', '400', 'integer', '30', '3650', 'Days after which an event''s row is deleted.'),
  ('task_days', '30', 'integer', '1', '3650', 'Days after which a done or cancelled task is deleted.'),
  ('dead_task_days', '400', 'integer', '1', '3650', 'Days after which a dead task is deleted.'),
  ('job_run_days', '30', 'integer', '1', '3650', 'Days after which the record of a job''s run is deleted.'),
  ('cron_run_days', '7', 'integer', '1', '3650', 'Days after which the scheduler''s own run details are deleted.'),
  ('retention_batch', '5000', 'integer', '1', '100000', 'Rows that one run of a retention job touches at most, per table.');

-- An event that was still waiting cannot be applied without its content: it is dead.
create function private.drop_event_content(p_event_ids uuid[], p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.webhook_events
  set payload = null, event = null, next_attempt_at = null,
      status = case when status in ('received', 'failed') then 'dead' else status end,
      settled_at = coalesce(settled_at, p_now)
  where id = any (p_event_ids);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.drop_event_content(uuid[], timestamptz) is 'Drops payload and normalised form of events; those that wait are dead then. Returns how many.';

-- Each job reads its settings once, because a query would read them for every row. It reads its rows along an index from the
-- oldest on, because without that order it would read to its end a table in which nothing is due.
create function private.forget_event_content(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_before constant timestamptz := p_now - private.setting_integer('event_content_days') * interval '1 day';
begin
  return private.drop_event_content(array(
    select id from public.webhook_events
    where received_at < v_before and (payload is not null or event is not null)
    order by received_at limit v_batch
    for update skip locked), p_now);
end;
$$;
comment on function private.forget_event_content(timestamptz) is 'Job: drops payload and normalised form of old events.';

create function private.delete_old_events(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_before constant timestamptz := p_now - private.setting_integer('event_row_days') * interval '1 day';
  v_count integer;
begin
  delete from public.webhook_events where id = any (array(
    select id from public.webhook_events where received_at < v_before
    order by received_at limit v_batch
    for update skip locked));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.delete_old_events(timestamptz) is 'Job: deletes the rows of events that are long past.';

create function private.delete_old_tasks(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_ended_before constant timestamptz := p_now - private.setting_integer('task_days') * interval '1 day';
  v_dead_before constant timestamptz := p_now - private.setting_integer('dead_task_days') * interval '1 day';
  v_ended integer;
  v_dead integer;
begin
  delete from public.tasks where id = any (array(
    select id from public.tasks
    where (done_at is not null or cancelled_at is not null) and coalesce(done_at, cancelled_at) < v_ended_before
    order by coalesce(done_at, cancelled_at) limit v_batch
    for update skip locked));
  get diagnostics v_ended = row_count;
  delete from public.tasks where id = any (array(
    select id from public.tasks where dead_at < v_dead_before
    order by dead_at limit v_batch
    for update skip locked));
  get diagnostics v_dead = row_count;
  return v_ended + v_dead;
end;
$$;
comment on function private.delete_old_tasks(timestamptz) is 'Job: deletes tasks that ended long ago.';

create function private.delete_old_runs(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_runs_before constant timestamptz := p_now - private.setting_integer('job_run_days') * interval '1 day';
  v_details_before constant timestamptz := p_now - private.setting_integer('cron_run_days') * interval '1 day';
  v_runs integer;
  v_details integer;
begin
  delete from private.job_runs where id = any (array(
    select id from private.job_runs where started_at < v_runs_before order by started_at limit v_batch));
  get diagnostics v_runs = row_count;
  -- The only index of the scheduler's table is its growing number. So the lowest numbers are looked at, and deleted if they are old.
  delete from cron.job_run_details where runid in (
    select runid from (select runid, start_time from cron.job_run_details order by runid limit v_batch) oldest
    where start_time < v_details_before);
  get diagnostics v_details = row_count;
  return v_runs + v_details;
end;
$$;
comment on function private.delete_old_runs(timestamptz) is 'Job: deletes old run records, ours and the scheduler''s, which it never deletes itself.';

select private.schedule_job('forget_event_content', '* * * * *', 'private.forget_event_content', 'drops the content of events after 30 days'),
  private.schedule_job('delete_old_events', '* * * * *', 'private.delete_old_events', 'deletes event rows after 400 days'),
  private.schedule_job('delete_old_tasks', '37 * * * *', 'private.delete_old_tasks', 'deletes tasks that ended 30 days ago, dead ones after 400'),
  private.schedule_job('delete_old_runs', '51 * * * *', 'private.delete_old_runs', 'deletes old records of job runs');

-- schemas/platform/ingest_event.sql
-- The one door of the inbox: store the delivery, try to apply it, say what happened. One call, one transaction.
--
-- Time: the answer is due within 2 s. A duplicate whose first delivery is still being applied waits for it (up to 1.4 s,
-- longer than an application may wait for a lock) instead of answering that a retry is needed; if the first is undone, the waiting
-- one takes its place with what is left. A handler waits for a locked row only if it has one of the few places for that; without one the
-- delivery is deferred at once, and due again a second later. PostgREST applies the function's statement_timeout to the whole call; a handler that meets it is deferred.
--
-- Plans: handlers look rows up by keys, and their plans are kept. With the usual price of a page out of order, a table of some hundred rows
-- would be read whole for every event.
create function public.ingest_event(
  p_provider public.webhook_provider,
  p_dedupe_key text,
  p_event_type text,
  p_occurred_at timestamptz,
  p_payload text,
  p_event jsonb,
  p_request_id text
) returns jsonb
language plpgsql security definer set search_path = '' set lock_timeout = '1400ms' set statement_timeout = '1600ms'
  set plan_cache_mode = 'force_generic_plan' set random_page_cost = 1 as $$
declare
  c_budget_ms constant numeric := 1500;
  v_started timestamptz := clock_timestamp();
  v_id uuid;
  v_try record;
begin
  -- Written as nearly every delivery ends, so that the row is written once; nobody sees it before this transaction has ended.
  insert into public.webhook_events (provider, dedupe_key, event_type, occurred_at, payload, event, request_id,
    status, attempts, next_attempt_at, settled_at)
  values (p_provider, p_dedupe_key, p_event_type, p_occurred_at, p_payload, p_event, p_request_id, 'applied', 1, null, now())
  on conflict on constraint delivery_is_known_once do nothing
  returning id into v_id;

  if v_id is null then
    select id into v_id from public.webhook_events where provider = p_provider and dedupe_key = p_dedupe_key;
    return jsonb_build_object('status', 'duplicate', 'event_id', v_id);
  end if;

  if p_event is null and exists (
    select from private.ignored_event_types where provider = p_provider and event_type = p_event_type
  ) then
    return private.event_answer(v_id, private.settle_event(v_id, 0, 'ignored', null, now()));
  end if;

  -- Longer than nearly every transaction lasts, and too short to keep a connection from others.
  perform set_config('lock_timeout', '20ms', true);
  v_try := private.try_event(v_id, p_event, now());
  if private.is_busy(v_try.error) and private.take_waiting_place('deliveries') then
    -- A row that others wait for as well costs two waits, for a place in its queue and for the row: both have to fit.
    perform set_config('lock_timeout', greatest(100, least(400,
      c_budget_ms - extract(epoch from clock_timestamp() - v_started) * 1000))::integer || 'ms', true);
    v_try := private.try_event(v_id, p_event, now());
  end if;
  if v_try.status <> 'applied' then
    v_try.status := private.settle_event(v_id, 1, v_try.status, v_try.error, now());
  end if;
  return private.event_answer(v_id, v_try.status)
    || case when private.is_soon_over(v_try.error) then '{"is_busy": true}' else '{}' end::jsonb;
end;
$$;
comment on function public.ingest_event(public.webhook_provider, text, text, timestamptz, text, jsonb, text) is
  'Stores a verified delivery once and applies it. {status: applied|duplicate|ignored|deferred, event_id, is_busy?}. '
  'is_busy: deferred because a row was locked or the time was over; retry_deferred_events() soon applies it. '
  'p_event is our normalised event, or null when nothing normalises this type.';

grant execute on function public.ingest_event(public.webhook_provider, text, text, timestamptz, text, jsonb, text) to service_role;

-- schemas/platform/list_events.sql
-- The inbox, page by page, the newest first. Filters that no index serves are looked for among some thousand rows; a page ends there though it
-- is not full, and says where the next one goes on. So every page costs about the same, whatever is sought.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('list_page_scan', '5000', 'integer', '100', '50000', 'Rows that one page of a list for admins looks at most.');

create function private.says(p_q text, variadic p_texts text[]) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_q is null or exists (select from unnest(p_texts) text where position(lower(p_q) in lower(text)) > 0);
end;
$$;
comment on function private.says(text, text[]) is 'Whether one of the texts contains what is sought, whatever the case; no pattern. Null seeks nothing.';

create function private.page_size(p_limit integer) returns integer
language sql immutable set search_path = '' as $$
  select least(greatest(coalesce(p_limit, 50), 1), 100);
$$;
comment on function private.page_size(integer) is 'Rows of a page: 1 to 100, 50 unless asked.';

create function private.describe_event(p_event public.webhook_events) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_event.id, 'provider', p_event.provider, 'event_type', p_event.event_type, 'kind', p_event.event ->> 'kind',
    'subject', private.contended_key(p_event.event), 'received_at', p_event.received_at, 'occurred_at', p_event.occurred_at,
    'status', p_event.status, 'attempts', p_event.attempts, 'next_attempt_at', p_event.next_attempt_at, 'settled_at', p_event.settled_at,
    'last_error', p_event.last_error, 'has_content', p_event.payload is not null or p_event.event is not null);
$$;
comment on function private.describe_event(public.webhook_events) is 'An event of the inbox as a list shows it, without its content.';

create function private.list_events(
  p_provider public.webhook_provider, p_status public.webhook_event_status, p_kind text, p_q text,
  p_after_received_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  v_event public.webhook_events;
  v_events jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_operator();
  -- Put together, because each filter has its own index and a plan for all of them would use none.
  for v_event in execute 'select * from public.webhook_events where (received_at, id) < ($1, $2)'
    || case when p_status in ('received', 'failed', 'dead') then ' and status in (''received'', ''failed'', ''dead'')'
      when p_provider is not null then ' and provider = $3' else '' end
    || ' order by received_at desc, id desc limit $4'
    using coalesce(p_after_received_at, 'infinity'), coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), p_provider, c_most
  loop
    v_seen := v_seen + 1;
    if (p_provider is null or v_event.provider = p_provider) and (p_status is null or v_event.status = p_status)
      and (p_kind is null or v_event.event ->> 'kind' = p_kind)
      and private.says(p_q, v_event.event_type, v_event.last_error, v_event.id::text, v_event.dedupe_key, v_event.request_id,
        case when p_q is not null then private.contended_key(v_event.event) end)
    then
      v_events := v_events || private.describe_event(v_event);
    end if;
    exit when cardinality(v_events) = c_size;
  end loop;
  return jsonb_build_object('events', to_jsonb(v_events), 'next',
    case when cardinality(v_events) = c_size or v_seen = c_most
      then jsonb_build_object('received_at', v_event.received_at, 'id', v_event.id) end);
end;
$$;
comment on function private.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer) is
  'A page of the inbox, if the caller is an operator.';

create function public.list_events(
  p_provider public.webhook_provider default null, p_status public.webhook_event_status default null, p_kind text default null,
  p_q text default null, p_after_received_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.list_events(p_provider, p_status, p_kind, p_q, p_after_received_at, p_after_id, p_limit);
$$;
comment on function public.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer) is
  'For admins and the server: {events, next}, the newest first, without content. p_q is sought in type, subject, error and ids. A page may be short: '
  'go on after next until it is null. Error: forbidden.';

grant execute on function private.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer),
  public.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer)
  to authenticated, service_role;

-- schemas/platform/list_jobs.sql
-- The scheduled jobs with what they are for, when they run and how their last runs went.
create function private.list_jobs(p_name text, p_runs integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_runs constant integer := least(greatest(coalesce(p_runs, 5), 1), 100);
begin
  perform private.require_operator();
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', j.name, 'schedule', j.schedule, 'description', j.description, 'scheduled_at', j.scheduled_at,
      'longest_gap_seconds', extract(epoch from j.longest_gap)::bigint, 'is_overdue', (health.job ->> 'is_overdue')::boolean,
      'runs', (
        select coalesce(jsonb_agg(jsonb_build_object('started_at', r.started_at, 'ended_at', r.ended_at, 'rows', r.rows_touched,
          'error', r.error) order by r.started_at desc), '[]')
        from (select * from private.job_runs where job_name = j.name order by started_at desc limit c_runs) r)) order by j.name), '[]')
    from private.jobs j
    join jsonb_array_elements(private.measure_jobs(now())) health (job) on health.job ->> 'name' = j.name
    where p_name is null or j.name = p_name);
end;
$$;
comment on function private.list_jobs(text, integer) is 'The scheduled jobs with their last runs, if the caller is an operator.';

create function public.list_jobs(p_name text default null, p_runs integer default 5) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.list_jobs(p_name, p_runs);
$$;
comment on function public.list_jobs(text, integer) is
  'For admins and the server: the scheduled jobs, or one, with their last runs (1 to 100, the newest first). Error: forbidden.';

grant execute on function private.list_jobs(text, integer), public.list_jobs(text, integer) to authenticated, service_role;

-- schemas/platform/list_tasks.sql
-- The queue, page by page: what is open by when it is due, what was given up and what has ended by when, the newest first.
create function private.describe_task(p_task public.tasks, p_at timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_task.id, 'kind', p_task.kind, 'resource_id', p_task.resource_id, 'user_id', p_task.user_id,
    'state', case when p_task.dead_at is not null then 'dead' when p_task.done_at is not null then 'done'
      when p_task.cancelled_at is not null then 'cancelled' when p_task.leased_until > now() then 'running'
      when p_task.run_after <= now() then 'due' else 'waiting' end,
    'attempts', p_task.attempts, 'last_error', p_task.last_error, 'created_at', p_task.created_at, 'run_after', p_task.run_after,
    'leased_until', p_task.leased_until, 'at', p_at);
$$;
comment on function private.describe_task(public.tasks, timestamptz) is 'A task as a list shows it; at is the time that the list is ordered by.';

create function private.list_tasks(
  p_state public.task_state, p_kind text, p_q text, p_after_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  c_is_open constant boolean := p_state = 'open';
  c_time constant text := case p_state when 'open' then 'run_after' when 'ended' then 'coalesce(done_at, cancelled_at)' else 'dead_at' end;
  c_condition constant text := case p_state when 'open' then 'done_at is null and cancelled_at is null and dead_at is null'
    when 'ended' then '(done_at is not null or cancelled_at is not null)' else 'dead_at is not null' end;
  v_task public.tasks;
  v_at timestamptz;
  v_tasks jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_operator();
  for v_task in execute format('select * from public.tasks where %s and (%s, id) %s ($1, $2) order by %2$s %4$s, id %4$s limit $3',
    c_condition, c_time, case when c_is_open then '>' else '<' end, case when c_is_open then 'asc' else 'desc' end)
    using coalesce(p_after_at, case when c_is_open then '-infinity' else 'infinity' end::timestamptz),
      coalesce(p_after_id, case when c_is_open then '00000000-0000-0000-0000-000000000000' else 'ffffffff-ffff-ffff-ffff-ffffffffffff' end::uuid), c_most
  loop
    v_seen := v_seen + 1;
    v_at := case when c_is_open then v_task.run_after else coalesce(v_task.dead_at, v_task.done_at, v_task.cancelled_at) end;
    if (p_kind is null or v_task.kind = p_kind)
      and private.says(p_q, v_task.id::text, v_task.kind, v_task.resource_id, v_task.user_id::text, v_task.last_error)
    then
      v_tasks := v_tasks || private.describe_task(v_task, v_at);
    end if;
    exit when cardinality(v_tasks) = c_size;
  end loop;
  return jsonb_build_object('tasks', to_jsonb(v_tasks), 'next',
    case when cardinality(v_tasks) = c_size or v_seen = c_most then jsonb_build_object('at', v_at, 'id', v_task.id) end);
end;
$$;
comment on function private.list_tasks(public.task_state, text, text, timestamptz, uuid, integer) is 'A page of the queue, if the caller is an operator.';

create function public.list_tasks(
  p_state public.task_state default 'dead', p_kind text default null, p_q text default null,
  p_after_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.list_tasks(p_state, p_kind, p_q, p_after_at, p_after_id, p_limit);
$$;
comment on function public.list_tasks(public.task_state, text, text, timestamptz, uuid, integer) is
  'For admins and the server: {tasks, next}. Open ones by when they are due, the oldest first; dead and ended ones the newest first. p_q is sought in resource, user, '
  'error and ids. A page may be short: go on after next until it is null. Error: forbidden.';

grant execute on function private.list_tasks(public.task_state, text, text, timestamptz, uuid, integer),
  public.list_tasks(public.task_state, text, text, timestamptz, uuid, integer) to authenticated, service_role;

-- schemas/platform/measure_metrics.sql
-- What a monitor reads: the same figures as inbox_health, and what the domains add, as gauges with labels.
create function private.platform_metrics(p_now timestamptz) returns table (name text, help text, labels jsonb, value numeric)
language sql stable set search_path = '' as $$
  with health as materialized (
    select private.measure_health(p_now) as found
  ), provider as (
    select element as found, jsonb_build_object('provider', element ->> 'provider') as labels
    from health cross join jsonb_array_elements(health.found -> 'providers') element
  ), job as (
    select element as found, jsonb_build_object('job', element ->> 'name') as labels
    from health cross join jsonb_array_elements(health.found -> 'jobs') element
  ), tasks as (
    select health.found -> 'tasks' as found from health
  ), maintenance as (
    select health.found -> 'maintenance' as found from health
  )
  select 'inbox_waiting_events', 'Events that wait to be applied.', labels, (found ->> 'depth')::numeric from provider
  union all select 'inbox_failed_events', 'Waiting events that were tried in vain.', labels, (found ->> 'failed')::numeric from provider
  union all select 'inbox_dead_events', 'Events that were given up.', labels, (found ->> 'dead')::numeric from provider
  union all select 'inbox_oldest_waiting_seconds', 'Age of the oldest event that waits; 0 when none does.', labels,
    coalesce((found ->> 'oldest_age_seconds')::numeric, 0) from provider
  union all select 'inbox_received_last_hour', 'Events that came in the last hour.', labels, (found ->> 'received_last_hour')::numeric from provider
  union all select 'tasks', 'Tasks by state: open ones, and of these the due and the running.', jsonb_build_object('state', state),
    (found ->> state)::numeric from tasks cross join unnest(array['open', 'due', 'running']) state
  union all select 'tasks_oldest_due_seconds', 'Since when the oldest task is due; 0 when none is.', '{}',
    coalesce((found ->> 'oldest_due_age_seconds')::numeric, 0) from tasks
  union all select 'tasks_dead', 'Tasks that were given up.', '{}', (found ->> 'dead')::numeric from tasks
  union all select 'tasks_dead_by_kind', 'Tasks that were given up, by kind.', jsonb_build_object('kind', kind.key), kind.value::numeric
    from tasks cross join jsonb_each_text(found -> 'dead_by_kind') kind
  union all select 'job_overdue', 'Whether a job did not run when it was due.', labels, (found ->> 'is_overdue')::boolean::integer from job
  union all select 'job_failed', 'Whether the last run of a job failed.', labels, (found ->> 'last_error' is not null)::integer from job
  union all select 'job_last_start_seconds', 'When a job last ran, as a Unix time; absent when it never did.', labels,
    extract(epoch from (found ->> 'last_started_at')::timestamptz) from job where found ->> 'last_started_at' is not null
  union all select 'maintenance_configured', 'Whether Vault holds the URL and the key of maintenance.', '{}',
    (found ->> 'is_configured')::boolean::integer from maintenance
  union all select 'maintenance_last_status', 'HTTP status of the last answer of maintenance; 0 without one.', '{}',
    coalesce((found ->> 'last_status')::numeric, 0) from maintenance
  union all select 'rate_limits_exhausted', 'Users that have taken all they may of a kind in the current window, so that they are refused.',
    jsonb_build_object('kind', l.kind), (
      select count(*) from private.rate_windows w
      where w.kind = l.kind and w.taken >= l.max_count and w.window_start > p_now - l.per)
    from private.rate_limits l;
$$;
comment on function private.platform_metrics(timestamptz) is 'The figures of inbox, tasks, jobs, maintenance and rates.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('metrics', 10, 'platform', 'private.platform_metrics');

create function public.measure_metrics() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
  v_part jsonb;
  v_all jsonb := '[]'::jsonb;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'metrics' order by place loop
    execute format('select coalesce(jsonb_agg(to_jsonb(m)), ''[]'') from %s($1) m', v_function) into v_part using now();
    v_all := v_all || v_part;
  end loop;
  return v_all;
end;
$$;
comment on function public.measure_metrics() is
  'For the maintenance function: [{name, help, labels, value}], gauges for a monitor. Costs as much as inbox_health and an hour of calls.';

grant execute on function public.measure_metrics() to service_role;

-- schemas/platform/rate_limits.sql
-- How often a user may do a thing. Fixed windows, one row per (user, kind, window), taken by one conditional write,
-- so that parallel requests end in exactly the limit. Never refunded; who acts as support staff is exempt.
create table private.rate_limits (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  max_count integer not null constraint max_count_is_positive check (max_count > 0),
  per interval not null constraint window_is_a_minute_to_a_week check (per between interval '1 minute' and interval '7 days')
);
comment on table private.rate_limits is 'How many of a kind a user may do per window. Windows start at whole multiples since 2000-01-01 UTC.';

alter table private.rate_limits enable row level security;

create policy "nobody but the owner of the schema reads rate limits" on private.rate_limits
  for all to anon, authenticated using (false) with check (false);

insert into private.rate_limits (kind, max_count, per) values
  ('tickets', 20, '1 day'),
  ('messages', 120, '1 hour'),
  ('uploads', 60, '1 hour'),
  ('rosters', 120, '1 hour'),
  ('deletion_requests', 5, '1 day');

create table private.rate_windows (
  user_id uuid not null,
  kind text not null references private.rate_limits (kind) on delete cascade,
  window_start timestamptz not null,
  taken integer not null constraint taken_is_positive check (taken > 0),
  primary key (user_id, kind, window_start)
);
comment on table private.rate_windows is 'What users have taken of their current windows; a new window replaces the one before. They go with the profile.';

create index rate_windows_kind_idx on private.rate_windows (kind);

alter table private.rate_windows enable row level security;

create policy "nobody but the owner of the schema reads rate windows" on private.rate_windows
  for all to anon, authenticated using (false) with check (false);

create function private.take_rate(p_user_id uuid, p_kind text, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_origin constant timestamptz := timestamptz '2000-01-01 00:00:00+00';
  v_limit private.rate_limits;
  v_window_start timestamptz;
  v_taken integer;
begin
  select * into strict v_limit from private.rate_limits where kind = p_kind;
  if private.acts_as_staff(p_user_id) or not exists (select from auth.users where id = p_user_id) then
    return;
  end if;
  v_window_start := date_bin(v_limit.per, p_now, c_origin);

  insert into private.rate_windows as w (user_id, kind, window_start, taken)
  values (p_user_id, p_kind, v_window_start, 1)
  on conflict (user_id, kind, window_start) do update set taken = w.taken + 1 where w.taken < v_limit.max_count
  returning taken into v_taken;

  if v_taken is null then
    perform private.refuse_until(429, 'rate_limited', 'There were too many requests; try again later.',
      ceil(extract(epoch from v_window_start + v_limit.per - p_now))::integer);
  elsif v_taken = 1 then
    delete from private.rate_windows where user_id = p_user_id and kind = p_kind and window_start < v_window_start;
  end if;
end;
$$;
comment on function private.take_rate(uuid, text, timestamptz) is
  'Takes one of a kind from the user''s current window: 429 rate_limited with Retry-After when it is used up. '
  'Free for who acts as an agent or admin and for a profile that is gone; an unknown kind is a programming error (P0002).';

-- schemas/platform/read_event.sql
-- One event with what an admin needs to understand it: its content as far as they may read it, its tries, what it is about, who replayed it.
create function private.event_subjects(p_event jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_function text;
  v_rows jsonb;
  v_all jsonb := '[]'::jsonb;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'event_subjects' order by place loop
    execute format('select coalesce(jsonb_agg(to_jsonb(s) order by s.kind, s.title, s.id), ''[]'') from %s($1) s', v_function) into v_rows using p_event;
    v_all := v_all || v_rows;
  end loop;
  return v_all;
end;
$$;
comment on function private.event_subjects(jsonb) is 'The rows that a normalised event is about, from all domains: [{kind, id, title, user_id, user_name}].';

create function private.actions_about(p_subject_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'action', action, 'actor_kind', actor_kind, 'actor_id', actor_id,
    'subject_id', subject_id, 'details', details, 'created_at', created_at) order by created_at desc, id desc), '[]')
  from (select * from private.admin_actions where subject_id = p_subject_id order by created_at desc, id desc limit 20) newest;
$$;
comment on function private.actions_about(uuid) is 'The newest 20 entries of the audit log about an event, a task or an account.';

create function private.read_event(p_event_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_event public.webhook_events;
  v_payload jsonb;
begin
  perform private.require_operator();
  select * into v_event from public.webhook_events where id = p_event_id;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such event.');
  end if;
  v_payload := private.json_or_null(v_event.payload);
  return private.describe_event(v_event) || jsonb_build_object(
    'dedupe_key', v_event.dedupe_key, 'request_id', v_event.request_id,
    'tries_left', case when v_event.status in ('received', 'failed') then greatest(0, 1 - v_event.attempts
      + (select jsonb_array_length(value) from private.settings where name = 'retry_after_minutes')) end,
    'is_handled', coalesce((select function_name is not null from private.event_handlers where kind = v_event.event ->> 'kind'), false),
    'is_payload_unreadable', v_payload is null and v_event.payload is not null,
    'payload', private.show_event_content(v_event.provider, v_payload),
    'event', private.show_event_content(v_event.provider, v_event.event),
    'about', private.event_subjects(v_event.event),
    'actions', private.actions_about(p_event_id));
end;
$$;
comment on function private.read_event(uuid) is 'One event of the inbox, if the caller is an operator.';

create function public.read_event(p_event_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.read_event(p_event_id);
$$;
comment on function public.read_event(uuid) is
  'For admins and the server: an event of the inbox with its content, its tries, what it is about and who replayed it. What was said in a call and who called is hidden. '
  'Errors: forbidden, not_found.';

grant execute on function private.read_event(uuid), public.read_event(uuid) to authenticated, service_role;

-- schemas/platform/refusals.sql
-- One way to refuse: PostgREST turns SQLSTATE PTxyz into HTTP status xyz.
-- hint = our stable code, message = the sentence, detail = JSON for the client.
create function private.refuse(p_status integer, p_code text, p_message text, p_details jsonb default null)
returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using
    errcode = 'PT' || p_status,
    message = p_message,
    hint = p_code,
    detail = coalesce(p_details::text, '');
end;
$$;
comment on function private.refuse(integer, text, text, jsonb) is
  'Raises a refusal with an HTTP status, a stable code, a sentence and optional JSON details.';

-- The same with a response header, which PostgREST takes from SQLSTATE PGRST only.
create function private.refuse_until(p_status integer, p_code text, p_message text, p_retry_after_seconds integer)
returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using
    errcode = 'PGRST',
    message = json_build_object('code', 'PT' || p_status, 'message', p_message, 'hint', p_code,
      'details', json_build_object('retry_after_seconds', p_retry_after_seconds)::text)::text,
    detail = json_build_object('status', p_status,
      'headers', json_build_object('Retry-After', p_retry_after_seconds::text))::text;
end;
$$;
comment on function private.refuse_until(integer, text, text, integer) is
  'Raises a refusal that carries a Retry-After header of so many seconds.';

grant execute on function private.refuse(integer, text, text, jsonb) to anon, authenticated, service_role;
grant execute on function private.refuse_until(integer, text, text, integer) to anon, authenticated, service_role;

-- schemas/platform/retry_schedule.sql
-- One schedule for everything that is tried again: events of the inbox and tasks.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('retry_after_minutes', '[1, 5, 30, 120, 720]', 'integers', '1', '10080', 'Waiting time in minutes before each further try of an event or task; after the last it is dead.');

create function private.retry_delay(p_attempts integer) returns interval
language sql stable set search_path = '' as $$
  select (value ->> (p_attempts - 1))::integer * interval '1 minute'
  from private.settings
  where name = 'retry_after_minutes' and p_attempts > 0;
$$;
comment on function private.retry_delay(integer) is
  'How long to wait after so many failed attempts; null when there is no further try.';

-- Messages of class 22 (data exceptions) quote the value that was wrong, which may be personal: they are left out.
create function private.describe_error(p_sqlstate text, p_message text, p_context text) returns text
language sql immutable set search_path = '' as $$
  select left(p_sqlstate || ' ' || case
    when p_sqlstate like '22%' then 'data exception, ' || coalesce(substring(p_context from 'PL/pgSQL function [^\n]*'), 'no context')
    else p_message
  end, 500);
$$;
comment on function private.describe_error(text, text, text) is
  'SQLSTATE and message of an error, without the values that a data exception quotes.';

-- schemas/platform/show_event_content.sql
-- What an admin may read of a delivery. An admin reads everybody's classes and tickets, and nobody's calls: what was said on the phone and who
-- called is their owner's. So the content is shown by a list of keys for each provider; whatever the list does not name is hidden, also what a
-- provider adds tomorrow.
create table private.shown_event_keys (
  provider public.webhook_provider,
  key text,
  primary key (provider, key)
);
comment on table private.shown_event_keys is
  'Keys whose values an admin may read in deliveries of a provider and in what we made of them; * is all. A container is looked into if its key is named.';

alter table private.shown_event_keys enable row level security;

create policy "nobody but the owner of the schema reads shown keys" on private.shown_event_keys
  for all to anon, authenticated using (false) with check (false);

create function private.show_content(p_content jsonb, p_keys text[], p_is_shown boolean, p_depth integer) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  c_most_elements constant integer := 20;
  c_hidden constant jsonb := '"[hidden]"'::jsonb;
begin
  case jsonb_typeof(p_content)
    when 'null' then
      return p_content;
    when 'object' then
      return case when p_depth = 0 then c_hidden else (
        select coalesce(jsonb_object_agg(key, case
          when p_keys && array['*', key] then private.show_content(value, p_keys, true, p_depth - 1)
          when value = 'null' then value
          else c_hidden end), '{}')
        from jsonb_each(p_content)) end;
    when 'array' then
      return case when p_depth = 0 then c_hidden else (
        select coalesce(jsonb_agg(private.show_content(element, p_keys, p_is_shown, p_depth - 1) order by place), '[]')
        from jsonb_array_elements(p_content) with ordinality part (element, place) where place <= c_most_elements)
        || case when jsonb_array_length(p_content) > c_most_elements
          then jsonb_build_array(format('[%s more]', jsonb_array_length(p_content) - c_most_elements)) else '[]' end end;
    else
      return case when p_is_shown then p_content else c_hidden end;
  end case;
end;
$$;
comment on function private.show_content(jsonb, text[], boolean, integer) is
  'JSON with what other keys hold replaced by "[hidden]", lists cut after 20 elements, and nothing deeper than so many levels. '
  'p_is_shown: whether the key that holds it is one of them.';

create function private.json_or_null(p_text text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_text::jsonb;
exception when data_exception or program_limit_exceeded then
  return null;
end;
$$;
comment on function private.json_or_null(text) is 'Text as JSON; null where jsonb cannot hold it.';

create function private.show_event_content(p_provider public.webhook_provider, p_content jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_keys constant text[] := array(select key from private.shown_event_keys where provider = p_provider);
begin
  return case when p_content is not null then private.show_content(p_content, v_keys, '*' = any (v_keys), 12) end;
end;
$$;
comment on function private.show_event_content(public.webhook_provider, jsonb) is 'A delivery, or what we made of it, as far as an admin may read it.';

-- schemas/platform/task_leases.sql
-- How a worker takes tasks. A lease lasts longer than a worker lives and has a token; nobody changes a leased task without the token.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('task_lease_seconds', '300', 'integer', '180', '3600', 'How long a leased task belongs to its worker. Must exceed a worker''s life of 150 s.');

create function private.lease_tasks(p_limit integer, p_kinds text[], p_now timestamptz)
returns table (id uuid, kind text, resource_id text, user_id uuid, version integer, attempts integer, lease_token uuid, leased_until timestamptz)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
  -- A task that brings its worker down at every try must end as well.
  with lost as (
    select t.id
    from public.tasks t
    where t.done_at is null and t.cancelled_at is null and t.dead_at is null
      and t.leased_until <= p_now and t.attempts > 0 and private.retry_delay(t.attempts) is null
      and (p_kinds is null or t.kind = any (p_kinds))
    limit p_limit
    for update skip locked
  )
  update public.tasks t
  set dead_at = p_now, last_error = coalesce(t.last_error, 'the worker never answered'),
      lease_token = null, leased_version = null, leased_until = null
  from lost where t.id = lost.id;

  return query
  with due as (
    select t.id
    from public.tasks t
    where t.done_at is null and t.cancelled_at is null and t.dead_at is null
      and t.run_after <= p_now and (t.leased_until is null or t.leased_until <= p_now)
      and (p_kinds is null or t.kind = any (p_kinds))
    order by t.run_after
    limit p_limit
    for update skip locked
  )
  update public.tasks t
  set lease_token = gen_random_uuid(), leased_version = t.version, attempts = t.attempts + 1,
      leased_until = p_now + private.setting_integer('task_lease_seconds') * interval '1 second'
  from due where t.id = due.id
  returning t.id, t.kind, t.resource_id, t.user_id, t.version, t.attempts, t.lease_token, t.leased_until;
end;
$$;
comment on function private.lease_tasks(integer, text[], timestamptz) is
  'Leases due tasks at a given time. A task whose worker vanished is due again once its lease is over, or dead after the last try.';

create function public.lease_tasks(p_limit integer, p_kinds text[] default null)
returns table (id uuid, kind text, resource_id text, user_id uuid, version integer, attempts integer, lease_token uuid, leased_until timestamptz)
language sql security definer set search_path = '' as $$
  select * from private.lease_tasks(least(p_limit, 100), p_kinds, now());
$$;
comment on function public.lease_tasks(integer, text[]) is
  'For the maintenance function: takes up to p_limit (at most 100) due tasks, of the given kinds or of all.';

grant execute on function public.lease_tasks(integer, text[]) to service_role;

-- Both ways to end a lease: p_error null says that the leased version is done.
create function private.settle_task(
  p_task_id uuid, p_lease_token uuid, p_error text, p_retry_after interval, p_is_permanent boolean, p_now timestamptz
) returns public.task_settlement
language plpgsql set search_path = '' as $$
declare
  v_task public.tasks;
  v_delay interval;
  v_settlement public.task_settlement;
begin
  select * into v_task from public.tasks where id = p_task_id and lease_token = p_lease_token for update;
  if not found then
    return 'lost'::public.task_settlement;
  end if;
  v_delay := private.retry_delay(v_task.attempts);
  v_settlement := (case
    when v_task.version <> v_task.leased_version then 'runs_again'
    when p_error is null then 'done'
    when p_is_permanent or v_delay is null then 'dead'
    else 'retry'
  end)::public.task_settlement;
  update public.tasks
  set lease_token = null, leased_version = null, leased_until = null,
      attempts = case when v_settlement = 'runs_again' then 0 else attempts end,
      run_after = case when v_settlement = 'retry' then p_now + coalesce(p_retry_after, v_delay) else run_after end,
      last_error = left(p_error, 500),
      done_at = case when v_settlement = 'done' then p_now end,
      dead_at = case when v_settlement = 'dead' then p_now end
  where id = p_task_id;
  return v_settlement;
end;
$$;
comment on function private.settle_task(uuid, uuid, text, interval, boolean, timestamptz) is
  'Ends a lease. A wish that came during the lease wins over done, failed and dead alike.';

create function public.complete_task(p_task_id uuid, p_lease_token uuid) returns public.task_settlement
language sql security definer set search_path = '' as $$
  select private.settle_task(p_task_id, p_lease_token, null, null, false, now());
$$;
comment on function public.complete_task(uuid, uuid) is 'For the maintenance function: the leased version is done. done, runs_again or lost.';

grant execute on function public.complete_task(uuid, uuid) to service_role;

create function public.fail_task(
  p_task_id uuid, p_lease_token uuid, p_error text, p_retry_after_seconds integer default null, p_is_permanent boolean default false
) returns public.task_settlement
language sql security definer set search_path = '' as $$
  select private.settle_task(p_task_id, p_lease_token, coalesce(nullif(p_error, ''), 'unknown'),
    p_retry_after_seconds * interval '1 second', p_is_permanent, now());
$$;
comment on function public.fail_task(uuid, uuid, text, integer, boolean) is
  'For the maintenance function: this try failed. Tried again by the schedule or after the given seconds, unless permanent. retry, runs_again, dead or lost.';

grant execute on function public.fail_task(uuid, uuid, text, integer, boolean) to service_role;

-- schemas/platform/task_operations.sql
-- What the purge and an operator do with tasks.
create function private.cancel_tasks(p_user_id uuid, p_kinds text[], p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_running integer;
begin
  update public.tasks
  set cancelled_at = p_now, lease_token = null, leased_version = null, leased_until = null
  where user_id = p_user_id and done_at is null and cancelled_at is null and dead_at is null
    and (p_kinds is null or kind = any (p_kinds))
    and (leased_until is null or leased_until <= p_now);
  select count(*) into v_running
  from public.tasks
  where user_id = p_user_id and done_at is null and cancelled_at is null and dead_at is null
    and (p_kinds is null or kind = any (p_kinds));
  return v_running;
end;
$$;
comment on function private.cancel_tasks(uuid, text[], timestamptz) is
  'Cancels a user''s open tasks, of the given kinds or (null) of all. Returns how many are with a worker right now: wait for these and call again until it is 0.';

create function private.count_user_tasks(p_user_id uuid, out open_tasks integer, out dead_tasks integer)
language sql stable set search_path = '' as $$
  select count(*) filter (where dead_at is null), count(*) filter (where dead_at is not null)
  from public.tasks
  where user_id = p_user_id and done_at is null and cancelled_at is null;
$$;
comment on function private.count_user_tasks(uuid) is 'How many tasks of a user are still to be done, and how many were given up.';

create function private.retry_task(p_task_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_task public.tasks;
begin
  perform private.require_operator();
  select * into v_task from public.tasks where id = p_task_id and dead_at is not null for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such dead task.');
  end if;
  perform private.record_admin_action('retry_task',
    jsonb_build_object('task_id', p_task_id, 'kind', v_task.kind, 'resource_id', v_task.resource_id), p_task_id);
  update public.tasks set dead_at = null, cancelled_at = now() where id = p_task_id;
  return private.enqueue_task(v_task.kind, v_task.resource_id, v_task.user_id, now());
end;
$$;
comment on function private.retry_task(uuid) is 'Cancels a dead task and asks for the same work again, if the caller is an operator. Returns the id of the open task.';

grant execute on function private.retry_task(uuid) to authenticated, service_role;

create function public.retry_task(p_task_id uuid) returns uuid
language sql security invoker set search_path = '' as $$
  select private.retry_task(p_task_id);
$$;
comment on function public.retry_task(uuid) is
  'For admins and the server: asks again for what a dead task was to do. Returns the id of the open task. Errors: forbidden, not_found.';

grant execute on function public.retry_task(uuid) to authenticated, service_role;

-- schemas/platform/updated_at.sql
-- The one function that keeps every updated_at.
create function private.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.touch_updated_at() is 'BEFORE UPDATE trigger: stamps updated_at with the transaction''s time.';

reset check_function_bodies;
