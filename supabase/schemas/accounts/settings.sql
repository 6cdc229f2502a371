-- Every threshold, window and grace time of accounts and of the trial.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('demo_length', '"7 days"', 'interval', '1 hour', '365 days', 'How long a trial lasts from sign-up.'),
  ('demo_warning_before', '"2 days"', 'interval', '1 hour', '365 days', 'How long before its end a trial is warned.'),
  ('demo_minimum_call_seconds', '10', 'integer', '0', '3600', 'A call is admitted only with at least so many seconds left.'),
  ('usage_warning_percent', '75', 'integer', '1', '99', 'Share of a limit from which usage is a warning.'),
  ('usage_critical_percent', '90', 'integer', '1', '99', 'Share of a limit from which usage is critical.'),
  ('purge_grace', '"30 days"', 'interval', '1 day', '365 days', 'How long an expired trial is kept before it is purged.'),
  ('purge_warning_before', '"7 days"', 'interval', '1 day', '365 days', 'How long before the purge the owner is warned.'),
  ('purge_task_patience', '"7 days"', 'interval', '1 day', '365 days', 'After so long a purge goes on although a task of the user is dead.'),
  ('purge_batch', '1000', 'integer', '1', '100000', 'Facts that one tick of a purge deletes.'),
  ('deletion_revocable_for', '"7 days"', 'interval', '1 day', '365 days', 'How long a requested account deletion can be taken back.'),
  ('account_job_batch_size', '500', 'integer', '1', '100000', 'Accounts that one tick of an account job takes.');
