-- Limits of one account or of a plan are set by name: what is named changes, null is unlimited.
begin;
select plan(20);
insert into auth.users (id, email) select ('10000000-0000-4000-8000-00000000000' || n)::uuid, n || '@set-limits.test' from generate_series(1, 2) n;
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000002';
create function pg_temp.outcome(p_user_id uuid, p_limits text) returns text language plpgsql as $$
declare v_hint text; v_limits public.user_limits;
begin
  v_limits := public.admin_set_limits(p_user_id, p_limits::jsonb);
  return concat_ws(' ', v_limits.max_assistants, coalesce(v_limits.max_call_time_seconds::text, 'unlimited'));
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end;
$$;
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', limits), expected, limits)
from (values
  ('{"max_assistants": 7}', '7 600'), ('{"max_call_time_seconds": null}', '7 unlimited'), ('{"max_assistants": 0, "max_call_time_seconds": 9007199254740991}', '0 9007199254740991'),
  ('{"max_assistants": 1e0}', '1 9007199254740991'), ('{"max_call_time_seconds": 1200}', '1 1200'),
  ('{}', 'invalid_limits'), ('[]', 'invalid_limits'), ('5', 'invalid_limits'), ('null', 'invalid_limits'), (null, 'invalid_limits'), ('{"max_assistants": -1}', 'invalid_limits'),
  ('{"max_assistants": 1.5}', 'invalid_limits'), ('{"max_assistants": "1"}', 'invalid_limits'), ('{"max_assistants": 9007199254740992}', 'invalid_limits'),
  ('{"user_id": 1}', 'invalid_limits')
) tried (limits, expected);
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000002', '{"max_assistants": 7}'), 'account_closing', 'a closing account stays as it is');
select is(pg_temp.outcome('10000000-0000-4000-8000-0000000000ff', '{"max_assistants": 7}'), 'account_not_found', 'an account that is not there');
select results_eq($$ select details #> '{from,max_assistants}', details #> '{to,max_assistants}' from private.admin_actions
    where action = 'set_limits' and subject_id = '10000000-0000-4000-8000-000000000001' and details #>> '{to,max_assistants}' = '7' and details #>> '{from,max_assistants}' = '1' $$,
  $$ values ('1'::jsonb, '7'::jsonb) $$, 'what was changed is on record');
select is((public.admin_set_plan_limits('pro', '{"max_assistants": 12, "max_attachment_bytes": null}')).max_assistants::integer, 12, 'a plan gets other limits');
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
select results_eq($$ select max_assistants::bigint, max_attachment_bytes::bigint, max_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001' $$,
  $$ values (12::bigint, null::bigint, 3600::bigint) $$, 'which come with the plan');
select * from finish();
rollback;
