-- An object goes when its row goes, on every path: the row's own end, the ticket's, the account's, a hand in the
-- dashboard. SQL cannot delete files, so each path ends in a task, which belongs to no user: it outlives them all.
create function private.remove_attachment_object(p_path text) returns uuid
language sql security definer set search_path = '' as $$
  select private.enqueue_task('remove_ticket_file', p_path);
$$;
comment on function private.remove_attachment_object(text) is
  'Asks for an object of the bucket ticket-attachments to be removed, and for what was uploaded to its inbox/<path>; returns the task.';
