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
