-- The conversation of a ticket: messages, and replies to one message.
-- user_id repeats the ticket's owner, stamped by trigger, so that the policy is a range of one column.
create table public.ticket_messages (
  id uuid primary key default gen_random_uuid(),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  user_id uuid not null default auth.uid(),
  author_id uuid references public.profiles (id) on delete set null,
  author_role public.ticket_party not null default 'system',
  kind public.ticket_message_kind not null default 'message',
  body text not null,
  is_only_files boolean not null default false,
  is_internal boolean not null default false,
  status_after public.ticket_status,
  created_at timestamptz not null default now(),
  constraint message_belongs_to_one_ticket unique (id, ticket_id),
  constraint body_is_1_to_10000_characters_or_files check (
    case when is_only_files then body = '' else char_length(body) between 1 and private.max_text_characters() and body ~ '\S' end),
  constraint internal_note_is_by_staff check (not is_internal or author_role = 'staff'),
  constraint system_message_is_by_the_system check ((kind = 'system') = (author_role = 'system'))
);
comment on table public.ticket_messages is 'Entries of a ticket''s conversation. Never edited; they go with their ticket.';
comment on column public.ticket_messages.user_id is 'The ticket''s owner, stamped.';
comment on column public.ticket_messages.author_id is 'Who wrote it; null for the system and once that person''s account is gone. author_role stays.';
comment on column public.ticket_messages.is_only_files is 'Sent with files and without a word. Only post_ticket_message says so, because it sends the files.';
comment on column public.ticket_messages.is_internal is 'A note among staff, which the owner never sees, not even as staff.';
comment on column public.ticket_messages.status_after is 'The status that the author asked for with this message; null when they asked for none.';

create index ticket_messages_ticket_id_idx on public.ticket_messages (ticket_id, created_at, id);
create index ticket_messages_user_id_idx on public.ticket_messages (user_id);
create index ticket_messages_author_id_idx on public.ticket_messages (author_id) where author_id is not null;

alter table public.ticket_messages enable row level security;

create policy "owners read public messages of their tickets, support staff all" on public.ticket_messages
  for select to authenticated
  using (
    user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner())
    and (not is_internal or ((select private.is_support_staff()) and user_id <> (select auth.uid())))
  );

create policy "owners and support staff write messages" on public.ticket_messages
  for insert to authenticated
  with check (author_id = (select auth.uid()));

grant select on public.ticket_messages to authenticated, service_role;
grant insert (ticket_id, body, is_internal) on public.ticket_messages to authenticated;

create function private.ticket_messages_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_entry record;
begin
  select * into v_entry from private.admit_ticket_entry(new.ticket_id, new.is_internal);
  new.user_id := v_entry.owner_id;
  if v_entry.party <> 'system' then
    new.author_id := auth.uid();
    new.author_role := v_entry.party;
    -- The time of the lock and not of the transaction, which may have waited for it: pages go by it.
    new.created_at := clock_timestamp();
  end if;
  new.kind := (case new.author_role when 'system' then 'system' else 'message' end)::public.ticket_message_kind;
  return new;
end;
$$;
comment on function private.ticket_messages_guard() is 'Admits a message to its ticket and stamps owner, author, time and kind.';

create trigger ticket_messages_guard before insert on public.ticket_messages
  for each row execute function private.ticket_messages_guard();

create trigger ticket_messages_follow after insert on public.ticket_messages
  for each row execute function private.ticket_entries_follow();
