-- A page of a conversation in one round trip. Pages go on by key and not by offset, so that the last page of a long conversation costs
-- what the first does. It authorises once and then reads past the policies: their range of owners is an index condition too, and
-- where one owner has most rows the planner would take that index and read all of them for every page.
create function private.ticket_files(p_ticket_id uuid, p_message_id uuid, p_reply_id uuid, p_sees_internal boolean) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'file_name', file_name, 'content_type', content_type,
    'size_bytes', size_bytes, 'path', path) order by file_name, id), '[]')
  from public.ticket_attachments
  where ticket_id = p_ticket_id and state = 'ready' and (p_sees_internal or not is_internal)
    and case
      when p_message_id is not null then message_id = p_message_id
      when p_reply_id is not null then reply_id = p_reply_id
      else message_id is null and reply_id is null
    end;
$$;
comment on function private.ticket_files(uuid, uuid, uuid, boolean) is
  'The ready files of a message, of a reply, or of the ticket itself when both are null. A ticket has few files.';

create function private.sees_internal(p_ticket_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.current_ticket_party(user_id) <> 'customer' from public.support_tickets where id = p_ticket_id;
$$;
comment on function private.sees_internal(uuid) is 'Whether the caller sees the internal notes of a ticket; null when they must not know that it exists.';

create function private.ticket_replies_of(
  p_ticket_id uuid, p_message_ids uuid[], p_after_created_at timestamptz, p_after_id uuid, p_limit integer, p_sees_internal boolean
) returns jsonb
language sql stable security definer set search_path = '' as $$
  with entries as materialized (
    select m.id as message_id, r.id, r.body, r.author_id, r.author_role, r.is_internal, r.created_at,
      row_number() over (partition by m.id order by r.created_at, r.id) as place
    from unnest(p_message_ids) asked (id)
    join public.ticket_messages m on m.id = asked.id and m.ticket_id = p_ticket_id and (p_sees_internal or not m.is_internal)
    left join lateral (
      select id, body, author_id, author_role, is_internal, created_at
      from public.ticket_replies
      where message_id = m.id and ticket_id = p_ticket_id and (p_sees_internal or not is_internal)
        and (created_at, id) > (coalesce(p_after_created_at, '-infinity'), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
      order by created_at, id limit p_limit + 1
    ) r on true
  ), threads as (
    select e.message_id, jsonb_build_object(
      'replies', coalesce(jsonb_agg(
        to_jsonb(e) - 'place' - 'author_id' - 'message_id' || jsonb_build_object('author', to_jsonb(c),
          'attachments', private.ticket_files(p_ticket_id, null, e.id, p_sees_internal))
        order by e.place) filter (where e.id is not null and e.place <= p_limit), '[]'),
      'has_more', count(e.id) > p_limit) as thread
    from entries e left join public.profile_cards c on c.id = e.author_id
    group by e.message_id
  )
  select coalesce(jsonb_object_agg(message_id, thread), '{}') from threads;
$$;
comment on function private.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer, boolean) is
  'A page of replies to some messages of a ticket. The caller is authorised already.';

-- The direction is written into the statement: as a parameter it would hide the index from the planner.
create function private.ticket_thread(
  p_ticket_id uuid, p_after_created_at timestamptz, p_after_id uuid, p_limit integer, p_is_newest_first boolean, p_replies_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_query constant text := $query$
    with page as materialized (
      select m.*, row_number() over (order by m.created_at %1$s, m.id %1$s) as place
      from (
        select id, kind, body, author_id, author_role, is_internal, created_at
        from public.ticket_messages
        where ticket_id = $1 and (created_at, id) %2$s ($2, $3) and ($6 or not is_internal)
        order by created_at %1$s, id %1$s limit $4 + 1
      ) m
    ), threads as materialized (
      select private.ticket_replies_of($1, array_agg(id), null, null, $5, $6) as by_message from page where place <= $4
    )
    select jsonb_build_object(
      'messages', coalesce(jsonb_agg(
        to_jsonb(page) - 'place' - 'author_id' || jsonb_build_object('author', to_jsonb(c),
          'attachments', private.ticket_files($1, page.id, null, $6), 'thread', threads.by_message -> page.id::text)
        order by page.place) filter (where page.place <= $4), '[]'),
      'has_more', count(*) > $4)
    from page cross join threads left join public.profile_cards c on c.id = page.author_id
  $query$;
  v_sees_internal constant boolean := private.sees_internal(p_ticket_id);
  v_page jsonb;
begin
  if v_sees_internal is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  execute format(c_query, case when p_is_newest_first then 'desc' else 'asc' end, case when p_is_newest_first then '<' else '>' end)
  into v_page
  using p_ticket_id,
    coalesce(p_after_created_at, case when p_is_newest_first then 'infinity' else '-infinity' end::timestamptz),
    coalesce(p_after_id, case when p_is_newest_first then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else '00000000-0000-0000-0000-000000000000' end::uuid),
    least(greatest(p_limit, 1), 100), least(greatest(p_replies_limit, 0), 100), v_sees_internal;
  return v_page || (
    select jsonb_build_object('ticket', to_jsonb(t) - 'number' - 'user_id', 'attachments', private.ticket_files(t.id, null, null, v_sees_internal))
    from public.support_tickets t where t.id = p_ticket_id);
end;
$$;
comment on function private.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer) is 'A page of a ticket''s conversation, if the caller may read the ticket.';

create function public.ticket_thread(
  p_ticket_id uuid, p_after_created_at timestamptz default null, p_after_id uuid default null,
  p_limit integer default 50, p_is_newest_first boolean default false, p_replies_limit integer default 10
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.ticket_thread(p_ticket_id, p_after_created_at, p_after_id, p_limit, p_is_newest_first, p_replies_limit);
$$;
comment on function public.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer) is
  'A ticket with a page of its messages (1 to 100), each with its first replies and files, and the files that hang on neither. '
  'Pages go on after (created_at, id), oldest or newest first. 404 ticket_not_found.';

create function private.ticket_replies_of(
  p_ticket_id uuid, p_message_ids uuid[], p_after_created_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.ticket_replies_of(p_ticket_id, p_message_ids[1:100], p_after_created_at, p_after_id,
    least(greatest(p_limit, 1), 100), sees.internal)
  from private.sees_internal(p_ticket_id) sees (internal) where sees.internal is not null;
$$;
comment on function private.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer) is 'A page of replies to some messages of a ticket, if the caller may read the ticket.';

create function public.ticket_replies_of(
  p_ticket_id uuid, p_message_ids uuid[], p_after_created_at timestamptz default null, p_after_id uuid default null,
  p_limit integer default 50
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(private.ticket_replies_of(p_ticket_id, p_message_ids, p_after_created_at, p_after_id, p_limit), '{}');
$$;
comment on function public.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer) is
  'The replies (1 to 100 each) to some messages of a ticket (at most 100), oldest first, after (created_at, id): '
  '{message id: {replies, has_more}}, without those that the caller does not see.';

grant execute on function public.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer),
  private.ticket_thread(uuid, timestamptz, uuid, integer, boolean, integer),
  public.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer),
  private.ticket_replies_of(uuid, uuid[], timestamptz, uuid, integer) to authenticated, service_role;
