-- The inbox, page by page, the newest first. Filters that no index serves are looked for among some thousand rows; a page ends there though it
-- is not full, and says where the next one goes on. So every page costs about the same, whatever is sought.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('list_page_scan', '5000', 'integer', '100', '50000', 'Rows that one page of a list for admins looks at most.');

create function private.says(p_q text, variadic p_texts text[]) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_q is null or exists (select from unnest(p_texts) text where position(lower(p_q) in lower(text)) > 0);
end;
$$;
comment on function private.says(text, text[]) is 'Whether one of the texts contains what is sought, whatever the case; no pattern. Null seeks nothing.';

create function private.page_size(p_limit integer) returns integer
language sql immutable set search_path = '' as $$
  select least(greatest(coalesce(p_limit, 50), 1), 100);
$$;
comment on function private.page_size(integer) is 'Rows of a page: 1 to 100, 50 unless asked.';

create function private.describe_event(p_event public.webhook_events) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_event.id, 'provider', p_event.provider, 'event_type', p_event.event_type, 'kind', p_event.event ->> 'kind',
    'subject', private.contended_key(p_event.event), 'received_at', p_event.received_at, 'occurred_at', p_event.occurred_at,
    'status', p_event.status, 'attempts', p_event.attempts, 'next_attempt_at', p_event.next_attempt_at, 'settled_at', p_event.settled_at,
    'last_error', p_event.last_error, 'has_content', p_event.payload is not null or p_event.event is not null);
$$;
comment on function private.describe_event(public.webhook_events) is 'An event of the inbox as a list shows it, without its content.';

create function private.list_events(
  p_provider public.webhook_provider, p_status public.webhook_event_status, p_kind text, p_q text,
  p_after_received_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  v_event public.webhook_events;
  v_events jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_operator();
  -- Put together, because each filter has its own index and a plan for all of them would use none.
  for v_event in execute 'select * from public.webhook_events where (received_at, id) < ($1, $2)'
    || case when p_status in ('received', 'failed', 'dead') then ' and status in (''received'', ''failed'', ''dead'')'
      when p_provider is not null then ' and provider = $3' else '' end
    || ' order by received_at desc, id desc limit $4'
    using coalesce(p_after_received_at, 'infinity'), coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), p_provider, c_most
  loop
    v_seen := v_seen + 1;
    if (p_provider is null or v_event.provider = p_provider) and (p_status is null or v_event.status = p_status)
      and (p_kind is null or v_event.event ->> 'kind' = p_kind)
      and private.says(p_q, v_event.event_type, v_event.last_error, v_event.id::text, v_event.dedupe_key, v_event.request_id,
        case when p_q is not null then private.contended_key(v_event.event) end)
    then
      v_events := v_events || private.describe_event(v_event);
    end if;
    exit when cardinality(v_events) = c_size;
  end loop;
  return jsonb_build_object('events', to_jsonb(v_events), 'next',
    case when cardinality(v_events) = c_size or v_seen = c_most
      then jsonb_build_object('received_at', v_event.received_at, 'id', v_event.id) end);
end;
$$;
comment on function private.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer) is
  'A page of the inbox, if the caller is an operator.';

create function public.list_events(
  p_provider public.webhook_provider default null, p_status public.webhook_event_status default null, p_kind text default null,
  p_q text default null, p_after_received_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.list_events(p_provider, p_status, p_kind, p_q, p_after_received_at, p_after_id, p_limit);
$$;
comment on function public.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer) is
  'For admins and the server: {events, next}, the newest first, without content. p_q is sought in type, subject, error and ids. A page may be short: '
  'go on after next until it is null. Error: forbidden.';

grant execute on function private.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer),
  public.list_events(public.webhook_provider, public.webhook_event_status, text, text, timestamptz, uuid, integer)
  to authenticated, service_role;
