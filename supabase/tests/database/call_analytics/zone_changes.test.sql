-- A change of zone: the fine tier answers at once, the day tier is cut anew by the job, at most three times a day.
begin;
select plan(13);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'zoe@zone.test');
update public.profiles set time_zone = 'Asia/Kathmandu' where id = '10000000-0000-4000-8000-000000000001';
-- 18:10 UTC is 23:55 in Kathmandu, 18:20 UTC is 00:05 of the next day.
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
select '10000000-0000-4000-8000-000000000001', 'zone-' || start, 'ended', 'completed', start, start + interval '30 seconds'
from unnest('{2026-03-01 18:10Z,2026-03-01 18:20Z}'::timestamptz[]) start;

create function pg_temp.days() returns text language sql as $$
  select string_agg(day || ':' || calls, ' ' order by day) from public.call_analytics_days where user_id = '10000000-0000-4000-8000-000000000001';
$$;
create function pg_temp.series(p_zone text) returns text language plpgsql as $$
declare
  v_answer jsonb;
begin
  perform set_config('request.jwt.claims', '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
  set local role authenticated;
  v_answer := public.analytics_dashboard('2026-03-01', '2026-03-02', p_zone);
  reset role;
  return (v_answer #>> '{freshness,tier}') || ' ' || (select string_agg(point ->> 'total_calls', ' ') from jsonb_array_elements(v_answer -> 'series') point);
end;
$$;

select is(pg_temp.days(), '2026-03-01:1 2026-03-02:1', 'days are cut at midnight in Kathmandu');
select is(pg_temp.series(null), 'day 1 1', 'the profile''s zone is answered from the day tier');
select is(pg_temp.series('UTC'), 'quarter_hour 2 0', 'any other zone from the fine tier');

update public.profiles set time_zone = 'America/St_Johns' where id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.series(null), 'quarter_hour 2 0', 'a new zone is right before its days are cut');
insert into public.call_logs (user_id, vapi_call_id, status, first_seen_at)
values ('10000000-0000-4000-8000-000000000001', 'zone-3', 'queued', '2026-03-02 03:20Z');
select is(pg_temp.series(null), 'quarter_hour 3 0', 'also for calls that come meanwhile: 23:50 in St John''s');
select cmp_ok(private.rebuild_analytics_days(now()), '>=', 1, 'the job cuts days anew');
select is(pg_temp.days(), '2026-03-01:2', 'in the new zone, without the call that is not settled');
select is(pg_temp.series(null), 'day 3 0', 'and the day tier answers again');

update public.profiles set time_zone = 'UTC' where id = '10000000-0000-4000-8000-000000000001';
select private.rebuild_analytics_days(now());
update public.profiles set time_zone = 'Asia/Tokyo' where id = '10000000-0000-4000-8000-000000000001';
select private.rebuild_analytics_days(now());
select is(pg_temp.series(null), 'day 0 3', 'three changes a day are followed');
update public.profiles set time_zone = 'Europe/Paris' where id = '10000000-0000-4000-8000-000000000001';
select private.rebuild_analytics_days(now());
select is(pg_temp.series(null), 'quarter_hour 2 1', 'the fourth waits, and is answered from the fine tier');
select private.rebuild_analytics_days(now() + interval '1 day');
select is(pg_temp.series(null), 'day 2 1', 'until tomorrow');

update public.profiles set time_zone = 'UTC' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set time_zone = 'Europe/Paris' where id = '10000000-0000-4000-8000-000000000001';
select is((select rebuild_after from private.analytics_calendars where user_id = '10000000-0000-4000-8000-000000000001'), null,
  'back in the zone of the days there is nothing to do');
select results_eq($$
  select schedule, command from cron.job where jobname in ('rebuild_analytics_days', 'check_analytics') order by jobname
$$, $$values ('23 3 * * *', 'select private.run_job(''check_analytics'')'), ('* * * * *', 'select private.run_job(''rebuild_analytics_days'')')$$,
  'both jobs are scheduled');
select * from finish();
rollback;
