-- A page of a conversation in one round trip. Read with the caller's own rights, so that the policies alone decide what
-- he sees; by key and not by offset, so that the last page of a long one costs what the first does.
-- In plpgsql with the direction written into the statement: a parameter there would hide the index from the planner.
create function public.ticket_thread(
  p_ticket_id uuid, p_after_created_at timestamptz default null, p_after_id uuid default null,
  p_limit integer default 50, p_is_newest_first boolean default false, p_replies_limit integer default 10
) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  c_query constant text := $query$
    with page as materialized (
      select m.*, row_number() over (order by m.created_at %1$s, m.id %1$s) as place
      from (
        select id, kind, body, author_id, author_role, is_internal, created_at
        from public.ticket_messages
        where ticket_id = $1 and (created_at, id) %2$s ($2, $3)
        order by created_at %1$s, id %1$s limit $4 + 1
      ) m
    )
    select jsonb_build_object(
      'messages', coalesce(jsonb_agg(
        to_jsonb(page) - 'place' - 'author_id' || jsonb_build_object(
          'author', (select to_jsonb(c) from public.profile_cards c where c.id = page.author_id),
          'attachments', (
            select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'file_name', a.file_name, 'content_type', a.content_type,
              'size_bytes', a.size_bytes, 'path', a.path) order by a.file_name, a.id), '[]')
            from public.ticket_attachments a where a.message_id = page.id and a.ticket_id = $1 and a.state = 'ready'),
          'thread', public.ticket_replies_page($1, page.id, null, null, $5))
        order by page.place) filter (where page.place <= $4), '[]'),
      'has_more', count(*) > $4)
    from page
  $query$;
  v_ticket jsonb;
  v_page jsonb;
begin
  select to_jsonb(t) - 'number' - 'user_id' into v_ticket from public.support_tickets t where t.id = p_ticket_id;
  if v_ticket is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  execute format(c_query, case when p_is_newest_first then 'desc' else 'asc' end, case when p_is_newest_first then '<' else '>' end)
  into v_page
  using p_ticket_id,
    coalesce(p_after_created_at, case when p_is_newest_first then 'infinity' else '-infinity' end::timestamptz),
    coalesce(p_after_id, case when p_is_newest_first then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else '00000000-0000-0000-0000-000000000000' end::uuid),
    least(greatest(p_limit, 1), 100), least(greatest(p_replies_limit, 0), 100);
  return jsonb_build_object('ticket', v_ticket, 'attachments', (
      select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'file_name', a.file_name, 'content_type', a.content_type,
        'size_bytes', a.size_bytes, 'path', a.path) order by a.file_name, a.id), '[]')
      from public.ticket_attachments a
      where a.ticket_id = p_ticket_id and a.message_id is null and a.reply_id is null and a.state = 'ready')) || v_page;
end;
$$;
comment on function public.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer) is
  'A ticket with a page of its messages (1 to 100), each with its first replies and files, and the files that hang on neither. '
  'Pages go on after (created_at, id), oldest or newest first. 404 ticket_not_found.';

create function public.ticket_replies_page(
  p_ticket_id uuid, p_message_id uuid, p_after_created_at timestamptz default null, p_after_id uuid default null,
  p_limit integer default 50
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  with page as materialized (
    select r.*, row_number() over (order by r.created_at, r.id) as place
    from (
      select id, body, author_id, author_role, is_internal, created_at
      from public.ticket_replies
      where message_id = p_message_id and ticket_id = p_ticket_id
        and (created_at, id) > (coalesce(p_after_created_at, '-infinity'), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
      order by created_at, id limit least(greatest(p_limit, 0), 100) + 1
    ) r
  )
  select jsonb_build_object(
    'replies', coalesce(jsonb_agg(
      to_jsonb(page) - 'place' - 'author_id' || jsonb_build_object(
        'author', (select to_jsonb(c) from public.profile_cards c where c.id = page.author_id),
        'attachments', (
          select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'file_name', a.file_name, 'content_type', a.content_type,
            'size_bytes', a.size_bytes, 'path', a.path) order by a.file_name, a.id), '[]')
          from public.ticket_attachments a where a.reply_id = page.id and a.ticket_id = p_ticket_id and a.state = 'ready'))
      order by page.place) filter (where page.place <= least(greatest(p_limit, 0), 100)), '[]'),
    'has_more', count(*) > least(greatest(p_limit, 0), 100))
  from page;
$$;
comment on function public.ticket_replies_page(uuid, uuid, timestamptz, uuid, integer) is
  'A page of the replies to one message, oldest first, after (created_at, id): {replies, has_more}; empty for a message that the caller does not see.';

grant execute on function public.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer),
  public.ticket_replies_page(uuid, uuid, timestamptz, uuid, integer) to authenticated, service_role;
