-- The surface of pg_net 0.14 (github.com/supabase/pg_net) as far as it is used, without its worker:
-- whoever starts the server sends what is queued, after the commit, and writes the answers.
create schema net;

create domain net.http_method as text check (value in ('GET', 'POST', 'DELETE'));
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');

create unlogged table net.http_request_queue (
  id bigserial primary key,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds integer not null
);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

create function net._encode_url_with_params_array(url text, params jsonb) returns text
language sql immutable set search_path = '' as $$
  select case when params is null or params = '{}'::jsonb then url
    else url || case when position('?' in url) > 0 then '&' else '?' end ||
      (select string_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value), '&') from jsonb_each_text(params)) end;
$$;

create function net._urlencode_string(string text) returns text
language sql immutable set search_path = '' as $$
  select string_agg(case when ch ~ '[A-Za-z0-9_.~-]' then ch
    else (select string_agg('%' || upper(lpad(to_hex(get_byte(convert_to(ch, 'UTF8'), i)), 2, '0')), '' order by i)
      from generate_series(0, octet_length(ch) - 1) i) end, '' order by n)
  from regexp_split_to_table(string, '') with ordinality as letters(ch, n);
$$;

create function net.wake() returns void language sql security definer set search_path = '' as $$
  select pg_notify('pg_net', '');
$$;

create function net._enqueue(method text, url text, headers jsonb, body bytea, timeout_milliseconds integer) returns bigint
language plpgsql security definer set search_path = '' as $$
declare request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    values ($1, $2, $3, $4, $5) returning id into request_id;
  perform net.wake();
  return request_id;
end $$;

create function net.http_get(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000)
returns bigint language sql security definer set search_path = '' as $$
  select net._enqueue('GET', net._encode_url_with_params_array(url, params), headers, null, timeout_milliseconds);
$$;

create function net.http_delete(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000, body jsonb default null)
returns bigint language sql security definer set search_path = '' as $$
  select net._enqueue('DELETE', net._encode_url_with_params_array(url, params), headers, convert_to(body::text, 'UTF8'), timeout_milliseconds);
$$;

create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds integer default 5000)
returns bigint language plpgsql security definer set search_path = '' as $$
declare content_type text;
begin
  select value into content_type from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type' limit 1;
  if content_type is null then
    headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
  elsif content_type !~* '^application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  return net._enqueue('POST', net._encode_url_with_params_array(url, params), headers, convert_to(body::text, 'UTF8'), timeout_milliseconds);
end $$;

-- What the platform grants after `create extension pg_net`.
revoke all on all functions in schema net from public;
grant usage on schema net to postgres, anon, authenticated, service_role;
grant execute on function net.http_get, net.http_post, net.http_delete to postgres, service_role;
grant all on all tables in schema net to postgres;
grant all on all sequences in schema net to postgres;
