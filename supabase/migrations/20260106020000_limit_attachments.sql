-- What holds for every row of ticket_attachments, whoever writes it: accepted types, harmless names, and the thresholds.
insert into private.settings (name, value, description) values
  ('attachment_max_files_per_ticket', '20', 'How many files a ticket holds. What customers upload is held against public files only.'),
  ('attachment_max_bytes_per_ticket', '52428800', 'How many bytes the files of a ticket have together, counted likewise.'),
  ('attachment_unsettled_for', '"3 hours"', 'How long a pending row waits for its file, and a tombstone for its upload URL (2 hours) to die.'),
  ('attachment_job_batch_size', '500', 'Rows that one tick of the sweep takes.'),
  ('attachment_compare_batch_size', '5000', 'Objects, and rows, that one tick holds against each other.');

-- The list is the one of shared/support/attachments/accepted-types.ts; a test compares them.
alter table public.ticket_attachments
  add constraint content_type_is_accepted check (content_type in (
    'image/jpeg', 'image/png', 'image/gif', 'image/webp', 'application/pdf', 'application/zip',
    'application/msword', 'application/vnd.ms-excel',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'text/plain', 'text/csv')),
  -- Control characters, path separators, and the marks that turn the direction of reading. Joiners shape some scripts.
  add constraint file_name_is_one_harmless_line check (
    file_name !~ '[\u0001-\u001f\u007f-\u009f/\\\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]'),
  add constraint object_name_is_no_hidden_file check (path !~ '/\.');

-- Staff have no quota, but who is staff changes: the row remembers whether its bytes were counted.
alter table public.ticket_attachments add column is_metered boolean not null default false;
comment on column public.ticket_attachments.is_metered is 'Whether its bytes count in the uploader''s quota while it is pending or ready.';
