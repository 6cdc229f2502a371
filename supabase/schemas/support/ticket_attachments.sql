-- Files of a ticket. Clients never write rows: the function attachment-upload authorises as the caller, then signs,
-- completes or removes. The bucket has no policy for users, so no path but that function leads to a file.
create table public.ticket_attachments (
  id uuid primary key default gen_random_uuid(),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  user_id uuid not null,
  message_id uuid,
  reply_id uuid,
  file_name text not null
    constraint file_name_is_1_to_255_characters check (char_length(file_name) between 1 and 255 and file_name ~ '\S'),
  content_type text not null,
  size_bytes bigint not null constraint size_is_1_byte_to_10_mebibytes check (size_bytes between 1 and private.max_file_bytes()),
  sha256 text constraint sha256_is_lower_case_hex check (sha256 ~ '^[0-9a-f]{64}$'),
  path text not null unique,
  object_version text,
  state public.attachment_state not null default 'pending',
  rejection_reason text,
  uploaded_by uuid references public.profiles (id) on delete set null,
  is_internal boolean not null default false,
  state_changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  -- Staff have no quota, but who is staff changes: the row remembers whether its bytes were counted.
  is_metered boolean not null default false,
  -- The ticket is the one to which it was uploaded: a merge moves the row and not the object.
  constraint path_names_ticket_and_attachment check (path ~ ('^[0-9a-f-]{36}/' || id || '/[A-Za-z0-9._-]+$')),
  constraint file_hangs_on_a_message_or_a_reply check (num_nonnulls(message_id, reply_id) <= 1),
  constraint file_of_a_message_of_its_ticket
    foreign key (message_id, ticket_id) references public.ticket_messages (id, ticket_id) on update cascade on delete cascade,
  constraint file_of_a_reply_of_its_ticket
    foreign key (reply_id, ticket_id) references public.ticket_replies (id, ticket_id) on update cascade on delete cascade,
  constraint ready_file_has_a_hash check (state <> 'ready' or sha256 is not null),
  constraint rejected_file_has_a_reason check ((state = 'rejected') = (rejection_reason is not null)),
  constraint only_a_ready_file_hangs_on_something check (state in ('ready', 'deleted') or num_nonnulls(message_id, reply_id) = 0),
  -- The list is the one of shared/support/attachments/accepted-types.ts; a test compares them.
  constraint content_type_is_accepted check (content_type in (
  'image/jpeg', 'image/png', 'image/gif', 'image/webp', 'application/pdf', 'application/zip',
  'application/msword', 'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'text/plain', 'text/csv')),
  -- Control characters, path separators, and the marks that turn the direction of reading. Joiners shape some scripts.
  constraint file_name_is_one_harmless_line check (
  file_name !~ '[\u0001-\u001f\u007f-\u009f/\\\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]'),
  constraint object_name_is_no_hidden_file check (path !~ '/\.')
);
comment on table public.ticket_attachments is 'Files of tickets, one object each in the private bucket ticket-attachments. Written by service-only functions.';
comment on column public.ticket_attachments.user_id is 'The ticket''s owner; the uploader is uploaded_by.';
comment on column public.ticket_attachments.message_id is 'The message it was sent with; null until then, or for ever. So is reply_id.';
comment on column public.ticket_attachments.content_type is 'What the file is. The object carries it for raster images only; all else is stored as application/octet-stream.';
comment on column public.ticket_attachments.size_bytes is 'Declared while pending, measured from ready on.';
comment on column public.ticket_attachments.path is
  '<ticket_id>/<attachment_id>/<safe name>, the object''s name in the bucket. Uploads go to inbox/<path>, where nothing is served from.';
comment on column public.ticket_attachments.object_version is
  'The version of the object that was inspected, from ready on: Storage gives another one to whatever is written in its place.';
comment on column public.ticket_attachments.is_internal is
  'Hidden from the owner: files of internal notes, and files of staff that are not sent with a public message yet.';
comment on column public.ticket_attachments.state_changed_at is 'When it got its state; sweeps go by it.';
comment on column public.ticket_attachments.is_metered is 'Whether its bytes count in the uploader''s quota while it is pending or ready.';

create index ticket_attachments_ticket_id_idx on public.ticket_attachments (ticket_id);
create index ticket_attachments_message_id_idx on public.ticket_attachments (message_id, ticket_id) where message_id is not null;
create index ticket_attachments_reply_id_idx on public.ticket_attachments (reply_id, ticket_id) where reply_id is not null;
create index ticket_attachments_user_id_idx on public.ticket_attachments (user_id);
create index ticket_attachments_uploaded_by_idx on public.ticket_attachments (uploaded_by) where uploaded_by is not null;
create index ticket_attachments_unsettled_idx on public.ticket_attachments (state, state_changed_at) where state <> 'ready';

alter table public.ticket_attachments enable row level security;

create policy "uploaders read their files, owners and support staff ready ones" on public.ticket_attachments
  for select to authenticated
  using (
    user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner())
    and (state = 'ready' or uploaded_by = (select auth.uid()))
    and (not is_internal or ((select private.is_support_staff()) and user_id <> (select auth.uid())))
  );

grant select on public.ticket_attachments to authenticated, service_role;

-- Storage refuses a declared size beyond the limit, and not a body that comes in chunks of no declared size: what an
-- upload URL lets in beyond it is found by the inspection and by the sweep.
insert into storage.buckets (id, name, public, file_size_limit)
values ('ticket-attachments', 'ticket-attachments', false, private.max_file_bytes())
on conflict (id) do update set public = excluded.public, file_size_limit = excluded.file_size_limit;

create function private.ticket_attachments_guard() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.state_changed_at := now();
  return new;
end;
$$;
comment on function private.ticket_attachments_guard() is 'Stamps when the state of a file changed.';

create function private.ticket_attachments_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_change record;
begin
  -- The counters come first. A row that is absent, before an insert or after a delete, counts 0 bytes.
  for v_change in execute case tg_op
    when 'INSERT' then 'select uploaded_by, id, private.metered_bytes(is_metered, state, size_bytes) as bytes from new_rows'
    when 'DELETE' then 'select uploaded_by, id, -private.metered_bytes(is_metered, state, size_bytes) as bytes from old_rows'
    else 'select o.uploaded_by, o.id, private.metered_bytes(n.is_metered, n.state, n.size_bytes)
      - private.metered_bytes(o.is_metered, o.state, o.size_bytes) as bytes from old_rows o join new_rows n on n.id = o.id'
  end || ' order by 1, 2' loop
    -- An uploader who is gone has no counter.
    if v_change.uploaded_by is not null and v_change.bytes <> 0 then
      perform private.count_attachment_bytes(v_change.uploaded_by, v_change.id, v_change.bytes);
    end if;
  end loop;

  if tg_op = 'DELETE' then
    perform private.remove_attachment_object(path) from old_rows;
  elsif tg_op = 'UPDATE' then
    perform private.remove_attachment_object(new_row.path)
    from new_rows new_row join old_rows old_row on old_row.id = new_row.id
    where new_row.state in ('rejected', 'deleted') and old_row.state in ('pending', 'ready');
  end if;
  return null;
end;
$$;
comment on function private.ticket_attachments_follow() is
  'What follows from a change of files: the uploaders'' counters move by what the bytes changed, and the objects of rows that were deleted, '
  'rejected or made tombstones are removed.';

create trigger ticket_attachments_guard before update on public.ticket_attachments
  for each row when (new.state is distinct from old.state) execute function private.ticket_attachments_guard();

create trigger ticket_attachments_follow_insert after insert on public.ticket_attachments
  referencing new table as new_rows for each statement execute function private.ticket_attachments_follow();

create trigger ticket_attachments_follow_update after update on public.ticket_attachments
  referencing old table as old_rows new table as new_rows for each statement execute function private.ticket_attachments_follow();

create trigger ticket_attachments_follow_delete after delete on public.ticket_attachments
  referencing old table as old_rows for each statement execute function private.ticket_attachments_follow();
