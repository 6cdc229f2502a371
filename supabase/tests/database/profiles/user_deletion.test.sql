-- Deleting an auth user works with everything filled, and leaves what others own.
begin;
select plan(5);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'leaver@deletion.test'), ('10000000-0000-4000-8000-000000000002', 'stayer@deletion.test'),
  ('10000000-0000-4000-8000-000000000003', 'admin@deletion.test');
update public.profiles set role = 'admin' where id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000003');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
set local role authenticated;
select count(*) from public.admin_set_role('10000000-0000-4000-8000-000000000002', 'teacher');
reset role;
set local request.jwt.claims = '';
update public.profiles set role = 'member' where id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
select private.notify('10000000-0000-4000-8000-000000000001', 'limit_75');
select private.take_rate('10000000-0000-4000-8000-000000000001', 'tickets', now());
select is((select count(*) from public.usage_logs where actor_id = '10000000-0000-4000-8000-000000000001'), 2::bigint,
  'the leaver stands in somebody else''s log');

select lives_ok($$delete from auth.users where id = '10000000-0000-4000-8000-000000000001'$$, 'the user can be deleted');
select is(
  (select count(*) from public.profiles where id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.profile_cards where id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from private.rate_windows where user_id = '10000000-0000-4000-8000-000000000001'),
  0::bigint, 'nothing of him is left');
select results_eq(
  $$select action_type, actor_kind, actor_id from public.usage_logs
    where user_id = '10000000-0000-4000-8000-000000000002' and actor_kind = 'staff' order by id$$,
  $$values ('role_changed', 'staff'::public.actor_kind, null::uuid), ('demo_ended', 'staff', null)$$,
  'the other''s log stays and forgets who it was');
select lives_ok(
  $$select private.log_usage('10000000-0000-4000-8000-000000000001', 'late', 'profile'),
      private.notify('10000000-0000-4000-8000-000000000001', 'late'), private.end_demo('10000000-0000-4000-8000-000000000001', 'role'),
      private.take_rate('10000000-0000-4000-8000-000000000001', 'tickets', now())$$,
  'what would write about him afterwards is silent');
select * from finish();
rollback;
