-- The list of limits fits the tables, and each limit is told of when it is reached.
begin;
select plan(9);
create function pg_temp.has(p_table regclass, p_column text) returns boolean language sql as $$
  select exists (select from pg_attribute where attrelid = p_table and attname = p_column and not attisdropped);
$$;
select is_empty(
  $$select name from private.limits where not (pg_temp.has('public.plans', max_column) and pg_temp.has('public.user_limits', max_column)
    and pg_temp.has('public.user_limits', use_column) and pg_temp.has('public.usage_logs', log_column))$$,
  'every limit has its columns: maximum, use and log');
select set_eq(
  $$select attname::text from pg_attribute where attrelid = 'public.plans'::regclass and attname ~ '^max_'$$,
  'select max_column from private.limits', 'every maximum of a plan is in the list');
select is_empty(
  $$select name from private.limits where to_regprocedure(recount_function
    || case kind when 'flow' then '(uuid, timestamptz, timestamptz)' else '(uuid)' end) is null$$,
  'every limit can be counted anew');

insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'full@limits.test');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000001';
create function pg_temp.fill(p_percent numeric) returns void language plpgsql as $$
declare
  v_limit private.limits;
begin
  for v_limit in select * from private.limits loop
    execute format('update public.user_limits set %I = %I * $1 / 100 where user_id = $2', v_limit.use_column, v_limit.max_column)
      using p_percent, '10000000-0000-4000-8000-000000000001'::uuid;
  end loop;
end;
$$;
create function pg_temp.told() returns bigint language sql as $$
  select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001' and kind ~ '^limit_';
$$;
select pg_temp.fill(100);
select set_eq($$select data ->> 'limit' from public.notifications where user_id = '10000000-0000-4000-8000-000000000001' and kind = 'limit_100'$$,
  'select name from private.limits', 'whoever reaches a limit is told of it, whichever it is');
select set_eq($$select data ->> 'limit' from public.notifications where user_id = '10000000-0000-4000-8000-000000000001' and kind = 'limit_75'$$,
  'select name from private.limits where is_told_early', 'at the first share where shares are told');

-- What can happen again is told again on other days; once the day has had its three, nothing is.
update private.told set times = 3 where user_id = '10000000-0000-4000-8000-000000000001';
delete from public.notifications where user_id = '10000000-0000-4000-8000-000000000001';
select pg_temp.fill(0);
select pg_temp.fill(100);
select is(pg_temp.told(), 0::bigint, 'what the owner read and deleted is not told again');
select ok(private.reconcile_account('10000000-0000-4000-8000-000000000001', now()), 'use without facts is repaired');
select is_empty(
  $$select name from private.limits, public.user_limits l
    where user_id = '10000000-0000-4000-8000-000000000001' and to_jsonb(l) ->> use_column <> '0'$$,
  'for every limit');
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
select is_empty(
  $$select name from private.limits, public.user_limits l, public.plans p
    where user_id = '10000000-0000-4000-8000-000000000001' and p.plan_type = 'pro'
      and to_jsonb(l) -> max_column is distinct from to_jsonb(p) -> max_column$$,
  'a plan brings each of its maxima');
select * from finish();
rollback;
