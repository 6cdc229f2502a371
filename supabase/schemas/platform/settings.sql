-- Every threshold, window and grace time as a row, so that changing one is data and not a deployment.
create type public.setting_type as enum ('integer', 'number', 'interval', 'integers', 'texts');

create table private.settings (
  name text primary key constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]*$'),
  value jsonb not null,
  description text not null,
  type public.setting_type,
  lowest text,
  highest text,
  constraint changeable_settings_are_typed_and_bounded check (num_nonnulls(type, lowest, highest) in (0, 3))
);
comment on table private.settings is 'Thresholds, windows and grace times. Names say the unit; intervals are ISO 8601 or Postgres text.';
comment on column private.settings.type is 'What a value is; null for a setting that admin_set_setting leaves alone. So are the bounds.';
comment on column private.settings.lowest is 'The lowest value, of integers the lowest element, of texts the fewest elements; so for highest.';

alter table private.settings enable row level security;

create policy "nobody but the owner of the schema reads settings" on private.settings
  for all to anon, authenticated using (false) with check (false);

-- Settings are read at nearly every event. The functions are PL/pgSQL, which keeps its plan; a function in SQL with a search_path of its
-- own is planned at every call.
create function private.setting_integer(p_name text) returns integer
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select (value #>> '{}')::integer from private.settings where name = p_name);
end;
$$;
comment on function private.setting_integer(text) is 'A setting as an integer; null when there is no such setting.';

create function private.setting_interval(p_name text) returns interval
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select (value #>> '{}')::interval from private.settings where name = p_name);
end;
$$;
comment on function private.setting_interval(text) is 'A setting as an interval; null when there is no such setting.';

create function private.setting_numeric(p_name text) returns numeric
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select (value #>> '{}')::numeric from private.settings where name = p_name);
end;
$$;
comment on function private.setting_numeric(text) is 'A setting as a number; null when there is no such setting.';

grant execute on function private.setting_integer(text), private.setting_interval(text), private.setting_numeric(text)
  to authenticated, service_role;
