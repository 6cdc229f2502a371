-- The surface of pg_cron 1.6 (github.com/citusdata/pg_cron) as far as it is used, without its worker:
-- whoever starts the server runs what is due. Trusted, so that a non-superuser creates it as on the platform.
create schema cron;
grant usage on schema cron to postgres with grant option;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default coalesce(inet_server_port(), 5432),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

create function cron.check_schedule(schedule text) returns void language plpgsql set search_path = '' as $$
begin
  -- Five fields of crontab(5), "$" for the month's last day, or "n seconds" up to a minute.
  if not (schedule ~ '^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$'
    or schedule ~* '^\s*[0-9*,/-]+\s+[0-9*,/-]+\s+[0-9*,/$-]+\s+[0-9a-z*,/-]+\s+[0-9a-z*,/-]+\s*$') then
    raise exception 'invalid schedule: %', schedule using errcode = '22023';
  end if;
end $$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language plpgsql set search_path = '' as $$
declare id bigint;
begin
  if job_name is null then raise exception 'job_name can not be NULL' using errcode = '22004'; end if;
  perform cron.check_schedule(schedule);
  insert into cron.job as j (jobname, schedule, command) values ($1, $2, $3)
    on conflict on constraint jobname_username_uniq do update
      set schedule = excluded.schedule, command = excluded.command, active = true
    returning j.jobid into id;
  return id;
end $$;

create function cron.schedule(schedule text, command text) returns bigint
language plpgsql set search_path = '' as $$
declare id bigint;
begin
  perform cron.check_schedule(schedule);
  insert into cron.job as j (schedule, command) values ($1, $2) returning j.jobid into id;
  return id;
end $$;

create function cron.unschedule(job_id bigint) returns boolean
language plpgsql set search_path = '' as $$
begin
  delete from cron.job where jobid = job_id;
  if not found then raise exception 'could not find valid entry for job ''%''', job_id; end if;
  return true;
end $$;

create function cron.unschedule(job_name text) returns boolean
language plpgsql set search_path = '' as $$
begin
  delete from cron.job where jobname = job_name and username = current_user;
  if not found then raise exception 'could not find valid entry for job ''%''', job_name; end if;
  return true;
end $$;

create function cron.alter_job(job_id bigint, schedule text default null, command text default null,
  database text default null, username text default null, active boolean default null) returns void
language plpgsql set search_path = '' as $$
begin
  if schedule is not null then perform cron.check_schedule(schedule); end if;
  update cron.job j set
    schedule = coalesce($2, j.schedule), command = coalesce($3, j.command), database = coalesce($4, j.database),
    username = coalesce($5, j.username), active = coalesce($6, j.active)
  where j.jobid = job_id;
  if not found then raise exception 'Job % does not exist or you don''t own it', job_id; end if;
end $$;

grant all on all tables in schema cron to postgres with grant option;
grant all on all sequences in schema cron to postgres;
grant execute on all functions in schema cron to postgres with grant option;
