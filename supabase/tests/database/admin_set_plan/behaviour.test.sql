-- An admin gives plans; a paid one ends the trial for ever and revives an expired account, but not a closing one.
begin;
create function pg_temp.outcome(p_caller uuid, p_target uuid, p_plan text) returns text language plpgsql as $$
declare v_hint text; v_result text;
begin
  perform set_config('request.jwt.claims', json_build_object('sub', p_caller, 'role', 'authenticated')::text, true);
  set local role authenticated;
  select concat_ws(' ', plan_type, max_assistants) into v_result from public.admin_set_plan(p_target, p_plan::public.plan_type);
  reset role;
  return v_result;
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return sqlstate || ' ' || v_hint;
end;
$$;
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'admin@set-plan.test'), ('10000000-0000-4000-8000-000000000002', 'trial@set-plan.test'),
  ('10000000-0000-4000-8000-000000000003', 'agent@set-plan.test'), ('10000000-0000-4000-8000-000000000004', 'expired@set-plan.test'),
  ('10000000-0000-4000-8000-000000000005', 'closing@set-plan.test'), ('10000000-0000-4000-8000-000000000006', 'suspended@set-plan.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set account_status = 'expired', expired_at = now(), expiry_reason = 'usage', purge_after = now() + interval '30 days'
  where id in ('10000000-0000-4000-8000-000000000004', '10000000-0000-4000-8000-000000000005');
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000005';
update public.profiles set account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000006';

select plan(14);
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000002', 'pro'), 'PT403 admin_only', 'a member is refused');
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000002', 'pro'), 'PT403 admin_only', 'an agent is refused');
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-0000000000ff', 'pro'), 'PT403 admin_only', 'and learns nothing about who exists');
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-0000000000ff', 'pro'), 'PT404 account_not_found', 'an absent account is not found');
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000005', 'pro'), 'PT409 account_closing', 'a closing account gets no plan');
select is((select plan_type from public.user_limits where user_id = '10000000-0000-4000-8000-000000000005'), 'free', 'and nothing is written');

select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002', 'pro'), 'pro 10', 'an admin gives a plan');
select results_eq($$select is_demo, account_status from public.profiles where id = '10000000-0000-4000-8000-000000000002'$$,
  $$values (false, 'active'::public.account_status)$$, 'a paid plan ends the trial');
select results_eq(
  $$select action_type, details #>> '{from,plan_type}', details #>> '{to,plan_type}', actor_id from public.usage_logs
    where user_id = '10000000-0000-4000-8000-000000000002' and actor_kind = 'staff' order by id$$,
  $$values ('plan_changed', 'free', 'pro', '10000000-0000-4000-8000-000000000001'::uuid),
    ('demo_ended', null, null, '10000000-0000-4000-8000-000000000001')$$, 'the log says who did what');
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002', 'free'), 'free 1', 'back to free');
select ok((select not is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000002'), 'the trial does not come back');

select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000004', 'enterprise'), 'enterprise', 'an expired account gets a plan without limits');
select results_eq(
  $$select is_demo, account_status, expired_at, expiry_reason, purge_after from public.profiles where id = '10000000-0000-4000-8000-000000000004'$$,
  $$values (false, 'active'::public.account_status, null::timestamptz, null::public.expiry_reason, null::timestamptz)$$, 'and is revived');
select pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000006', 'pro');
select is((select account_status from public.profiles where id = '10000000-0000-4000-8000-000000000006'), 'suspended', 'a suspended account stays suspended');
select * from finish();
rollback;
