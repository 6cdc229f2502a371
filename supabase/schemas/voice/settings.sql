insert into private.settings (name, value, type, lowest, highest, description) values
  ('assistant_call_seconds', '600', 'integer', '10', '43200', 'The longest call of an assistant whose configuration names no max_duration_seconds.'),
  ('assistant_models', '["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini", "gpt-5-nano"]', 'texts', '1', '50',
    'Language models that a configuration may name; a dear one costs the platform, not the tenant.'),
  ('longest_call_seconds', '43260', 'integer', '60', '86400', 'No call is longer: VAPI''s ceiling of 12 hours and a minute of grace. A longer measurement is an error and is cut.'),
  ('successful_call_seconds', '10', 'integer', '0', '3600', 'Without an evaluation, a completed call of at least so many seconds is a success.'),
  ('success_share', '0.6', 'number', '0', '1', 'An evaluation on a scale (of 10, or percent) is positive from this share.'),
  ('unattributed_call_patience', '"1 hour"', 'interval', '1 minute', '7 days', 'How long the events of a call that nobody owns are tried again, before they are ignored.'),
  ('stale_call_grace', '"1 hour"', 'interval', '1 minute', '7 days', 'How long after the last second it may have lasted a call without a report is closed.'),
  ('call_content_days', '180', 'integer', '1', '3650', 'Days after which transcript, summary, structured data, recording link and caller number of a call are dropped.'),
  ('free_vapi_numbers', '1', 'integer', '0', '100', 'Numbers from VAPI that an account on the free plan may have.');
