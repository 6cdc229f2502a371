-- Every transition of a ticket with actor and time: the audit, and what the SLA's pauses are computed from.
create table public.ticket_events (
  id bigint generated always as identity primary key,
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  user_id uuid not null,
  from_status public.ticket_status,
  to_status public.ticket_status not null,
  actor_kind public.actor_kind not null,
  actor_id uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint status_changes check (from_status is distinct from to_status)
);
comment on table public.ticket_events is 'Transitions of tickets, written by trigger; the first has no from_status.';
comment on column public.ticket_events.id is 'The order of a ticket''s transitions, which its row lock makes one after another.';
comment on column public.ticket_events.user_id is 'The ticket''s owner; who did it is actor_id.';

-- The index holds what the SLA's clocks sum up and what the policy compares, so that they read nothing else.
create index ticket_events_ticket_id_idx on public.ticket_events (ticket_id, id) include (from_status, to_status, created_at, user_id);
create index ticket_events_user_id_idx on public.ticket_events (user_id);
create index ticket_events_actor_id_idx on public.ticket_events (actor_id) where actor_id is not null;

-- A time's moves are counted from this index alone. Beside one that only finds blocks, the planner would also read every entry of
-- the policy's range of owners, which is all of them for the desk.
create index ticket_events_created_at_idx on public.ticket_events (created_at) include (from_status, to_status, user_id);

alter table public.ticket_events enable row level security;

create policy "owners read the transitions of their tickets, support staff all" on public.ticket_events
  for select to authenticated
  using (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()));

grant select on public.ticket_events to authenticated, service_role;
