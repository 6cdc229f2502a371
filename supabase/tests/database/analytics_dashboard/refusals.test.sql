-- What the dashboard refuses, and what it takes for granted.
begin;
select plan(23);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'ria@range.test');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
set local role authenticated;

create function pg_temp.hint(p_statement text) returns text language plpgsql as $$
declare
  v_hint text;
begin
  execute p_statement;
  return 'no refusal';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return sqlstate || ' ' || v_hint;
end;
$$;
select is(pg_temp.hint('select public.analytics_dashboard(p_tz => ''Mars/Olympus'')'), 'PT422 invalid_time_zone', 'an unknown zone');
select is(pg_temp.hint('select public.analytics_dashboard(p_tz => ''FOO5'')'), 'PT422 invalid_time_zone', 'a zone that only POSIX would take');
select is(pg_temp.hint('select public.analytics_dashboard(p_tz => '''')'), 'PT422 invalid_time_zone', 'an empty zone');
select is(pg_temp.hint('select public.analytics_dashboard(''2026-02-02'', ''2026-02-01'')'), 'PT422 invalid_range', 'from after to');
select is(pg_temp.hint('select public.analytics_dashboard(''2025-01-01'', ''2026-02-04'')'), 'PT422 range_too_long', '400 days');
select is(pg_temp.hint('select public.analytics_dashboard(''2025-01-01'', ''2026-01-01'')'), 'no refusal', '366 days');
select is(pg_temp.hint('select public.analytics_dashboard(''0001-01-01'', ''0001-01-02'')'), 'PT422 invalid_range', 'the first century');
select is(pg_temp.hint('select public.analytics_dashboard(''2100-12-31'', ''2101-01-01'')'), 'PT422 invalid_range', 'after the year 2100');
select is(pg_temp.hint(format('select public.analytics_dashboard(%s => %L)', which, day)), 'PT422 invalid_range', format('%s %s', which, day))
from unnest('{p_from,p_to}'::text[]) which, unnest('{infinity,-infinity,1999-12-31,5874897-12-31}'::date[]) day;
select is(pg_temp.hint('select public.analytics_dashboard(p_interval => ''minute'')'), 'PT422 invalid_interval', 'an unknown interval');

select is(public.analytics_dashboard() #>> '{range,days}', '30', 'thirty days without a range');
select is(jsonb_array_length(public.analytics_dashboard('2026-02-01', '2026-02-28') -> 'series'), 28, 'an empty range is filled with zeros');
select is(jsonb_array_length(public.analytics_dashboard('2026-03-29', '2026-03-29', 'Europe/Paris', null, 'hour') -> 'series'), 23, 'a day of 23 hours');
select is(jsonb_array_length(public.analytics_dashboard('2026-10-25', '2026-10-25', 'Europe/Paris', null, 'hour') -> 'series'), 25, 'a day of 25 hours');
select is(public.analytics_dashboard('2011-12-30', '2011-12-30', 'Pacific/Apia', null, 'hour') -> 'series', '[]', 'a day that the zone skipped has no hours');
reset role;
set local request.jwt.claims = '{"role": "authenticated"}';
set local role authenticated;
select is(pg_temp.hint('select public.analytics_dashboard()'), 'PT401 unauthenticated', 'nobody');
select * from finish();
rollback;
