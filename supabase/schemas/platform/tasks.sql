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
