-- Words that the desk sorts tickets by. The customer does not see them, not even as staff.
create table public.ticket_tags (
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  tag text not null constraint tag_is_a_short_word check (tag ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
  user_id uuid not null,
  tagged_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (ticket_id, tag)
);
comment on table public.ticket_tags is 'Tags of tickets, for support staff. Written by set_ticket_tags only.';
comment on column public.ticket_tags.user_id is 'The ticket''s owner, for policies.';

create index ticket_tags_tag_idx on public.ticket_tags (tag, ticket_id);
create index ticket_tags_tagged_by_idx on public.ticket_tags (tagged_by) where tagged_by is not null;
create index ticket_tags_user_id_idx on public.ticket_tags (user_id);

alter table public.ticket_tags enable row level security;

create policy "support staff read the tags of other people's tickets" on public.ticket_tags
  for select to authenticated
  using ((select private.is_support_staff()) and user_id <> (select auth.uid()));

grant select on public.ticket_tags to authenticated, service_role;

create function private.lock_ticket_as_staff(p_ticket_id uuid) returns public.support_tickets
language plpgsql security definer set search_path = '' as $$
declare
  v_ticket public.support_tickets;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  select * into v_ticket from public.support_tickets where id = p_ticket_id and user_id <> auth.uid() for no key update;
  -- Asked again: the caller may have waited for the end of their own place among support staff.
  if not found or not private.is_support_staff() then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  return v_ticket;
end;
$$;
comment on function private.lock_ticket_as_staff(uuid) is 'Locks a ticket to which the caller is staff: 403 for others, 404 for their own.';

create function private.set_ticket_tags(p_ticket_id uuid, p_tags text[]) returns text[]
language plpgsql security definer set search_path = '' as $$
declare
  c_most_tags constant integer := 20;
  v_ticket constant public.support_tickets := private.lock_ticket_as_staff(p_ticket_id);
  v_tags constant text[] := array(select distinct lower(btrim(tag)) as tag from unnest(p_tags) tag where tag is not null order by 1);
begin
  if cardinality(v_tags) > c_most_tags or exists (select from unnest(v_tags) tag where tag !~ '^[a-z0-9][a-z0-9_-]{0,39}$') then
    perform private.refuse(422, 'invalid_tags', 'A ticket has at most 20 tags of 1 to 40 letters, digits, - and _.');
  end if;
  delete from public.ticket_tags where ticket_id = p_ticket_id and tag <> all (v_tags);
  insert into public.ticket_tags (ticket_id, tag, user_id)
  select p_ticket_id, tag, v_ticket.user_id from unnest(v_tags) tag
  on conflict do nothing;
  return v_tags;
end;
$$;
comment on function private.set_ticket_tags(uuid, text[]) is 'Makes these the tags of a ticket, if the caller is staff to it.';

create function public.set_ticket_tags(p_ticket_id uuid, p_tags text[]) returns text[]
language sql security invoker set search_path = '' as $$
  select private.set_ticket_tags(p_ticket_id, p_tags);
$$;
comment on function public.set_ticket_tags(uuid, text[]) is
  'For support staff: makes these the tags of a ticket, at most 20, in lower case. 403 support_staff_only, 404 ticket_not_found, 422 invalid_tags.';

grant execute on function public.set_ticket_tags(uuid, text[]), private.set_ticket_tags(uuid, text[]) to authenticated;
