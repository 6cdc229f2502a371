-- Two days before a trial ends and seven before it is purged the owner is told, once.
begin;
select plan(11);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'trial@warn.test'), ('10000000-0000-4000-8000-000000000002', 'paying@warn.test');
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000002';
create function pg_temp.told(p_kind text) returns bigint language sql as $$
  select count(*) from public.notifications where kind = p_kind and user_id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
$$;
select private.warn_demos(now() + interval '5 days' - interval '1 second');
select is(pg_temp.told('demo_2_days'), 0::bigint, 'not earlier');
select private.warn_demos(now() + interval '5 days');
select is(pg_temp.told('demo_2_days'), 1::bigint, 'two days before the end');
select private.warn_demos(now() + interval '6 days');
select is(pg_temp.told('demo_2_days'), 1::bigint, 'once');

select private.expire_demos(now() + interval '7 days');
select private.warn_before_purge(now() + interval '30 days' - interval '1 second');
select is(pg_temp.told('purge_7_days'), 0::bigint, 'not earlier than seven days before the purge');
select private.warn_before_purge(now() + interval '30 days');
select is(pg_temp.told('purge_7_days'), 1::bigint, 'then told');
select is((select purge_after from public.profiles where id = '10000000-0000-4000-8000-000000000001'), now() + interval '37 days', 'the day stays');
select private.warn_before_purge(now() + interval '31 days');
select is(pg_temp.told('purge_7_days'), 1::bigint, 'once');

-- A notice that comes late moves the purge.
update public.profiles set purge_warned_at = null where id = '10000000-0000-4000-8000-000000000001';
select is_empty($$select from private.accounts_to_close(now() + interval '40 days') where user_id = '10000000-0000-4000-8000-000000000001'$$, 'nobody is purged who was not told');
select private.warn_before_purge(now() + interval '40 days');
select is((select purge_after from public.profiles where id = '10000000-0000-4000-8000-000000000001'), now() + interval '47 days', 'nor with less notice than promised');
select is_empty($$select from private.accounts_to_close(now() + interval '47 days' - interval '1 second') where user_id = '10000000-0000-4000-8000-000000000001'$$, 'not a second earlier');
select results_eq($$select reason::text from private.accounts_to_close(now() + interval '47 days') where user_id = '10000000-0000-4000-8000-000000000001'$$, array['trial'], 'then it is due');
select * from finish();
rollback;
