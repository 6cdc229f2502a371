-- What the platform lets `postgres` do though it is no superuser. The functions run with the superuser's rights
-- inside of the transaction of the statement that they stand for, so that they wait for none of its locks and are
-- rolled back with it. SQL of strangers may call them as well: each checks what it is given.

create schema audit_emulation;
grant usage on schema audit_emulation to postgres;
revoke all on schema audit_emulation from public;

create table audit_emulation.stand_ins (name text primary key);
grant select, insert on audit_emulation.stand_ins to postgres;
comment on table audit_emulation.stand_ins is 'Extensions that are stood in for: a second CREATE EXTENSION IF NOT EXISTS makes nothing, wherever it names.';

create function audit_emulation.drop_trigger(trigger_name text, table_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  execute format('drop trigger if exists %I on auth.%I', trigger_name, table_name);
end $$;
comment on function audit_emulation.drop_trigger is 'Triggers of auth: dropping them takes ownership, which postgres lacks here.';

create function audit_emulation.make_role(role_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create role %I nologin', role_name);
  execute format('grant %I to postgres', role_name);
end $$;
comment on function audit_emulation.make_role is 'A role without login and attributes, whatever the statement asks for.';

create function audit_emulation.make_member(granted text[], members text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  each text;
begin
  foreach each in array granted || members loop
    if each ~ '^(pg_|supabase_)' or exists (select from pg_roles where rolname = each and (rolsuper or rolcreaterole)) then
      raise insufficient_privilege using message = format('the memberships of %s stay as they are', each);
    end if;
  end loop;
  execute format(
    'grant %s to %s',
    (select string_agg(quote_ident(name), ', ') from unnest(granted) as name),
    (select string_agg(quote_ident(name), ', ') from unnest(members) as name)
  );
end $$;

create function audit_emulation.make_extension(extension_name text, home text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Extensions that only a superuser may create and that reach nothing outside of the database.
  if extension_name <> all (array[
    'pg_cron', 'pg_net', 'supabase_vault', 'pg_stat_statements', 'pgtap', 'moddatetime', 'autoinc',
    'insert_username', 'refint', 'earthdistance', 'bloom'
  ]) then
    raise insufficient_privilege using message = format('the extension %s is not made for strangers', extension_name);
  end if;
  execute format('create extension if not exists %I schema %I cascade', extension_name, home);
end $$;

create function audit_emulation.make_text_type(home text, type_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if home ~ '^pg_' or home = 'information_schema' then
    raise insufficient_privilege using message = 'types are not made among those of Postgres';
  end if;
  if to_regtype(format('%I.%I', home, type_name)) is not null then return; end if;
  execute format('create schema if not exists %I', home);
  execute format('grant usage on schema %I to public', home);
  execute format('create type %I.%I', home, type_name);
  execute format('create function %I.%I(cstring, oid, integer) returns %I.%I language internal immutable strict as %L', home, type_name || '_in', home, type_name, 'textin');
  execute format('create function %I.%I(%I.%I) returns cstring language internal immutable strict as %L', home, type_name || '_out', home, type_name, 'textout');
  execute format('create type %1$I.%2$I (input = %1$I.%3$I, output = %1$I.%4$I, typmod_in = varchartypmodin, typmod_out = varchartypmodout, like = text)', home, type_name, type_name || '_in', type_name || '_out');
end $$;
comment on function audit_emulation.make_text_type is 'Stands in for a type of an extension that is not installed: it holds text, so that tables with it can be made.';

create function audit_emulation.make_geography_cast(home text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  source regtype := to_regtype(format('%I.geometry', home));
  target regtype := to_regtype(format('%I.geography', home));
begin
  if (select count(*) from pg_type where oid in (source, target) and typinput::regproc::text ~ '_in$' and typowner = (select oid from pg_roles where rolname = current_user)) <> 2 then
    raise insufficient_privilege using message = 'casts are made between the types that stand in for PostGIS';
  end if;
  if exists (select from pg_cast where castsource = source and casttarget = target) then return; end if;
  execute format('create cast (%s as %s) without function as implicit', source, target);
  execute format('create cast (%s as %s) without function', target, source);
end $$;
comment on function audit_emulation.make_geography_cast is 'As PostGIS has them: every geometry is a geography, and the other way round where it is said.';

revoke execute on all functions in schema audit_emulation from public;
grant execute on all functions in schema audit_emulation to postgres;
