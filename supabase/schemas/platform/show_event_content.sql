-- What an admin may read of a delivery. An admin reads everybody's classes and tickets, and nobody's calls: what was said on the phone and who
-- called is their owner's. So the content is shown by a list of keys for each provider; whatever the list does not name is hidden, also what a
-- provider adds tomorrow.
create table private.shown_event_keys (
  provider public.webhook_provider,
  key text,
  primary key (provider, key)
);
comment on table private.shown_event_keys is
  'Keys whose values an admin may read in deliveries of a provider and in what we made of them; * is all. A container is looked into if its key is named.';

alter table private.shown_event_keys enable row level security;

create policy "nobody but the owner of the schema reads shown keys" on private.shown_event_keys
  for all to anon, authenticated using (false) with check (false);

create function private.show_content(p_content jsonb, p_keys text[], p_is_shown boolean, p_depth integer) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  c_most_elements constant integer := 20;
  c_hidden constant jsonb := '"[hidden]"'::jsonb;
begin
  case jsonb_typeof(p_content)
    when 'null' then
      return p_content;
    when 'object' then
      return case when p_depth = 0 then c_hidden else (
        select coalesce(jsonb_object_agg(key, case
          when p_keys && array['*', key] then private.show_content(value, p_keys, true, p_depth - 1)
          when value = 'null' then value
          else c_hidden end), '{}')
        from jsonb_each(p_content)) end;
    when 'array' then
      return case when p_depth = 0 then c_hidden else (
        select coalesce(jsonb_agg(private.show_content(element, p_keys, p_is_shown, p_depth - 1) order by place), '[]')
        from jsonb_array_elements(p_content) with ordinality part (element, place) where place <= c_most_elements)
        || case when jsonb_array_length(p_content) > c_most_elements
          then jsonb_build_array(format('[%s more]', jsonb_array_length(p_content) - c_most_elements)) else '[]' end end;
    else
      return case when p_is_shown then p_content else c_hidden end;
  end case;
end;
$$;
comment on function private.show_content(jsonb, text[], boolean, integer) is
  'JSON with what other keys hold replaced by "[hidden]", lists cut after 20 elements, and nothing deeper than so many levels. '
  'p_is_shown: whether the key that holds it is one of them.';

create function private.json_or_null(p_text text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return p_text::jsonb;
exception when data_exception or program_limit_exceeded then
  return null;
end;
$$;
comment on function private.json_or_null(text) is 'Text as JSON; null where jsonb cannot hold it.';

create function private.show_event_content(p_provider public.webhook_provider, p_content jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_keys constant text[] := array(select key from private.shown_event_keys where provider = p_provider);
begin
  return case when p_content is not null then private.show_content(p_content, v_keys, '*' = any (v_keys), 12) end;
end;
$$;
comment on function private.show_event_content(public.webhook_provider, jsonb) is 'A delivery, or what we made of it, as far as an admin may read it.';
