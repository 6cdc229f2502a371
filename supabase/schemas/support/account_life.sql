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
