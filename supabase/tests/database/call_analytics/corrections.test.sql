-- Both tiers follow a call through its life: open, ended, corrected, moved, taken back.
begin;
select plan(14);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@corrections.test');
create function pg_temp.both(p_what text) returns text language plpgsql as $$
declare
  v_quarters text;
  v_days text;
begin
  execute format('select string_agg(concat_ws('' '', %s), '','' order by bucket_start) from public.call_analytics where user_id = $1', p_what)
    into v_quarters using '10000000-0000-4000-8000-000000000001'::uuid;
  execute format('select string_agg(concat_ws('' '', %s), '','' order by day) from public.call_analytics_days where user_id = $1', p_what)
    into v_days using '10000000-0000-4000-8000-000000000001'::uuid;
  return case when v_quarters is not distinct from v_days then coalesce(v_quarters, 'no rows') else format('%s and %s', v_quarters, v_days) end;
end;
$$;
insert into public.call_logs (user_id, vapi_call_id, status, first_seen_at, started_at) values
  ('10000000-0000-4000-8000-000000000001', 'a', 'in_progress', '2026-03-01 10:00Z', '2026-03-01 10:01Z');
create function pg_temp.live() returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', bucket_start, calls, answered_calls, ended_calls, failed_calls, duration_seconds, reasons), ','), 'no rows')
  from private.unsettled_quarters('10000000-0000-4000-8000-000000000001', null);
$$;
set local time zone 'UTC';
select is(pg_temp.both('calls'), 'no rows', 'an open call is in no tier');
select is(pg_temp.live(), '2026-03-01 10:00:00+00 1 1 0 0 0 {}', 'but read live');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, ended_reason, first_seen_at) values
  ('10000000-0000-4000-8000-000000000001', 'c', 'ended', 'failed', 'no-route', '2026-03-01 10:20Z');
select is(pg_temp.live(), '2026-03-01 10:00:00+00 1 1 0 0 0 {},2026-03-01 10:15:00+00 1 0 1 1 0 {"no-route": 1}',
  'as is one that has ended and waits for its report');
update public.call_logs set stale_at = '2026-03-01 14:00Z' where vapi_call_id = 'c';
select is(pg_temp.both('calls, failed_calls, reasons'), '1 1 {"no-route": 1}', 'a call that is given up enters the tiers');
delete from public.call_logs where vapi_call_id = 'c';
update public.call_logs set status = 'ended', outcome = 'completed', ended_reason = 'hangup', ended_at = '2026-03-01 10:01:09Z', cost = 0.5 where vapi_call_id = 'a';
select is(pg_temp.both('calls, ended_calls, completed_calls, successful_calls, duration_seconds, cost, reasons'),
  '1 1 1 0 9 0.500000 {"hangup": 1}', 'ended after nine seconds: no success yet');
select is(pg_temp.live(), 'no rows', 'and no longer read live');
update public.call_logs set ended_at = '2026-03-01 10:01:10Z' where vapi_call_id = 'a';
select is(pg_temp.both('calls, successful_calls, duration_seconds'), '1 1 10', 'corrected to ten: a success');
update public.call_logs set is_success = false where vapi_call_id = 'a';
select is(pg_temp.both('successful_calls'), '0', 'an evaluation knows better');
update public.call_logs set outcome = 'failed', ended_reason = 'pipeline-error', cost = null, is_success = null where vapi_call_id = 'a';
select is(pg_temp.both('completed_calls, failed_calls, successful_calls, cost, reasons'), '0 1 0 0.000000 {"pipeline-error": 1}',
  'an unknown cost adds nothing, and the old reason is gone');
update public.call_logs set transcript = 'Hello', caller_number = '+15550100' where vapi_call_id = 'a';
select is(pg_temp.both('calls, failed_calls, duration_seconds'), '1 1 10', 'what analytics does not see changes nothing');
update public.call_logs set started_at = '2026-03-02 23:59:50Z', ended_at = '2026-03-03 00:00Z' where vapi_call_id = 'a';
select is(pg_temp.both('calls, duration_seconds'), '1 10', 'a call that moves leaves nothing behind');
select results_eq($$select bucket_start, day from public.call_analytics join public.call_analytics_days using (user_id) where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$values ('2026-03-02 23:45Z'::public.quarter_hour, '2026-03-02'::date)$$, 'where it started');
delete from public.call_logs where vapi_call_id = 'a';
select is(pg_temp.both('calls'), 'no rows', 'rows that count nothing go');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at) values
  ('10000000-0000-4000-8000-000000000001', 'b', 'ended', 'completed', '2026-03-04 10:00Z', '2026-03-04 10:01Z');
delete from public.call_analytics where user_id = '10000000-0000-4000-8000-000000000001';
delete from public.call_analytics_days where user_id = '10000000-0000-4000-8000-000000000001';
update public.call_logs set ended_at = '2026-03-04 10:02Z' where vapi_call_id = 'b';
select is(pg_temp.both('calls'), 'no rows', 'and none is made by a correction of what was lost');
select * from finish();
rollback;
