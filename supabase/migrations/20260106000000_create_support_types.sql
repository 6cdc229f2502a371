-- The words of the support domain, and its thresholds as settings.
create type public.ticket_category as enum ('technical', 'billing', 'academic', 'enrollment', 'account', 'general');
create type public.ticket_priority as enum ('low', 'medium', 'high', 'urgent');

create type public.ticket_status as enum ('open', 'in_progress', 'waiting', 'resolved', 'closed');
comment on type public.ticket_status is 'open: staff''s turn; in_progress: staff works on it; waiting: the customer''s turn; resolved: can be reopened; closed: takes no messages.';

create type public.ticket_party as enum ('customer', 'staff', 'system');
comment on type public.ticket_party is
  'Who somebody is to one ticket: its owner, support staff, or the product itself. An agent is the customer of his own ticket.';

create type public.ticket_message_kind as enum ('message', 'system');
create type public.survey_satisfaction as enum ('very_dissatisfied', 'dissatisfied', 'neutral', 'satisfied', 'very_satisfied');

create type public.attachment_state as enum ('pending', 'ready', 'rejected', 'deleted');
comment on type public.attachment_state is
  'pending: a file may be uploaded; ready: inspected, may be read; rejected and deleted: tombstones, kept until the upload URL is dead.';

insert into private.settings (name, value, description) values
  ('ticket_reopen_window', '"14 days"', 'How long after the resolution (or else the closing) a customer can reopen a ticket.'),
  ('ticket_resolve_waiting_after', '"7 days"', 'How long a ticket waits for its customer before it is resolved.'),
  ('ticket_close_resolved_after', '"7 days"', 'How long a ticket stays resolved before it is closed.'),
  ('survey_window', '"28 days"', 'How long after the resolution (or else the closing) a ticket can be rated.'),
  ('survey_editable_for', '"15 minutes"', 'How long a rating can be changed.'),
  ('sla_at_risk_percent', '75', 'Share of an SLA target from which a ticket is at risk.'),
  ('reply_key_kept_for', '"24 hours"', 'How long an Idempotency-Key is remembered.'),
  ('support_job_batch_size', '500', 'Rows that one tick of a support job takes.');
