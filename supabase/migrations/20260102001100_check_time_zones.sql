-- A profile's time zone is one that Postgres can cut days in. A check constraint may not read a view, hence a trigger;
-- it runs for changes only, because listing the zones reads files.
create function private.check_time_zone() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not exists (
    select from pg_catalog.pg_timezone_names
    where name = new.time_zone
      -- System zone files add leap-second and machine-local variants that other machines lack.
      and name !~ '^(posix|right)/' and name not in ('localtime', 'posixrules', 'Factory')
  ) then
    perform private.refuse(422, 'invalid_time_zone', 'This time zone is not known.');
  end if;
  return new;
end;
$$;
comment on function private.check_time_zone() is 'Refuses a time_zone that is no IANA name.';

create trigger profiles_check_new_time_zone before insert on public.profiles
  for each row when (new.time_zone <> 'UTC') execute function private.check_time_zone();
create trigger profiles_check_time_zone before update of time_zone on public.profiles
  for each row when (new.time_zone is distinct from old.time_zone) execute function private.check_time_zone();
