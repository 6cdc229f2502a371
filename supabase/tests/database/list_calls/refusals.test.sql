-- What the list of calls refuses.
begin;
select plan(20);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'liz@list.test');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
set local role authenticated;
create function pg_temp.hint(p_statement text) returns text language plpgsql as $$
declare
  v_refused text;
begin
  execute p_statement;
  return 'no refusal';
exception when sqlstate 'PT422' then
  get stacked diagnostics v_refused = pg_exception_hint;
  return 'PT422 ' || v_refused;
end;
$$;
select is(pg_temp.hint(format('select public.list_calls(p_tz => %L)', zone)), 'PT422 invalid_time_zone', 'the zone ' || zone)
from unnest('{Mars/Olympus,FOO5,"",Factory,localtime,posix/UTC}'::text[]) zone;
select is(pg_temp.hint('select public.list_calls(''2026-02-02'', ''2026-02-01'')'), 'PT422 invalid_range', 'from after to');
select is(pg_temp.hint(format('select public.list_calls(%s => %L)', which, day)), 'PT422 invalid_range', format('%s %s', which, day))
from unnest('{p_from,p_to}'::text[]) which, unnest('{infinity,-infinity,1999-12-31,5874897-12-31}'::date[]) day;
select is(pg_temp.hint(format('select public.list_calls(p_limit => %s)', size)), 'PT422 invalid_limit', 'a page of ' || size)
from unnest('{0,-1,1001}'::integer[]) size;
select is(pg_temp.hint('select public.list_calls(p_limit => null)'), 'PT422 invalid_limit', 'a page of no size');
select is(pg_temp.hint('select public.list_calls(''2026-02-01'', ''2026-02-01'', ''Asia/Kathmandu'', p_limit => 1000)'), 'no refusal', 'a day and a full page');
select * from finish();
rollback;
