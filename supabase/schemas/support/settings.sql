insert into private.settings (name, value, type, lowest, highest, description) values
  ('ticket_reopen_window', '"14 days"', 'interval', '1 hour', '365 days', 'How long after the resolution (or else the closing) a customer can reopen a ticket.'),
  ('ticket_resolve_waiting_after', '"7 days"', 'interval', '1 hour', '365 days', 'How long a ticket waits for its customer before it is resolved.'),
  ('ticket_close_resolved_after', '"7 days"', 'interval', '1 hour', '365 days', 'How long a ticket stays resolved before it is closed.'),
  ('survey_window', '"28 days"', 'interval', '1 hour', '365 days', 'How long after the resolution (or else the closing) a ticket can be rated.'),
  ('survey_editable_for', '"15 minutes"', 'interval', '0 seconds', '7 days', 'How long a rating can be changed.'),
  ('sla_at_risk_percent', '75', 'integer', '1', '99', 'Share of an SLA target from which a ticket is at risk.'),
  ('reply_key_kept_for', '"24 hours"', 'interval', '1 hour', '7 days', 'How long an Idempotency-Key is remembered.'),
  ('support_job_batch_size', '500', 'integer', '1', '100000', 'Rows that one tick of a support job takes.');
