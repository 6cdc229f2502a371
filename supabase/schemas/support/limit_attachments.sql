-- What holds for every row of ticket_attachments, whoever writes it: accepted types, harmless names, and the thresholds.
insert into private.settings (name, value, description) values
  ('attachment_max_files_per_ticket', '20', 'How many files a ticket holds. What customers upload is held against public files only.'),
  ('attachment_max_bytes_per_ticket', '52428800', 'How many bytes the files of a ticket have together, counted likewise.'),
  ('attachment_unsettled_for', '"3 hours"', 'How long a pending row waits for its file, and a tombstone for its upload URL (2 hours) to die.'),
  ('attachment_job_batch_size', '500', 'Rows that one tick of the sweep takes.'),
  ('attachment_compare_batch_size', '5000', 'Objects, and rows, that one tick holds against each other.');
