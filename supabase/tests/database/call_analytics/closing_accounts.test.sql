-- Nobody needs the analytics of an account that is gone or going: nothing is counted, cut or checked any more.
begin;
select plan(8);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@closing.test');
create function pg_temp.call(p_name text) returns void language sql as $$
  insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
  values ('10000000-0000-4000-8000-000000000001', p_name, 'ended', 'completed', '2026-03-01 10:00Z', '2026-03-01 10:01Z');
$$;
create function pg_temp.counted() returns text language sql as $$
  select (select sum(calls) from public.call_analytics where user_id = '10000000-0000-4000-8000-000000000001') || ' '
    || (select sum(calls) from public.call_analytics_days where user_id = '10000000-0000-4000-8000-000000000001');
$$;
select pg_temp.call('before');
update public.call_analytics_days set calls = 7 where user_id = '10000000-0000-4000-8000-000000000001';
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000001';
select pg_temp.call('after');
select is(pg_temp.counted(), '1 7', 'a call that is told while an account closes is not counted');
select is(private.recount_analytics('10000000-0000-4000-8000-000000000001', '2026-03-01'), false, 'its days are not checked');
select is(pg_temp.counted(), '1 7', 'nor repaired');
update public.profiles set time_zone = 'Asia/Kathmandu' where id = '10000000-0000-4000-8000-000000000001';
select isnt((select rebuild_after from private.analytics_calendars where user_id = '10000000-0000-4000-8000-000000000001'), null, 'a change of its zone is noted');
select private.rebuild_days_of('10000000-0000-4000-8000-000000000001', now());
select is(pg_temp.counted(), '1 7', 'and cuts nothing anew');
select results_eq($$select time_zone, rebuild_after from private.analytics_calendars where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$values ('UTC'::text, null::timestamptz)$$, 'nor stays due');
delete from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.counted(), '1 7', 'its calls go without being counted back');
select is(private.lock_analytics('10000000-0000-4000-8000-0000000000ff'), null, 'an account that is gone has no calendar');
select * from finish();
rollback;
