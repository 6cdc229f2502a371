-- The audit of every change to an account and of every limited action, written in the transaction of the fact.
create table public.usage_logs (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  action_type text not null constraint action_type_is_snake_case check (action_type ~ '^[a-z][a-z0-9_]*$'),
  resource_type text not null constraint resource_type_is_snake_case check (resource_type ~ '^[a-z][a-z0-9_]*$'),
  resource_id uuid,
  assistant_count_change integer not null default 0,
  call_time_change_seconds integer not null default 0,
  attachment_bytes_change bigint not null default 0,
  actor_kind public.actor_kind not null,
  actor_id uuid references public.profiles (id) on delete set null,
  details jsonb not null default '{}',
  created_at timestamptz not null default now(),
  -- Call time of the log is dated by its fact, so that any period's sum can be taken from the log as well as from the calls.
  fact_at timestamptz
);
comment on table public.usage_logs is 'Append-only audit of accounts and usage. Written by triggers only; goes with its user.';
comment on column public.usage_logs.resource_id is 'What the action was about; no foreign key, because the row outlives it.';
comment on column public.usage_logs.actor_id is 'Who did it; null for service and system, and once that person is gone.';
comment on column public.usage_logs.fact_at is 'For call time: the end of the call, which says in which period the change counts.';

create index usage_logs_user_id_id_idx on public.usage_logs (user_id, id desc);
create index usage_logs_actor_id_idx on public.usage_logs (actor_id) where actor_id is not null;

alter table public.usage_logs enable row level security;

create policy "owners read their own usage log" on public.usage_logs
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.usage_logs to authenticated, service_role;

-- Nobody rewrites the log, not even the owner of the table. Two things must pass: the deletion along with a user who is
-- gone or being closed, and the foreign key that forgets an actor who is gone (set null arrives here as an update).
create function private.keep_usage_log() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_forgotten public.usage_logs := old;
begin
  v_forgotten.actor_id := null;
  if new = v_forgotten and not exists (select from public.profiles where id = old.actor_id) then
    return new;
  end if;
  perform private.refuse(403, 'usage_log_is_append_only', 'The usage log can only be added to.');
  return null;
end;
$$;
comment on function private.keep_usage_log() is 'Refuses every edit of the usage log but that of the foreign key whose actor is gone.';

-- The trigger runs once for a statement, because a log is deleted with its account and may be long.
create function private.keep_usage_log_whole() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from (select distinct user_id from deleted) gone
    join public.profiles p on p.id = gone.user_id and p.account_status <> 'closing')
  then
    perform private.refuse(403, 'usage_log_is_append_only', 'The usage log can only be added to.');
  end if;
  return null;
end;
$$;
comment on function private.keep_usage_log_whole() is 'Refuses to delete from the usage log of an account that is there and not closing.';

create function private.log_usage(
  p_user_id uuid, p_action_type text, p_resource_type text, p_resource_id uuid default null,
  p_assistant_count_change integer default 0, p_call_time_change_seconds integer default 0,
  p_attachment_bytes_change bigint default 0, p_details jsonb default '{}'
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.usage_logs (user_id, action_type, resource_type, resource_id, assistant_count_change,
    call_time_change_seconds, attachment_bytes_change, actor_kind, actor_id, details)
  select owner.id, p_action_type, p_resource_type, p_resource_id, coalesce(p_assistant_count_change, 0),
    coalesce(p_call_time_change_seconds, 0), coalesce(p_attachment_bytes_change, 0),
    actor.kind, (select id from public.profiles where id = actor.id), coalesce(p_details, '{}')
  from public.profiles owner
  cross join private.current_actor() actor
  where owner.id = p_user_id;
end;
$$;
comment on function private.log_usage(uuid, text, text, uuid, integer, integer, bigint, jsonb) is
  'Writes one row of the usage log with the current actor. Silent when the profile is gone, so that a user with facts can be deleted.';

create trigger usage_logs_keep before update on public.usage_logs
  for each row execute function private.keep_usage_log();

create trigger usage_logs_keep_whole after delete on public.usage_logs
  referencing old table as deleted for each statement execute function private.keep_usage_log_whole();
