-- What an account's own system can be told of. Each domain registers its kinds; docs/api/webhooks.md describes them.
create table public.webhook_kinds (
  kind text primary key constraint kind_is_dotted check (kind ~ '^[a-z][a-z_]*\.[a-z][a-z_]*$'),
  version smallint not null default 1 constraint version_is_positive check (version > 0),
  description text not null,
  data_fields text[] not null
);
comment on table public.webhook_kinds is 'The kinds of events that webhooks tell of.';
comment on column public.webhook_kinds.version is 'Of data. A field that is added keeps it, one that changes or goes raises it.';
comment on column public.webhook_kinds.data_fields is 'The fields of data: ids and states, never what people wrote or said.';

alter table public.webhook_kinds enable row level security;

create policy "signed-in users read the kinds of webhooks" on public.webhook_kinds
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.webhook_kinds to authenticated, service_role;

insert into public.webhook_kinds (kind, description, data_fields) values
  ('endpoint.test', 'The owner asked for a test. Every endpoint gets it, whatever kinds it asks for.', array['endpoint_id']),
  ('limit.reached', 'Use has reached a limit of the plan.', array['limit', 'used', 'allowed']),
  ('plan.changed', 'The account has another plan.', array['from', 'to']);
