-- Two days before a trial ends and seven before it is purged the owner is told, once for each date.
begin;
select plan(19);
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

-- Put off from day to day by a ticket that is open, it stays announced; put off further, or called off, it does not.
create function pg_temp.announced() returns boolean language sql as $$
  select purge_warned_at is not null from public.profiles where id = '10000000-0000-4000-8000-000000000001';
$$;
update public.profiles set purge_after = purge_after + interval '1 day' where id = '10000000-0000-4000-8000-000000000001';
select ok(pg_temp.announced(), 'a purge that is put off by a day stays announced');
update public.profiles set purge_after = purge_after + interval '20 days' where id = '10000000-0000-4000-8000-000000000001';
select ok(not pg_temp.announced(), 'one that is put off by more than a notice is not');
delete from public.notifications;
select private.warn_before_purge(now() + interval '61 days');
select is(pg_temp.told('purge_7_days'), 1::bigint, 'and is announced anew, seven days before');

-- Another trial for the same person.
update public.profiles set account_status = 'active', expired_at = null, expiry_reason = null, purge_after = null,
  demo_expires_at = now() + interval '100 days' where id = '10000000-0000-4000-8000-000000000001';
select ok(not pg_temp.announced(), 'an account that is revived is to be purged no more');
delete from public.notifications;
select private.warn_demos(now() + interval '98 days');
select is(pg_temp.told('demo_2_days'), 1::bigint, 'a trial that was extended is warned before its new end');
update public.profiles set demo_expires_at = demo_expires_at + interval '1 day' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set demo_expires_at = demo_expires_at - interval '1 day' where id = '10000000-0000-4000-8000-000000000001';
select private.warn_demos(now() + interval '98 days');
select is(pg_temp.told('demo_2_days'), 1::bigint, 'a date that comes back is not announced twice');
select private.expire_demos(now() + interval '100 days');
select private.warn_before_purge(now() + interval '130 days');
select is(pg_temp.told('purge_7_days'), 1::bigint, 'and the second purge is announced');
select results_eq($$select due_at from private.accounts_to_close(now() + interval '137 days') where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$values (now() + interval '137 days')$$, 'and comes');
select * from finish();
rollback;
