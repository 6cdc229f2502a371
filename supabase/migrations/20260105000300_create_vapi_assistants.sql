-- Whose an assistant at VAPI is or was. Outlives the assistant, so that a call whose assistant is gone is still attributed
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

create trigger assistants_remember_at_vapi after insert or update of vapi_assistant_id, name on public.assistants
  for each row when (new.vapi_assistant_id is not null) execute function private.remember_vapi_assistant();
