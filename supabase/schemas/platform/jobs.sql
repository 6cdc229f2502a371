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
