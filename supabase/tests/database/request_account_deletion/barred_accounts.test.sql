-- A suspended account does not ask for its deletion; an admin does it for its owner. Nobody floods with wishes.
begin;
-- Nobody else commits an admin meanwhile.
select pg_advisory_xact_lock(hashtext('tests.admins'));
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'suspended@barred.test'), ('10000000-0000-4000-8000-000000000002', 'admin@barred.test'),
  ('10000000-0000-4000-8000-000000000003', 'agent@barred.test'), ('10000000-0000-4000-8000-000000000004', 'member@barred.test'),
  ('10000000-0000-4000-8000-000000000005', 'barred-admin@barred.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000002';
update public.profiles set role = 'member' where role = 'admin' and id <> '10000000-0000-4000-8000-000000000002';
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set role = 'admin', account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000005';

create function pg_temp.outcome(p_caller integer, p_sql text) returns text language plpgsql as $$
declare v_hint text; v_message text;
begin
  perform set_config('request.jwt.claims', json_build_object('sub', '10000000-0000-4000-8000-00000000000' || p_caller, 'role', 'authenticated')::text, true);
  set local role authenticated;
  execute p_sql;
  reset role;
  return 'ok';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint, v_message = message_text;
  return concat_ws(' ', sqlstate, case sqlstate when 'PGRST' then v_message::jsonb ->> 'hint' else v_hint end);
end;
$$;
create function pg_temp.wish(p_user integer) returns boolean language sql as $$
  select deletion_requested_at is not null from public.profiles where id = ('10000000-0000-4000-8000-00000000000' || p_user)::uuid;
$$;
create function pg_temp.admin_asks(p_caller integer, p_user text) returns text language sql as $$
  select pg_temp.outcome(p_caller, format('select public.admin_request_account_deletion(%L)', '10000000-0000-4000-8000-0000000000' || p_user));
$$;

select plan(20);
select is(pg_temp.outcome(1, 'select public.request_account_deletion()'), 'PT403 account_suspended', 'a suspended account cannot ask');
select is(pg_temp.outcome(5, 'select public.request_account_deletion()'), 'PT403 account_suspended', 'nor can that of an admin');
select is(pg_temp.wish(1), false, 'and nothing is noted');
select is(pg_temp.admin_asks(caller, target), 'PT403 admin_only', format('%s cannot ask for %s', who, whom))
from (values (3, 'an agent'), (4, 'a member'), (5, 'a suspended admin')) callers (caller, who) cross join (values ('01', 'another'), ('ff', 'nobody')) targets (target, whom);
select is(pg_temp.admin_asks(2, 'ff'), 'PT404 account_not_found', 'an admin is told that there is no such account');
select is(pg_temp.admin_asks(2, '02'), 'PT409 last_admin', 'the last admin stays');
select is(pg_temp.admin_asks(2, '01'), 'ok', 'an admin asks for the owner of a suspended account');
select is(pg_temp.wish(1), true, 'and it is noted');
select results_eq($$select actor_id from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'deletion_requested'$$,
  $$values ('10000000-0000-4000-8000-000000000002'::uuid)$$, 'with who it was');
select is((select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001' and kind = 'deletion_requested'), 1::bigint, 'the owner is told');
select is(pg_temp.outcome(3, $$select public.admin_cancel_account_deletion('10000000-0000-4000-8000-000000000001')$$), 'PT403 admin_only', 'an agent does not take it back');
select is(pg_temp.outcome(2, $$select public.admin_cancel_account_deletion('10000000-0000-4000-8000-000000000001')$$), 'ok', 'an admin does');
select is(pg_temp.wish(1), false, 'and it is forgotten');
select is(pg_temp.admin_asks(2, '05'), 'ok', 'a suspended admin is not the last one who acts');

create function pg_temp.waver() returns text language sql as $$
  select pg_temp.outcome(4, 'select public.request_account_deletion()') || ' ' || pg_temp.outcome(4, 'select public.cancel_account_deletion()');
$$;
select results_eq('select pg_temp.waver() from generate_series(1, 6)',
  $$values ('ok ok'), ('ok ok'), ('ok ok'), ('ok ok'), ('ok ok'), ('PGRST rate_limited ok')$$, 'who asks and takes back is stopped, at the asking');
select * from finish();
rollback;
