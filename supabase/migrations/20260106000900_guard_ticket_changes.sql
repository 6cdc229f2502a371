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

create function private.guard_ticket_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_party constant public.ticket_party := private.current_ticket_party(old.user_id);
  v_is_reopened constant boolean := old.status in ('resolved', 'closed') and new.status not in ('resolved', 'closed');
  v_rule private.ticket_transitions;
begin
  if new.user_id <> old.user_id then
    perform private.refuse(403, 'ticket_owner_is_fixed', 'A ticket keeps its owner.');
  end if;
  -- Nobody is who lost his place among support staff while he waited for the row that the policies let him change.
  if (v_party is null or v_party = 'customer')
    and ((new.priority, new.category) is distinct from (old.priority, old.category)
      -- Except for the release of somebody who is staff no more, which an admin's change of a role does to his own ticket too.
      or (new.assigned_to is distinct from old.assigned_to
        and (new.assigned_to is not null or private.ticket_party_of(old.user_id, old.assigned_to) = 'staff'))) then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  if new.assigned_to is not null and (new.assigned_to is distinct from old.assigned_to or v_is_reopened) then
    -- The lock lets a change of his role and this see each other (20260106001900).
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
comment on function private.guard_ticket_change() is 'BEFORE UPDATE: refuses what is not in ticket_transitions, or not the customer''s to change; stamps the rest.';

create trigger support_tickets_guard_change before update on public.support_tickets
  for each row execute function private.guard_ticket_change();

create function private.follow_ticket_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status <> old.status then
    perform private.record_transition(new, old.status);
    if new.status = 'resolved' then
      perform private.notify(new.user_id, 'ticket_resolved', new.id, jsonb_build_object(
        'ticket_number', new.ticket_number, 'subject', new.subject,
        'is_survey_invited', private.current_ticket_party(new.user_id) = 'staff'));
    end if;
  end if;
  if new.assigned_to is distinct from old.assigned_to then
    perform private.meet_staff(new.user_id, new.assigned_to);
  end if;
  return null;
end;
$$;
comment on function private.follow_ticket_change() is
  'AFTER UPDATE: the transition''s record, the news of a resolution (a rating is invited when people resolved it), the assignee''s card.';

create trigger support_tickets_follow_change after update on public.support_tickets
  for each row when (old.status is distinct from new.status or old.assigned_to is distinct from new.assigned_to)
  execute function private.follow_ticket_change();

create policy "owners and support staff change tickets" on public.support_tickets
  for update to authenticated
  using (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()))
  with check (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()));
grant update (status, assigned_to, priority, category) on public.support_tickets to authenticated, service_role;
