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
