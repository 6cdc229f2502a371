-- The zones that days can be cut in. Listing them reads some hundred files, so the names are kept; one that came later is still found
-- in the files. System zone files add leap-second and machine-local variants that other machines lack.
create view private.installed_time_zones with (security_invoker = true) as
  select name from pg_catalog.pg_timezone_names
  where name !~ '^(posix|right)/' and name not in ('localtime', 'posixrules', 'Factory');
comment on view private.installed_time_zones is 'IANA names that this Postgres knows.';

create table private.time_zones (name text primary key);
comment on table private.time_zones is 'IANA names that Postgres knew when this was made.';

alter table private.time_zones enable row level security;

create policy "nobody but the owner of the schema reads zones" on private.time_zones
  for all to anon, authenticated using (false) with check (false);

insert into private.time_zones select name from private.installed_time_zones;

create function private.require_time_zone(p_zone text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from private.time_zones where name = p_zone)
    and not exists (select from private.installed_time_zones where name = p_zone)
  then
    perform private.refuse(422, 'invalid_time_zone', 'This time zone is not known.');
  end if;
end;
$$;
comment on function private.require_time_zone(text) is 'Refuses what is no IANA name of a zone that days can be cut in: 422 invalid_time_zone.';

grant execute on function private.require_time_zone(text) to authenticated;
