-- There is always an admin who can act. The race of two demotions is in last-admin-race.test.ts.
begin;
-- Nobody else commits an admin meanwhile.
select pg_advisory_xact_lock(hashtext('tests.admins'));
select plan(10);
create function pg_temp.refusal(p_sql text) returns text language plpgsql as $$
declare v_hint text;
begin
  execute p_sql;
  return 'none';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return sqlstate || ' ' || v_hint;
end;
$$;
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'one@admins.test'), ('10000000-0000-4000-8000-000000000002', 'two@admins.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set role = 'member' where role = 'admin' and id <> '10000000-0000-4000-8000-000000000001';

select is(pg_temp.refusal($$update public.profiles set role = 'agent' where role = 'admin'$$), 'PT409 last_admin', 'the last admin is not demoted');
select is(pg_temp.refusal($$update public.profiles set account_status = 'suspended' where role = 'admin'$$), 'PT409 last_admin', 'nor suspended');
select is(pg_temp.refusal($$update public.profiles set account_status = 'closing' where role = 'admin'$$), 'PT409 last_admin', 'nor closed');
select is(pg_temp.refusal($$update public.profiles set role = 'admin', full_name = 'One' where role = 'admin'$$), 'none', 'but may be edited');

update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000002';
select is(pg_temp.refusal($$update public.profiles set role = 'member' where role = 'admin'$$), 'PT409 last_admin',
  'both of two admins are not demoted in one statement');
select is((select count(*) from public.profiles where role = 'admin'), 2::bigint, 'and the refusal takes neither');

update public.profiles set account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000002';
select is(pg_temp.refusal($$update public.profiles set role = 'member' where id = '10000000-0000-4000-8000-000000000001'$$), 'PT409 last_admin',
  'a suspended admin is none to stay behind');
select is(pg_temp.refusal($$update public.profiles set role = 'member' where id = '10000000-0000-4000-8000-000000000002'$$), 'none',
  'and may be demoted');
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000003', 'three@admins.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000003';
select is(pg_temp.refusal($$update public.profiles set role = 'member' where id = '10000000-0000-4000-8000-000000000001'$$), 'PT409 last_admin',
  'nor is one whose account is closing');
select is(pg_temp.refusal($$delete from auth.users where id = '10000000-0000-4000-8000-000000000001'$$), 'none',
  'an operator may delete even the last admin''s user');
select * from finish();
rollback;
