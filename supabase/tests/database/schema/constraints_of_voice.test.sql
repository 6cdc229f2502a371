-- What no row of the voice tables may be beside others, whoever writes it: each rule is refused under its name. checks.test.sql has the CHECKs.
begin;
select plan(10);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'ann@rules.test'), ('10000000-0000-4000-8000-000000000002', 'bob@rules.test');
update public.user_limits set max_assistants = null where user_id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
insert into public.assistants (id, user_id, name, vapi_assistant_id) values ('a0000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'A', 'va-rules');
insert into private.vapi_creations (assistant_id) values ('a0000000-0000-4000-8000-000000000001');
insert into public.phone_numbers (id, user_id, provider, phone_number, vapi_phone_id, status)
values ('b0000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'vapi', '+15550101', 'vp-rules', 'active');
insert into public.call_logs (user_id, vapi_call_id) values ('10000000-0000-4000-8000-000000000001', 'rules');
insert into private.account_closures (user_id, reason, started_at, advanced_at) values ('10000000-0000-4000-8000-000000000001', 'trial', now(), now());

create temp table rules (statement text, refusal text) on commit drop;
insert into rules values
  ($$insert into public.assistants (user_id, name, vapi_assistant_id) values ('{bob}', 'B', 'va-rules')$$, '23505 assistant_is_one_at_vapi'),
  ($$insert into public.phone_numbers (user_id, provider, vapi_phone_id) values ('{bob}', 'vapi', 'vp-rules')$$, '23505 number_is_one_at_vapi'),
  ($$update public.phone_numbers set user_id = '{bob}' where vapi_phone_id = 'vp-rules'$$, '23514 owner_is_fixed'),
  ($$update public.call_logs set user_id = '{bob}' where vapi_call_id = 'rules'$$, '23514 owner_is_fixed'),
  ($$update public.call_logs set cost = -0.01 where vapi_call_id = 'rules'$$, '23514 cost_is_not_negative'),
  ($$update public.call_logs set granted_seconds = -1 where vapi_call_id = 'rules'$$, '23514 call_seconds_are_not_negative'),
  ($$insert into public.call_logs (user_id, vapi_call_id) values ('{bob}', 'rules')$$, '23505 call_is_known_once'),
  ($$insert into private.account_closures (user_id, reason, started_at, advanced_at) values ('{ann}', 'trial', now(), now())$$, '23505 account_closes_once');

create function pg_temp.refusal(p_statement text) returns text language plpgsql as $$
declare
  v_rule text;
begin
  execute replace(replace(p_statement, '{ann}', '10000000-0000-4000-8000-000000000001'), '{bob}', '10000000-0000-4000-8000-000000000002');
  return 'none';
exception when integrity_constraint_violation then
  get stacked diagnostics v_rule = constraint_name;
  return sqlstate || ' ' || v_rule;
end;
$$;
select is(pg_temp.refusal(statement), refusal, statement) from rules;

delete from public.assistants where id = 'a0000000-0000-4000-8000-000000000001';
select is((select count(*) from private.vapi_creations where assistant_id = 'a0000000-0000-4000-8000-000000000001'), 0::bigint, 'what was begun for an assistant goes with it');
delete from auth.users where id = '10000000-0000-4000-8000-000000000001';
select is((select count(*) from private.vapi_assistants where vapi_assistant_id = 'va-rules'), 0::bigint, 'whose an assistant was is forgotten with the user');
select * from finish();
rollback;
