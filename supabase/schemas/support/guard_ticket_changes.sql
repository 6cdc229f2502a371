-- What a ticket's status may become, and by whom, as data; everything that follows from a transition is stamped here,
-- whoever writes: REST, a message, a job or the SQL editor.
create table private.ticket_transitions (
  party public.ticket_party not null,
  from_status public.ticket_status not null,
  to_status public.ticket_status not null,
  needs_message boolean not null default false,
  is_within_reopen_window boolean not null default false,
  primary key (party, from_status, to_status)
);
comment on table private.ticket_transitions is 'The allowed transitions; what is not here is refused.';
comment on column private.ticket_transitions.needs_message is 'Happens as the effect of a message or reply only.';

alter table private.ticket_transitions enable row level security;

create policy "nobody but the owner of the schema reads transitions" on private.ticket_transitions
  for all to anon, authenticated using (false) with check (false);

insert into private.ticket_transitions (party, from_status, to_status)
select 'staff', from_status, to_status
from unnest('{open,in_progress,waiting}'::public.ticket_status[]) from_status,
  unnest('{open,in_progress,waiting,resolved,closed}'::public.ticket_status[]) to_status
where from_status <> to_status;

insert into private.ticket_transitions (party, from_status, to_status, needs_message, is_within_reopen_window) values
  ('staff', 'resolved', 'closed', false, false),
  ('staff', 'resolved', 'open', false, false),
  ('staff', 'closed', 'open', false, false),
  ('customer', 'open', 'closed', false, false),
  ('customer', 'in_progress', 'closed', false, false),
  ('customer', 'waiting', 'closed', false, false),
  ('customer', 'resolved', 'closed', false, false),
  ('customer', 'waiting', 'open', true, false),
  ('customer', 'resolved', 'open', false, true),
  ('customer', 'closed', 'open', false, true),
  ('system', 'waiting', 'resolved', false, false),
  ('system', 'resolved', 'closed', false, false);
