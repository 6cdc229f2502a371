-- What holds for every row of ticket_attachments, whoever writes it: accepted types, harmless names, and the thresholds.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('attachment_max_files_per_ticket', '20', 'integer', '1', '1000', 'How many files a ticket holds. What customers upload is held against public files only.'),
  ('attachment_max_bytes_per_ticket', '52428800', 'integer', '1048576', '10737418240', 'How many bytes the files of a ticket have together, counted likewise.'),
  ('attachment_unsettled_for', '"3 hours"', 'interval', '2 hours', '7 days', 'How long a pending row waits for its file, and a tombstone for its upload URL (2 hours) to die.'),
  ('attachment_job_batch_size', '500', 'integer', '1', '100000', 'Rows that one tick of the sweep takes.'),
  ('attachment_compare_batch_size', '5000', 'integer', '1', '100000', 'Objects, and rows, that one tick holds against each other.');
