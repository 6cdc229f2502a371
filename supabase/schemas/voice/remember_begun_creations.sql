-- A creation at VAPI whose answer was lost may have happened. It is remembered before VAPI is asked, so that the next try looks for the
-- assistant and adopts it. The attempts of a task do not tell, because a new edit starts them anew.
create table private.vapi_creations (
  assistant_id uuid primary key references public.assistants (id) on delete cascade,
  begun_at timestamptz not null default now()
);
comment on table private.vapi_creations is 'Assistants whose creation at VAPI was begun at least once; the outcome may be unknown.';

alter table private.vapi_creations enable row level security;

create policy "nobody but the owner of the schema reads begun creations" on private.vapi_creations
  for all to anon, authenticated using (false) with check (false);

create function public.begin_vapi_creation(p_assistant_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.vapi_creations (assistant_id)
  -- The row is locked, because its owner may be deleting it.
  select id from public.assistants where id = p_assistant_id for key share
  on conflict (assistant_id) do nothing;
  if found then
    return 'first';
  end if;
  return case when exists (select from public.assistants where id = p_assistant_id) then 'begun_before' else 'gone' end;
end;
$$;
comment on function public.begin_vapi_creation(uuid) is
  'For the provisioning task, before it creates an assistant at VAPI: first; begun_before: look for it there first; gone: there is no such assistant.';

grant execute on function public.begin_vapi_creation(uuid) to service_role;
