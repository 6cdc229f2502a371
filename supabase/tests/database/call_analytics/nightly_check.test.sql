-- The nightly job counts a sample again, records what differs and repairs it.
begin;
select plan(8);
delete from private.analytics_calendars;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'nia@night.test'), ('10000000-0000-4000-8000-000000000002', 'ole@night.test');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at, cost)
select id, 'night-' || id, 'ended', 'completed', now() - interval '1 day', now() - interval '1 day' + interval '30 seconds', 0.25
from unnest('{10000000-0000-4000-8000-000000000001,10000000-0000-4000-8000-000000000002}'::uuid[]) id;

select is(private.check_analytics(now()), 0, 'nothing to repair where nothing is wrong');
select is_empty('select from private.analytics_repairs', 'and nothing recorded');

update public.call_analytics_days set calls = 7, cost = 99 where user_id = '10000000-0000-4000-8000-000000000001';
delete from public.call_analytics where user_id = '10000000-0000-4000-8000-000000000002';
select is(private.check_analytics(now()), 2, 'a wrong row and a missing one are found');
select results_eq('select calls, cost from public.call_analytics_days where user_id = ''10000000-0000-4000-8000-000000000001''',
  'values (1, 0.25::numeric(18, 6))', 'the wrong row is what the calls say');
select results_eq('select calls, duration_seconds from public.call_analytics where user_id = ''10000000-0000-4000-8000-000000000002''',
  'values (1, 30::bigint)', 'the missing one is back');
select is((select found #>> '{day,0,calls}' from private.analytics_repairs where user_id = '10000000-0000-4000-8000-000000000001'), '7',
  'the record has what stood there');
select is((select counted #>> '{day,0,calls}' from private.analytics_repairs where user_id = '10000000-0000-4000-8000-000000000001'), '1',
  'and what was counted');
select is(private.check_analytics(now()), 0, 'the next night finds nothing');
select * from finish();
rollback;
