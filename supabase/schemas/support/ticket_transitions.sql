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
