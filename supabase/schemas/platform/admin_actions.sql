-- Everything that an admin or the secret key changes through the API is on record, with who did it and what it was about.
create table private.admin_actions (
  id uuid primary key default gen_random_uuid(),
  actor_kind public.actor_kind not null,
  actor_id uuid,
  action text not null constraint action_is_snake_case check (action ~ '^[a-z][a-z0-9_]*$'),
  subject_id uuid,
  details jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on table private.admin_actions is 'Append-only: what was done to the inbox, the task queue, accounts, plans and settings, by whom.';
comment on column private.admin_actions.actor_id is 'The admin. No foreign key: the record outlives the account. Null for service and system.';
comment on column private.admin_actions.subject_id is
  'The event, the task or the account that it was about; null where it was about none. No foreign key: the record outlives it.';
comment on column private.admin_actions.details is 'What was changed. Never anybody''s name, address or words.';

create index admin_actions_by_time on private.admin_actions (created_at, id);
create index admin_actions_by_subject on private.admin_actions (subject_id, created_at, id) where subject_id is not null;

alter table private.admin_actions enable row level security;

create policy "nobody but the owner of the schema reads admin actions" on private.admin_actions
  for all to anon, authenticated using (false) with check (false);

create function private.require_operator() returns void
language plpgsql stable set search_path = '' as $$
begin
  -- Without a role there is no request: the SQL editor or a job.
  if private.is_admin() or coalesce(auth.role(), 'service_role') = 'service_role' then
    return;
  end if;
  perform private.refuse(403, 'forbidden', 'This is for administrators.');
end;
$$;
comment on function private.require_operator() is 'Refuses with 403 everybody but admins and the server''s own key. Looks at nothing else, so it tells nothing.';

create function private.record_admin_action(p_action text, p_details jsonb, p_subject_id uuid default null) returns void
language sql set search_path = '' as $$
  insert into private.admin_actions (actor_kind, actor_id, action, details, subject_id)
  select kind, id, p_action, p_details, p_subject_id from private.current_actor();
$$;
comment on function private.record_admin_action(text, jsonb, uuid) is 'Writes who did what to what to private.admin_actions.';
