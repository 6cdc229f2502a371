-- What hosted projects have beside the platform that this project needs: names that foreign migrations use.
-- Run as the superuser after platform.sql. Bodies do nothing; only their names and shapes matter.

create schema if not exists supabase_functions;
create function supabase_functions.http_request() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;

create schema if not exists graphql_public;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;
create schema if not exists graphql;

create table if not exists realtime.messages (
  id uuid not null default gen_random_uuid(),
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  inserted_at timestamp not null default now(),
  updated_at timestamp not null default now(),
  primary key (id)
);
alter table realtime.messages enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
create function realtime.topic() returns text language sql stable as $$ select nullif(current_setting('realtime.topic', true), '') $$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void language sql as $$ select $$;
create function realtime.broadcast_changes(topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record, level text default 'ROW') returns void language plpgsql as $$ begin end $$;
grant supabase_realtime_admin to postgres with inherit true;

-- The scratch runs SQL of strangers: no role that it can become may make roles or reach outside.
do $$
declare role record;
begin
  for role in select rolname from pg_roles where not rolsuper and rolname !~ '^pg_' loop
    execute format('alter role %I nocreaterole nocreatedb noreplication', role.rolname);
  end loop;
  for role in
    select g.rolname as granted, m.rolname as member from pg_auth_members am
    join pg_roles g on g.oid = am.roleid join pg_roles m on m.oid = am.member
    where not m.rolsuper and m.rolname !~ '^pg_' loop
    execute format('revoke admin option for %I from %I', role.granted, role.member);
    if role.granted ~ '^pg_' then execute format('revoke %I from %I', role.granted, role.member); end if;
  end loop;
end $$;
-- Large objects and their files, and what signals others.
revoke execute on function pg_catalog.lo_import(text), pg_catalog.lo_import(text, oid), pg_catalog.lo_export(oid, text) from public;
alter role postgres set statement_timeout = 0;
