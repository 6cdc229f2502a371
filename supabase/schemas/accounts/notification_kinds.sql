-- What a user can be told beyond the product's own pages. Each domain registers its kinds; a kind without a row is only shown there.
create table private.notification_kinds (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  domain text not null,
  is_sent_by_default boolean not null default true,
  is_required boolean not null default false,
  description text not null,
  constraint what_is_required_is_sent check (is_sent_by_default or not is_required)
);
comment on table private.notification_kinds is 'Kinds of notifications that leave the product, with what holds for a user who chose nothing.';
comment on column private.notification_kinds.is_required is 'It has to be told: nobody can turn it off.';

alter table private.notification_kinds enable row level security;

create policy "nobody but the owner of the schema reads the kinds" on private.notification_kinds
  for all to anon, authenticated using (false) with check (false);

insert into private.notification_kinds (kind, domain, is_sent_by_default, is_required, description) values
  ('limit_75', 'accounts', false, false, 'Three quarters of a limit are used.'),
  ('limit_90', 'accounts', true, false, 'Nine tenths of a limit are used.'),
  ('limit_100', 'accounts', true, false, 'A limit is used up.'),
  ('demo_2_days', 'accounts', true, false, 'The trial ends in two days.'),
  ('expired', 'accounts', true, false, 'The trial is over.'),
  ('purge_7_days', 'accounts', true, true, 'The account will be deleted in a week.'),
  ('deletion_requested', 'accounts', true, true, 'The deletion of the account was asked for.'),
  ('deletion_refused', 'accounts', true, true, 'The account cannot be deleted.'),
  ('dead_letters', 'accounts', true, false, 'Events or tasks were given up; for admins.');
