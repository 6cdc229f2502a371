-- A customer's matter. ticket_transitions.sql says what its status may become.
create table public.support_tickets (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity,
  ticket_number text not null
    generated always as ('SB-' || lpad(number::text, greatest(6, char_length(number::text)), '0')) stored,
  user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  subject text not null
    constraint subject_is_1_to_200_characters check (char_length(subject) between 1 and 200 and subject ~ '\S'),
  description text not null
    constraint description_is_1_to_10000_characters
      check (char_length(description) between 1 and private.max_text_characters() and description ~ '\S'),
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
  merged_into uuid constraint ticket_is_not_merged_into_itself check (merged_into <> id) references public.support_tickets (id) on delete set null,
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
comment on column public.support_tickets.merged_into is 'Where its conversation went on; the ticket itself stays closed, as the old number''s pointer.';

create unique index support_tickets_number_idx on public.support_tickets (number);
create index support_tickets_user_id_idx on public.support_tickets (user_id, created_at desc);

create index support_tickets_merged_into_idx on public.support_tickets (merged_into) where merged_into is not null;

create index support_tickets_assigned_to_idx on public.support_tickets (assigned_to, status, status_changed_at, id)
  where assigned_to is not null;

-- For the jobs and the desk's queue; an index that leads with a time alone would tempt the planner to walk it for an owner's list.
create index support_tickets_status_idx on public.support_tickets (status, status_changed_at, id);

-- Enough to find a time's rows in a table that is filled in its order, and no order that an owner's list could walk.
create index support_tickets_created_at_idx on public.support_tickets using brin (created_at);

-- Which owners' rows the caller reads, as a range: their own, or everybody's for staff. One range is a condition that an
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

alter table public.support_tickets enable row level security;

create policy "owners read their own tickets, support staff all" on public.support_tickets
  for select to authenticated
  using (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()));

create policy "users open tickets of their own" on public.support_tickets
  for insert to authenticated
  with check (user_id = (select auth.uid()));

create policy "owners and support staff change tickets" on public.support_tickets
  for update to authenticated
  using (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()))
  with check (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()));

grant select, insert (subject, description, category, priority) on public.support_tickets to authenticated;
grant select on public.support_tickets to service_role;
grant update (status, assigned_to, priority, category) on public.support_tickets to authenticated, service_role;

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

create function private.support_tickets_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_party constant public.ticket_party := private.current_ticket_party(old.user_id);
  v_is_reopened constant boolean := new.status <> old.status
    and private.is_ticket_finished(old.status) and not private.is_ticket_finished(new.status);
  v_rule private.ticket_transitions;
begin
  new.updated_at := now();
  if new.user_id <> old.user_id then
    perform private.refuse(403, 'ticket_owner_is_fixed', 'A ticket keeps its owner.');
  end if;
  -- The party is null for somebody who lost their place among support staff while they waited for the row.
  if (v_party is null or v_party = 'customer')
    and ((new.priority, new.category) is distinct from (old.priority, old.category)
      -- Except for the release of somebody who is staff no more, which an admin's change of a role does to the admin's own ticket too.
      or (new.assigned_to is distinct from old.assigned_to
        and (new.assigned_to is not null or private.ticket_party_of(old.user_id, old.assigned_to) = 'staff'))) then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  if new.assigned_to is not null and (new.assigned_to is distinct from old.assigned_to or v_is_reopened) then
    -- The lock lets a change of the assignee's role and this see each other.
    perform from public.profiles where id = new.assigned_to for share;
    if private.ticket_party_of(new.user_id, new.assigned_to) is distinct from 'staff' then
      if new.assigned_to is distinct from old.assigned_to then
        perform private.refuse(422, 'assignee_is_not_staff', 'A ticket is assigned to support staff, and not to its own customer.');
      end if;
      new.assigned_to := null;
    end if;
  end if;
  if new.status = old.status then
    return new;
  end if;
  if old.merged_into is not null then
    perform private.refuse(409, 'ticket_merged', 'The ticket was merged into another one.', jsonb_build_object('merged_into', old.merged_into));
  end if;

  select * into v_rule from private.ticket_transitions
  where party = v_party and from_status = old.status and to_status = new.status;
  if not found or (v_rule.needs_message and new.message_count = old.message_count) then
    perform private.refuse(409, 'transition_not_allowed', 'The ticket cannot change from this status to that one.',
      jsonb_build_object('from', old.status, 'to', new.status));
  end if;
  if v_rule.is_within_reopen_window
    and now() > coalesce(old.resolved_at, old.closed_at) + private.setting_interval('ticket_reopen_window') then
    perform private.refuse(409, 'reopen_window_over', 'It is too late to reopen this ticket; please open a new one.');
  end if;

  new.status_changed_at := now();
  new.resolved_at := case new.status when 'resolved' then now() when 'closed' then old.resolved_at end;
  new.closed_at := case new.status when 'closed' then now() end;
  if v_is_reopened then
    new.resolution_cycle := old.resolution_cycle + 1;
    new.survey_completed := false;
  end if;
  return new;
end;
$$;
comment on function private.support_tickets_guard() is
  'Refuses a transition that is not in ticket_transitions and what is not the customer''s to change, and stamps what follows from the status.';

create function private.support_tickets_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    if auth.uid() is not null then
      perform private.take_rate(auth.uid(), 'tickets', now());
    end if;
    perform private.record_transition(new, null);
    perform private.publish_ticket(new, 'ticket.created', new.created_at);
    if new.assigned_to is not null then
      perform private.meet_staff(new.user_id, new.assigned_to);
      perform private.tell_assignee(new);
      perform private.record_admin_action('assign_ticket_in_turn', jsonb_build_object('to', new.assigned_to), new.id);
    end if;
    return null;
  end if;

  if new.status <> old.status then
    perform private.record_transition(new, old.status);
    perform private.publish_transition(new, old.status);
    if new.status = 'resolved' then
      -- A rating is invited when people resolved it.
      perform private.notify(new.user_id, 'ticket_resolved', new.id, jsonb_build_object(
        'ticket_number', new.ticket_number, 'subject', new.subject,
        'is_survey_invited', private.current_ticket_party(new.user_id) = 'staff'));
    end if;
  end if;
  if new.assigned_to is distinct from old.assigned_to then
    perform private.meet_staff(new.user_id, new.assigned_to);
    perform private.tell_assignee(new);
    perform private.record_admin_action('assign_ticket', jsonb_build_object('from', old.assigned_to, 'to', new.assigned_to), new.id);
  end if;
  return null;
end;
$$;
comment on function private.support_tickets_follow() is
  'What follows from a ticket: a new one takes one of the customer''s tickets a day; a transition and an assignment go on record, a '
  'resolution is told, and the customer may see the assignee''s card.';

create trigger support_tickets_guard before update on public.support_tickets
  for each row execute function private.support_tickets_guard();

create trigger support_tickets_follow after insert or update on public.support_tickets
  for each row execute function private.support_tickets_follow();
