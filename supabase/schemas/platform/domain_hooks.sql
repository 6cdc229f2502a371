create table private.domain_hooks (
  hook private.domain_hook not null,
  domain text not null,
  function_name text not null constraint function_is_in_private check (function_name ~ '^private\.[a-z_]+$'),
  primary key (hook, domain)
);

alter table private.domain_hooks enable row level security;

create policy "nobody but the owner of the schema reads hooks" on private.domain_hooks
  for all to anon, authenticated using (false) with check (false);
comment on table private.domain_hooks is
  'Functions (user_id uuid) that a domain contributes to a cross-domain operation. '
  'outside_resources: table (kind text, resource_id text); purge_blockers: setof text (a code each); '
  'before_purge: integer (rows deleted in one bounded batch); visible_profiles: setof uuid.';
