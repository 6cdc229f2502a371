-- Files of mails to the desk: each becomes a file of the ticket, by the rules of an upload of its sender, or a row that says why not.
create table public.received_mail_files (
  mail_id uuid not null references public.received_mails (id) on delete cascade,
  part text not null,
  file_name text not null,
  attachment_id uuid references public.ticket_attachments (id) on delete set null,
  reason text constraint reason_is_snake_case check (reason ~ '^[a-z][a-z0-9_]*$'),
  primary key (mail_id, part)
);
comment on table public.received_mail_files is 'What became of the files of a mail. For support staff.';
comment on column public.received_mail_files.part is 'The provider''s id of the file in its mail.';
comment on column public.received_mail_files.attachment_id is 'The file of the ticket; null where there is none, or none any more.';
comment on column public.received_mail_files.reason is 'A code: why it did not become a file of the ticket.';

create index received_mail_files_attachment_id_idx on public.received_mail_files (attachment_id) where attachment_id is not null;

alter table public.received_mail_files enable row level security;

create policy "support staff read files of received mails" on public.received_mail_files
  for select to authenticated
  using ((select private.is_support_staff()));

grant select on public.received_mail_files to authenticated, service_role;

create function private.announce_file_of_mail(
  p_mail public.received_mails, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint,
  out attachment_id uuid, out reason text
)
language plpgsql security definer set search_path = '' as $$
declare
  v_claims constant text := current_setting('request.jwt.claims', true);
  v_message text;
  v_hint text;
begin
  begin
    perform private.speak_as(p_mail.user_id);
    attachment_id := (private.create_attachment(p_mail.ticket_id, p_file_name, p_object_name, p_content_type, p_size_bytes)).id;
  exception when others then
    get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
    reason := private.refusal_code(sqlstate, v_message, v_hint);
    if reason is null then
      raise;
    end if;
  end;
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
end;
$$;
comment on function private.announce_file_of_mail(public.received_mails, text, text, text, bigint) is
  'Announces a file as the person who speaks in a mail: the file of the ticket, or the code of the refusal.';

create function public.attach_file_of_mail(
  p_mail_id uuid, p_part text, p_file_name text, p_object_name text, p_content_type text, p_size_bytes bigint
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
  v_known public.received_mail_files;
  v_announced record;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state = 'waiting' and ticket_id is not null for update;
  if not found then
    return null;
  end if;
  select * into v_known from public.received_mail_files where mail_id = p_mail_id and part = p_part;
  if v_known.attachment_id is null then
    v_announced := private.announce_file_of_mail(v_mail, p_file_name, p_object_name, p_content_type, p_size_bytes);
    insert into public.received_mail_files (mail_id, part, file_name, attachment_id, reason)
    values (p_mail_id, p_part, p_file_name, v_announced.attachment_id, v_announced.reason)
    on conflict (mail_id, part) do update set attachment_id = excluded.attachment_id, reason = excluded.reason
    returning * into v_known;
  end if;
  return (
    select jsonb_build_object('id', id, 'path', path, 'file_name', file_name, 'content_type', content_type, 'size_bytes', size_bytes,
      'state', state, 'user_id', uploaded_by)
    from public.ticket_attachments where id = v_known.attachment_id);
end;
$$;
comment on function public.attach_file_of_mail(uuid, text, text, text, text, bigint) is
  'For the task receive_mail: announces a file of a mail, once, as its sender; the file of the ticket, or null when the rules refuse it.';

create function public.refuse_file_of_mail(p_mail_id uuid, p_part text, p_file_name text, p_reason text) returns void
language sql security definer set search_path = '' as $$
  insert into public.received_mail_files (mail_id, part, file_name, reason)
  select id, p_part, p_file_name, p_reason from public.received_mails where id = p_mail_id and state = 'waiting'
  on conflict (mail_id, part) do update set reason = excluded.reason;
$$;
comment on function public.refuse_file_of_mail(uuid, text, text, text) is 'For the task receive_mail: why a file of a mail is none of the ticket.';

grant execute on function public.attach_file_of_mail(uuid, text, text, text, text, bigint),
  public.refuse_file_of_mail(uuid, text, text, text) to service_role;

create function private.ready_files_of_mail(p_mail_id uuid) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(a.id), array[]::uuid[])
  from public.received_mail_files f join public.ticket_attachments a on a.id = f.attachment_id
  where f.mail_id = p_mail_id and a.state = 'ready';
$$;
comment on function private.ready_files_of_mail(uuid) is 'The files of a mail that can be sent with its message.';
