-- An admin bars an account and lets it in again as what it was.
begin;
select plan(18);
insert into auth.users (id, email) select ('10000000-0000-4000-8000-00000000000' || n)::uuid, n || '@suspend.test' from generate_series(1, 4) n;
update public.profiles set role = 'member' where role = 'admin';
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set account_status = 'expired', expired_at = now(), expiry_reason = 'time', purge_after = now() + interval '1 hour', purge_warned_at = now() - interval '8 days'
where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000004';
create function pg_temp.outcome(p_statement text) returns text language plpgsql as $$
declare v_hint text; v_profile public.profiles;
begin
  execute p_statement into v_profile;
  return v_profile.account_status;
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end;
$$;
create function pg_temp.ask(p_function text, p_n integer) returns text language sql as $$
  select pg_temp.outcome(format('select * from public.admin_%s(''10000000-0000-4000-8000-00000000000%s'')', p_function, p_n));
$$;
select is(pg_temp.ask('suspend', 2), 'suspended', 'an account is suspended');
select is(pg_temp.ask('suspend', 2), 'suspended', 'again changes nothing');
select is((select count(*) from private.admin_actions where action = 'suspend_account' and subject_id = '10000000-0000-4000-8000-000000000002'), 1::bigint, 'and is on record once');
select is(pg_temp.ask('restore', 2), 'active', 'it is active again');
select is(pg_temp.ask('restore', 2), 'active', 'and stays so');
select is((select count(*) from private.admin_actions where action = 'restore_account' and subject_id = '10000000-0000-4000-8000-000000000002'), 1::bigint, 'on record once');
select is(pg_temp.ask('restore', 3), 'expired', 'an expired trial is not revived');
select isnt((select purge_warned_at from public.profiles where id = '10000000-0000-4000-8000-000000000003'), null, 'nor touched');
select is(pg_temp.ask('suspend', 3), 'suspended', 'it can be suspended');
select is(pg_temp.ask('restore', 3), 'expired', 'and is expired again');
do $$ begin perform private.warn_before_purge(now()); end $$;
select results_eq($$ select purge_warned_at, purge_after from public.profiles where id = '10000000-0000-4000-8000-000000000003' $$,
  $$ values (now(), now() + interval '7 days') $$, 'with the whole notice before it is purged');
select is(pg_temp.ask('suspend', 4), 'account_closing', 'a closing account closes');
select is(pg_temp.ask('restore', 4), 'account_closing', 'and is not brought back');
select is(pg_temp.ask('suspend', 9), 'account_not_found', 'an account that is not there');
select is(pg_temp.ask('restore', 9), 'account_not_found', 'is not found');
select is(pg_temp.ask('suspend', 1), 'last_admin', 'the last admin stays');
select is((select account_status::text from public.profiles where id = '10000000-0000-4000-8000-000000000001'), 'active', 'as they are');
select set_config('request.jwt.claims', '{"sub":"10000000-0000-4000-8000-000000000001","role":"authenticated"}', true);
select is(pg_temp.outcome($$ select * from public.admin_set_role('10000000-0000-4000-8000-000000000004', 'teacher') $$), 'account_closing', 'a closing account gets no role');
select * from finish();
rollback;
