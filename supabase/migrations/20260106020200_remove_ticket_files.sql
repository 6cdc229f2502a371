-- An object goes when its row goes, on every path: the row's own end, the ticket's, the account's, a hand in the
-- dashboard. SQL cannot delete files, so each path ends in a task, which belongs to no user: it outlives him.
create function private.remove_attachment_object(p_path text) returns uuid
language sql security definer set search_path = '' as $$
  select private.enqueue_task('remove_ticket_file', p_path);
$$;
comment on function private.remove_attachment_object(text) is
  'Asks for an object of the bucket ticket-attachments to be removed, and for what was uploaded to its inbox/<path>; returns the task.';

create function private.follow_attachment_removal() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    perform private.remove_attachment_object(path) from old_rows;
  else
    perform private.remove_attachment_object(new_row.path)
    from new_rows new_row join old_rows old_row on old_row.id = new_row.id
    where new_row.state in ('rejected', 'deleted') and old_row.state in ('pending', 'ready');
  end if;
  return null;
end;
$$;
comment on function private.follow_attachment_removal() is
  'AFTER each statement: asks for the objects of rows that were deleted, rejected or made tombstones to be removed.';

create trigger ticket_attachments_remove_objects after delete on public.ticket_attachments
  referencing old table as old_rows for each statement execute function private.follow_attachment_removal();
create trigger ticket_attachments_remove_refused after update on public.ticket_attachments
  referencing old table as old_rows new table as new_rows for each statement execute function private.follow_attachment_removal();
