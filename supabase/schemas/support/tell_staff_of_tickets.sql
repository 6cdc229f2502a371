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
