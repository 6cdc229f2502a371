-- A customer's matter. What its status may become, and what a message does to it, follows in the rules from 20260106000700 on.
create table public.support_tickets (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity,
  ticket_number text not null
    generated always as ('SB-' || lpad(number::text, greatest(6, char_length(number::text)), '0')) stored,
  user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  subject text not null
    constraint subject_is_1_to_200_characters check (char_length(subject) between 1 and 200 and subject ~ '\S'),
  description text not null
    constraint description_is_1_to_10000_characters check (char_length(description) between 1 and 10000 and description ~ '\S'),
  category public.ticket_category not null default 'general',
  priority public.ticket_priority not null default 'medium',
  status public.ticket_status not null default 'open',
  assigned_to uuid references public.profiles (id) on delete set null,
  first_response_at timestamptz,
  status_changed_at timestamptz not null default now(),
  resolved_at timestamptz,
  closed_at timestamptz,
  resolution_cycle integer not null default 1 constraint resolution_cycle_is_positive check (resolution_cycle > 0),
  survey_completed boolean not null default false,
  last_message_at timestamptz,
  message_count integer not null default 0 constraint message_count_is_not_negative check (message_count >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint resolved_ticket_says_when check (status <> 'resolved' or resolved_at is not null),
  constraint closed_ticket_says_when check ((status = 'closed') = (closed_at is not null)),
  constraint unresolved_ticket_has_no_resolution check (status in ('resolved', 'closed') or resolved_at is null)
);
comment on table public.support_tickets is
  'A customer''s matter. Everything in this row is the owner''s to read: internal notes and files touch no column of it.';
comment on column public.support_tickets.user_id is 'The owner. Never changes; copied to the ticket''s rows in other tables, where policies look for it.';
comment on column public.support_tickets.first_response_at is 'The first public answer of staff, stamped once.';
comment on column public.support_tickets.resolved_at is 'When the current cycle was resolved; null again once it is reopened. So is closed_at.';
comment on column public.support_tickets.resolution_cycle is 'Counts from 1; reopening starts the next. Each can be rated once.';
comment on column public.support_tickets.survey_completed is 'Whether the current cycle was rated.';
comment on column public.support_tickets.message_count is 'Public messages and replies.';

create unique index support_tickets_number_idx on public.support_tickets (number);
create index support_tickets_user_id_idx on public.support_tickets (user_id, created_at desc);
create index support_tickets_assigned_to_idx on public.support_tickets (assigned_to, status, status_changed_at, id)
  where assigned_to is not null;
-- For the jobs and the desk's queue; an index that leads with a time alone would tempt the planner to walk it for an owner's list.
create index support_tickets_status_idx on public.support_tickets (status, status_changed_at, id);

create trigger support_tickets_touch_updated_at before update on public.support_tickets
  for each row execute function private.touch_updated_at();

-- Which owners' rows the caller reads, as a range: himself, or everybody for staff. One range is a condition that an
-- index can serve; "owner or staff" is not, and makes every owner's list a scan of the table (docs/decisions/0030).
create function private.first_readable_owner() returns uuid
language sql stable security definer set search_path = '' as $$
  select case when private.is_support_staff() then '00000000-0000-0000-0000-000000000000' else auth.uid() end;
$$;
comment on function private.first_readable_owner() is 'The lowest owner id whose support rows the caller reads; null for nobody.';

create function private.last_readable_owner() returns uuid
language sql stable security definer set search_path = '' as $$
  select case when private.is_support_staff() then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else auth.uid() end;
$$;
comment on function private.last_readable_owner() is 'The highest owner id whose support rows the caller reads; null for nobody.';
grant execute on function private.first_readable_owner(), private.last_readable_owner() to authenticated, service_role;

create function private.ticket_party_of(p_owner_id uuid, p_user_id uuid) returns public.ticket_party
language sql stable security definer set search_path = '' as $$
  select case
    when p_user_id = p_owner_id then 'customer'::public.ticket_party
    when private.acts_as_staff(p_user_id) then 'staff'
  end;
$$;
comment on function private.ticket_party_of(uuid, uuid) is
  'Who a user is to the tickets of an owner: customer, staff, or null for somebody who must not know that they exist.';

create function private.can_read_ticket(p_ticket_id uuid, p_user_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.support_tickets
    where id = p_ticket_id and private.ticket_party_of(user_id, p_user_id) is not null);
$$;
comment on function private.can_read_ticket(uuid, uuid) is
  'Whether a verified user reads a ticket, for service-only functions, where auth.uid() is nobody. False for an absent one.';

alter table public.support_tickets enable row level security;
create policy "owners read their own tickets, support staff all" on public.support_tickets
  for select to authenticated
  using (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()));
create policy "users open tickets of their own" on public.support_tickets
  for insert to authenticated
  with check (user_id = (select auth.uid()));
grant select, insert (subject, description, category, priority) on public.support_tickets to authenticated;
grant select on public.support_tickets to service_role;
