-- A tenant's phone assistants. A plain row that its owner writes; VAPI follows through tasks.
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
  -- What a number or a call refers to: the owner comes along, so that nobody's assistant lands on somebody else's row.
  constraint assistant_of_owner unique (id, user_id)
);
comment on table public.assistants is 'AI phone assistants. Limited by user_limits.max_assistants, counted after the insert.';
comment on column public.assistants.configuration is
  'Allow-list, checked by trigger: first_message, system_prompt, language, voice, model, temperature, max_duration_seconds, questions, evaluation.';
comment on column public.assistants.is_active is 'The owner''s switch: an inactive assistant takes no calls. That an expired account pauses is derived, never written here.';
comment on column public.assistants.vapi_assistant_id is 'VAPI''s id, set by the provisioning task; null until VAPI has it.';
comment on column public.assistants.provisioning_error is 'Why VAPI does not have the newest edit, for the owner: configuration_refused, with VAPI''s sentences about what he wrote; '
  'provider_credits_exhausted; provider_unavailable: it was tried for hours and given up.';
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

-- id and user_id too, because a merging upsert names every column it brings; the owner stays by trigger.
grant insert (id, user_id, name, configuration, is_active),
  update (id, user_id, name, configuration, is_active, vapi_assistant_id, provisioning, provisioning_error) on public.assistants to service_role;

-- The counters, the composite keys and VAPI's metadata all rest on the owner.
create function private.keep_owner() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = '23514', message = 'a row keeps its owner', constraint = 'owner_is_fixed';
end;
$$;
comment on function private.keep_owner() is 'Refuses every change of an owner.';

create function private.check_configuration() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_problem constant jsonb := private.configuration_problem(new.configuration);
begin
  if v_problem is not null then
    perform private.refuse(422, 'invalid_configuration', 'This configuration is not allowed.', v_problem);
  end if;
  return new;
end;
$$;
comment on function private.check_configuration() is 'Refuses a configuration with an unknown key or a bad value: 422 invalid_configuration {key, reason}.';

create function private.remember_vapi_assistant() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.vapi_assistants as known (vapi_assistant_id, user_id, assistant_id, name)
  values (new.vapi_assistant_id, new.user_id, new.id, new.name)
  on conflict (vapi_assistant_id) do update set name = excluded.name, deleted_at = null;
  return null;
end;
$$;
comment on function private.remember_vapi_assistant() is 'AFTER an assistant got its VAPI id or another name: keeps private.vapi_assistants in step.';

-- As many assistants as the limit allows, whoever inserts them. Counted after the insert, by one conditional update on the row that
-- parallel inserts queue on: what a BEFORE trigger counts stays counted when the row then loses to ON CONFLICT.
-- Inserts into one account come one after the other, also the server's, which name the owner in the row. Of upserts of one new id each
-- but the first then sees the conflict before it writes anything. At once, Postgres arbitrates on the named key only, and the other
-- unique key, (id, user_id), which the composite foreign keys need, answers 23505.
create function private.lock_limits_of_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_user_limits(new.user_id, now());
  return new;
end;
$$;
comment on function private.lock_limits_of_owner() is 'BEFORE an insert: the owner''s limits are locked before his rows, whoever inserts.';

create function private.count_new_assistants() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_new record;
  v_limits public.user_limits;
begin
  for v_new in select user_id, count(*)::integer as rows from inserted group by user_id order by user_id loop
    update public.user_limits
    set current_assistants = current_assistants + v_new.rows
    where user_id = v_new.user_id and (max_assistants is null or current_assistants + v_new.rows <= max_assistants);
    if not found then
      select * into v_limits from public.user_limits where user_id = v_new.user_id;
      perform private.refuse(402, 'limit_reached', 'The plan''s number of assistants is reached.',
        jsonb_build_object('limit', 'assistants', 'used', v_limits.current_assistants, 'allowed', v_limits.max_assistants));
    end if;
  end loop;
  perform private.log_usage(user_id, 'assistant_created', 'assistant', id, p_assistant_count_change => 1) from inserted;
  return null;
end;
$$;
comment on function private.count_new_assistants() is 'AFTER INSERT: takes a place for each new assistant; 402 limit_reached {limit, used, allowed}.';

-- With the profile gone, the limits and the log are gone or going: the update finds nothing and the log stays silent.
create function private.give_back_assistants() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_gone record;
begin
  for v_gone in select user_id, count(*)::integer as rows from deleted group by user_id order by user_id loop
    update public.user_limits set current_assistants = current_assistants - v_gone.rows
    where user_id = v_gone.user_id and exists (select from public.profiles where id = v_gone.user_id);
  end loop;
  perform private.log_usage(user_id, 'assistant_deleted', 'assistant', id, p_assistant_count_change => -1) from deleted;
  return null;
end;
$$;
comment on function private.give_back_assistants() is 'AFTER DELETE: gives the places back.';

-- VAPI follows the rows through tasks. A task names the assistant; the worker reads what it shall be:
--   sync_assistant(our id): the row as it is now is what VAPI shall have; no row: nothing to do;
--   delete_vapi_assistant(VAPI's id): VAPI shall not have it any more. Enqueued on every path that deletes a row.
create function private.await_provisioning() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.provisioning := 'pending';
  new.provisioning_error := null;
  new.revision := old.revision + 1;
  return new;
end;
$$;
comment on function private.await_provisioning() is 'BEFORE an edit that VAPI has to learn: pending again.';

create function private.sync_assistant() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.enqueue_task('sync_assistant', new.id::text, new.user_id);
  return null;
end;
$$;
comment on function private.sync_assistant() is 'AFTER an insert or an edit: asks for VAPI to be brought in step.';

create function private.delete_at_vapi() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.enqueue_task('delete_vapi_assistant', vapi_assistant_id, user_id)
  from deleted
  where vapi_assistant_id is not null and not exists (
    select from private.vapi_assistants known
    where known.vapi_assistant_id = deleted.vapi_assistant_id and known.deleted_at is not null);
  return null;
end;
$$;
comment on function private.delete_at_vapi() is 'AFTER DELETE on every path, also the cascade of a deleted user: VAPI shall forget it, unless it has.';

create trigger assistants_lock_limits before insert or update or delete on public.assistants
  for each statement execute function private.lock_limits_of_caller();

create trigger assistants_await_provisioning before update on public.assistants
  for each row when ((old.name, old.configuration) is distinct from (new.name, new.configuration))
  execute function private.await_provisioning();

create trigger assistants_check_configuration before insert or update of configuration on public.assistants
  for each row execute function private.check_configuration();

create trigger assistants_keep_owner before update on public.assistants
  for each row when (old.user_id is distinct from new.user_id) execute function private.keep_owner();

create trigger assistants_lock_limits_of_owner before insert on public.assistants
  for each row execute function private.lock_limits_of_owner();

create trigger assistants_refuse_unusable_account before insert or update or delete on public.assistants
  for each row execute function private.refuse_unusable_account();

create trigger assistants_touch_updated_at before update on public.assistants
  for each row execute function private.touch_updated_at();

create trigger assistants_remember_at_vapi after insert or update of vapi_assistant_id, name on public.assistants
  for each row when (new.vapi_assistant_id is not null) execute function private.remember_vapi_assistant();

create trigger assistants_sync_edited after update on public.assistants
  for each row when ((old.name, old.configuration) is distinct from (new.name, new.configuration))
  execute function private.sync_assistant();

create trigger assistants_sync_new after insert on public.assistants
  for each row execute function private.sync_assistant();

create trigger assistants_count_new after insert on public.assistants
  referencing new table as inserted for each statement execute function private.count_new_assistants();

create trigger assistants_delete_at_vapi after delete on public.assistants
  referencing old table as deleted for each statement execute function private.delete_at_vapi();

create trigger assistants_give_back after delete on public.assistants
  referencing old table as deleted for each statement execute function private.give_back_assistants();
