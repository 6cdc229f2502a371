-- What a function's body needs may come later.
set check_function_bodies = off;

-- schemas/support/apply_ticket_entries.sql
-- What a message or reply does to its ticket: counters, the first response, the status, the notification. It is one update under
-- the lock that the guard took. An internal note does none of it, because the ticket's row is the owner's to read.
create function private.ticket_entries_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_ticket public.support_tickets;
begin
  if new.is_internal then
    update public.support_tickets set status = new.status_after
    where id = new.ticket_id and status <> new.status_after;
    return null;
  end if;

  update public.support_tickets t set
    message_count = message_count + 1,
    last_message_at = greatest(last_message_at, new.created_at),
    first_response_at = case when new.author_role = 'staff' then coalesce(first_response_at, new.created_at) else first_response_at end,
    status = coalesce(new.status_after, (
      select r.to_status from private.ticket_transitions r
      where r.party = new.author_role and r.from_status = t.status and r.is_effect_of_message), status)
  where id = new.ticket_id
  returning * into v_ticket;

  if new.author_role = 'staff' then
    perform private.meet_staff(v_ticket.user_id, new.author_id);
  end if;
  if new.author_role <> 'system' then
    perform private.publish_webhook(v_ticket.user_id, 'ticket.replied', new.id::text, new.created_at, jsonb_build_object(
      'ticket_id', v_ticket.id, 'ticket_number', v_ticket.ticket_number, 'entry_id', new.id, 'author_role', new.author_role));
    perform private.notify(
      case new.author_role when 'staff' then v_ticket.user_id else v_ticket.assigned_to end,
      'ticket_reply', v_ticket.id,
      jsonb_build_object('ticket_number', v_ticket.ticket_number, 'subject', v_ticket.subject, 'entry_id', new.id));
  end if;
  return null;
end;
$$;
comment on function private.ticket_entries_follow() is
  'What follows from a message or reply: counters, first response, status, and a notification to the other side. An internal note changes '
  'a status that it names, and nothing else.';

-- schemas/support/types.sql
-- The words of the support domain, and its thresholds as settings.
create type public.ticket_category as enum ('technical', 'billing', 'academic', 'enrollment', 'account', 'general');
create type public.ticket_priority as enum ('low', 'medium', 'high', 'urgent');
create type public.ticket_status as enum ('open', 'in_progress', 'waiting', 'resolved', 'closed');
comment on type public.ticket_status is 'open: staff''s turn; in_progress: staff works on it; waiting: the customer''s turn; resolved: can be reopened; closed: takes no messages.';

create type public.ticket_party as enum ('customer', 'staff', 'system');
comment on type public.ticket_party is
  'Who somebody is to one ticket: its owner, support staff, or the product itself. An agent is the customer of their own ticket.';

create type public.ticket_message_kind as enum ('message', 'system');
create type public.survey_satisfaction as enum ('very_dissatisfied', 'dissatisfied', 'neutral', 'satisfied', 'very_satisfied');
create type public.attachment_state as enum ('pending', 'ready', 'rejected', 'deleted');
comment on type public.attachment_state is
  'pending: a file may be uploaded; ready: inspected, may be read; rejected and deleted: tombstones, kept until the upload URL is dead.';

create type public.sla_state as enum ('on_track', 'at_risk', 'breached', 'met', 'not_needed');
comment on type public.sla_state is
  'on_track, at_risk (75 % of the target): still to be done; breached: late, done or not; met: done in time; not_needed: ended without it.';

create type public.received_mail_state as enum ('waiting', 'posted', 'opened', 'held', 'refused', 'ignored', 'discarded', 'failed');
comment on type public.received_mail_state is
  'waiting: not read yet, or its files are on their way; posted: a message of a ticket; opened: a ticket of its own; held: an agent decides; refused: '
  'the rules forbid it; ignored: nobody''s wish, such as an automatic answer; discarded: by an agent; failed: the provider does not have it.';

-- schemas/support/limits.sql
-- Limits that several tables share. They are functions, because the checks of the tables and the bucket's row name them;
-- shared/support/limits.ts says the same to TypeScript, and a test compares the two.
create function private.max_text_characters() returns integer
language sql immutable set search_path = '' as $$
  select 10000;
$$;
comment on function private.max_text_characters() is 'The most characters of a ticket''s description, a message or a reply.';

create function private.max_file_bytes() returns bigint
language sql immutable set search_path = '' as $$
  select 10485760::bigint;
$$;
comment on function private.max_file_bytes() is 'The most bytes of a file of a ticket.';

-- A check runs with the rights of whoever writes the row.
grant execute on function private.max_text_characters(), private.max_file_bytes() to authenticated, service_role;

-- schemas/support/ticket_transitions.sql
-- What the statuses of a ticket mean and what each may become, and by whom, as data. A further status is a value of the type and
-- its rows here; everything else asks these tables.
create table private.ticket_statuses (
  status public.ticket_status primary key,
  is_finished boolean not null,
  is_staffs_turn boolean not null,
  is_open boolean not null,
  constraint finished_ticket_is_not_staffs_turn check (not (is_finished and is_staffs_turn))
);
comment on table private.ticket_statuses is 'What each status of a ticket means.';
comment on column private.ticket_statuses.is_finished is 'Nobody works on the ticket any more; leaving such a status for another one reopens the ticket.';
comment on column private.ticket_statuses.is_staffs_turn is 'The clocks of the SLA run.';
comment on column private.ticket_statuses.is_open is 'The ticket takes messages and files.';

alter table private.ticket_statuses enable row level security;

create policy "nobody but the owner of the schema reads statuses" on private.ticket_statuses
  for all to anon, authenticated using (false) with check (false);

insert into private.ticket_statuses (status, is_finished, is_staffs_turn, is_open) values
  ('open', false, true, true),
  ('in_progress', false, true, true),
  ('waiting', false, false, true),
  ('resolved', true, false, true),
  ('closed', true, false, false);

create function private.is_ticket_finished(p_status public.ticket_status) returns boolean
language sql stable security definer set search_path = '' as $$
  select is_finished from private.ticket_statuses where status = p_status;
$$;
comment on function private.is_ticket_finished(public.ticket_status) is 'Whether nobody works on a ticket of this status any more.';

create function private.is_ticket_open(p_status public.ticket_status) returns boolean
language sql stable security definer set search_path = '' as $$
  select is_open from private.ticket_statuses where status = p_status;
$$;
comment on function private.is_ticket_open(public.ticket_status) is 'Whether a ticket of this status takes messages and files.';

create function private.require_open_ticket(p_status public.ticket_status) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.is_ticket_open(p_status) then
    perform private.refuse(409, 'ticket_closed', 'The ticket is closed.');
  end if;
end;
$$;
comment on function private.require_open_ticket(public.ticket_status) is 'Refuses (409 ticket_closed) what only an open ticket takes. The caller has locked the ticket.';

-- For views and figures, which ask once and compare thousands of rows with the answer.
create function private.finished_statuses() returns public.ticket_status[]
language sql stable security definer set search_path = '' as $$
  select array_agg(status) from private.ticket_statuses where is_finished;
$$;
comment on function private.finished_statuses() is 'The statuses of tickets that nobody works on any more.';

create function private.staffs_turn_statuses() returns public.ticket_status[]
language sql stable security definer set search_path = '' as $$
  select array_agg(status) from private.ticket_statuses where is_staffs_turn;
$$;
comment on function private.staffs_turn_statuses() is 'The statuses in which the clocks of the SLA run.';

grant execute on function private.finished_statuses(), private.staffs_turn_statuses() to authenticated, service_role;

create table private.ticket_transitions (
  party public.ticket_party not null,
  from_status public.ticket_status not null,
  to_status public.ticket_status not null,
  needs_message boolean not null default false,
  is_within_reopen_window boolean not null default false,
  is_effect_of_message boolean not null default false,
  primary key (party, from_status, to_status)
);
comment on table private.ticket_transitions is 'The allowed transitions; what is not here is refused.';
comment on column private.ticket_transitions.needs_message is 'Happens as the effect of a message or reply only.';
comment on column private.ticket_transitions.is_effect_of_message is
  'A public message or reply of the party makes this transition, unless it names a status itself.';

create unique index ticket_transitions_effect_idx on private.ticket_transitions (party, from_status) where is_effect_of_message;

alter table private.ticket_transitions enable row level security;

create policy "nobody but the owner of the schema reads transitions" on private.ticket_transitions
  for all to anon, authenticated using (false) with check (false);

insert into private.ticket_transitions (party, from_status, to_status, is_effect_of_message)
select 'staff', f.status, t.status, (f.status, t.status) = ('open', 'in_progress')
from private.ticket_statuses f cross join private.ticket_statuses t
where not f.is_finished and f.status <> t.status;

insert into private.ticket_transitions (party, from_status, to_status)
select 'customer', status, 'closed' from private.ticket_statuses where status <> 'closed';

insert into private.ticket_transitions (party, from_status, to_status, needs_message, is_within_reopen_window, is_effect_of_message) values
  ('staff', 'resolved', 'closed', false, false, false),
  ('staff', 'resolved', 'open', false, false, false),
  ('staff', 'closed', 'open', false, false, false),
  ('customer', 'waiting', 'open', true, false, true),
  ('customer', 'resolved', 'open', false, true, true),
  ('customer', 'closed', 'open', false, true, false),
  ('system', 'waiting', 'resolved', false, false, false),
  ('system', 'resolved', 'closed', false, false, false);

-- schemas/support/support_tickets.sql
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

-- schemas/support/ticket_events.sql
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

-- schemas/support/ticket_messages.sql
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

-- schemas/support/ticket_replies.sql
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

-- schemas/support/ticket_surveys.sql
-- One rating per resolution cycle. Written through submit_ticket_survey only.
create table public.ticket_surveys (
  id uuid primary key default gen_random_uuid(),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  user_id uuid not null,
  resolution_cycle integer not null,
  agent_id uuid references public.profiles (id) on delete set null,
  rating smallint constraint rating_is_1_to_5 check (rating between 1 and 5),
  satisfaction public.survey_satisfaction,
  feedback text
    constraint feedback_is_1_to_2000_characters check (char_length(feedback) between 1 and 2000 and feedback ~ '\S'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_survey_per_resolution unique (ticket_id, resolution_cycle),
  constraint survey_has_a_rating_or_a_satisfaction check (num_nonnulls(rating, satisfaction) > 0)
);
comment on table public.ticket_surveys is 'How customers rate resolutions: at most one row per resolution cycle of a ticket.';
comment on column public.ticket_surveys.user_id is 'The ticket''s owner, who alone may rate.';
comment on column public.ticket_surveys.agent_id is 'Who was assigned when it was rated: whose resolution it was.';

create index ticket_surveys_user_id_idx on public.ticket_surveys (user_id);
create index ticket_surveys_agent_id_idx on public.ticket_surveys (agent_id) where agent_id is not null;
create index ticket_surveys_created_at_idx on public.ticket_surveys (created_at);

alter table public.ticket_surveys enable row level security;

create policy "owners read the surveys of their tickets, support staff all" on public.ticket_surveys
  for select to authenticated
  using (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()));

create policy "owners edit their own surveys" on public.ticket_surveys
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

grant select on public.ticket_surveys to authenticated, service_role;
grant update (rating, satisfaction, feedback) on public.ticket_surveys to authenticated;

create function private.ticket_surveys_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.updated_at := now();
  -- A foreign key that forgets the agent edits nothing.
  if (new.rating, new.satisfaction, new.feedback) is not distinct from (old.rating, old.satisfaction, old.feedback)
    and new.agent_id is distinct from old.agent_id then
    return new;
  end if;
  if auth.uid() is not null and now() > old.created_at + private.setting_interval('survey_editable_for') then
    perform private.refuse(409, 'survey_not_editable', 'This rating can no longer be changed.');
  end if;
  new.feedback := nullif(btrim(new.feedback), '');
  return new;
end;
$$;
comment on function private.ticket_surveys_guard() is 'Lets customers change a rating of theirs for a short while only.';

create trigger ticket_surveys_guard before update on public.ticket_surveys
  for each row execute function private.ticket_surveys_guard();

-- schemas/support/ticket_attachments.sql
-- Files of a ticket. Clients never write rows: the function attachment-upload authorises as the caller, then signs,
-- completes or removes. The bucket has no policy for users, so no path but that function leads to a file.
create table public.ticket_attachments (
  id uuid primary key default gen_random_uuid(),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  user_id uuid not null,
  message_id uuid,
  reply_id uuid,
  file_name text not null
    constraint file_name_is_1_to_255_characters check (char_length(file_name) between 1 and 255 and file_name ~ '\S'),
  content_type text not null,
  size_bytes bigint not null constraint size_is_1_byte_to_10_mebibytes check (size_bytes between 1 and private.max_file_bytes()),
  sha256 text constraint sha256_is_lower_case_hex check (sha256 ~ '^[0-9a-f]{64}$'),
  path text not null unique,
  object_version text,
  state public.attachment_state not null default 'pending',
  rejection_reason text,
  uploaded_by uuid references public.profiles (id) on delete set null,
  is_internal boolean not null default false,
  state_changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  -- Staff have no quota, but who is staff changes: the row remembers whether its bytes were counted.
  is_metered boolean not null default false,
  -- The ticket is the one to which it was uploaded: a merge moves the row and not the object.
  constraint path_names_ticket_and_attachment check (path ~ ('^[0-9a-f-]{36}/' || id || '/[A-Za-z0-9._-]+$')),
  constraint file_hangs_on_a_message_or_a_reply check (num_nonnulls(message_id, reply_id) <= 1),
  constraint file_of_a_message_of_its_ticket
    foreign key (message_id, ticket_id) references public.ticket_messages (id, ticket_id) on update cascade on delete cascade,
  constraint file_of_a_reply_of_its_ticket
    foreign key (reply_id, ticket_id) references public.ticket_replies (id, ticket_id) on update cascade on delete cascade,
  constraint ready_file_has_a_hash check (state <> 'ready' or sha256 is not null),
  constraint rejected_file_has_a_reason check ((state = 'rejected') = (rejection_reason is not null)),
  constraint only_a_ready_file_hangs_on_something check (state in ('ready', 'deleted') or num_nonnulls(message_id, reply_id) = 0),
  -- The list is the one of shared/support/attachments/accepted-types.ts; a test compares them.
  constraint content_type_is_accepted check (content_type in (
  'image/jpeg', 'image/png', 'image/gif', 'image/webp', 'application/pdf', 'application/zip',
  'application/msword', 'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'text/plain', 'text/csv')),
  -- Control characters, path separators, and the marks that turn the direction of reading. Joiners shape some scripts.
  constraint file_name_is_one_harmless_line check (
  file_name !~ '[\u0001-\u001f\u007f-\u009f/\\\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]'),
  constraint object_name_is_no_hidden_file check (path !~ '/\.')
);
comment on table public.ticket_attachments is 'Files of tickets, one object each in the private bucket ticket-attachments. Written by service-only functions.';
comment on column public.ticket_attachments.user_id is 'The ticket''s owner; the uploader is uploaded_by.';
comment on column public.ticket_attachments.message_id is 'The message it was sent with; null until then, or for ever. So is reply_id.';
comment on column public.ticket_attachments.content_type is 'What the file is. The object carries it for raster images only; all else is stored as application/octet-stream.';
comment on column public.ticket_attachments.size_bytes is 'Declared while pending, measured from ready on.';
comment on column public.ticket_attachments.path is
  '<ticket_id>/<attachment_id>/<safe name>, the object''s name in the bucket. Uploads go to inbox/<path>, where nothing is served from.';
comment on column public.ticket_attachments.object_version is
  'The version of the object that was inspected, from ready on: Storage gives another one to whatever is written in its place.';
comment on column public.ticket_attachments.is_internal is
  'Hidden from the owner: files of internal notes, and files of staff that are not sent with a public message yet.';
comment on column public.ticket_attachments.state_changed_at is 'When it got its state; sweeps go by it.';
comment on column public.ticket_attachments.is_metered is 'Whether its bytes count in the uploader''s quota while it is pending or ready.';

create index ticket_attachments_ticket_id_idx on public.ticket_attachments (ticket_id);
create index ticket_attachments_message_id_idx on public.ticket_attachments (message_id, ticket_id) where message_id is not null;
create index ticket_attachments_reply_id_idx on public.ticket_attachments (reply_id, ticket_id) where reply_id is not null;
create index ticket_attachments_user_id_idx on public.ticket_attachments (user_id);
create index ticket_attachments_uploaded_by_idx on public.ticket_attachments (uploaded_by) where uploaded_by is not null;
create index ticket_attachments_unsettled_idx on public.ticket_attachments (state, state_changed_at) where state <> 'ready';

alter table public.ticket_attachments enable row level security;

create policy "uploaders read their files, owners and support staff ready ones" on public.ticket_attachments
  for select to authenticated
  using (
    user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner())
    and (state = 'ready' or uploaded_by = (select auth.uid()))
    and (not is_internal or ((select private.is_support_staff()) and user_id <> (select auth.uid())))
  );

grant select on public.ticket_attachments to authenticated, service_role;

-- Storage refuses a declared size beyond the limit, and not a body that comes in chunks of no declared size: what an
-- upload URL lets in beyond it is found by the inspection and by the sweep.
insert into storage.buckets (id, name, public, file_size_limit)
values ('ticket-attachments', 'ticket-attachments', false, private.max_file_bytes())
on conflict (id) do update set public = excluded.public, file_size_limit = excluded.file_size_limit;

create function private.ticket_attachments_guard() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.state_changed_at := now();
  return new;
end;
$$;
comment on function private.ticket_attachments_guard() is 'Stamps when the state of a file changed.';

create function private.ticket_attachments_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_change record;
begin
  -- The counters come first. A row that is absent, before an insert or after a delete, counts 0 bytes.
  for v_change in execute case tg_op
    when 'INSERT' then 'select uploaded_by, id, private.metered_bytes(is_metered, state, size_bytes) as bytes from new_rows'
    when 'DELETE' then 'select uploaded_by, id, -private.metered_bytes(is_metered, state, size_bytes) as bytes from old_rows'
    else 'select o.uploaded_by, o.id, private.metered_bytes(n.is_metered, n.state, n.size_bytes)
      - private.metered_bytes(o.is_metered, o.state, o.size_bytes) as bytes from old_rows o join new_rows n on n.id = o.id'
  end || ' order by 1, 2' loop
    -- An uploader who is gone has no counter.
    if v_change.uploaded_by is not null and v_change.bytes <> 0 then
      perform private.count_attachment_bytes(v_change.uploaded_by, v_change.id, v_change.bytes);
    end if;
  end loop;

  if tg_op = 'DELETE' then
    perform private.remove_attachment_object(path) from old_rows;
  elsif tg_op = 'UPDATE' then
    perform private.remove_attachment_object(new_row.path)
    from new_rows new_row join old_rows old_row on old_row.id = new_row.id
    where new_row.state in ('rejected', 'deleted') and old_row.state in ('pending', 'ready');
  end if;
  return null;
end;
$$;
comment on function private.ticket_attachments_follow() is
  'What follows from a change of files: the uploaders'' counters move by what the bytes changed, and the objects of rows that were deleted, '
  'rejected or made tombstones are removed.';

create trigger ticket_attachments_guard before update on public.ticket_attachments
  for each row when (new.state is distinct from old.state) execute function private.ticket_attachments_guard();

create trigger ticket_attachments_follow_insert after insert on public.ticket_attachments
  referencing new table as new_rows for each statement execute function private.ticket_attachments_follow();

create trigger ticket_attachments_follow_update after update on public.ticket_attachments
  referencing old table as old_rows new table as new_rows for each statement execute function private.ticket_attachments_follow();

create trigger ticket_attachments_follow_delete after delete on public.ticket_attachments
  referencing old table as old_rows for each statement execute function private.ticket_attachments_follow();

-- schemas/support/received_mails.sql
-- Mails that came to the desk, and what became of each. The whole mail is kept for a while, for agents alone: what is said in a ticket is
-- only what its sender wrote anew.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('mails_from_strangers_are_held', '1', 'integer', '0', '1', '1: a mail from an address that nobody confirmed is held for an agent; 0: it is refused.'),
  ('mails_per_address_per_hour', '20', 'integer', '1', '1000', 'Mails of one address in an hour that may have an effect; further ones are ignored.'),
  ('held_mails_at_most', '1000', 'integer', '1', '100000', 'Mails that wait for an agent at a time; further ones are refused.'),
  ('received_mails_kept_for', '"180 days"', 'interval', '1 day', '3650 days', 'How long a received mail is kept; what it said in a ticket stays there.');

create table public.received_mails (
  id uuid primary key default gen_random_uuid(),
  provider_id text not null constraint mail_is_received_once unique,
  state public.received_mail_state not null default 'waiting',
  reason text constraint reason_is_snake_case check (reason ~ '^[a-z][a-z0-9_]*$'),
  from_address text constraint address_is_lower_case check (from_address = lower(from_address)),
  subject text,
  header_message_id text,
  authentication text constraint authentication_is_known check (authentication in ('pass', 'fail', 'none')),
  words text,
  body text,
  html text,
  headers jsonb,
  is_cut boolean not null default false,
  file_count integer not null default 0,
  user_id uuid references public.profiles (id) on delete cascade,
  delivery_id uuid references public.message_deliveries (id) on delete set null,
  ticket_id uuid references public.support_tickets (id) on delete cascade,
  entry_id uuid,
  opens_ticket boolean not null default false,
  decided_by uuid references public.profiles (id) on delete set null,
  settled_at timestamptz,
  received_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint entry_is_of_the_ticket
    foreign key (entry_id, ticket_id) references public.ticket_messages (id, ticket_id) on update cascade on delete cascade,
  constraint settled_mail_says_when check ((state = 'waiting') = (settled_at is null)),
  constraint mail_without_effect_says_why check (state in ('waiting', 'posted', 'opened') or reason is not null),
  constraint mail_with_effect_has_a_ticket check (state not in ('posted', 'opened') or ticket_id is not null)
);
comment on table public.received_mails is 'One row for each mail that the provider received for us. For support staff.';
comment on column public.received_mails.provider_id is 'The provider''s id of the mail: a mail that is told twice is one.';
comment on column public.received_mails.reason is 'A code: why it had no effect, or why an agent has to decide.';
comment on column public.received_mails.from_address is 'Whom it claims to be from.';
comment on column public.received_mails.authentication is 'What a receiver that we trust says of that claim: pass, fail; none: nobody says anything.';
comment on column public.received_mails.words is 'What its sender wrote anew: the text without what it quotes.';
comment on column public.received_mails.body is 'The whole text, as far as it is kept.';
comment on column public.received_mails.html is 'The whole HTML, as its sender wrote it. It is never to be shown as a page.';
comment on column public.received_mails.headers is 'Its headers from the top: [[name, value], …].';
comment on column public.received_mails.is_cut is 'Whether the mail is longer than what is kept.';
comment on column public.received_mails.user_id is 'Who speaks in it; null for a stranger, and while nobody knows.';
comment on column public.received_mails.delivery_id is 'The message of ours that it answers.';
comment on column public.received_mails.entry_id is 'The message of the ticket that it became.';
comment on column public.received_mails.opens_ticket is 'Whether its ticket was opened by it.';
comment on column public.received_mails.decided_by is 'The agent who accepted or discarded it.';

create index received_mails_state_idx on public.received_mails (state, received_at, id);
create index received_mails_from_address_idx on public.received_mails (from_address, created_at);
create index received_mails_user_id_idx on public.received_mails (user_id, created_at, id) where user_id is not null;
create index received_mails_delivery_id_idx on public.received_mails (delivery_id) where delivery_id is not null;
create index received_mails_ticket_id_idx on public.received_mails (ticket_id) where ticket_id is not null;
create index received_mails_entry_id_idx on public.received_mails (entry_id, ticket_id) where entry_id is not null;
create index received_mails_decided_by_idx on public.received_mails (decided_by) where decided_by is not null;
create index received_mails_created_at_idx on public.received_mails (created_at);

alter table public.received_mails enable row level security;

create policy "support staff read received mails" on public.received_mails
  for select to authenticated
  using ((select private.is_support_staff()));

grant select on public.received_mails to authenticated, service_role;

create function private.forget_received_mails(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('support_job_batch_size');
  v_before constant timestamptz := p_now - private.setting_interval('received_mails_kept_for');
  v_rows integer;
begin
  delete from public.received_mails where id = any (array(
    select id from public.received_mails where created_at < v_before
    order by created_at limit v_batch
    for update skip locked));
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.forget_received_mails(timestamptz) is 'Job: deletes mails that came long ago.';

select private.schedule_job('forget_received_mails', '47 * * * *', 'private.forget_received_mails', 'Delete received mails after 180 days.');

create view private.exported_received_mails with (security_invoker = true) as
  select user_id as person, created_at, id,
    to_jsonb(m) - array['user_id', 'provider_id', 'headers', 'html', 'authentication', 'delivery_id', 'decided_by'] as data
  from public.received_mails m;
comment on view private.exported_received_mails is 'Mails of a user to the desk, and what became of them.';

insert into private.export_sections (domain, section, view_name) values ('support', 'received_mails', 'private.exported_received_mails');

-- schemas/support/business_hours.sql
-- When the desk works. The clocks of ticket_sla.sql run in these hours alone; unless somebody says otherwise the desk is always open.
create table public.business_hours (
  is_only boolean primary key default true constraint business_hours_are_one_row check (is_only),
  time_zone text not null default 'UTC',
  weekly jsonb not null default '[]' constraint weekly_hours_are_a_list check (jsonb_typeof(weekly) = 'array'),
  holidays jsonb not null default '[]' constraint holidays_are_a_list check (jsonb_typeof(holidays) = 'array')
);
comment on table public.business_hours is 'When the desk works; one row, changed as a whole by admin_set_business_hours.';
comment on column public.business_hours.weekly is '[{weekday, opens, closes}]: 1 is Monday, times as 09:00, in the zone; 24:00 is midnight. Empty: every day, all day.';
comment on column public.business_hours.holidays is '[{day, name}]: days of the zone on which nobody works.';

insert into public.business_hours default values;

alter table public.business_hours enable row level security;

create policy "signed-in users read when the desk works" on public.business_hours
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.business_hours to authenticated, service_role;

-- The hours as instants, so that time between two of them is a difference of two sums. What is past stays as it was then.
create table public.opening_spans (
  opens_at timestamptz primary key,
  closes_at timestamptz not null,
  open_before interval not null constraint open_before_is_not_negative check (open_before >= '0'),
  constraint span_has_a_length check (closes_at > opens_at)
);
comment on table public.opening_spans is 'From when to when the desk works, five years ahead. Made of business_hours from the moment on at which they were changed.';
comment on column public.opening_spans.open_before is 'The length of all spans before.';

create index opening_spans_open_before_idx on public.opening_spans (open_before);

insert into public.opening_spans (opens_at, closes_at, open_before) values ('2000-01-01Z', 'infinity', '0');

alter table public.opening_spans enable row level security;

create policy "signed-in users read the spans of their clocks" on public.opening_spans
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.opening_spans to authenticated, service_role;

create function private.build_opening_spans(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_ahead constant interval := interval '5 years';
  v_hours public.business_hours;
  v_today date;
  v_before interval;
  v_rows integer;
begin
  select * into strict v_hours from public.business_hours for update;
  v_today := (p_now at time zone v_hours.time_zone)::date;
  delete from public.opening_spans where opens_at >= p_now;
  update public.opening_spans set closes_at = p_now where closes_at > p_now;
  select s.open_before + (s.closes_at - s.opens_at) into v_before from public.opening_spans s order by s.opens_at desc limit 1;
  v_before := coalesce(v_before, '0');

  if v_hours.weekly = '[]' and v_hours.holidays = '[]' then
    insert into public.opening_spans (opens_at, closes_at, open_before) values (p_now, 'infinity', v_before);
    return 1;
  end if;
  with weekly as (
    select weekday, opens, closes from jsonb_to_recordset(v_hours.weekly) as w (weekday integer, opens time, closes time)
    union all
    select weekday, '00:00', '24:00' from generate_series(1, 7) weekday where v_hours.weekly = '[]'
  ), spans as (
    -- Where clocks go forward, what opens or closes in the hour that is not there does so after it, and may meet the next span.
    select greatest((day + w.opens) at time zone v_hours.time_zone, p_now,
        max((day + w.closes) at time zone v_hours.time_zone) over (order by day, w.opens rows between unbounded preceding and 1 preceding)) as opens_at,
      (day + w.closes) at time zone v_hours.time_zone as closes_at
    from (select generate_series(v_today, v_today + c_ahead, '1 day')::date) days (day)
    join weekly w on w.weekday = extract(isodow from day)
    where not exists (select from jsonb_to_recordset(v_hours.holidays) as h (day date) where h.day = days.day)
  )
  insert into public.opening_spans (opens_at, closes_at, open_before)
  select s.opens_at, s.closes_at,
    v_before + coalesce(sum(s.closes_at - s.opens_at) over (order by s.opens_at rows between unbounded preceding and 1 preceding), '0')
  from spans s where s.closes_at > s.opens_at;
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.build_opening_spans(timestamptz) is
  'Makes the spans from p_now on anew, as the hours and the zone''s rules are now, and ends the one that is open.';

create function private.extend_opening_spans(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_enough constant interval := interval '59 months';
begin
  if (select max(closes_at) from public.opening_spans) < p_now + c_enough then
    return private.build_opening_spans(p_now);
  end if;
  return 0;
end;
$$;
comment on function private.extend_opening_spans(timestamptz) is 'Job: once a month brings the spans five years ahead, and in step with the zone''s rules.';

select private.schedule_job('extend_opening_spans', '17 3 * * *', 'private.extend_opening_spans', 'Bring the desk''s hours five years ahead.');

create function private.is_opening(p_opening jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_typeof(p_opening -> 'weekday') = 'number' and p_opening ->> 'weekday' ~ '^[1-7]$'
    and p_opening ->> 'opens' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and p_opening ->> 'closes' ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
    -- Of the same form, so that texts compare as times.
    and (p_opening ->> 'opens') collate "C" < p_opening ->> 'closes', false);
$$;
comment on function private.is_opening(jsonb) is 'Whether this is hours of a weekday: {weekday, opens, closes}.';

create function private.is_holiday(p_holiday jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(p_holiday ->> 'day' ~ '^20[0-9]{2}-[0-9]{2}-[0-9]{2}$' and to_char((p_holiday ->> 'day')::date, 'YYYY-MM-DD') = p_holiday ->> 'day'
    and char_length(btrim(p_holiday ->> 'name')) between 1 and 100, false);
exception when datetime_field_overflow then
  return false;
end;
$$;
comment on function private.is_holiday(jsonb) is 'Whether this is a day of this century with a name: {day, name}.';

create function private.set_business_hours(p_time_zone text, p_weekly jsonb, p_holidays jsonb, p_now timestamptz) returns public.business_hours
language plpgsql security definer set search_path = '' as $$
declare
  v_was public.business_hours;
  v_hours public.business_hours;
  v_is_valid boolean := coalesce(jsonb_typeof(p_weekly) = 'array' and jsonb_typeof(p_holidays) = 'array', false);
begin
  perform private.require_admin();
  perform private.require_time_zone(p_time_zone);
  if v_is_valid then
    v_is_valid := jsonb_array_length(p_weekly) <= 50 and jsonb_array_length(p_holidays) <= 500
      and (select coalesce(bool_and(private.is_opening(e)), true) from jsonb_array_elements(p_weekly) e)
      and (select coalesce(bool_and(private.is_holiday(e)), true) from jsonb_array_elements(p_holidays) e);
  end if;
  if v_is_valid then
    v_is_valid := not exists (
        select from (
          select w.opens < lag(w.closes) over (partition by w.weekday order by w.opens) as is_overlapping
          from jsonb_to_recordset(p_weekly) as w (weekday integer, opens time, closes time)
        ) w where w.is_overlapping)
      and (select count(distinct e ->> 'day') = count(*) from jsonb_array_elements(p_holidays) e);
  end if;
  if not v_is_valid then
    perform private.refuse(422, 'invalid_business_hours',
      'Hours are a list of {weekday, opens, closes} that do not overlap, holidays a list of {day, name} with each day once.');
  end if;
  select * into strict v_was from public.business_hours for update;
  update public.business_hours set time_zone = p_time_zone,
    weekly = (select coalesce(jsonb_agg(jsonb_build_object('weekday', w.weekday, 'opens', w.opens, 'closes', w.closes) order by w.weekday, w.opens), '[]')
      from jsonb_to_recordset(p_weekly) as w (weekday integer, opens text, closes text)),
    holidays = (select coalesce(jsonb_agg(jsonb_build_object('day', h.day, 'name', btrim(h.name)) order by h.day), '[]')
      from jsonb_to_recordset(p_holidays) as h (day text, name text))
  returning * into v_hours;
  perform private.build_opening_spans(p_now);
  perform private.record_admin_action('set_business_hours', jsonb_build_object('from', to_jsonb(v_was), 'to', to_jsonb(v_hours)));
  return v_hours;
end;
$$;
comment on function private.set_business_hours(text, jsonb, jsonb, timestamptz) is 'Sets when the desk works, from p_now on, if the caller is an admin.';

create function private.admin_set_business_hours(p_time_zone text, p_weekly jsonb, p_holidays jsonb) returns public.business_hours
language sql security definer set search_path = '' as $$
  select * from private.set_business_hours(p_time_zone, p_weekly, p_holidays, now());
$$;
comment on function private.admin_set_business_hours(text, jsonb, jsonb) is 'Sets when the desk works, from now on.';

create function public.admin_set_business_hours(p_time_zone text, p_weekly jsonb, p_holidays jsonb default '[]') returns public.business_hours
language sql set search_path = '' as $$
  select * from private.admin_set_business_hours(p_time_zone, p_weekly, p_holidays);
$$;
comment on function public.admin_set_business_hours(text, jsonb, jsonb) is
  'For admins and the server: sets when the desk works, for the clocks of tickets from now on; recorded. '
  'Refuses: 403 admin_only, 422 invalid_time_zone, 422 invalid_business_hours.';

grant execute on function private.admin_set_business_hours(text, jsonb, jsonb), public.admin_set_business_hours(text, jsonb, jsonb)
  to authenticated, service_role;

-- schemas/support/received_mail_files.sql
-- Files of mails to the desk: each becomes a file of the ticket, by the rules of an upload of its sender, or a row that says why not.
create table public.received_mail_files (
  mail_id uuid not null references public.received_mails (id) on delete cascade,
  part text not null,
  file_name text not null,
  attachment_id uuid references public.ticket_attachments (id) on delete set null,
  reason text constraint reason_is_snake_case check (reason ~ '^[a-z][a-z0-9_]*$'),
  primary key (mail_id, part)
);
comment on table public.received_mail_files is 'What became of the files of a mail. For support staff.';
comment on column public.received_mail_files.part is 'The provider''s id of the file in its mail.';
comment on column public.received_mail_files.attachment_id is 'The file of the ticket; null where there is none, or none any more.';
comment on column public.received_mail_files.reason is 'A code: why it did not become a file of the ticket.';

create index received_mail_files_attachment_id_idx on public.received_mail_files (attachment_id) where attachment_id is not null;

alter table public.received_mail_files enable row level security;

create policy "support staff read files of received mails" on public.received_mail_files
  for select to authenticated
  using ((select private.is_support_staff()));

grant select on public.received_mail_files to authenticated, service_role;

create function private.announce_file_of_mail(
  p_mail public.received_mails, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint,
  out attachment_id uuid, out reason text
)
language plpgsql security definer set search_path = '' as $$
declare
  v_claims constant text := current_setting('request.jwt.claims', true);
  v_message text;
  v_hint text;
begin
  begin
    perform private.speak_as(p_mail.user_id);
    attachment_id := (private.create_attachment(p_mail.ticket_id, p_file_name, p_object_name, p_content_type, p_size_bytes)).id;
  exception when others then
    get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
    reason := private.refusal_code(sqlstate, v_message, v_hint);
    if reason is null then
      raise;
    end if;
  end;
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
end;
$$;
comment on function private.announce_file_of_mail(public.received_mails, text, text, text, bigint) is
  'Announces a file as the person who speaks in a mail: the file of the ticket, or the code of the refusal.';

create function public.attach_file_of_mail(
  p_mail_id uuid, p_part text, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
  v_known public.received_mail_files;
  v_announced record;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state = 'waiting' and ticket_id is not null for update;
  if not found then
    return null;
  end if;
  select * into v_known from public.received_mail_files where mail_id = p_mail_id and part = p_part;
  if v_known.attachment_id is null then
    v_announced := private.announce_file_of_mail(v_mail, p_file_name, p_object_name, p_content_type, p_size_bytes);
    insert into public.received_mail_files (mail_id, part, file_name, attachment_id, reason)
    values (p_mail_id, p_part, p_file_name, v_announced.attachment_id, v_announced.reason)
    on conflict (mail_id, part) do update set attachment_id = excluded.attachment_id, reason = excluded.reason
    returning * into v_known;
  end if;
  return (
    select jsonb_build_object('id', id, 'path', path, 'file_name', file_name, 'content_type', content_type, 'size_bytes', size_bytes,
      'state', state, 'user_id', uploaded_by)
    from public.ticket_attachments where id = v_known.attachment_id);
end;
$$;
comment on function public.attach_file_of_mail(uuid, text, text, text, text, bigint) is
  'For the task receive_mail: announces a file of a mail, once, as its sender; the file of the ticket, or null when the rules refuse it.';

create function public.refuse_file_of_mail(p_mail_id uuid, p_part text, p_file_name text, p_reason text) returns void
language sql security definer set search_path = '' as $$
  insert into public.received_mail_files (mail_id, part, file_name, reason)
  select id, p_part, p_file_name, p_reason from public.received_mails where id = p_mail_id and state = 'waiting'
  on conflict (mail_id, part) do update set reason = excluded.reason;
$$;
comment on function public.refuse_file_of_mail(uuid, text, text, text) is 'For the task receive_mail: why a file of a mail is none of the ticket.';

grant execute on function public.attach_file_of_mail(uuid, text, text, text, text, bigint),
  public.refuse_file_of_mail(uuid, text, text, text) to service_role;

create function private.ready_files_of_mail(p_mail_id uuid) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(a.id), array[]::uuid[])
  from public.received_mail_files f join public.ticket_attachments a on a.id = f.attachment_id
  where f.mail_id = p_mail_id and a.state = 'ready';
$$;
comment on function private.ready_files_of_mail(uuid) is 'The files of a mail that can be sent with its message.';

-- schemas/support/account_life.sql
-- What support contributes to closing, purging and exporting an account.
create function private.support_purge_blockers(p_user_id uuid) returns setof text
language sql stable security definer set search_path = '' as $$
  select 'open_ticket' from public.support_tickets
  where user_id = p_user_id and not private.is_ticket_finished(status) limit 1;
$$;
comment on function private.support_purge_blockers(uuid) is 'open_ticket while somebody still works on a ticket of the user.';

create function private.support_outside_resources(p_user_id uuid) returns table (kind text, resource_id text)
language sql stable security definer set search_path = '' as $$
  select 'remove_ticket_file', path from public.ticket_attachments where user_id = p_user_id;
$$;
comment on function private.support_outside_resources(uuid) is 'The objects of all files of the user''s tickets, as tasks that remove them.';

-- The conversation that the customer reads: what is internal is not theirs, and who of the staff it was is not either.
create view private.exported_tickets with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(t) - array['number', 'user_id', 'assigned_to'] as data
  from public.support_tickets t;

create view private.exported_ticket_messages with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(m) - array['user_id', 'author_id', 'is_internal'] as data
  from public.ticket_messages m where not is_internal;

create view private.exported_ticket_replies with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(r) - array['user_id', 'author_id', 'is_internal'] as data
  from public.ticket_replies r where not is_internal;

create view private.exported_ticket_attachments with (security_invoker = true) as
  select user_id as person, created_at, id,
    to_jsonb(a) - array['user_id', 'uploaded_by', 'is_internal', 'path', 'object_version', 'is_metered'] as data
  from public.ticket_attachments a where state = 'ready' and not is_internal;

create view private.exported_ticket_surveys with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(s) - array['user_id', 'agent_id'] as data
  from public.ticket_surveys s;

create view private.exported_ticket_events with (security_invoker = true) as
  select user_id as person, id, to_jsonb(e) - array['user_id', 'actor_id'] as data
  from public.ticket_events e;
comment on view private.exported_tickets is 'Tickets of a customer, without their agent.';
comment on view private.exported_ticket_messages is 'The public messages of a customer''s tickets, by whomever.';
comment on view private.exported_ticket_replies is 'The public replies in a customer''s tickets, by whomever.';
comment on view private.exported_ticket_attachments is 'The files of a customer''s tickets that they can download.';
comment on view private.exported_ticket_surveys is 'How a customer rated.';
comment on view private.exported_ticket_events is 'What became of a customer''s tickets, and when.';

-- Deleting a user reaches their tickets, and those assigned to them, after their profile; whoever writes to one of these has the
-- ticket and then refers to the profile, which is told of it. So the tickets come first here too, after the limits.
create function private.lock_tickets_of_leaver(p_user_id uuid) returns void
language sql security definer set search_path = '' as $$
  select from public.support_tickets where user_id = p_user_id or assigned_to = p_user_id order by id for update;
$$;
comment on function private.lock_tickets_of_leaver(uuid) is 'Locks the tickets of a user who is being deleted: keeps the order of locks.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('purge_blockers', 40, 'support', 'private.support_purge_blockers'),
  ('outside_resources', 40, 'support', 'private.support_outside_resources'),
  ('before_user_deletion', 40, 'support', 'private.lock_tickets_of_leaver');

insert into private.export_sections (domain, section, view_name) values
  ('support', 'tickets', 'private.exported_tickets'),
  ('support', 'messages', 'private.exported_ticket_messages'),
  ('support', 'replies', 'private.exported_ticket_replies'),
  ('support', 'attachments', 'private.exported_ticket_attachments'),
  ('support', 'surveys', 'private.exported_ticket_surveys'),
  ('support', 'events', 'private.exported_ticket_events');

insert into private.removal_task_kinds (kind) values ('remove_ticket_file');

create function private.support_overview(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('tickets', coalesce(jsonb_agg(jsonb_build_object('id', id, 'ticket_number', ticket_number, 'subject', subject,
    'status', status, 'priority', priority, 'created_at', created_at) order by created_at desc, id), '[]'))
  from (select * from public.support_tickets where user_id = p_user_id order by created_at desc, id limit 20) latest;
$$;
comment on function private.support_overview(uuid) is 'The latest tickets of an account, at most 20.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('account_overview', 40, 'support', 'private.support_overview');

-- schemas/support/act_on_mails.sql
-- What a mail does, it does as its sender would over REST: the same functions with the sender's claims.
create function private.speak_as(p_user_id uuid) returns void
language sql set search_path = '' as $$
  select set_config('request.jwt.claims', jsonb_build_object('sub', p_user_id, 'role', 'authenticated')::text, true);
$$;
comment on function private.speak_as(uuid) is 'Lets the rest of the transaction be done by a user. Whoever calls it restores the claims.';

create function private.open_ticket_of_mail(p_mail public.received_mails) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.support_tickets (user_id, subject, description)
  values (p_mail.user_id, coalesce(nullif(p_mail.subject, ''), 'No subject'),
    coalesce(nullif(p_mail.words, ''), nullif(p_mail.subject, ''), 'No text'))
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.open_ticket_of_mail(public.received_mails) is 'Opens a ticket for the person who speaks in a mail.';

create function private.post_mail(p_mail public.received_mails, p_attachment_ids uuid[]) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_posted jsonb;
begin
  v_posted := private.post_ticket_message(p_mail.ticket_id, p_mail.words, null, false, null, p_attachment_ids, 'mail ' || p_mail.id);
  return (v_posted #>> '{message,id}')::uuid;
end;
$$;
comment on function private.post_mail(public.received_mails, uuid[]) is 'Writes a mail into its ticket as a message of the person who speaks in it, with its files.';

create function private.refusal_code(p_state text, p_message text, p_hint text) returns text
language sql immutable set search_path = '' as $$
  select case when p_state like 'PT%' then p_hint when p_state = 'PGRST' then p_message::jsonb ->> 'hint' end;
$$;
comment on function private.refusal_code(text, text, text) is 'The code of a refusal as it was raised; null for an error that is none.';

create function private.act_on_mail(p_mail public.received_mails, p_is_final boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_claims constant text := current_setting('request.jwt.claims', true);
  v_files constant uuid[] := private.ready_files_of_mail(p_mail.id);
  v_message text;
  v_hint text;
  v_code text;
begin
  begin
    perform private.speak_as(p_mail.user_id);
    if p_mail.ticket_id is null then
      -- Files need a ticket to be attached to.
      update public.received_mails set ticket_id = private.open_ticket_of_mail(p_mail), opens_ticket = true where id = p_mail.id;
    elsif p_is_final and not p_mail.opens_ticket then
      if p_mail.words = '' and cardinality(v_files) = 0 then
        v_code := 'no_file_accepted';
      else
        update public.received_mails set entry_id = private.post_mail(p_mail, v_files) where id = p_mail.id;
      end if;
    end if;
  exception when others then
    get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
    v_code := private.refusal_code(sqlstate, v_message, v_hint);
    if v_code is null then
      raise;
    end if;
  end;
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
  if v_code is not null then
    update public.ticket_attachments set state = 'deleted' where id = any (v_files);
    perform private.settle_received_mail(p_mail.id, 'refused', v_code);
  elsif p_is_final then
    perform private.settle_received_mail(id, case when opens_ticket then 'opened' else 'posted' end::public.received_mail_state, null)
    from public.received_mails where id = p_mail.id;
  end if;
  return jsonb_build_object('step', case when v_code is null and not p_is_final then 'files' else 'none' end);
end;
$$;
comment on function private.act_on_mail(public.received_mails, boolean) is
  'Opens the ticket of a mail or writes it into one, as its sender; what the rules refuse is kept as refused. Before its files are there '
  '(p_is_final: false) nothing is written into a ticket. {step: files} when they are to be brought now.';

-- schemas/support/admit_ticket_entries.sql
-- What a message or reply must not choose itself: whose ticket it is in, who wrote it, and whether it is allowed at all.
-- The ticket's row is the lock: a reply and a closing queue on it, so that one sees the other.
create function private.admit_ticket_entry(p_ticket_id uuid, p_is_internal boolean, out owner_id uuid, out party public.ticket_party)
language plpgsql security definer set search_path = '' as $$
declare
  v_status public.ticket_status;
begin
  -- Asked before the lock, so that a stranger cannot hold it; absent and foreign are answered alike.
  select user_id, private.current_ticket_party(user_id) into owner_id, party
  from public.support_tickets where id = p_ticket_id;
  if party is not null then
    select status into v_status from public.support_tickets where id = p_ticket_id for no key update;
  end if;
  if party = 'staff' then
    -- And again under it: the caller may have waited for the end of their own place among support staff.
    party := private.current_ticket_party(owner_id);
  end if;
  if v_status is null or party is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  perform private.require_open_ticket(v_status);
  if party = 'customer' then
    if p_is_internal then
      perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
    end if;
    perform private.take_rate(auth.uid(), 'messages', now());
  end if;
end;
$$;
comment on function private.admit_ticket_entry(uuid, boolean) is
  'Locks the ticket of a message or reply and refuses strangers, closed tickets, internal notes of customers and floods. Returns the '
  'ticket''s owner and who the caller is to it.';

-- schemas/support/assign_in_turn.sql
-- Where the desk wants it, a new ticket is given to the agent whose turn it is. Admins take tickets by hand.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('tickets_assigned_in_turn', '0', 'integer', '0', '1', '1: new tickets are given to the agents who are not away, in turn; 0: they wait for somebody to take them.');

create table public.desk_turns (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  is_away boolean not null default false,
  turn bigint not null default 0 constraint turn_is_not_negative check (turn >= 0)
);
comment on table public.desk_turns is 'Whose turn it is among the agents: the lowest turn is next. Whoever has no row was never given a ticket and is not away.';
comment on column public.desk_turns.turn is 'Counts up over all agents; that of the last ticket that somebody was given.';

alter table public.desk_turns enable row level security;

create policy "support staff read whose turn it is" on public.desk_turns
  for select to authenticated using ((select private.is_support_staff()));

grant select on public.desk_turns to authenticated, service_role;

create view private.exported_desk_turn with (security_invoker = true) as
  select profile_id as person, profile_id, to_jsonb(d) - 'profile_id' as data from public.desk_turns d;
comment on view private.exported_desk_turn is 'Whether an agent is away, and their turn.';

insert into private.export_sections (domain, section, view_name) values ('support', 'desk_turn', 'private.exported_desk_turn');

-- One at a time, so that tickets at the same moment do not meet the same turn. The profile is locked before the turn, as by its deletion; one that is
-- being changed just now is passed over and not waited for.
create function private.next_agent(p_owner_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_agent_id uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('private.next_agent', 0));
  select p.id into v_agent_id
  from public.profiles p left join public.desk_turns d on d.profile_id = p.id
  where p.role = 'agent' and private.role_under(p.role, p.account_status) = 'agent' and p.id <> p_owner_id and d.is_away is not true
  order by coalesce(d.turn, 0), p.id
  limit 1
  for share of p skip locked;
  if v_agent_id is not null then
    insert into public.desk_turns (profile_id, turn)
    values (v_agent_id, (select coalesce(max(turn), 0) + 1 from public.desk_turns))
    on conflict (profile_id) do update set turn = excluded.turn;
  end if;
  return v_agent_id;
end;
$$;
comment on function private.next_agent(uuid) is 'Takes the turn of the agent who is next, for a ticket of this owner; null if nobody is there.';

create function private.assign_in_turn() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.assigned_to is null and new.status = 'open' and private.setting_integer('tickets_assigned_in_turn') = 1 then
    new.assigned_to := private.next_agent(new.user_id);
  end if;
  return new;
end;
$$;
comment on function private.assign_in_turn() is 'Gives a new ticket to the agent whose turn it is, where the desk wants that.';

create trigger support_tickets_assign_in_turn before insert on public.support_tickets
  for each row execute function private.assign_in_turn();

create function private.set_away(p_is_away boolean) returns public.desk_turns
language plpgsql security definer set search_path = '' as $$
declare
  v_turn public.desk_turns;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  insert into public.desk_turns (profile_id, is_away) values (auth.uid(), coalesce(p_is_away, false))
  on conflict (profile_id) do update set is_away = excluded.is_away
  returning * into v_turn;
  return v_turn;
end;
$$;
comment on function private.set_away(boolean) is 'Says whether the caller is away.';

create function public.set_away(p_is_away boolean) returns public.desk_turns
language sql set search_path = '' as $$
  select * from private.set_away(p_is_away);
$$;
comment on function public.set_away(boolean) is
  'For support staff: says whether the caller is away, so that they are given no tickets in turn. What they have stays theirs. 403 support_staff_only.';

grant execute on function private.set_away(boolean), public.set_away(boolean) to authenticated;

-- schemas/support/create_attachment.sql
-- The first step of an upload, with the caller's own rights, decides who may attach to the ticket, how much and how often. It locks in the
-- order of decision 0011: the uploader's limits, then the ticket. That makes the count of files exact and lets a closing and an
-- upload see each other.
create function private.create_attachment(
  p_ticket_id uuid, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint
) returns public.ticket_attachments
language plpgsql security definer set search_path = '' as $$
declare
  v_uploader constant uuid := auth.uid();
  v_id constant uuid := gen_random_uuid();
  v_ticket public.support_tickets;
  v_party public.ticket_party;
  v_files integer;
  v_bytes bigint;
  v_attachment public.ticket_attachments;
begin
  -- Asked before the locks, so that a stranger cannot hold them; absent and foreign are answered alike.
  if v_uploader is null or not private.can_read_ticket(p_ticket_id, v_uploader) then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  perform from public.user_limits where user_id = v_uploader for no key update;
  select * into v_ticket from public.support_tickets where id = p_ticket_id for no key update;
  v_party := private.ticket_party_of(v_ticket.user_id, v_uploader);
  -- While this waited, the ticket may have gone, or the uploader's place among support staff.
  if v_ticket.id is null or v_party is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  perform private.require_open_ticket(v_ticket.status);

  -- A customer's room does not shrink with files that they do not see.
  select count(*), coalesce(sum(size_bytes), 0) into v_files, v_bytes
  from public.ticket_attachments
  where ticket_id = p_ticket_id and state in ('pending', 'ready') and (not is_internal or v_party = 'staff');
  if v_files >= private.setting_integer('attachment_max_files_per_ticket') then
    perform private.refuse(409, 'too_many_attachments', 'The ticket has as many files as a ticket can have.',
      jsonb_build_object('used', v_files, 'allowed', private.setting_integer('attachment_max_files_per_ticket')));
  end if;
  if v_bytes + p_size_bytes > private.setting_integer('attachment_max_bytes_per_ticket') then
    perform private.refuse(409, 'ticket_attachments_full', 'The files of the ticket would be larger than a ticket can hold.',
      jsonb_build_object('used', v_bytes, 'allowed', private.setting_integer('attachment_max_bytes_per_ticket')));
  end if;
  perform private.take_rate(v_uploader, 'uploads', now());

  insert into public.ticket_attachments
    (id, ticket_id, user_id, file_name, content_type, size_bytes, path, uploaded_by, is_internal, is_metered)
  values (v_id, v_ticket.id, v_ticket.user_id, p_file_name, p_content_type, p_size_bytes,
    format('%s/%s/%s', v_ticket.id, v_id, p_object_name), v_uploader, v_party = 'staff', not private.acts_as_staff(v_uploader))
  returning * into v_attachment;
  return v_attachment;
end;
$$;
comment on function private.create_attachment(uuid, text, text, text, bigint) is 'Announces a file of a ticket, if the caller may attach to it.';

grant execute on function private.create_attachment(uuid, text, text, text, bigint) to authenticated;

create function public.create_attachment(
  p_ticket_id uuid, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint
) returns jsonb
language sql security invoker set search_path = '' as $$
  select jsonb_build_object('id', id, 'path', path, 'file_name', file_name, 'content_type', content_type, 'size_bytes', size_bytes)
  from private.create_attachment(p_ticket_id, p_file_name, p_object_name, p_content_type, p_size_bytes);
$$;
comment on function public.create_attachment(uuid, text, text, text, bigint) is
  'Announces a file of a ticket: a pending row, for which the function attachment-upload signs an upload URL. Returns id and path. '
  'Errors: ticket_not_found, ticket_closed, too_many_attachments, ticket_attachments_full, limit_reached, rate_limited.';

grant execute on function public.create_attachment(uuid, text, text, text, bigint) to authenticated;

-- schemas/support/decide_on_held_mails.sql
-- An agent decides on a mail that had no effect: it opens a ticket of a customer, or is thrown away.
create function private.lock_mail_as_staff(p_mail_id uuid) returns public.received_mails
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  select * into v_mail from public.received_mails where id = p_mail_id for update;
  if not found then
    perform private.refuse(404, 'mail_not_found', 'There is no such mail.');
  elsif v_mail.state not in ('held', 'refused', 'ignored') then
    perform private.refuse(409, 'mail_has_taken_effect', 'The mail is in a ticket, was discarded, or was not read.');
  end if;
  return v_mail;
end;
$$;
comment on function private.lock_mail_as_staff(uuid) is
  'A mail that had no effect, locked for an agent. Refuses: 403 support_staff_only, 404 mail_not_found, 409 mail_has_taken_effect.';

create function private.accept_received_mail(p_mail_id uuid, p_user_id uuid) returns public.support_tickets
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails := private.lock_mail_as_staff(p_mail_id);
  v_ticket public.support_tickets;
begin
  perform from public.profiles where id = p_user_id for key share;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  end if;
  v_mail.user_id := p_user_id;
  v_ticket.id := private.open_ticket_of_mail(v_mail);
  select * into strict v_ticket from public.support_tickets where id = v_ticket.id;
  update public.received_mails
  set user_id = p_user_id, ticket_id = v_ticket.id, opens_ticket = true, entry_id = null, decided_by = auth.uid(), reason = null,
      state = case when file_count = 0 then 'opened' else 'waiting' end::public.received_mail_state,
      settled_at = case when file_count = 0 then now() end
  where id = p_mail_id;
  if v_mail.file_count > 0 then
    perform private.enqueue_task('receive_mail', p_mail_id::text, null, now());
  end if;
  return v_ticket;
end;
$$;
comment on function private.accept_received_mail(uuid, uuid) is 'Opens the ticket of a mail for a customer, if the caller is staff; a task brings its files.';

create function public.accept_received_mail(p_mail_id uuid, p_user_id uuid) returns public.support_tickets
language sql security invoker set search_path = '' as $$
  select private.accept_received_mail(p_mail_id, p_user_id);
$$;
comment on function public.accept_received_mail(uuid, uuid) is
  'For support staff: opens a ticket of a customer with a mail that had no effect. The ticket. 403 support_staff_only, 404 mail_not_found, '
  '404 account_not_found, 409 mail_has_taken_effect.';

create function private.discard_received_mail(p_mail_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_mail constant public.received_mails := private.lock_mail_as_staff(p_mail_id);
begin
  update public.received_mails
  set state = 'discarded', decided_by = auth.uid(), settled_at = now(), words = null, body = null, html = null, headers = null
  where id = v_mail.id;
end;
$$;
comment on function private.discard_received_mail(uuid) is 'Throws a mail that had no effect away, with what it says, if the caller is staff.';

create function public.discard_received_mail(p_mail_id uuid) returns void
language sql security invoker set search_path = '' as $$
  select private.discard_received_mail(p_mail_id);
$$;
comment on function public.discard_received_mail(uuid) is
  'For support staff: throws a mail away that had no effect, with what it says. 403 support_staff_only, 404 mail_not_found, 409 mail_has_taken_effect.';

grant execute on function private.accept_received_mail(uuid, uuid), public.accept_received_mail(uuid, uuid),
  private.discard_received_mail(uuid), public.discard_received_mail(uuid) to authenticated;

-- schemas/support/delete_attachment.sql
-- A file is taken back by its uploader while the ticket is not closed, and by staff always. The row stays as a tombstone
-- until the upload URL has ended, so that a late upload is known to belong to nobody.
create function private.delete_attachment(p_attachment_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_party public.ticket_party;
  v_ticket_status public.ticket_status;
  v_attachment public.ticket_attachments;
begin
  select * into v_attachment from public.ticket_attachments where id = p_attachment_id;
  v_party := private.ticket_party_of(v_attachment.user_id, auth.uid());
  -- A file that is absent and one that is hidden from the caller get the same answer.
  if v_attachment.id is null or v_party is null or (v_party = 'customer' and (v_attachment.is_internal
    or (v_attachment.uploaded_by is distinct from auth.uid() and v_attachment.state <> 'ready'))) then
    perform private.refuse(404, 'not_found', 'There is no such resource.');
  end if;
  if v_party = 'customer' and v_attachment.uploaded_by is distinct from auth.uid() then
    perform private.refuse(403, 'forbidden', 'You may not do this.');
  end if;

  perform from public.user_limits where user_id = v_attachment.uploaded_by for no key update;
  select status into v_ticket_status from public.support_tickets where id = v_attachment.ticket_id for no key update;
  if private.ticket_party_of(v_attachment.user_id, auth.uid()) is distinct from v_party then
    -- While this waited, the caller's place among support staff ended.
    perform private.refuse(404, 'not_found', 'There is no such resource.');
  end if;
  if v_party = 'customer' then
    perform private.require_open_ticket(v_ticket_status);
  end if;
  update public.ticket_attachments set state = 'deleted'
  where id = p_attachment_id and state in ('pending', 'ready');
  return v_attachment.path;
end;
$$;
comment on function private.delete_attachment(uuid) is 'Takes a file back, if the caller uploaded it or is staff. Returns its path.';

grant execute on function private.delete_attachment(uuid) to authenticated;

create function public.delete_attachment(p_attachment_id uuid) returns text
language sql security invoker set search_path = '' as $$
  select private.delete_attachment(p_attachment_id);
$$;
comment on function public.delete_attachment(uuid) is
  'Takes a file back: nobody reads it from now on, its bytes are given back, its object is removed by a task. Returns its path. '
  'Errors: not_found, forbidden, ticket_closed. Twice is once.';

grant execute on function public.delete_attachment(uuid) to authenticated;

-- schemas/support/delete_tickets.sql
-- A ticket goes with everything in it. Its files give their bytes back to the owner, so that the owner's limits are locked first and
-- the ticket after them (decision 0011); a plain DELETE locks the ticket's row before any trigger runs and would deadlock with an upload.
-- Only the owner has metered files, because everybody else who uploads is staff, and staff have no quota.
create function private.delete_ticket(p_ticket_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits
  where user_id = (select user_id from public.support_tickets where id = p_ticket_id) for no key update;
  delete from public.support_tickets where id = p_ticket_id;
  if not found then
    return false;
  end if;
  perform private.record_admin_action('delete_ticket', jsonb_build_object('ticket_id', p_ticket_id));
  return true;
end;
$$;
comment on function private.delete_ticket(uuid) is 'Deletes a ticket with everything in it and records who did. False when there is none.';

grant execute on function private.delete_ticket(uuid) to service_role;

create function public.delete_ticket(p_ticket_id uuid) returns boolean
language sql security invoker set search_path = '' as $$
  select private.delete_ticket(p_ticket_id);
$$;
comment on function public.delete_ticket(uuid) is
  'For the server: deletes a ticket with its conversation, ratings and files; tasks remove the objects. On record. False when there is none.';

grant execute on function public.delete_ticket(uuid) to service_role;

-- schemas/support/judge_mails.sql
-- What becomes of a mail to the desk. Its sender's address is a claim: the person speaks if a receiver that we trust confirms it, or if
-- the mail came to a reply address that only their own mail carried (docs/decisions/0122-a-senders-address-is-a-claim.md).
create function private.person_of_address(p_address text) returns uuid
language sql stable security definer set search_path = '' as $$
  select p.id from public.profiles p join auth.users u on u.id = p.id
  where lower(p.email) collate "C" = lower(p_address) and u.email_confirmed_at is not null
    and (u.banned_until is null or u.banned_until <= now()) and u.deleted_at is null
  order by p.created_at, p.id limit 1;
$$;
comment on function private.person_of_address(text) is 'Whose confirmed address it is; null for a stranger, and for who may not sign in.';

create function private.message_answered(p_delivery_id uuid, p_message_ids jsonb) returns public.message_deliveries
language plpgsql stable security definer set search_path = '' as $$
declare
  v_delivery public.message_deliveries;
begin
  select * into v_delivery from public.message_deliveries where id = p_delivery_id;
  if not found then
    select * into v_delivery from public.message_deliveries
    where message_id in (select jsonb_array_elements_text(p_message_ids))
    order by created_at desc, id limit 1;
  end if;
  return v_delivery;
end;
$$;
comment on function private.message_answered(uuid, jsonb) is 'The message of ours that a mail answers: by its reply address, or else by the Message-IDs that it refers to.';

create function private.ticket_of_message(p_delivery public.message_deliveries) returns uuid
language sql stable security definer set search_path = '' as $$
  select coalesce(t.merged_into, t.id) from public.support_tickets t
  where t.id = p_delivery.subject_id and p_delivery.kind ~ '^(ticket|sla)_'
    -- A message about several tickets names none.
    and not exists (select from public.message_deliveries o where o.sent_with = p_delivery.id and o.subject_id <> p_delivery.subject_id);
$$;
comment on function private.ticket_of_message(public.message_deliveries) is 'The ticket that a message of ours was about, or the one that it goes on in; null when it was about none.';

create function private.is_mail_flood(p_mail public.received_mails, p_now timestamptz) returns boolean
language sql stable security definer set search_path = '' as $$
  select count(*) >= private.setting_integer('mails_per_address_per_hour') from (
    select from public.received_mails
    where from_address = p_mail.from_address and id <> p_mail.id and created_at > p_now - interval '1 hour'
    limit private.setting_integer('mails_per_address_per_hour')) recent;
$$;
comment on function private.is_mail_flood(public.received_mails, timestamptz) is 'Whether an address has sent as many mails within an hour as it may.';

create function private.hold_mail(p_mail_id uuid, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_is_full constant boolean := (select count(*) >= private.setting_integer('held_mails_at_most') from public.received_mails where state = 'held');
begin
  perform private.settle_received_mail(p_mail_id,
    case when v_is_full then 'refused' else 'held' end::public.received_mail_state, case when v_is_full then 'too_many_held' else p_reason end);
  return jsonb_build_object('step', 'none');
end;
$$;
comment on function private.hold_mail(uuid, text) is 'Lets an agent decide on a mail, unless too many wait already.';

create function private.drop_mail(p_mail_id uuid, p_state public.received_mail_state, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_received_mail(p_mail_id, p_state, p_reason);
  return jsonb_build_object('step', 'none');
end;
$$;
comment on function private.drop_mail(uuid, public.received_mail_state, text) is 'Settles a mail that has no effect.';

create function private.decide_on_mail(p_mail public.received_mails, p_facts jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_person constant uuid := private.person_of_address(p_mail.from_address);
  v_reply_to constant uuid := (p_facts ->> 'reply_to')::uuid;
  v_delivery constant public.message_deliveries := private.message_answered(v_reply_to, p_facts -> 'message_ids');
  v_mail public.received_mails := p_mail;
begin
  if p_facts ->> 'automatic' is not null then
    return private.drop_mail(p_mail.id, 'ignored', p_facts ->> 'automatic');
  elsif p_mail.from_address is null or (p_facts ->> 'is_for_desk')::boolean is not true then
    return private.drop_mail(p_mail.id, 'ignored', 'not_for_the_desk');
  elsif private.is_mail_flood(p_mail, p_now) then
    return private.drop_mail(p_mail.id, 'ignored', 'too_many');
  elsif p_mail.words = '' and p_mail.file_count = 0 then
    return private.drop_mail(p_mail.id, 'ignored', 'empty');
  elsif p_mail.authentication = 'fail' then
    return private.hold_mail(p_mail.id, 'sender_not_believed');
  elsif v_person is null then
    return case private.setting_integer('mails_from_strangers_are_held')
      when 1 then private.hold_mail(p_mail.id, 'unknown_sender')
      else private.drop_mail(p_mail.id, 'refused', 'unknown_sender') end;
  elsif p_mail.authentication <> 'pass'
    -- A reply address proves that its mail was read. It proves nothing for staff, whose word is the desk's.
    and (v_delivery.id is distinct from v_reply_to or v_delivery.user_id is distinct from v_person or private.acts_as_staff(v_person)) then
    return private.hold_mail(p_mail.id, 'sender_not_proven');
  end if;
  update public.received_mails
  set user_id = v_person, delivery_id = v_delivery.id, ticket_id = private.ticket_of_message(v_delivery)
  where id = p_mail.id
  returning * into v_mail;
  return private.act_on_mail(v_mail, v_mail.file_count = 0);
end;
$$;
comment on function private.decide_on_mail(public.received_mails, jsonb, timestamptz) is
  'Whether a mail has an effect, and in whose name. Whether that person may do it is asked by the rules of tickets when it is done.';

-- schemas/support/limit_attachments.sql
-- What holds for every row of ticket_attachments, whoever writes it: accepted types, harmless names, and the thresholds.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('attachment_max_files_per_ticket', '20', 'integer', '1', '1000', 'How many files a ticket holds. What customers upload is held against public files only.'),
  ('attachment_max_bytes_per_ticket', '52428800', 'integer', '1048576', '10737418240', 'How many bytes the files of a ticket have together, counted likewise.'),
  ('attachment_unsettled_for', '"3 hours"', 'interval', '2 hours', '7 days', 'How long a pending row waits for its file, and a tombstone for its upload URL (2 hours) to die.'),
  ('attachment_job_batch_size', '500', 'integer', '1', '100000', 'Rows that one tick of the sweep takes.'),
  ('attachment_compare_batch_size', '5000', 'integer', '1', '100000', 'Objects, and rows, that one tick holds against each other.');

-- schemas/support/list_ticket_queue.sql
-- The desk's queue: the tickets of a status, the longest waiting first. Under RLS a status is no index condition (enum_eq is not
-- leakproof) and a staff list reads every ticket there is (docs/decisions/0030); this authorises once and reads past the policies.
create function private.ticket_queue(
  p_status public.ticket_status, p_assigned_to uuid, p_is_unassigned boolean,
  p_after_status_changed_at timestamptz, p_after_id uuid, p_limit integer
) returns setof public.support_tickets
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after_time constant timestamptz := coalesce(p_after_status_changed_at, '-infinity');
  v_after_id constant uuid := coalesce(p_after_id, '00000000-0000-0000-0000-000000000000');
  v_limit constant integer := least(greatest(p_limit, 1), 100);
begin
  if not private.is_support_staff() and auth.role() is distinct from 'service_role' then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  -- Two statements, because one with "or" would be served by neither index.
  if p_assigned_to is not null then
    return query
      select * from public.support_tickets
      where assigned_to = p_assigned_to and status = p_status and (status_changed_at, id) > (v_after_time, v_after_id)
      order by status_changed_at, id limit v_limit;
  else
    return query
      select * from public.support_tickets
      where status = p_status and (status_changed_at, id) > (v_after_time, v_after_id)
        and (assigned_to is null or p_is_unassigned is not true)
      order by status_changed_at, id limit v_limit;
  end if;
end;
$$;
comment on function private.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer) is 'A page of the desk''s queue, if the caller is support staff.';

create function public.ticket_queue(
  p_status public.ticket_status default 'open', p_assigned_to uuid default null, p_is_unassigned boolean default false,
  p_after_status_changed_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns setof public.support_tickets
language sql stable security invoker set search_path = '' as $$
  select * from private.ticket_queue(p_status, p_assigned_to, p_is_unassigned, p_after_status_changed_at, p_after_id, p_limit);
$$;
comment on function public.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer) is
  'For support staff: the tickets (1 to 100) of a status, the longest in it first; of one agent, or of nobody. Pages go on after '
  '(status_changed_at, id). 403 support_staff_only.';

grant execute on function public.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer),
  private.ticket_queue(public.ticket_status, uuid, boolean, timestamptz, uuid, integer) to authenticated, service_role;

-- schemas/support/merge_tickets.sql
-- Two tickets about one matter become one. Both rows are locked in the order of their ids, so that whoever writes to either of them comes
-- before the merge, and is moved, or after it, and is refused.
create function private.merge_tickets(p_ticket_id uuid, p_into_ticket_id uuid) returns public.support_tickets
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.support_tickets;
  v_into public.support_tickets;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  perform from public.support_tickets where id in (p_ticket_id, p_into_ticket_id) and user_id <> auth.uid() order by id for no key update;
  v_old := private.lock_ticket_as_staff(p_ticket_id);
  v_into := private.lock_ticket_as_staff(p_into_ticket_id);
  if v_old.user_id <> v_into.user_id then
    perform private.refuse(409, 'tickets_of_two_customers', 'Only tickets of one customer can be merged.');
  elsif v_old.merged_into is not null or v_into.merged_into is not null or v_old.id = v_into.id then
    perform private.refuse(409, 'ticket_merged', 'The ticket was merged already, or is the same.');
  end if;
  perform private.require_open_ticket(v_into.status);

  -- Replies and files follow their message through their foreign keys; files that hang on nothing are moved by themselves.
  update public.ticket_messages set ticket_id = v_into.id where ticket_id = v_old.id;
  update public.ticket_attachments set ticket_id = v_into.id where ticket_id = v_old.id;
  update private.ticket_texts set ticket_id = v_into.id where ticket_id = v_old.id and entry_id <> v_old.id;
  insert into public.ticket_tags (ticket_id, tag, user_id, tagged_by, created_at)
  select v_into.id, tag, user_id, tagged_by, created_at from public.ticket_tags where ticket_id = v_old.id
  on conflict do nothing;
  delete from public.ticket_tags where ticket_id = v_old.id;

  update public.support_tickets
  set status = 'closed', message_count = 0, last_message_at = null
  where id = v_old.id;
  -- After the status, which a merged ticket does not change any more.
  update public.support_tickets set merged_into = v_into.id where id = v_old.id;
  -- Who was merged into the old ticket is now found here.
  update public.support_tickets set merged_into = v_into.id where merged_into = v_old.id;
  update public.support_tickets
  set message_count = message_count + v_old.message_count,
      last_message_at = greatest(last_message_at, v_old.last_message_at),
      first_response_at = case when num_nonnulls(first_response_at, v_old.first_response_at) > 0
        then greatest(least(first_response_at, v_old.first_response_at), created_at) end
  where id = v_into.id
  returning * into v_into;
  perform private.notify(v_into.user_id, 'ticket_merged', v_into.id, jsonb_build_object('ticket_number', v_into.ticket_number,
    'subject', v_into.subject, 'merged_ticket_number', v_old.ticket_number));
  return v_into;
end;
$$;
comment on function private.merge_tickets(uuid, uuid) is 'Moves the conversation of a ticket to another one of the same customer and closes it for good, if the caller is staff to both.';

create function public.merge_tickets(p_ticket_id uuid, p_into_ticket_id uuid) returns public.support_tickets
language sql security invoker set search_path = '' as $$
  select private.merge_tickets(p_ticket_id, p_into_ticket_id);
$$;
comment on function public.merge_tickets(uuid, uuid) is
  'For support staff: lets a ticket go on in another one of the same customer. The ticket that goes on. 403 support_staff_only, '
  '404 ticket_not_found, 409 tickets_of_two_customers, 409 ticket_merged, 409 ticket_closed.';

grant execute on function public.merge_tickets(uuid, uuid), private.merge_tickets(uuid, uuid) to authenticated;

-- schemas/support/meter_attachments.sql
-- The uploader's quota. A file counts with its declared size from the moment that it is announced, so that parallel
-- announcements cannot exceed the quota together; it is given back when the row leaves pending or ready, on every path.
create function private.count_attachment_bytes(p_user_id uuid, p_attachment_id uuid, p_bytes bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
begin
  -- One conditional update: the row is the lock, and what it says is exact.
  update public.user_limits set used_attachment_bytes = used_attachment_bytes + p_bytes
  where user_id = p_user_id
    and (p_bytes < 0 or max_attachment_bytes is null or used_attachment_bytes + p_bytes <= max_attachment_bytes);
  if not found then
    select * into v_limits from public.user_limits where user_id = p_user_id;
    -- Without a row the account itself is going, and its counters with it.
    if found then
      perform private.refuse(402, 'limit_reached', 'The plan''s limit is reached.', jsonb_build_object(
        'limit', 'attachments', 'used', v_limits.used_attachment_bytes, 'allowed', v_limits.max_attachment_bytes));
    end if;
    return;
  end if;
  perform private.log_usage(p_user_id, case when p_bytes > 0 then 'attachment_added' else 'attachment_removed' end,
    'ticket_attachment', p_attachment_id, p_attachment_bytes_change => p_bytes);
end;
$$;
comment on function private.count_attachment_bytes(uuid, uuid, bigint) is
  'Adds (402 limit_reached beyond the limit) or gives back a file''s bytes, with its line in the usage log.';

create function private.metered_bytes(p_is_metered boolean, p_state public.attachment_state, p_size_bytes bigint) returns bigint
language sql immutable set search_path = '' as $$
  select case when p_is_metered and p_state in ('pending', 'ready') then p_size_bytes else 0 end;
$$;
comment on function private.metered_bytes(boolean, public.attachment_state, bigint) is 'What a file counts for in its uploader''s quota.';

create function private.sum_attachment_bytes(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(private.metered_bytes(is_metered, state, size_bytes)), 0)::bigint
  from public.ticket_attachments where uploaded_by = p_user_id;
$$;
comment on function private.sum_attachment_bytes(uuid) is 'Bytes of a user''s files that count.';

insert into private.limits (name, place, kind, amount_name, use_column, log_column, recount_function, is_told_early, ends_trial) values
  ('attachments', 30, 'stock', 'attachment_bytes', 'used_attachment_bytes', 'attachment_bytes_change', 'private.sum_attachment_bytes', true, false);

-- schemas/support/post_ticket_message.sql
-- One use case, one transaction: a message or reply, its files, a status, and the key that makes it happen once.
create table private.reply_keys (
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null constraint key_is_1_to_255_characters check (char_length(key) between 1 and 255),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  request_hash bytea not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
comment on table private.reply_keys is 'Idempotency keys of post_ticket_message: what was asked (hashed) and answered. Forgotten after a day.';

create index reply_keys_ticket_id_idx on private.reply_keys (ticket_id);
create index reply_keys_created_at_idx on private.reply_keys (created_at);

alter table private.reply_keys enable row level security;

create policy "nobody but the owner of the schema reads reply keys" on private.reply_keys
  for all to anon, authenticated using (false) with check (false);

create function private.send_attachments(
  p_ticket_id uuid, p_attachment_ids uuid[], p_message_id uuid, p_reply_id uuid, p_is_internal boolean
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_sent jsonb;
begin
  with sent as (
    update public.ticket_attachments set message_id = p_message_id, reply_id = p_reply_id, is_internal = p_is_internal
    where id = any (p_attachment_ids) and ticket_id = p_ticket_id and uploaded_by = auth.uid()
      and state = 'ready' and num_nonnulls(message_id, reply_id) = 0
    returning id, file_name, content_type, size_bytes
  )
  select coalesce(jsonb_agg(to_jsonb(sent) order by file_name, id), '[]') into v_sent from sent;
  if jsonb_array_length(v_sent) <> cardinality(p_attachment_ids) then
    perform private.refuse(409, 'attachment_not_ready',
      'A file can be sent once, by who uploaded it to this ticket, when it is ready.');
  end if;
  return v_sent;
end;
$$;
comment on function private.send_attachments(uuid, uuid[], uuid, uuid, boolean) is
  'Hangs the caller''s own ready files of the ticket on an entry, all or nothing, and shows or hides them with it.';

create function private.post_ticket_message(
  p_ticket_id uuid, p_body text, p_in_reply_to uuid, p_is_internal boolean, p_status public.ticket_status,
  p_attachment_ids uuid[], p_idempotency_key text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_attachment_ids constant uuid[] := coalesce((select array_agg(distinct id) from unnest(p_attachment_ids) id), '{}');
  v_is_internal constant boolean := coalesce(p_is_internal, false);
  v_is_only_files constant boolean := p_body !~ '\S' and cardinality(v_attachment_ids) > 0;
  v_body constant text := case when v_is_only_files then '' else p_body end;
  v_hash bytea;
  v_known private.reply_keys;
  v_message public.ticket_messages;
  v_reply public.ticket_replies;
  v_entry jsonb;
  v_answer jsonb;
begin
  if auth.uid() is null or not private.can_read_ticket(p_ticket_id, auth.uid()) then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;

  if p_idempotency_key is not null then
    -- The key refers to the ticket. A ticket that is being deleted is waited for and then absent.
    perform from public.support_tickets where id = p_ticket_id for key share;
    if not found then
      perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
    end if;
    v_hash := sha256(convert_to(jsonb_build_array(p_ticket_id, p_body, p_in_reply_to, v_is_internal, p_status, v_attachment_ids)::text, 'UTF8'));
    -- A second request with the key waits here for the first one's transaction.
    insert into private.reply_keys (user_id, key, ticket_id, request_hash)
    values (auth.uid(), p_idempotency_key, p_ticket_id, v_hash)
    on conflict (user_id, key) do nothing;
    if not found then
      select * into v_known from private.reply_keys where user_id = auth.uid() and key = p_idempotency_key;
      if v_known.request_hash is distinct from v_hash then
        perform private.refuse(409, 'idempotency_key_reused', 'This Idempotency-Key was used with another request.');
      end if;
      return v_known.answer;
    end if;
  end if;

  if p_in_reply_to is null then
    insert into public.ticket_messages (ticket_id, body, is_only_files, is_internal, status_after)
    values (p_ticket_id, v_body, v_is_only_files, v_is_internal, p_status) returning * into v_message;
    v_entry := to_jsonb(v_message);
  else
    insert into public.ticket_replies (ticket_id, message_id, body, is_only_files, is_internal, status_after)
    values (p_ticket_id, p_in_reply_to, v_body, v_is_only_files, v_is_internal, p_status) returning * into v_reply;
    v_entry := to_jsonb(v_reply) - 'message_id' || jsonb_build_object('in_reply_to', v_reply.message_id, 'kind', 'message');
  end if;
  v_entry := jsonb_build_object('in_reply_to', null) || v_entry - 'user_id' - 'status_after' - 'is_only_files'
    || jsonb_build_object('attachments', private.send_attachments(p_ticket_id, v_attachment_ids, v_message.id, v_reply.id,
      coalesce(v_message.is_internal, v_reply.is_internal)));

  select jsonb_build_object('message', v_entry, 'ticket', jsonb_build_object(
    'id', t.id, 'ticket_number', t.ticket_number, 'status', t.status, 'message_count', t.message_count,
    'last_message_at', t.last_message_at, 'first_response_at', t.first_response_at, 'resolution_cycle', t.resolution_cycle))
  into v_answer from public.support_tickets t where t.id = p_ticket_id;
  update private.reply_keys set answer = v_answer where user_id = auth.uid() and key = p_idempotency_key;
  return v_answer;
end;
$$;
comment on function private.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text) is
  'Writes a message or a reply with its files and status, once for each key, if the caller may write to the ticket.';

create function public.post_ticket_message(
  p_ticket_id uuid, p_body text, p_in_reply_to uuid default null, p_is_internal boolean default false,
  p_status public.ticket_status default null, p_attachment_ids uuid[] default '{}', p_idempotency_key text default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.post_ticket_message(p_ticket_id, p_body, p_in_reply_to, p_is_internal, p_status, p_attachment_ids, p_idempotency_key);
$$;
comment on function public.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text) is
  'Writes a message, or a reply to one, with files and an optional status, in one transaction: {message, ticket}. With files the '
  'body may be blank. The same '
  'key and request answers the same for a day and writes once; 409 idempotency_key_reused for another request.';

grant execute on function public.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text),
  private.post_ticket_message(uuid, text, uuid, boolean, public.ticket_status, uuid[], text) to authenticated;

-- schemas/support/publish_ticket_changes.sql
-- What a customer's own system is told of their tickets: that something happened, never what people wrote.
insert into public.webhook_kinds (kind, description, data_fields) values
  ('ticket.created', 'A ticket was opened.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']),
  ('ticket.replied', 'The customer or support staff wrote a message or a reply that both can read.',
    array['ticket_id', 'ticket_number', 'entry_id', 'author_role']),
  ('ticket.resolved', 'A ticket was resolved.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']),
  ('ticket.closed', 'A ticket was closed.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']),
  ('ticket.reopened', 'A resolved or closed ticket was opened again.', array['ticket_id', 'ticket_number', 'status', 'priority', 'category']);

create function private.publish_ticket(p_ticket public.support_tickets, p_kind text, p_occurred_at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.publish_webhook(p_ticket.user_id, p_kind, concat_ws(' ', p_ticket.id, p_ticket.resolution_cycle), p_occurred_at,
    jsonb_build_object('ticket_id', p_ticket.id, 'ticket_number', p_ticket.ticket_number, 'status', p_ticket.status,
      'priority', p_ticket.priority, 'category', p_ticket.category));
end;
$$;
comment on function private.publish_ticket(public.support_tickets, text, timestamptz) is
  'Tells the customer''s own system something of a ticket, once for each resolution cycle.';

create function private.publish_transition(p_ticket public.support_tickets, p_from public.ticket_status) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_kind constant text := case
    when p_ticket.status = 'resolved' then 'ticket.resolved'
    when p_ticket.status = 'closed' then 'ticket.closed'
    when private.is_ticket_finished(p_from) then 'ticket.reopened'
  end;
begin
  if v_kind is not null then
    perform private.publish_ticket(p_ticket, v_kind, p_ticket.status_changed_at);
  end if;
end;
$$;
comment on function private.publish_transition(public.support_tickets, public.ticket_status) is
  'Tells the customer''s own system that a ticket was resolved, closed or reopened.';

-- schemas/support/rate_by_link.sql
-- A rating by the link of a mail, without a sign-in. The token is for one resolution of one ticket and works once; only its hash is kept.
create table private.survey_tokens (
  token_hash bytea primary key,
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  resolution_cycle integer not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
comment on table private.survey_tokens is 'SHA-256 of the tokens with which a resolution is rated by its mail. They go with their ticket.';

create index survey_tokens_ticket_id_idx on private.survey_tokens (ticket_id);

alter table private.survey_tokens enable row level security;

create policy "nobody but the owner of the schema reads survey tokens" on private.survey_tokens
  for all to anon, authenticated using (false) with check (false);

create function private.ticket_message_links(p_delivery_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_token constant text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
  insert into private.survey_tokens (token_hash, ticket_id, resolution_cycle, expires_at)
  select sha256(convert_to(v_token, 'UTF8')), t.id, t.resolution_cycle, t.resolved_at + private.setting_interval('survey_window')
  from public.message_deliveries d
  join public.notifications n on n.id = d.notification_id
  join public.support_tickets t on t.id = n.subject_id and t.user_id = n.user_id
  where d.id = p_delivery_id and d.kind = 'ticket_resolved' and n.data ->> 'is_survey_invited' = 'true'
    and t.resolved_at is not null and not t.survey_completed
    -- A mail about several resolutions has no room for a rating of each.
    and not exists (select from public.message_deliveries o where o.sent_with = d.id);
  if found then
    return jsonb_build_object('survey_token', v_token);
  end if;
  return (
    select jsonb_build_object('texts', jsonb_object_agg(e.id, left(e.body, 2000)))
    from public.message_deliveries d
    join public.notifications n on n.id = d.notification_id
    join (
      select id, body from public.ticket_messages where not is_internal union all select id, body from public.ticket_replies where not is_internal
    ) e on e.id = (n.data ->> 'entry_id')::uuid
    where (d.id = p_delivery_id or d.sent_with = p_delivery_id) and d.kind = 'ticket_reply');
end;
$$;
comment on function private.ticket_message_links(uuid) is
  'What a mail about tickets carries: a token to rate the resolution that it tells, or the beginnings of the public messages that it is about.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('message_links', 40, 'support', 'private.ticket_message_links');

-- The rules are those of a signed-in customer's rating: it is submitted as the ticket's owner.
create function public.rate_by_link(
  p_token text, p_rating integer default null, p_satisfaction public.survey_satisfaction default null, p_feedback text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_claims constant text := current_setting('request.jwt.claims', true);
  v_hash constant bytea := sha256(convert_to(p_token, 'UTF8'));
  v_ticket_id uuid;
  v_owner_id uuid;
  v_survey jsonb;
begin
  select t.id, t.user_id into v_ticket_id, v_owner_id
  from private.survey_tokens k join public.support_tickets t on t.id = k.ticket_id
  where k.token_hash = v_hash and t.resolution_cycle = k.resolution_cycle
  for no key update of t;
  if found then
    update private.survey_tokens set used_at = now()
    where token_hash = v_hash and used_at is null and expires_at > now();
  end if;
  if not found then
    perform private.refuse(404, 'survey_link_not_valid', 'This link is not valid, was used, or has expired.');
  end if;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', v_owner_id, 'role', 'authenticated')::text, true);
  v_survey := private.submit_ticket_survey(v_ticket_id, p_rating, p_satisfaction, p_feedback);
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
  return v_survey;
end;
$$;
comment on function public.rate_by_link(text, integer, public.survey_satisfaction, text) is
  'For the function survey-link: rates the resolution that a token is for, once. A refusal uses nothing up. Refuses: 404 survey_link_not_valid, and as submit_ticket_survey.';

grant execute on function public.rate_by_link(text, integer, public.survey_satisfaction, text) to service_role;

-- schemas/support/read_ticket_thread.sql
-- A page of a conversation in one round trip. Pages go on by key and not by offset, so that the last page of a long conversation costs
-- what the first does. It authorises once and then reads past the policies: their range of owners is an index condition too, and
-- where one owner has most rows the planner would take that index and read all of them for every page.
create function private.ticket_files(p_ticket_id uuid, p_message_id uuid, p_reply_id uuid, p_sees_internal boolean) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'file_name', file_name, 'content_type', content_type,
    'size_bytes', size_bytes, 'path', path) order by file_name, id), '[]')
  from public.ticket_attachments
  where ticket_id = p_ticket_id and state = 'ready' and (p_sees_internal or not is_internal)
    and case
      when p_message_id is not null then message_id = p_message_id
      when p_reply_id is not null then reply_id = p_reply_id
      else message_id is null and reply_id is null
    end;
$$;
comment on function private.ticket_files(uuid, uuid, uuid, boolean) is
  'The ready files of a message, of a reply, or of the ticket itself when both are null. A ticket has few files.';

create function private.sees_internal(p_ticket_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.current_ticket_party(user_id) <> 'customer' from public.support_tickets where id = p_ticket_id;
$$;
comment on function private.sees_internal(uuid) is 'Whether the caller sees the internal notes of a ticket; null when they must not know that it exists.';

create function private.ticket_replies_of(
  p_ticket_id uuid, p_message_ids uuid[], p_after_created_at timestamptz, p_after_id uuid, p_limit integer, p_sees_internal boolean
) returns jsonb
language sql stable security definer set search_path = '' as $$
  with entries as materialized (
    select m.id as message_id, r.id, r.body, r.author_id, r.author_role, r.is_internal, r.created_at,
      row_number() over (partition by m.id order by r.created_at, r.id) as place
    from unnest(p_message_ids) asked (id)
    join public.ticket_messages m on m.id = asked.id and m.ticket_id = p_ticket_id and (p_sees_internal or not m.is_internal)
    left join lateral (
      select id, body, author_id, author_role, is_internal, created_at
      from public.ticket_replies
      where message_id = m.id and ticket_id = p_ticket_id and (p_sees_internal or not is_internal)
        and (created_at, id) > (coalesce(p_after_created_at, '-infinity'), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
      order by created_at, id limit p_limit + 1
    ) r on true
  ), threads as (
    select e.message_id, jsonb_build_object(
      'replies', coalesce(jsonb_agg(
        to_jsonb(e) - 'place' - 'author_id' - 'message_id' || jsonb_build_object('author', to_jsonb(c),
          'attachments', private.ticket_files(p_ticket_id, null, e.id, p_sees_internal))
        order by e.place) filter (where e.id is not null and e.place <= p_limit), '[]'),
      'has_more', count(e.id) > p_limit) as thread
    from entries e left join public.profile_cards c on c.id = e.author_id
    group by e.message_id
  )
  select coalesce(jsonb_object_agg(message_id, thread), '{}') from threads;
$$;
comment on function private.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer, boolean) is
  'A page of replies to some messages of a ticket. The caller is authorised already.';

-- The direction is written into the statement: as a parameter it would hide the index from the planner.
create function private.ticket_thread(
  p_ticket_id uuid, p_after_created_at timestamptz, p_after_id uuid, p_limit integer, p_is_newest_first boolean, p_replies_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_query constant text := $query$
    with page as materialized (
      select m.*, row_number() over (order by m.created_at %1$s, m.id %1$s) as place
      from (
        select id, kind, body, author_id, author_role, is_internal, created_at
        from public.ticket_messages
        where ticket_id = $1 and (created_at, id) %2$s ($2, $3) and ($6 or not is_internal)
        order by created_at %1$s, id %1$s limit $4 + 1
      ) m
    ), threads as materialized (
      select private.ticket_replies_of($1, array_agg(id), null, null, $5, $6) as by_message from page where place <= $4
    )
    select jsonb_build_object(
      'messages', coalesce(jsonb_agg(
        to_jsonb(page) - 'place' - 'author_id' || jsonb_build_object('author', to_jsonb(c),
          'attachments', private.ticket_files($1, page.id, null, $6), 'thread', threads.by_message -> page.id::text)
        order by page.place) filter (where page.place <= $4), '[]'),
      'has_more', count(*) > $4)
    from page cross join threads left join public.profile_cards c on c.id = page.author_id
  $query$;
  v_sees_internal constant boolean := private.sees_internal(p_ticket_id);
  v_page jsonb;
begin
  if v_sees_internal is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  execute format(c_query, case when p_is_newest_first then 'desc' else 'asc' end, case when p_is_newest_first then '<' else '>' end)
  into v_page
  using p_ticket_id,
    coalesce(p_after_created_at, case when p_is_newest_first then 'infinity' else '-infinity' end::timestamptz),
    coalesce(p_after_id, case when p_is_newest_first then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else '00000000-0000-0000-0000-000000000000' end::uuid),
    least(greatest(p_limit, 1), 100), least(greatest(p_replies_limit, 0), 100), v_sees_internal;
  return v_page || (
    select jsonb_build_object('ticket', to_jsonb(t) - 'number' - 'user_id', 'attachments', private.ticket_files(t.id, null, null, v_sees_internal))
    from public.support_tickets t where t.id = p_ticket_id);
end;
$$;
comment on function private.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer) is 'A page of a ticket''s conversation, if the caller may read the ticket.';

create function public.ticket_thread(
  p_ticket_id uuid, p_after_created_at timestamptz default null, p_after_id uuid default null,
  p_limit integer default 50, p_is_newest_first boolean default false, p_replies_limit integer default 10
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.ticket_thread(p_ticket_id, p_after_created_at, p_after_id, p_limit, p_is_newest_first, p_replies_limit);
$$;
comment on function public.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer) is
  'A ticket with a page of its messages (1 to 100), each with its first replies and files, and the files that hang on neither. '
  'Pages go on after (created_at, id), oldest or newest first. 404 ticket_not_found.';

create function private.ticket_replies_of(
  p_ticket_id uuid, p_message_ids uuid[], p_after_created_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.ticket_replies_of(p_ticket_id, p_message_ids[1:100], p_after_created_at, p_after_id,
    least(greatest(p_limit, 1), 100), sees.internal)
  from private.sees_internal(p_ticket_id) sees (internal) where sees.internal is not null;
$$;
comment on function private.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer) is 'A page of replies to some messages of a ticket, if the caller may read the ticket.';

create function public.ticket_replies_of(
  p_ticket_id uuid, p_message_ids uuid[], p_after_created_at timestamptz default null, p_after_id uuid default null,
  p_limit integer default 50
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(private.ticket_replies_of(p_ticket_id, p_message_ids, p_after_created_at, p_after_id, p_limit), '{}');
$$;
comment on function public.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer) is
  'The replies (1 to 100 each) to some messages of a ticket (at most 100), oldest first, after (created_at, id): '
  '{message id: {replies, has_more}}, without those that the caller does not see.';

grant execute on function public.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer),
  private.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer),
  public.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer),
  private.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer) to authenticated, service_role;

-- schemas/support/realtime.sql
-- Realtime delivers the conversation under the tables' own policies, where the platform has Realtime.
do $$
begin
  if exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    alter publication supabase_realtime add table public.ticket_messages, public.ticket_replies;
  end if;
end;
$$;

-- schemas/support/receive_mails.sql
-- A mail to the desk, from the provider's word to its effect. The provider's event names it alone; a task reads it and hands over what it
-- says. What becomes of it is decided here, by the rules that hold for the same person over REST.
create function private.apply_email_received(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.received_mails (provider_id, received_at)
  values (p_event ->> 'email_id', (p_event ->> 'occurred_at')::timestamptz)
  on conflict on constraint mail_is_received_once do nothing
  returning id into v_id;
  if v_id is null then
    return 'ignored';
  end if;
  perform private.enqueue_task('receive_mail', v_id::text, null, p_now);
  return 'applied';
end;
$$;
comment on function private.apply_email_received(uuid, jsonb, timestamptz) is 'Notes a mail that the provider received, once, and asks for it to be read.';

insert into private.event_handlers (kind, function_name) values ('email_received', 'private.apply_email_received');

create function private.settle_received_mail(p_mail_id uuid, p_state public.received_mail_state, p_reason text) returns void
language sql security definer set search_path = '' as $$
  update public.received_mails set state = p_state, reason = p_reason, settled_at = now() where id = p_mail_id;
$$;
comment on function private.settle_received_mail(uuid, public.received_mail_state, text) is 'Writes what became of a mail.';

create function public.read_received_mail(p_mail_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('provider_id', provider_id, 'is_judged', user_id is not null)
  from public.received_mails where id = p_mail_id and state in ('waiting', 'failed');
$$;
comment on function public.read_received_mail(uuid) is
  'For the task receive_mail: which mail to read, and whether only its files are missing; null when nothing is to be done.';

create function public.lose_received_mail(p_mail_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state = 'waiting' for update;
  if v_mail.user_id is not null then
    -- Its words are here; only files are not.
    perform private.act_on_mail(v_mail, true);
  elsif v_mail.id is not null then
    perform private.settle_received_mail(p_mail_id, 'failed', p_reason);
  end if;
end;
$$;
comment on function public.lose_received_mail(uuid, text) is 'For the task receive_mail: the provider does not have it. A mail of which files alone are missing goes on without them.';

create function private.give_up_received_mail(p_task public.tasks) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_task.kind = 'receive_mail' then
    perform public.lose_received_mail(p_task.resource_id::uuid, 'gave_up');
  end if;
end;
$$;
comment on function private.give_up_received_mail(public.tasks) is 'A mail whose task died has failed.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('task_died', 40, 'support', 'private.give_up_received_mail');

create function public.judge_received_mail(p_mail_id uuid, p_mail jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state in ('waiting', 'failed') and user_id is null for update;
  if not found then
    return jsonb_build_object('step', 'none');
  end if;
  update public.received_mails
  set state = 'waiting', reason = null, settled_at = null, from_address = p_mail ->> 'from_address', subject = p_mail ->> 'subject', header_message_id = p_mail ->> 'message_id',
      authentication = p_mail ->> 'authentication', words = p_mail ->> 'words', body = p_mail ->> 'body', html = p_mail ->> 'html',
      headers = p_mail -> 'headers', is_cut = (p_mail ->> 'is_cut')::boolean, file_count = (p_mail ->> 'file_count')::integer
  where id = p_mail_id
  returning * into v_mail;
  return private.decide_on_mail(v_mail, p_mail, now());
end;
$$;
comment on function public.judge_received_mail(uuid, jsonb) is
  'For the task receive_mail: what a mail says, and what becomes of it. {step: none} when it is settled, {step: files} when its files are to be brought first.';

create function public.finish_received_mail(p_mail_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state = 'waiting' and user_id is not null for update;
  if found then
    perform private.act_on_mail(v_mail, true);
  end if;
end;
$$;
comment on function public.finish_received_mail(uuid) is 'For the task receive_mail: its files are there, as far as they may be.';

grant execute on function public.read_received_mail(uuid), public.lose_received_mail(uuid, text),
  public.judge_received_mail(uuid, jsonb), public.finish_received_mail(uuid) to service_role;

-- schemas/support/record_new_tickets.sql
-- Who acts on a ticket, its first transition, and how many tickets a customer may open.
create function private.current_ticket_party(p_owner_id uuid) returns public.ticket_party
language sql stable security definer set search_path = '' as $$
  select case
    when auth.role() = 'service_role' then 'staff'::public.ticket_party
    when auth.uid() is null then 'system'
    else private.ticket_party_of(p_owner_id, auth.uid())
  end;
$$;
comment on function private.current_ticket_party(uuid) is
  'Who causes this transaction, to the tickets of an owner: the secret key acts as staff, jobs and SQL as the system; null for a stranger.';

create function private.record_transition(p_ticket public.support_tickets, p_from public.ticket_status) returns void
language sql security definer set search_path = '' as $$
  insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, actor_id, created_at)
  select p_ticket.id, p_ticket.user_id, p_from, p_ticket.status,
    case private.current_ticket_party(p_ticket.user_id) when 'customer' then 'user' else actor.kind end,
    actor.id,
    case when p_from is null then p_ticket.created_at else p_ticket.status_changed_at end
  from private.current_actor() actor;
$$;
comment on function private.record_transition(public.support_tickets, public.ticket_status) is 'Writes one row of ticket_events with the current actor.';

-- schemas/support/release_assignments.sql
-- Somebody who is no longer support staff works on no ticket any more. Their unfinished tickets go back to the desk. Their finished
-- tickets keep their name as a record until they are reopened; otherwise they would still be told what customers write.
create function private.release_assignments(p_old public.profiles, p_new public.profiles) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if private.role_under(p_old.role, p_old.account_status) in ('agent', 'admin')
    and coalesce(private.role_under(p_new.role, p_new.account_status) not in ('agent', 'admin'), true)
  then
    update public.support_tickets set assigned_to = null
    where assigned_to = p_new.id and status <> all (private.finished_statuses());
  end if;
end;
$$;
comment on function private.release_assignments(public.profiles, public.profiles) is
  'When somebody has lost their place among support staff, takes their unfinished tickets from them.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('profile_changed', 40, 'support', 'private.release_assignments');

-- schemas/support/remove_ticket_files.sql
-- An object is removed when its row is, on every path: the end of the row, of the ticket or of the account, or a deletion by hand in the
-- dashboard. SQL cannot delete files, so each path ends in a task. The task belongs to no user, so that it outlives them.
create function private.remove_attachment_object(p_path text) returns uuid
language sql security definer set search_path = '' as $$
  select private.enqueue_task('remove_ticket_file', p_path);
$$;
comment on function private.remove_attachment_object(text) is
  'Asks for an object of the bucket ticket-attachments to be removed, and for what was uploaded to its inbox/<path>; returns the task.';

-- schemas/support/saved_replies.sql
-- Answers that the desk writes again and again, by team: a category, or everybody's.
create table public.saved_replies (
  id uuid primary key default gen_random_uuid(),
  team public.ticket_category,
  title text not null constraint title_is_1_to_100_characters check (char_length(title) between 1 and 100 and title = btrim(title)),
  body text not null
    constraint body_is_1_to_10000_characters check (char_length(body) between 1 and private.max_text_characters() and body ~ '\S')
    constraint placeholders_are_known
      check (regexp_replace(body, '\{\{(customer_name|agent_name|ticket_number|subject)\}\}', '', 'g') !~ '\{\{|\}\}'),
  written_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint title_is_a_teams_own unique nulls not distinct (team, title)
);
comment on table public.saved_replies is 'Texts for support staff to answer with. Placeholders: {{customer_name}}, {{agent_name}}, {{ticket_number}}, {{subject}}.';
comment on column public.saved_replies.team is 'The category whose agents use it; null for all of the desk.';

create index saved_replies_written_by_idx on public.saved_replies (written_by) where written_by is not null;

alter table public.saved_replies enable row level security;

create policy "support staff read saved replies" on public.saved_replies
  for select to authenticated using ((select private.is_support_staff()));

create policy "support staff write saved replies" on public.saved_replies
  for insert to authenticated with check ((select private.is_support_staff()));

create policy "support staff change saved replies" on public.saved_replies
  for update to authenticated using ((select private.is_support_staff())) with check ((select private.is_support_staff()));

create policy "support staff delete saved replies" on public.saved_replies
  for delete to authenticated using ((select private.is_support_staff()));

grant select, insert (team, title, body), update (team, title, body), delete on public.saved_replies to authenticated;
grant select on public.saved_replies to service_role;

create trigger saved_replies_touch_updated_at before update on public.saved_replies
  for each row execute function private.touch_updated_at();

-- All placeholders at once: what a name or a subject says is not read as a placeholder again.
create function private.fill_saved_reply(p_saved_reply_id uuid, p_ticket_id uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_values jsonb;
  v_text text;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  select jsonb_build_object('customer_name', coalesce(customer.full_name, ''), 'ticket_number', t.ticket_number, 'subject', t.subject,
    'agent_name', coalesce((select full_name from public.profiles where id = auth.uid()), ''))
  into v_values
  from public.support_tickets t join public.profiles customer on customer.id = t.user_id where t.id = p_ticket_id;
  if v_values is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  select string_agg(case when part.place % 2 = 1 then part.text else v_values ->> part.text end, '' order by part.place) into v_text
  from public.saved_replies r cross join regexp_split_to_table(r.body, '\{\{|\}\}') with ordinality part (text, place)
  where r.id = p_saved_reply_id;
  if v_text is null then
    perform private.refuse(404, 'saved_reply_not_found', 'There is no such saved reply.');
  end if;
  return v_text;
end;
$$;
comment on function private.fill_saved_reply(uuid, uuid) is 'A saved reply with the names and words of a ticket, if the caller is support staff.';

create function public.fill_saved_reply(p_saved_reply_id uuid, p_ticket_id uuid) returns text
language sql stable security invoker set search_path = '' as $$
  select private.fill_saved_reply(p_saved_reply_id, p_ticket_id);
$$;
comment on function public.fill_saved_reply(uuid, uuid) is
  'For support staff: the text of a saved reply for a ticket, to be read and sent. 403 support_staff_only, 404 ticket_not_found, 404 saved_reply_not_found.';

grant execute on function public.fill_saved_reply(uuid, uuid), private.fill_saved_reply(uuid, uuid) to authenticated;

-- schemas/support/schedule_support_jobs.sql
-- Tickets that nobody comes back to end by themselves. Each tick takes one bounded batch and leaves what is locked:
-- a customer who is just replying or reopening wins.
create function private.resolve_waiting_tickets(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_before constant timestamptz := p_now - private.setting_interval('ticket_resolve_waiting_after');
  v_ticket_ids uuid[];
begin
  with due as (
    select id from public.support_tickets
    where status = 'waiting' and status_changed_at <= v_before and coalesce(last_message_at, status_changed_at) <= v_before
    order by status_changed_at limit private.setting_integer('support_job_batch_size')
    for no key update skip locked
  ), resolved as (
    update public.support_tickets t set status = 'resolved' from due where t.id = due.id returning t.id
  )
  select array_agg(id) into v_ticket_ids from resolved;
  insert into public.ticket_messages (ticket_id, body)
  select id, 'Resolved automatically, because there was no answer for a week. Reply to open the ticket again.'
  from unnest(v_ticket_ids) id;
  return coalesce(cardinality(v_ticket_ids), 0);
end;
$$;
comment on function private.resolve_waiting_tickets(timestamptz) is 'Resolves tickets that waited too long for their customer. The conversation says so; no rating is invited.';

create function private.close_resolved_tickets(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_rows integer;
begin
  with due as (
    select id from public.support_tickets
    where status = 'resolved' and status_changed_at <= p_now - private.setting_interval('ticket_close_resolved_after')
    order by status_changed_at limit private.setting_integer('support_job_batch_size')
    for no key update skip locked
  ), closed as (
    update public.support_tickets t set status = 'closed' from due where t.id = due.id returning t.id
  )
  select count(*) into v_rows from closed;
  return v_rows;
end;
$$;
comment on function private.close_resolved_tickets(timestamptz) is 'Closes tickets whose resolution stood long enough.';

create function private.forget_reply_keys(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_rows integer;
begin
  delete from private.reply_keys where (user_id, key) in (
    select user_id, key from private.reply_keys where created_at <= p_now - private.setting_interval('reply_key_kept_for')
    order by created_at limit private.setting_integer('support_job_batch_size'));
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.forget_reply_keys(timestamptz) is 'Forgets idempotency keys and the answers kept with them.';

select private.schedule_job('resolve_waiting_tickets', '*/10 * * * *', 'private.resolve_waiting_tickets', 'Resolve tickets that waited 7 days for their customer.');
select private.schedule_job('close_resolved_tickets', '*/10 * * * *', 'private.close_resolved_tickets', 'Close tickets that were resolved 7 days ago.');
select private.schedule_job('forget_reply_keys', '*/5 * * * *', 'private.forget_reply_keys', 'Forget idempotency keys after a day.');

-- schemas/support/search_tickets.sql
-- The search. A word of which the desk has thousands cannot be ranked in the time of a page: then the newest are shown. What is rare
-- is ranked as a whole.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('search_ranked_matches', '2000', 'integer', '50', '20000', 'A search with more matches shows the newest of them instead of the best.');

create function private.ticket_text(p_entry_id uuid, p_ticket_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce(
    (select body from public.ticket_messages where id = p_entry_id),
    (select body from public.ticket_replies where id = p_entry_id),
    (select subject || ': ' || description from public.support_tickets where id = p_ticket_id));
$$;
comment on function private.ticket_text(uuid, uuid) is 'The text of an entry; of the ticket itself when the entry is neither message nor reply.';

create function private.search_tickets(p_query text, p_status public.ticket_status, p_tag text, p_limit integer)
returns table (
  ticket_id uuid, ticket_number text, subject text, status public.ticket_status, priority public.ticket_priority, category public.ticket_category,
  created_at timestamptz, entry_id uuid, is_internal boolean, written_at timestamptz, rank float8, excerpt text
)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
#variable_conflict use_column
declare
  v_caller constant uuid := auth.uid();
  v_is_staff constant boolean := private.is_support_staff();
  v_words constant tsquery := websearch_to_tsquery('pg_catalog.simple', left(p_query, 200));
  v_limit constant integer := least(greatest(p_limit, 1), 50);
  v_ranked constant integer := private.setting_integer('search_ranked_matches');
  v_found private.ticket_texts[];
begin
  if v_caller is null or numnode(v_words) = 0 then
    return;
  end if;
  if not v_is_staff then
    select array_agg(f.t) into v_found from (
      select t from private.ticket_texts t where user_id = v_caller and not is_internal and words @@ v_words
      order by created_at desc limit v_ranked) f;
  else
    -- Staff read what is internal, but not of tickets of their own.
    select array_agg(f.t) into v_found from (
      select t from private.ticket_texts t where words @@ v_words and not (is_internal and user_id = v_caller) limit v_ranked + 1) f;
    if cardinality(v_found) > v_ranked then
      select array_agg(f.t) into v_found from (
        select t from private.ticket_texts t where words @@ v_words and not (is_internal and user_id = v_caller)
        order by created_at desc limit v_limit * 10) f;
    end if;
  end if;

  return query
  with best as (
    select distinct on (found.ticket_id) found.ticket_id, found.entry_id, found.is_internal, found.created_at, ts_rank(found.words, v_words) as rank
    from unnest(v_found) found
    order by found.ticket_id, ts_rank(found.words, v_words) desc, found.created_at desc
  ), page as (
    select best.*, t.ticket_number, t.subject, t.status, t.priority, t.category, t.created_at as opened_at
    from best join public.support_tickets t on t.id = best.ticket_id
    where (p_status is null or t.status = p_status)
      and (p_tag is null or v_is_staff and t.user_id <> v_caller
        and exists (select from public.ticket_tags g where g.ticket_id = t.id and g.tag = p_tag))
    order by best.rank desc, best.created_at desc, best.ticket_id
    limit v_limit
  )
  select page.ticket_id, page.ticket_number, page.subject, page.status, page.priority, page.category, page.opened_at,
    nullif(page.entry_id, page.ticket_id), page.is_internal, page.created_at, page.rank::float8,
    ts_headline('pg_catalog.simple', private.ticket_text(page.entry_id, page.ticket_id), v_words, 'StartSel="", StopSel="", MaxWords=30, MinWords=10')
  from page
  order by page.rank desc, page.created_at desc, page.ticket_id;
end;
$$;
comment on function private.search_tickets(text, public.ticket_status, text, integer) is
  'The tickets that hold some words and that the caller may read, with the best place of each.';

create function public.search_tickets(p_query text, p_status public.ticket_status default null, p_tag text default null, p_limit integer default 20)
returns table (
  ticket_id uuid, ticket_number text, subject text, status public.ticket_status, priority public.ticket_priority, category public.ticket_category,
  created_at timestamptz, entry_id uuid, is_internal boolean, written_at timestamptz, rank float8, excerpt text
)
language sql stable security invoker set search_path = '' as $$
  select * from private.search_tickets(p_query, p_status, p_tag, p_limit);
$$;
comment on function public.search_tickets(text, public.ticket_status, text, integer) is
  'Finds tickets (1 to 50) by their words: a customer their own, support staff all. Words are ANDed; "a phrase", or, and -without work as in a '
  'web search. entry_id is null for the ticket''s own text.';

grant execute on function public.search_tickets(text, public.ticket_status, text, integer),
  private.search_tickets(text, public.ticket_status, text, integer) to authenticated;

-- schemas/support/settings.sql
insert into private.settings (name, value, type, lowest, highest, description) values
  ('ticket_reopen_window', '"14 days"', 'interval', '1 hour', '365 days', 'How long after the resolution (or else the closing) a customer can reopen a ticket.'),
  ('ticket_resolve_waiting_after', '"7 days"', 'interval', '1 hour', '365 days', 'How long a ticket waits for its customer before it is resolved.'),
  ('ticket_close_resolved_after', '"7 days"', 'interval', '1 hour', '365 days', 'How long a ticket stays resolved before it is closed.'),
  ('survey_window', '"28 days"', 'interval', '1 hour', '365 days', 'How long after the resolution (or else the closing) a ticket can be rated.'),
  ('survey_editable_for', '"15 minutes"', 'interval', '0 seconds', '7 days', 'How long a rating can be changed.'),
  ('sla_at_risk_percent', '75', 'integer', '1', '99', 'Share of an SLA target from which a ticket is at risk.'),
  ('reply_key_kept_for', '"24 hours"', 'interval', '1 hour', '7 days', 'How long an Idempotency-Key is remembered.'),
  ('support_job_batch_size', '500', 'integer', '1', '100000', 'Rows that one tick of a support job takes.');

-- schemas/support/settle_attachment.sql
-- The last step of an upload, after the function has inspected the object: pending becomes ready or rejected. For the
-- secret key only, on behalf of a verified user. It never raises for what it finds: its own writes must stay.
create function private.settle_attachment(
  p_user_id uuid, p_attachment_id uuid, p_path text, p_sha256 text, p_rejection_reason text, p_object_version text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ticket public.support_tickets;
  v_attachment public.ticket_attachments;
  v_reason text := p_rejection_reason;
  v_stands_there boolean;
begin
  perform from public.user_limits where user_id = p_user_id for no key update;
  select t.* into v_ticket from public.support_tickets t
  join public.ticket_attachments a on a.ticket_id = t.id
  where a.id = p_attachment_id for no key update of t;
  select * into v_attachment from public.ticket_attachments where id = p_attachment_id for no key update;

  -- An uploader who is gone counts as the same person: what was ready before they went keeps its object, what was not is rejected.
  if found and (v_attachment.uploaded_by <> p_user_id or v_attachment.path <> p_path) then
    return jsonb_build_object('state', 'absent');
  end if;
  if v_attachment.id is null or v_attachment.state in ('rejected', 'deleted') then
    -- The file ended while its object was being inspected, and may have been stored again.
    perform private.remove_attachment_object(p_path);
    return jsonb_build_object('state', coalesce(v_attachment.state::text, 'absent'), 'rejection_reason', v_attachment.rejection_reason);
  end if;

  v_stands_there := p_rejection_reason is null and p_object_version is not distinct from
    (select version from storage.objects where bucket_id = 'ticket-attachments' and name = p_path);
  if p_rejection_reason is null and not v_stands_there and v_attachment.state = 'pending' then
    -- Another completion stored the file again after this one: what stands there now has to be inspected.
    return jsonb_build_object('state', 'replaced');
  end if;
  if v_stands_there and v_attachment.state = 'ready' and v_attachment.object_version is distinct from p_object_version then
    update public.ticket_attachments set sha256 = p_sha256, object_version = p_object_version
    where id = p_attachment_id returning * into v_attachment;
  end if;

  if v_attachment.state = 'pending' then
    if not private.is_ticket_open(v_ticket.status) then
      v_reason := 'ticket_closed';
    elsif private.ticket_party_of(v_ticket.user_id, p_user_id) is null then
      v_reason := 'no_longer_allowed';
    end if;
    update public.ticket_attachments set
      state = case when v_reason is null then 'ready'::public.attachment_state else 'rejected' end,
      sha256 = case when v_reason is null then p_sha256 end,
      object_version = case when v_reason is null then p_object_version end,
      rejection_reason = v_reason
    where id = p_attachment_id
    returning * into v_attachment;
  end if;
  return jsonb_build_object('state', v_attachment.state, 'rejection_reason', v_attachment.rejection_reason, 'sha256', v_attachment.sha256);
end;
$$;
comment on function private.settle_attachment(uuid, uuid, text, text, text, text) is 'Makes a pending file ready or rejected, under the locks of the uploader''s limits and the ticket.';

grant execute on function private.settle_attachment(uuid, uuid, text, text, text, text) to service_role;

create function public.settle_attachment(
  p_user_id uuid, p_attachment_id uuid, p_path text, p_sha256 text default null, p_rejection_reason text default null,
  p_object_version text default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.settle_attachment(p_user_id, p_attachment_id, p_path, p_sha256, p_rejection_reason, p_object_version);
$$;
comment on function public.settle_attachment(uuid, uuid, text, text, text, text) is
  'For the server: makes a pending file of the user ready (with its hash and the version of its object) or rejected (with a reason; ticket_closed when the ticket is). '
  'Returns {state, rejection_reason, sha256}: what it is now, absent when there is none, replaced when another version of the object stands there; whoever comes second learns the first one''s outcome.';

grant execute on function public.settle_attachment(uuid, uuid, text, text, text, text) to service_role;

-- schemas/support/show_tickets_in_timeline.sql
create index ticket_surveys_of_owner_idx on public.ticket_surveys (user_id, created_at desc);

create index ticket_attachments_of_owner_idx on public.ticket_attachments (user_id, created_at desc)
  where state = 'ready' and not is_internal;

create view private.timeline_tickets with (security_invoker = true) as
  select user_id as person, created_at as happened_at, id::text as id,
    jsonb_build_object('ticket_id', id, 'ticket_number', ticket_number, 'subject', subject, 'status', status, 'priority', priority) as data
  from public.support_tickets;

create view private.timeline_surveys with (security_invoker = true) as
  select user_id as person, created_at as happened_at, id::text as id,
    jsonb_build_object('ticket_id', ticket_id, 'rating', rating, 'satisfaction', satisfaction) as data
  from public.ticket_surveys;

create view private.timeline_files with (security_invoker = true) as
  select user_id as person, created_at as happened_at, id::text as id,
    jsonb_build_object('ticket_id', ticket_id, 'attachment_id', id, 'file_name', file_name, 'content_type', content_type, 'size_bytes', size_bytes) as data
  from public.ticket_attachments where state = 'ready' and not is_internal;
comment on view private.timeline_tickets is 'Tickets of a customer, when they were opened.';
comment on view private.timeline_surveys is 'How a customer rated.';
comment on view private.timeline_files is 'Files of a customer''s tickets that they can read.';

insert into private.timeline_kinds (kind, view_name) values
  ('tickets', 'private.timeline_tickets'), ('surveys', 'private.timeline_surveys'), ('files', 'private.timeline_files');

-- schemas/support/sla_targets.sql
-- How each ticket stands against its targets. The clock runs while it is staff's turn (open, in_progress); waiting for
-- the customer pauses it, and so does the time between a resolution and a reopening.
create table public.sla_targets (
  priority public.ticket_priority primary key,
  first_response_seconds integer not null constraint first_response_target_is_positive check (first_response_seconds > 0),
  resolution_seconds integer not null,
  constraint resolution_takes_at_least_a_response check (resolution_seconds >= first_response_seconds)
);
comment on table public.sla_targets is 'How soon a ticket of a priority is answered and resolved, in running time.';

alter table public.sla_targets enable row level security;

create policy "signed-in users read the targets" on public.sla_targets
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.sla_targets to authenticated, service_role;
grant update (first_response_seconds, resolution_seconds) on public.sla_targets to service_role;

-- schemas/support/submit_ticket_survey.sql
-- The owner rates each resolution once, within four weeks of it, and can change the rating for a quarter of an hour.
-- The ticket's row is the lock, so that of two at once one is a survey and the other a refusal.
create function private.submit_ticket_survey(
  p_ticket_id uuid, p_rating integer, p_satisfaction public.survey_satisfaction, p_feedback text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_party public.ticket_party;
  v_ticket public.support_tickets;
  v_survey public.ticket_surveys;
begin
  select private.ticket_party_of(user_id, auth.uid()) into v_party from public.support_tickets where id = p_ticket_id;
  if v_party is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  elsif v_party <> 'customer' then
    perform private.refuse(403, 'survey_is_for_the_owner', 'Only the customer of a ticket can rate it.');
  elsif p_rating is null and p_satisfaction is null then
    perform private.refuse(422, 'survey_empty', 'A survey needs a rating or a satisfaction.');
  end if;

  select * into v_ticket from public.support_tickets where id = p_ticket_id for no key update;
  if not found then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  elsif v_ticket.merged_into is not null then
    perform private.refuse(409, 'ticket_merged', 'The ticket was merged into another one.', jsonb_build_object('merged_into', v_ticket.merged_into));
  elsif not private.is_ticket_finished(v_ticket.status) then
    perform private.refuse(409, 'survey_before_resolution', 'A ticket can be rated once it is resolved.');
  elsif now() > coalesce(v_ticket.resolved_at, v_ticket.closed_at) + private.setting_interval('survey_window') then
    perform private.refuse(409, 'survey_window_over', 'It is too late to rate this resolution.');
  end if;

  insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, agent_id, rating, satisfaction, feedback)
  values (v_ticket.id, v_ticket.user_id, v_ticket.resolution_cycle, v_ticket.assigned_to, p_rating, p_satisfaction,
    nullif(btrim(p_feedback), ''))
  on conflict (ticket_id, resolution_cycle) do nothing
  returning * into v_survey;
  if v_survey.id is null then
    perform private.refuse(409, 'survey_already_submitted', 'This resolution is rated already.');
  end if;
  update public.support_tickets set survey_completed = true where id = v_ticket.id;
  return to_jsonb(v_survey) - 'user_id' || jsonb_build_object('editable_until',
    v_survey.created_at + private.setting_interval('survey_editable_for'));
end;
$$;
comment on function private.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text) is 'Rates the current resolution of a ticket, if the caller owns the ticket.';

create function public.submit_ticket_survey(
  p_ticket_id uuid, p_rating integer default null, p_satisfaction public.survey_satisfaction default null, p_feedback text default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.submit_ticket_survey(p_ticket_id, p_rating, p_satisfaction, p_feedback);
$$;
comment on function public.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text) is
  'Rates the current resolution of the caller''s own ticket. Refusals: ticket_not_found, survey_is_for_the_owner, survey_empty, '
  'survey_before_resolution, survey_window_over, survey_already_submitted.';

create function public.ticket_survey(p_ticket_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'ticket_id', t.id, 'status', t.status, 'resolution_cycle', t.resolution_cycle, 'survey_completed', t.survey_completed,
    'is_open', coalesce(t.user_id = (select auth.uid()), false) and not t.survey_completed and t.merged_into is null
      and coalesce(now() <= coalesce(t.resolved_at, t.closed_at) + private.setting_interval('survey_window'), false),
    'open_until', coalesce(t.resolved_at, t.closed_at) + private.setting_interval('survey_window'),
    'surveys', (
      select coalesce(jsonb_agg(to_jsonb(s) - 'user_id' || jsonb_build_object('editable_until',
        s.created_at + private.setting_interval('survey_editable_for')) order by s.resolution_cycle desc), '[]')
      from public.ticket_surveys s where s.ticket_id = t.id))
  from public.support_tickets t where t.id = p_ticket_id;
$$;
comment on function public.ticket_survey(uuid) is
  'A ticket''s ratings, newest first, and whether the caller can rate the current resolution. Null for a ticket that the caller does not see.';

grant execute on function private.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text),
  public.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text) to authenticated;

grant execute on function public.ticket_survey(uuid) to authenticated, service_role;

-- schemas/support/support_stats.sql
-- The desk's figures over a time, in one statement: each is computed from the facts, none is sampled.
create function public.support_stats(p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_finished constant public.ticket_status[] := private.finished_statuses();
  v_stats jsonb;
begin
  if not private.is_support_staff() and auth.role() is distinct from 'service_role' then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  if p_from is null or p_to is null or p_from < '2000-01-01T00:00:00Z' or p_to > '2101-01-01T00:00:00Z' then
    perform private.refuse(422, 'invalid_stats_range', 'The range lies within the years 2000 to 2100.');
  elsif p_to <= p_from or p_to - p_from > interval '366 days' then
    perform private.refuse(422, 'invalid_stats_range', 'The range ends after it starts and is at most 366 days long.');
  end if;

  with created as materialized (
    select category, priority, status, first_response_at, first_response_seconds, first_response_state, resolution_seconds, resolution_state
    from public.ticket_sla where created_at >= p_from and created_at < p_to
  ), moves as (
    select count(*) filter (where to_status = 'resolved') as resolved,
      count(*) filter (where to_status = 'closed') as closed,
      count(*) filter (where from_status = any (v_finished) and to_status <> all (v_finished)) as reopened
    from public.ticket_events where created_at >= p_from and created_at < p_to
  ), rated as materialized (
    select s.agent_id, t.category, coalesce(s.rating,
        case s.satisfaction when 'very_dissatisfied' then 1 when 'dissatisfied' then 2 when 'neutral' then 3
          when 'satisfied' then 4 else 5 end) as score
    from public.ticket_surveys s join public.support_tickets t on t.id = s.ticket_id
    where s.created_at >= p_from and s.created_at < p_to
  )
  select jsonb_build_object(
    'range', jsonb_build_object('from', p_from, 'to', p_to),
    'volumes', jsonb_build_object(
      'created', (select count(*) from created), 'resolved', moves.resolved, 'closed', moves.closed, 'reopened', moves.reopened,
      'by_status', (select coalesce(jsonb_object_agg(status, n), '{}') from (select status, count(*) as n from created group by 1) g),
      'by_category', (select coalesce(jsonb_object_agg(category, n), '{}') from (select category, count(*) as n from created group by 1) g),
      'by_priority', (select coalesce(jsonb_object_agg(priority, n), '{}') from (select priority, count(*) as n from created group by 1) g)),
    'first_response', (select jsonb_build_object('count', count(*),
        'median_seconds', round((percentile_cont(0.5) within group (order by first_response_seconds))::numeric),
        'p90_seconds', round((percentile_cont(0.9) within group (order by first_response_seconds))::numeric))
      from created where first_response_at is not null),
    'resolution', (select jsonb_build_object('count', count(*),
        'median_seconds', round((percentile_cont(0.5) within group (order by resolution_seconds))::numeric),
        'p90_seconds', round((percentile_cont(0.9) within group (order by resolution_seconds))::numeric))
      from created where status = any (v_finished)),
    'sla', (select jsonb_build_object(
        'first_response', jsonb_build_object(
          'met', count(*) filter (where first_response_state = 'met'),
          'breached', count(*) filter (where first_response_state = 'breached'),
          'at_risk', count(*) filter (where first_response_state = 'at_risk'),
          'kept_share', round(avg((first_response_state = 'met')::integer) filter (where first_response_state in ('met', 'breached')), 4)),
        'resolution', jsonb_build_object(
          'met', count(*) filter (where resolution_state = 'met'),
          'breached', count(*) filter (where resolution_state = 'breached'),
          'at_risk', count(*) filter (where resolution_state = 'at_risk'),
          'kept_share', round(avg((resolution_state = 'met')::integer) filter (where resolution_state in ('met', 'breached')), 4)))
      from created),
    'csat', (select jsonb_build_object('responses', count(*), 'average', round(avg(score), 2),
        'satisfied_share', round(avg((score >= 4)::integer), 4)) from rated)
      || jsonb_build_object(
        'by_agent', (select coalesce(jsonb_agg(to_jsonb(g) order by g.responses desc, g.agent_id), '[]') from (
          select r.agent_id, c.full_name, count(*) as responses, round(avg(score), 2) as average,
            round(avg((score >= 4)::integer), 4) as satisfied_share
          from rated r left join public.profile_cards c on c.id = r.agent_id group by 1, 2) g),
        'by_category', (select coalesce(jsonb_agg(to_jsonb(g) order by g.category), '[]') from (
          select category, count(*) as responses, round(avg(score), 2) as average,
            round(avg((score >= 4)::integer), 4) as satisfied_share
          from rated group by 1) g)))
  into v_stats from moves;
  return v_stats;
end;
$$;
comment on function public.support_stats(timestamptz, timestamptz) is
  'Support staff''s figures of [from, to): volumes, first response and resolution of tickets created then (running seconds, '
  'median and p90), SLA kept, and ratings given then by agent and category (a satisfaction counts as 1 to 5, 4 is satisfied). '
  'At most 366 days within 2000 to 2100. Refuses: 403 support_staff_only, 422 invalid_stats_range.';

grant execute on function public.support_stats(timestamptz, timestamptz) to authenticated, service_role;

-- schemas/support/sweep_attachments.sql
-- Removes uploads that nobody finished and objects that belong to no row. An upload URL lives two hours and its row lives longer, so
-- that no file arrives unknown. The comparison finds whatever went another way.
create table private.attachment_comparison (
  is_only_row boolean primary key default true constraint there_is_one_row check (is_only_row),
  last_object_name text not null default '',
  last_attachment_id uuid not null default '00000000-0000-0000-0000-000000000000'
);
comment on table private.attachment_comparison is 'How far the comparison of objects and rows has come; each tick goes on from here and starts over at the end.';

alter table private.attachment_comparison enable row level security;

create policy "nobody but the owner of the schema reads the comparison" on private.attachment_comparison
  for all to anon, authenticated using (false) with check (false);

insert into private.attachment_comparison default values;

create function private.sweep_unsettled_attachments(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_before constant timestamptz := p_now - private.setting_interval('attachment_unsettled_for');
  v_ids uuid[];
  v_rows integer;
begin
  select array_agg(id) into v_ids from (
    select id from public.ticket_attachments
    where state <> 'ready' and state_changed_at <= v_before
    order by state_changed_at limit private.setting_integer('attachment_job_batch_size')
  ) due;
  perform from public.user_limits
  where user_id in (select uploaded_by from public.ticket_attachments where id = any (v_ids))
  order by user_id for no key update;
  -- This is asked again, because a file may have become ready meanwhile.
  delete from public.ticket_attachments where id = any (v_ids) and state <> 'ready' and state_changed_at <= v_before;
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.sweep_unsettled_attachments(timestamptz) is
  'Deletes one batch of pending rows whose file never came and of tombstones that served their time.';

create function private.remove_stray_objects() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_bucket constant text := 'ticket-attachments';
  v_size constant integer := private.setting_integer('attachment_compare_batch_size');
  v_names text[];
  v_rows integer;
begin
  select array_agg(name order by name) into v_names from (
    select name from storage.objects
    where bucket_id = c_bucket and name > (select last_object_name from private.attachment_comparison)
    order by name limit v_size
  ) part;
  select count(private.remove_attachment_object(o.name)) into v_rows
  from storage.objects o
  where o.bucket_id = c_bucket and o.name = any (v_names)
    and not exists (
      select from public.ticket_attachments a
      where a.path = regexp_replace(o.name, '^inbox/', '')
        and case when o.name like 'inbox/%'
          -- Whatever is larger than it was announced is refused anyway, and Storage lets in what has no declared size.
          then a.state = 'pending' and coalesce((o.metadata ->> 'size')::bigint, 0) <= a.size_bytes
          else a.state in ('pending', 'ready') end)
    -- An object whose removal is asked for already keeps its schedule of retries.
    and not exists (select from public.tasks
      where kind = 'remove_ticket_file' and resource_id = o.name and done_at is null and cancelled_at is null and dead_at is null);
  update private.attachment_comparison
  set last_object_name = case when cardinality(v_names) = v_size then v_names[v_size] else '' end;
  return v_rows;
end;
$$;
comment on function private.remove_stray_objects() is
  'Asks for the objects of one part of the bucket to be removed that no pending or ready row names, and for uploads that no '
  'pending row waits for.';

create function private.retire_lost_attachments() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_bucket constant text := 'ticket-attachments';
  v_size constant integer := private.setting_integer('attachment_compare_batch_size');
  v_ids uuid[];
  v_lost uuid[];
  v_rows integer;
begin
  select array_agg(id order by id) into v_ids from (
    select id from public.ticket_attachments
    where id > (select last_attachment_id from private.attachment_comparison)
    order by id limit v_size
  ) part;
  select array_agg(id) into v_lost from public.ticket_attachments a
  where id = any (v_ids) and state = 'ready'
    and not exists (select from storage.objects
      where bucket_id = c_bucket and name = a.path and version is not distinct from a.object_version);
  perform from public.user_limits
  where user_id in (select uploaded_by from public.ticket_attachments where id = any (v_lost))
  order by user_id for no key update;
  update public.ticket_attachments set state = 'deleted' where id = any (v_lost) and state = 'ready';
  get diagnostics v_rows = row_count;
  if v_rows > 0 then
    raise warning '% ready files had no object, or another one than was inspected', v_rows;
  end if;
  update private.attachment_comparison set last_attachment_id =
    case when cardinality(v_ids) = v_size then v_ids[v_size] else '00000000-0000-0000-0000-000000000000' end;
  return v_rows;
end;
$$;
comment on function private.retire_lost_attachments() is
  'Makes tombstones of one part of the ready rows whose object is gone or replaced, so that no link leads to nothing, nor to what '
  'nobody inspected, and the bytes are given back.';

create function private.sweep_attachments(p_now timestamptz) returns integer
language sql security definer set search_path = '' as $$
  select private.sweep_unsettled_attachments(p_now) + private.remove_stray_objects() + private.retire_lost_attachments();
$$;
comment on function private.sweep_attachments(timestamptz) is 'Job: one bounded batch of each; at rest, objects and ready rows agree one to one.';

select private.schedule_job('sweep_attachments', '*/5 * * * *', 'private.sweep_attachments',
  'Ends unfinished uploads and tombstones, and holds objects and rows against each other.');

-- schemas/support/tell_staff_of_tickets.sql
-- What support staff are told beside a customer's message: that a ticket is theirs now, and that it will be or is too late.
insert into private.notification_kinds (kind, domain, is_sent_by_default, description) values
  ('ticket_reply', 'support', true, 'There is a new message in your ticket.'),
  ('ticket_resolved', 'support', true, 'Your ticket is resolved.'),
  ('ticket_assigned', 'support', true, 'A ticket was assigned to you.'),
  ('sla_at_risk', 'support', true, 'A ticket will soon be answered or resolved too late.'),
  ('sla_missed', 'support', true, 'A ticket was not answered or resolved in time.');

create function private.tell_assignee(p_ticket public.support_tickets) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- Whoever took it themselves knows.
  if p_ticket.assigned_to is distinct from auth.uid() then
    perform private.notify(p_ticket.assigned_to, 'ticket_assigned', p_ticket.id,
      jsonb_build_object('ticket_number', p_ticket.ticket_number, 'subject', p_ticket.subject));
  end if;
end;
$$;
comment on function private.tell_assignee(public.support_tickets) is 'Tells somebody that a ticket is theirs now, unless they took it.';

-- The assignee is told, or all who act as staff while nobody has it; the ticket's own customer never is.
create function private.people_of_ticket(p_ticket_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.id from public.support_tickets t join public.profiles p
    on p.id = t.assigned_to or (t.assigned_to is null and p.role in ('agent', 'admin') and private.acts_as_staff(p.id))
  where t.id = p_ticket_id and p.id <> t.user_id;
$$;
comment on function private.people_of_ticket(uuid) is 'Whose turn a ticket is among the staff: its assignee, or everybody.';

create function private.tell_sla(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_late record;
  v_rows integer := 0;
begin
  for v_late in
    select s.ticket_id, s.ticket_number, t.subject, t.resolution_cycle, w.target, w.state, w.due_at
    from public.support_tickets t
    join public.ticket_sla s on s.ticket_id = t.id
    cross join lateral (values
      ('first_response', s.first_response_state, s.first_response_due_at),
      ('resolution', s.resolution_state, s.resolution_due_at)) w (target, state, due_at)
    where t.status = any (private.staffs_turn_statuses()) and w.state in ('at_risk', 'breached') and w.due_at is not null
      and not exists (select from private.told_sla k
        where k.ticket_id = t.id and k.resolution_cycle = t.resolution_cycle and k.target = w.target and k.state = w.state)
    limit private.setting_integer('support_job_batch_size')
  loop
    insert into private.told_sla (ticket_id, resolution_cycle, target, state)
    values (v_late.ticket_id, v_late.resolution_cycle, v_late.target, v_late.state)
    on conflict do nothing;
    continue when not found;
    perform private.notify(p.id, case v_late.state when 'breached' then 'sla_missed' else 'sla_at_risk' end, v_late.ticket_id,
      jsonb_build_object('ticket_number', v_late.ticket_number, 'subject', v_late.subject, 'target', v_late.target, 'due_at', v_late.due_at))
    from private.people_of_ticket(v_late.ticket_id) p (id);
    v_rows := v_rows + 1;
  end loop;
  return v_rows;
end;
$$;
comment on function private.tell_sla(timestamptz) is
  'Job: tells staff of tickets that are about to miss a target of their priority, or have missed it; once a cycle for each.';

create table private.told_sla (
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  resolution_cycle integer not null,
  target text not null constraint target_is_known check (target in ('first_response', 'resolution')),
  state public.sla_state not null,
  primary key (ticket_id, resolution_cycle, target, state)
);
comment on table private.told_sla is 'Which targets of which tickets the staff was told of.';

alter table private.told_sla enable row level security;

create policy "nobody but the owner of the schema reads what was told of targets" on private.told_sla
  for all to anon, authenticated using (false) with check (false);

select private.schedule_job('tell_sla', '*/5 * * * *', 'private.tell_sla', 'Tell staff of tickets that are or will be too late.');

-- schemas/support/ticket_sla.sql
insert into public.sla_targets (priority, first_response_seconds, resolution_seconds) values
  ('urgent', 1 * 3600, 4 * 3600), ('high', 4 * 3600, 24 * 3600), ('medium', 8 * 3600, 48 * 3600), ('low', 24 * 3600, 120 * 3600);

create view public.ticket_sla with (security_invoker = true) as
select t.id as ticket_id, t.ticket_number, t.user_id, t.assigned_to, t.category, t.priority, t.status, t.created_at, t.first_response_at,
  t.status <> all (rules.running) as is_paused,
  target.first_response_seconds as first_response_target_seconds,
  clock.first_response_seconds,
  (case
    when clock.first_response_seconds > target.first_response_seconds then 'breached'
    when t.first_response_at is not null then 'met'
    when t.status = any (rules.finished) then 'not_needed'
    when clock.first_response_seconds >= target.first_response_seconds * rules.risk_share then 'at_risk'
    else 'on_track'
  end)::public.sla_state as first_response_state,
  case when t.first_response_at is null and t.status = any (rules.running)
    then case when rules.is_always_open then now() + (target.first_response_seconds - clock.first_response_seconds) * interval '1 second'
      else (
        select case when s.opens_at + (due.open_time - s.open_before) <= s.closes_at then s.opens_at + (due.open_time - s.open_before) end
        from (select rules.open_now + (target.first_response_seconds - clock.first_response_seconds) * interval '1 second') due (open_time)
        join public.opening_spans s on s.open_before < due.open_time order by s.open_before desc limit 1)
      end end as first_response_due_at,
  target.resolution_seconds as resolution_target_seconds,
  clock.resolution_seconds,
  (case
    when clock.resolution_seconds > target.resolution_seconds then 'breached'
    when t.status = any (rules.finished) then 'met'
    when clock.resolution_seconds >= target.resolution_seconds * rules.risk_share then 'at_risk'
    else 'on_track'
  end)::public.sla_state as resolution_state,
  case when t.status = any (rules.running)
    then case when rules.is_always_open then now() + (target.resolution_seconds - clock.resolution_seconds) * interval '1 second'
      else (
        select case when s.opens_at + (due.open_time - s.open_before) <= s.closes_at then s.opens_at + (due.open_time - s.open_before) end
        from (select rules.open_now + (target.resolution_seconds - clock.resolution_seconds) * interval '1 second') due (open_time)
        join public.opening_spans s on s.open_before < due.open_time order by s.open_before desc limit 1)
      end end as resolution_due_at
from public.support_tickets t
join public.sla_targets target on target.priority = t.priority
-- What stands in a select of its own is read once, not for every ticket.
cross join (
  select (select private.setting_numeric('sla_at_risk_percent')) / 100 as risk_share,
    (select private.staffs_turn_statuses()) as running, (select private.finished_statuses()) as finished,
    (select not exists (select from public.opening_spans where opens_at > '2000-01-01Z')) as is_always_open,
    (select s.open_before + (least(now(), s.closes_at) - s.opens_at) from public.opening_spans s
      where s.opens_at <= now() order by s.opens_at desc limit 1) as open_now
) rules
-- A time as the hours that the desk had worked until then. Looked up for each, unless the desk has always been open.
cross join lateral (
  select
    case when rules.is_always_open then t.created_at - '2000-01-01Z' else (
      select s.open_before + (least(t.created_at, s.closes_at) - s.opens_at) from public.opening_spans s
      where s.opens_at <= t.created_at order by s.opens_at desc limit 1) end as created,
    case when rules.is_always_open then t.first_response_at - '2000-01-01Z' else (
      select s.open_before + (least(t.first_response_at, s.closes_at) - s.opens_at) from public.opening_spans s
      where s.opens_at <= t.first_response_at order by s.opens_at desc limit 1) end as answered
) worked
-- The running time is the times at which the clock stopped less those at which it started, with now as the last stop of one that
-- runs. A sum over one index, without a sort: the desk's figures ask it of thousands of tickets.
cross join lateral (
  select
    greatest(ceil(date_part('epoch', sum(case when turn.starts then -turn.to_response else turn.to_response end)
      + case when t.status = any (rules.running) then least(rules.open_now, worked.answered) - worked.created else '0' end)), 0)::bigint
      as first_response_seconds,
    greatest(ceil(date_part('epoch', sum(case when turn.starts then -turn.age else turn.age end)
      + case when t.status = any (rules.running) then rules.open_now - worked.created else '0' end)), 0)::bigint as resolution_seconds
  from (
    select e.to_status = any (rules.running) as starts, at.open_time - worked.created as age,
      least(at.open_time, worked.answered) - worked.created as to_response
    from public.ticket_events e
    cross join lateral (
      select case when rules.is_always_open then e.created_at - '2000-01-01Z' else (
        select s.open_before + (least(e.created_at, s.closes_at) - s.opens_at) from public.opening_spans s
        where s.opens_at <= e.created_at order by s.opens_at desc limit 1) end
    ) at (open_time)
    where e.ticket_id = t.id
      and coalesce(e.from_status = any (rules.running), false) <> (e.to_status = any (rules.running))
  ) turn
) clock;
comment on view public.ticket_sla is
  'Running seconds of each ticket to its first response and its resolution, against the targets of its priority. '
  'Time counts in the desk''s hours alone (business_hours). due_at is null while the clock is paused, the work is done, or it would be more than five years ahead.';

grant select on public.ticket_sla to authenticated, service_role;

-- schemas/support/ticket_staff.sql
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

-- schemas/support/ticket_tags.sql
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

-- schemas/support/ticket_texts.sql
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

-- schemas/support/update_sla_targets.sql
create function private.admin_set_sla(p_priority public.ticket_priority, p_first_response_seconds integer, p_resolution_seconds integer)
returns public.sla_targets
language plpgsql security definer set search_path = '' as $$
declare
  v_was public.sla_targets;
  v_target public.sla_targets;
begin
  perform private.require_admin();
  -- A minute to a year.
  if (p_first_response_seconds between 60 and p_resolution_seconds and p_resolution_seconds <= 31536000) is not true then
    perform private.refuse(422, 'invalid_sla', 'A ticket is answered within 60 seconds at least, resolved not before, and within a year.');
  end if;
  select * into v_was from public.sla_targets where priority = p_priority for no key update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such priority.');
  end if;
  update public.sla_targets set first_response_seconds = p_first_response_seconds, resolution_seconds = p_resolution_seconds
  where priority = p_priority returning * into v_target;
  perform private.record_admin_action('set_sla', jsonb_build_object('from', to_jsonb(v_was), 'to', to_jsonb(v_target)));
  return v_target;
end;
$$;
comment on function private.admin_set_sla(public.ticket_priority, integer, integer) is 'Sets the targets of a priority, if the caller is an admin.';

create function public.admin_set_sla(p_priority public.ticket_priority, p_first_response_seconds integer, p_resolution_seconds integer)
returns public.sla_targets
language sql set search_path = '' as $$
  select * from private.admin_set_sla(p_priority, p_first_response_seconds, p_resolution_seconds);
$$;
comment on function public.admin_set_sla(public.ticket_priority, integer, integer) is
  'For admins and the server: sets the SLA of a priority, also of tickets that are open; recorded. 60 seconds to a year, resolution not before the first response. '
  'Refuses: 403 admin_only, 404 not_found, 422 invalid_sla.';

grant execute on function private.admin_set_sla(public.ticket_priority, integer, integer),
  public.admin_set_sla(public.ticket_priority, integer, integer) to authenticated, service_role;

reset check_function_bodies;
