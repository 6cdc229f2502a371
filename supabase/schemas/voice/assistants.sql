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
