-- What support contributes to closing, purging and exporting an account.
create function private.support_purge_blockers(p_user_id uuid) returns setof text
language sql stable security definer set search_path = '' as $$
  select 'open_ticket' from public.support_tickets
  where user_id = p_user_id and status in ('open', 'in_progress', 'waiting') limit 1;
$$;
comment on function private.support_purge_blockers(uuid) is 'open_ticket while somebody still works on a ticket of the user.';

create function private.support_outside_resources(p_user_id uuid) returns table (kind text, resource_id text)
language sql stable security definer set search_path = '' as $$
  select 'remove_ticket_file', path from public.ticket_attachments where user_id = p_user_id;
$$;
comment on function private.support_outside_resources(uuid) is 'The objects of all files of the user''s tickets, as tasks that remove them.';

create function private.export_support(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('tickets', coalesce(jsonb_agg(
    to_jsonb(t) - 'number' - 'user_id' || jsonb_build_object(
      'messages', (
        select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'author_role', m.author_role, 'body', m.body,
          'created_at', m.created_at) order by m.created_at), '[]')
        from public.ticket_messages m where m.ticket_id = t.id and not m.is_internal),
      'replies', (
        select coalesce(jsonb_agg(jsonb_build_object('message_id', r.message_id, 'author_role', r.author_role, 'body', r.body,
          'created_at', r.created_at) order by r.created_at), '[]')
        from public.ticket_replies r where r.ticket_id = t.id and not r.is_internal),
      'attachments', (
        select coalesce(jsonb_agg(jsonb_build_object('file_name', a.file_name, 'content_type', a.content_type,
          'size_bytes', a.size_bytes, 'sha256', a.sha256, 'created_at', a.created_at) order by a.created_at), '[]')
        from public.ticket_attachments a where a.ticket_id = t.id and a.state = 'ready' and not a.is_internal),
      'surveys', (
        select coalesce(jsonb_agg(to_jsonb(s) - 'user_id' - 'agent_id' order by s.resolution_cycle), '[]')
        from public.ticket_surveys s where s.ticket_id = t.id))
    order by t.created_at), '[]'))
  from public.support_tickets t where t.user_id = p_user_id;
$$;
comment on function private.export_support(uuid) is 'A user''s tickets with their public conversation, files and ratings. Internal notes are not his.';

-- Deleting a user reaches his tickets, and those assigned to him, after his profile; whoever writes to one of them has the ticket
-- and then refers to the profile, which he tells of it. So the tickets come first here too, after the limits (20260105000600).
create function private.lock_tickets_of_leaver() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.support_tickets where user_id = old.id or assigned_to = old.id order by id for update;
  return old;
end;
$$;
comment on function private.lock_tickets_of_leaver() is 'BEFORE DELETE on auth.users: keeps the order of locks.';

create trigger users_lock_tickets before delete on auth.users
  for each row execute function private.lock_tickets_of_leaver();

insert into private.domain_hooks (hook, domain, function_name) values
  ('purge_blockers', 'support', 'private.support_purge_blockers'),
  ('outside_resources', 'support', 'private.support_outside_resources'),
  ('export_data', 'support', 'private.export_support');
