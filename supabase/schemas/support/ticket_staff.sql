-- Which staff a customer has met on their tickets, and so whose name and picture they may see. A table, because the question is
-- asked with every page of a conversation and must not cost the length of it.
create table private.ticket_staff (
  owner_id uuid not null references public.profiles (id) on delete cascade,
  staff_id uuid not null references public.profiles (id) on delete cascade,
  primary key (owner_id, staff_id)
);
comment on table private.ticket_staff is 'Staff who answered a customer in public or were assigned to a ticket of theirs.';

create index ticket_staff_staff_id_idx on private.ticket_staff (staff_id);

alter table private.ticket_staff enable row level security;

create policy "nobody but the owner of the schema reads ticket staff" on private.ticket_staff
  for all to anon, authenticated using (false) with check (false);

create function private.meet_staff(p_owner_id uuid, p_staff_id uuid) returns void
language sql security definer set search_path = '' as $$
  insert into private.ticket_staff (owner_id, staff_id)
  select p_owner_id, p_staff_id where p_staff_id is not null
  on conflict (owner_id, staff_id) do nothing;
$$;
comment on function private.meet_staff(uuid, uuid) is 'Lets a customer see the card of somebody who works on a ticket of theirs.';

create function private.ticket_cards(p_user_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select staff_id from private.ticket_staff where owner_id = p_user_id;
$$;
comment on function private.ticket_cards(uuid) is 'The people whose cards someone may see because of their tickets; staff see all anyway.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('visible_profiles', 40, 'support', 'private.ticket_cards');
