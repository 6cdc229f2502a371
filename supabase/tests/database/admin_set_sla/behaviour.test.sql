-- Targets are set within sense, and on record.
begin;
select plan(9);
create function pg_temp.outcome(p_priority public.ticket_priority, p_first integer, p_resolution integer) returns text language plpgsql as $$
declare v_hint text; v_target public.sla_targets;
begin
  v_target := public.admin_set_sla(p_priority, p_first, p_resolution);
  return concat_ws(' ', v_target.first_response_seconds, v_target.resolution_seconds);
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end;
$$;
select is(pg_temp.outcome('low', 60, 31536000), '60 31536000', 'from a minute to a year');
select is(pg_temp.outcome('low', 7200, 7200), '7200 7200', 'answered and resolved at once');
select is(pg_temp.outcome('low', 59, 7200), 'invalid_sla', 'not sooner');
select is(pg_temp.outcome('low', 60, 31536001), 'invalid_sla', 'nor later');
select is(pg_temp.outcome('low', 7200, 7199), 'invalid_sla', 'not resolved before it is answered');
select is(pg_temp.outcome('low', null, 7199), 'invalid_sla', 'there is a target for the answer');
select is(pg_temp.outcome('low', 60, null), 'invalid_sla', 'and for the resolution');
select is(pg_temp.outcome(null, 60, 60), 'not_found', 'and a priority');
select is((select details -> 'to' ->> 'first_response_seconds' from private.admin_actions where action = 'set_sla' and details -> 'from' ->> 'first_response_seconds' = '60'), '7200', 'what was changed is on record');
select * from finish();
rollback;
