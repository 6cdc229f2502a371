-- An admin gives roles; nobody else does, and nobody learns from the refusal who exists.
begin;
-- Nobody else commits an admin meanwhile.
select pg_advisory_xact_lock(hashtext('tests.admins'));
create function pg_temp.outcome(p_caller uuid, p_target uuid, p_role text) returns text language plpgsql as $$
declare v_hint text; v_result text;
begin
  perform set_config('request.jwt.claims', json_build_object('sub', p_caller, 'role', 'authenticated')::text, true);
  set local role authenticated;
  select concat_ws(' ', role, is_demo) into v_result from public.admin_set_role(p_target, p_role::public.user_role);
  reset role;
  return v_result;
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return sqlstate || ' ' || v_hint;
end;
$$;
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'admin@set-role.test'), ('10000000-0000-4000-8000-000000000002', 'member@set-role.test'),
  ('10000000-0000-4000-8000-000000000003', 'agent@set-role.test'), ('10000000-0000-4000-8000-000000000004', 'teacher@set-role.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set role = 'member' where role = 'admin' and id <> '10000000-0000-4000-8000-000000000001';
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000004';
-- An admin who was suspended, then deleted himself, and waits for what lies outside.
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000005', 'suspended@set-role.test'), ('10000000-0000-4000-8000-000000000006', 'closing@set-role.test');
update public.profiles set role = 'admin', account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000005';
update public.profiles set role = 'admin', account_status = 'closing' where id = '10000000-0000-4000-8000-000000000006';

select plan(13);
select is(pg_temp.outcome(caller, target, 'admin'), 'PT403 admin_only', format('%s is refused, %s', who, what))
from (values ('10000000-0000-4000-8000-000000000002'::uuid, 'a member'), ('10000000-0000-4000-8000-000000000003', 'an agent'),
  ('10000000-0000-4000-8000-000000000004', 'a teacher')) callers (caller, who)
cross join (values ('10000000-0000-4000-8000-000000000002'::uuid, 'for somebody'), ('10000000-0000-4000-8000-0000000000ff', 'for nobody')) targets (target, what);
select is(pg_temp.outcome(caller, '10000000-0000-4000-8000-000000000002', 'admin'), 'PT403 admin_only', format('a %s admin makes no accomplice', who))
from (values ('10000000-0000-4000-8000-000000000005'::uuid, 'suspended'), ('10000000-0000-4000-8000-000000000006', 'closing')) callers (caller, who);
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002', 'teacher'), 'teacher f',
  'an admin gives a role and sees what became of the account');
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-0000000000ff', 'teacher'),
  'PT404 account_not_found', 'an absent account is not found');
select is(pg_temp.outcome('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'member'),
  'PT409 last_admin', 'the last admin cannot demote himself');
select results_eq(
  $$select action_type, actor_kind, actor_id from public.usage_logs
    where user_id = '10000000-0000-4000-8000-000000000002' and actor_kind = 'staff' order by id$$,
  $$values ('role_changed', 'staff'::public.actor_kind, '10000000-0000-4000-8000-000000000001'::uuid),
    ('demo_ended', 'staff', '10000000-0000-4000-8000-000000000001')$$, 'the admin is on the log');
select is(has_function_privilege('anon', 'public.admin_set_role(uuid, public.user_role)', 'execute'), false, 'anon cannot call it');
select * from finish();
rollback;
