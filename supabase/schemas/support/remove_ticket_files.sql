-- An object is removed when its row is, on every path: the end of the row, of the ticket or of the account, or a deletion by hand in the
-- dashboard. SQL cannot delete files, so each path ends in a task. The task belongs to no user, so that it outlives them.
create function private.remove_attachment_object(p_path text) returns uuid
language sql security definer set search_path = '' as $$
  select private.enqueue_task('remove_ticket_file', p_path);
$$;
comment on function private.remove_attachment_object(text) is
  'Asks for an object of the bucket ticket-attachments to be removed, and for what was uploaded to its inbox/<path>; returns the task.';
