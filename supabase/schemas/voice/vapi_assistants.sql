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
