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

create trigger assistants_touch_updated_at before update on public.assistants
  for each row execute function private.touch_updated_at();

-- The counters, the composite keys and VAPI's metadata all rest on the owner.
create function private.keep_owner() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = '23514', message = 'a row keeps its owner', constraint = 'owner_is_fixed';
end;
$$;
comment on function private.keep_owner() is 'Refuses every change of an owner.';

create trigger assistants_keep_owner before update on public.assistants
  for each row when (old.user_id is distinct from new.user_id) execute function private.keep_owner();

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
