-- What a role changes, whichever path gave it.
begin;
select plan(11);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'teacher@roles.test'), ('10000000-0000-4000-8000-000000000002', 'expired@roles.test'),
  ('10000000-0000-4000-8000-000000000003', 'member@roles.test');
update public.profiles set account_status = 'expired', expired_at = now(), expiry_reason = 'time', purge_after = now() + interval '30 days'
  where id = '10000000-0000-4000-8000-000000000002';

set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
update public.profiles set role = 'teacher' where id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
update public.profiles set full_name = 'Still a member' where id = '10000000-0000-4000-8000-000000000003';
reset role;

select results_eq($$select is_demo, account_status from public.profiles where id = '10000000-0000-4000-8000-000000000001'$$,
  $$values (false, 'active'::public.account_status)$$, 'a role other than member ends the trial');
select ok((select demo_expires_at is not null from public.profiles where id = '10000000-0000-4000-8000-000000000001'),
  'when it would have ended stays known');
select results_eq(
  $$select is_demo, account_status, purge_after from public.profiles where id = '10000000-0000-4000-8000-000000000002'$$,
  $$values (false, 'expired'::public.account_status, null::timestamptz)$$,
  'an expired account stays expired with a role, but is no longer to be purged');
select ok((select is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000003'), 'another edit leaves the trial alone');
select results_eq(
  $$select action_type, details from public.usage_logs
    where user_id = '10000000-0000-4000-8000-000000000001' and actor_kind = 'service' order by id$$,
  $$values ('role_changed', '{"from": "member", "to": "teacher"}'::jsonb), ('demo_ended', '{"reason": "role"}'::jsonb)$$,
  'both are on the log, with the secret key as the actor');

update public.profiles set role = 'member' where id = '10000000-0000-4000-8000-000000000001';
select ok((select not is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000001'),
  'the trial does not come back with the role gone');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000001';
select is((select count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'demo_ended'),
  1::bigint, 'a trial ends once');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000001';
select is((select count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'role_changed'),
  3::bigint, 'the same role again is no change');

update public.profiles set account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000001';
select results_eq(
  $$select details from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'account_status_changed'$$,
  $$values ('{"from": "active", "to": "suspended", "reason": null}'::jsonb)$$, 'a change of status is on the log');
select throws_ok($$update public.profiles set account_status = 'expired' where id = '10000000-0000-4000-8000-000000000003'$$,
  '23514', null, 'an account cannot expire without a time and a reason');
select throws_ok($$update public.profiles set demo_expires_at = null where id = '10000000-0000-4000-8000-000000000003'$$,
  '23514', null, 'a trial cannot be without an end');
select * from finish();
rollback;
