-- The words of tickets, for the search: of a ticket's subject and description, of its messages and its replies. One table with one
-- index, because a search over three tables would rank and count three times (docs/decisions/0132-one-index-of-words.md).
create table private.ticket_texts (
  entry_id uuid primary key,
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  user_id uuid not null,
  is_internal boolean not null,
  created_at timestamptz not null,
  words tsvector not null
);
comment on table private.ticket_texts is 'What search_tickets looks through. Written by triggers; goes with its ticket.';
comment on column private.ticket_texts.entry_id is 'The message or reply; the ticket itself for its subject and description.';
comment on column private.ticket_texts.user_id is 'The ticket''s owner.';
comment on column private.ticket_texts.words is 'Of the text as it was written, without a language: number and subject weigh most.';

create index ticket_texts_words_idx on private.ticket_texts using gin (words);
create index ticket_texts_created_at_idx on private.ticket_texts (created_at desc, entry_id);
create index ticket_texts_user_id_idx on private.ticket_texts (user_id, created_at desc);
create index ticket_texts_ticket_id_idx on private.ticket_texts (ticket_id);

alter table private.ticket_texts enable row level security;

create policy "nobody but the owner of the schema reads the words of tickets" on private.ticket_texts
  for all to anon, authenticated using (false) with check (false);

create function private.index_ticket_entry() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.ticket_texts (entry_id, ticket_id, user_id, is_internal, created_at, words)
  values (new.id, new.ticket_id, new.user_id, new.is_internal, new.created_at, setweight(to_tsvector('pg_catalog.simple', new.body), 'C'));
  return null;
end;
$$;
comment on function private.index_ticket_entry() is 'AFTER a message or reply was written: it can be found. Neither is ever edited.';

create function private.index_ticket() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.ticket_texts (entry_id, ticket_id, user_id, is_internal, created_at, words)
  values (new.id, new.id, new.user_id, false, new.created_at,
    setweight(to_tsvector('pg_catalog.simple', new.ticket_number || ' ' || new.subject), 'A')
      || setweight(to_tsvector('pg_catalog.simple', new.description), 'B'));
  return null;
end;
$$;
comment on function private.index_ticket() is 'AFTER a ticket was opened: its number, subject and description can be found.';

create trigger support_tickets_index after insert on public.support_tickets
  for each row execute function private.index_ticket();

create trigger ticket_messages_index after insert on public.ticket_messages
  for each row when (new.body <> '') execute function private.index_ticket_entry();

create trigger ticket_replies_index after insert on public.ticket_replies
  for each row when (new.body <> '') execute function private.index_ticket_entry();
