-- The search. A word of which the desk has thousands cannot be ranked in the time of a page: then the newest are shown. What is rare
-- is ranked as a whole.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('search_ranked_matches', '2000', 'integer', '50', '20000', 'A search with more matches shows the newest of them instead of the best.');

create function private.ticket_text(p_entry_id uuid, p_ticket_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce(
    (select body from public.ticket_messages where id = p_entry_id),
    (select body from public.ticket_replies where id = p_entry_id),
    (select subject || ': ' || description from public.support_tickets where id = p_ticket_id));
$$;
comment on function private.ticket_text(uuid, uuid) is 'The text of an entry; of the ticket itself when the entry is neither message nor reply.';

create function private.search_tickets(p_query text, p_status public.ticket_status, p_tag text, p_limit integer)
returns table (
  ticket_id uuid, ticket_number text, subject text, status public.ticket_status, priority public.ticket_priority, category public.ticket_category,
  created_at timestamptz, entry_id uuid, is_internal boolean, written_at timestamptz, rank float8, excerpt text
)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
#variable_conflict use_column
declare
  v_caller constant uuid := auth.uid();
  v_is_staff constant boolean := private.is_support_staff();
  v_words constant tsquery := websearch_to_tsquery('pg_catalog.simple', left(p_query, 200));
  v_limit constant integer := least(greatest(p_limit, 1), 50);
  v_ranked constant integer := private.setting_integer('search_ranked_matches');
  v_found private.ticket_texts[];
begin
  if v_caller is null or numnode(v_words) = 0 then
    return;
  end if;
  if not v_is_staff then
    select array_agg(f.t) into v_found from (
      select t from private.ticket_texts t where user_id = v_caller and not is_internal and words @@ v_words
      order by created_at desc limit v_ranked) f;
  else
    -- Staff read what is internal, but not of tickets of their own.
    select array_agg(f.t) into v_found from (
      select t from private.ticket_texts t where words @@ v_words and not (is_internal and user_id = v_caller) limit v_ranked + 1) f;
    if cardinality(v_found) > v_ranked then
      select array_agg(f.t) into v_found from (
        select t from private.ticket_texts t where words @@ v_words and not (is_internal and user_id = v_caller)
        order by created_at desc limit v_limit * 10) f;
    end if;
  end if;

  return query
  with best as (
    select distinct on (found.ticket_id) found.ticket_id, found.entry_id, found.is_internal, found.created_at, ts_rank(found.words, v_words) as rank
    from unnest(v_found) found
    order by found.ticket_id, ts_rank(found.words, v_words) desc, found.created_at desc
  ), page as (
    select best.*, t.ticket_number, t.subject, t.status, t.priority, t.category, t.created_at as opened_at
    from best join public.support_tickets t on t.id = best.ticket_id
    where (p_status is null or t.status = p_status)
      and (p_tag is null or v_is_staff and t.user_id <> v_caller
        and exists (select from public.ticket_tags g where g.ticket_id = t.id and g.tag = p_tag))
    order by best.rank desc, best.created_at desc, best.ticket_id
    limit v_limit
  )
  select page.ticket_id, page.ticket_number, page.subject, page.status, page.priority, page.category, page.opened_at,
    nullif(page.entry_id, page.ticket_id), page.is_internal, page.created_at, page.rank::float8,
    ts_headline('pg_catalog.simple', private.ticket_text(page.entry_id, page.ticket_id), v_words, 'StartSel="", StopSel="", MaxWords=30, MinWords=10')
  from page
  order by page.rank desc, page.created_at desc, page.ticket_id;
end;
$$;
comment on function private.search_tickets(text, public.ticket_status, text, integer) is
  'The tickets that hold some words and that the caller may read, with the best place of each.';

create function public.search_tickets(p_query text, p_status public.ticket_status default null, p_tag text default null, p_limit integer default 20)
returns table (
  ticket_id uuid, ticket_number text, subject text, status public.ticket_status, priority public.ticket_priority, category public.ticket_category,
  created_at timestamptz, entry_id uuid, is_internal boolean, written_at timestamptz, rank float8, excerpt text
)
language sql stable security invoker set search_path = '' as $$
  select * from private.search_tickets(p_query, p_status, p_tag, p_limit);
$$;
comment on function public.search_tickets(text, public.ticket_status, text, integer) is
  'Finds tickets (1 to 50) by their words: a customer their own, support staff all. Words are ANDed; "a phrase", or, and -without work as in a '
  'web search. entry_id is null for the ticket''s own text.';

grant execute on function public.search_tickets(text, public.ticket_status, text, integer),
  private.search_tickets(text, public.ticket_status, text, integer) to authenticated;
