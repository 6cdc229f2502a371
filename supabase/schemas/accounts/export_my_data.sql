-- Everything that is held about a user, for themselves: page by page, so that no answer grows with the account.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('export_page_bytes', '262144', 'integer', '1024', '4194304', 'A page of an export ends with the row that reaches this size.'),
  ('export_page_rows', '5000', 'integer', '1', '50000', 'Rows that a page of an export has at most.');

create view private.exported_profile with (security_invoker = true) as
  select id as person, id, to_jsonb(p) as data from public.profiles p;

create view private.exported_limits with (security_invoker = true) as
  select user_id as person, user_id, to_jsonb(l) - 'user_id' as data from public.user_limits l;

create view private.exported_usage_log with (security_invoker = true) as
  select user_id as person, id, to_jsonb(g) - array['user_id', 'actor_id'] as data from public.usage_logs g;

create view private.exported_notifications with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(n) - 'user_id' as data from public.notifications n;

create view private.exported_told with (security_invoker = true) as
  select user_id as person, kind, about, to_jsonb(t) - 'user_id' as data from private.told t;

create view private.exported_rates with (security_invoker = true) as
  select user_id as person, kind, window_start, to_jsonb(w) - 'user_id' as data from private.rate_windows w;

create view private.exported_closure with (security_invoker = true) as
  select user_id as person, id,
    to_jsonb(c) - array['user_id', 'outside_tasks', 'abandoned_tasks', 'last_error', 'advanced_at', 'rows_deleted'] as data
  from private.account_closures c;
comment on view private.exported_profile is 'The profile of a user.';
comment on view private.exported_limits is 'Plan, limits and use of a user.';
comment on view private.exported_usage_log is 'What a user''s use consists of; who of the staff acted is not theirs to know.';
comment on view private.exported_notifications is 'Notifications of a user.';
comment on view private.exported_told is 'What a user was told, also where they deleted the notification.';
comment on view private.exported_rates is 'How often a user did what is limited by rate.';
comment on view private.exported_closure is 'That a user''s account closes, since when and why.';

insert into private.export_sections (domain, section, view_name) values
  ('accounts', 'profile', 'private.exported_profile'),
  ('accounts', 'limits', 'private.exported_limits'),
  ('accounts', 'usage_log', 'private.exported_usage_log'),
  ('accounts', 'notifications', 'private.exported_notifications'),
  ('accounts', 'told', 'private.exported_told'),
  ('accounts', 'rates', 'private.exported_rates'),
  ('accounts', 'closure', 'private.exported_closure');

-- The key is compared in its own types, so that the table's index serves it.
create function private.export_query(p_view_name text, p_after jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_columns text;
  v_after text;
  v_count integer;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum), count(*),
    string_agg(format('($2 ->> %s)::%s', attnum - 2, format_type(atttypid, atttypmod)), ', ' order by attnum)
  into v_columns, v_count, v_after
  from pg_attribute
  where attrelid = to_regclass(p_view_name) and attnum > 0 and attname not in ('person', 'data');
  if p_after is not null and (jsonb_array_length(p_after) <> v_count or p_after @> '[null]') then
    raise data_exception using message = 'a key has a value for each of its columns';
  end if;
  return format('select data::text, jsonb_build_array(%1$s) as key from %2$s where person = $1 and %3$s order by %1$s limit $3',
    v_columns, p_view_name, case when p_after is null then 'true' else format('(%s) > (%s)', v_columns, v_after) end);
end;
$$;
comment on function private.export_query(text, jsonb) is
  'Reads a section in the order of its key: $1 whose, $2 the key after which it goes on, $3 rows at most.';

-- The page is put together as text: a jsonb is built anew by everything that holds it, which costs more than reading the rows.
create function private.export_my_data(p_cursor jsonb) returns json
language plpgsql stable security definer set search_path = '' as $$
declare
  v_from constant text[] := array[p_cursor ->> 'domain', p_cursor ->> 'section'];
  v_bytes_left bigint := private.setting_integer('export_page_bytes');
  v_rows_left integer := private.setting_integer('export_page_rows');
  v_section record;
  v_data text;
  v_key jsonb;
  v_rows text[];
  v_domains text[] := array[]::text[];
  v_sections text[] := array[]::text[];
  v_lists json[] := array[]::json[];
  v_next json;
begin
  if auth.uid() is null then
    return null;
  elsif p_cursor is not null and not exists (select from private.export_sections where array[domain, section] = v_from) then
    raise data_exception using message = 'there is no such section';
  end if;
  for v_section in
    select domain, section, view_name, case when array[domain, section] = v_from then p_cursor -> 'after' end as after
    from private.export_sections
    where p_cursor is null or array[domain, section] >= v_from
    order by domain, section
  loop
    v_rows := array[]::text[];
    for v_data, v_key in execute private.export_query(v_section.view_name, v_section.after)
      using auth.uid(), v_section.after, v_rows_left
    loop
      v_rows := v_rows || v_data;
      v_bytes_left := v_bytes_left - octet_length(v_data);
      v_rows_left := v_rows_left - 1;
      exit when v_bytes_left <= 0 or v_rows_left = 0;
    end loop;
    v_domains := v_domains || v_section.domain;
    v_sections := v_sections || v_section.section;
    v_lists := v_lists || ('[' || array_to_string(v_rows, ',') || ']')::json;
    if v_bytes_left <= 0 or v_rows_left = 0 then
      v_next := json_build_object('domain', v_section.domain, 'section', v_section.section, 'after', v_key);
      exit;
    end if;
  end loop;
  return (
    select json_object_agg(name, part) from (
      values ('exported_at', to_json(now())), ('next_cursor', v_next)
      union all
      select domain, json_object_agg(section, list)
      from unnest(v_domains, v_sections, v_lists) page (domain, section, list) group by domain
    ) parts (name, part));
exception when data_exception then
  if p_cursor is null then
    raise;
  end if;
  perform private.refuse(422, 'invalid_cursor', 'The cursor must be the next_cursor of the page before.');
  return null;
end;
$$;
comment on function private.export_my_data(jsonb) is 'Reads one page of what is held about the caller, after a cursor.';

create function public.export_my_data(p_cursor jsonb default null) returns json
language sql stable set search_path = '' as $$
  select private.export_my_data(p_cursor);
$$;
comment on function public.export_my_data(jsonb) is
  'Everything that is held about the caller, a page of it: {exported_at, next_cursor} and an object per domain (accounts, classes, support, voice) '
  'with a list per section. p_cursor is the next_cursor of the page before; null on the last. Refuses: 422 invalid_cursor.';

grant execute on function private.export_my_data(jsonb), public.export_my_data(jsonb) to authenticated;
