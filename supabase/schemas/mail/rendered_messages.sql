-- The text of a message between its first try and the provider's word. A repeated request has to be the same request, so what was
-- written once is kept, whatever changes about its person meanwhile.
create table private.rendered_messages (
  delivery_id uuid primary key references public.message_deliveries (id) on delete cascade,
  mail jsonb,
  tries integer not null default 0,
  try_began_at timestamptz,
  unknown_since timestamptz,
  last_error text
);
comment on table private.rendered_messages is 'Messages that are being sent: their text, and what is known of the tries so far.';
comment on column private.rendered_messages.mail is 'As it goes to the provider; null until it is written.';
comment on column private.rendered_messages.try_began_at is 'Set while a try is under way. A try that never reported may have sent it.';
comment on column private.rendered_messages.unknown_since is 'Since when the provider may have it although it never said so. Its memory of the key is what keeps it from being sent twice.';

alter table private.rendered_messages enable row level security;

create policy "nobody but the owner of the schema reads texts" on private.rendered_messages
  for all to anon, authenticated using (false) with check (false);
