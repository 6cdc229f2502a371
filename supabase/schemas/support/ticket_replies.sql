-- Answers to one message, inside its thread.
create table public.ticket_replies (
  id uuid primary key default gen_random_uuid(),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  message_id uuid not null,
  user_id uuid not null default auth.uid(),
  author_id uuid references public.profiles (id) on delete set null,
  author_role public.ticket_party not null default 'customer' constraint reply_is_by_a_person check (author_role <> 'system'),
  body text not null,
  is_only_files boolean not null default false,
  is_internal boolean not null default false,
  status_after public.ticket_status,
  created_at timestamptz not null default now(),
  constraint reply_belongs_to_one_ticket unique (id, ticket_id),
  constraint reply_is_to_a_message_of_its_ticket
    foreign key (message_id, ticket_id) references public.ticket_messages (id, ticket_id) on update cascade on delete cascade,
  constraint body_is_1_to_10000_characters_or_files check (
    case when is_only_files then body = '' else char_length(body) between 1 and private.max_text_characters() and body ~ '\S' end),
  constraint internal_note_is_by_staff check (not is_internal or author_role = 'staff')
);
comment on table public.ticket_replies is 'Answers to one message of a ticket. A reply under an internal message is internal.';
comment on column public.ticket_replies.user_id is 'The ticket''s owner, stamped.';
comment on column public.ticket_replies.author_id is 'Who wrote it; null once that person''s account is gone. author_role stays.';
comment on column public.ticket_replies.is_only_files is 'Sent with files and without a word. Only post_ticket_message says so, because it sends the files.';
comment on column public.ticket_replies.is_internal is 'A note among staff, which the owner never sees.';
comment on column public.ticket_replies.status_after is 'The status that the author asked for with this reply; null when they asked for none.';

create index ticket_replies_message_id_idx on public.ticket_replies (message_id, ticket_id, created_at, id);
create index ticket_replies_ticket_id_idx on public.ticket_replies (ticket_id);
create index ticket_replies_user_id_idx on public.ticket_replies (user_id);
create index ticket_replies_author_id_idx on public.ticket_replies (author_id) where author_id is not null;

alter table public.ticket_replies enable row level security;

create policy "owners read public replies of their tickets, support staff all" on public.ticket_replies
  for select to authenticated
  using (
    user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner())
    and (not is_internal or ((select private.is_support_staff()) and user_id <> (select auth.uid())))
  );

create policy "owners and support staff write replies" on public.ticket_replies
  for insert to authenticated
  with check (author_id = (select auth.uid()));

grant select on public.ticket_replies to authenticated, service_role;
grant insert (ticket_id, message_id, body, is_internal) on public.ticket_replies to authenticated;

create function private.ticket_replies_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_entry record;
  v_is_internal boolean;
begin
  select * into v_entry from private.admit_ticket_entry(new.ticket_id, new.is_internal);
  new.user_id := v_entry.owner_id;
  if v_entry.party <> 'system' then
    new.author_id := auth.uid();
    new.author_role := v_entry.party;
    -- The time of the lock and not of the transaction, which may have waited for it: pages go by it.
    new.created_at := clock_timestamp();
  end if;

  -- The message is of the same ticket and the author's to see. Under an internal one the reply is internal.
  select is_internal into v_is_internal from public.ticket_messages
  where id = new.message_id and ticket_id = new.ticket_id and (not is_internal or new.author_role <> 'customer');
  if not found then
    perform private.refuse(404, 'message_not_found', 'There is no such message in this ticket.');
  end if;
  new.is_internal := new.is_internal or v_is_internal;
  return new;
end;
$$;
comment on function private.ticket_replies_guard() is
  'Admits a reply to its ticket, stamps owner, author and time, and refuses one to a message that the author does not see.';

create trigger ticket_replies_guard before insert on public.ticket_replies
  for each row execute function private.ticket_replies_guard();

create trigger ticket_replies_follow after insert on public.ticket_replies
  for each row execute function private.ticket_entries_follow();
