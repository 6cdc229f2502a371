-- A call counts in the period that holds its end; corrections subtract; an older period's call writes the log only.
begin;
select plan(16);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@ledger.test');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000001';
update public.user_limits
set plan_type = 'pro', period_anchor = now() - interval '40 days', period_start = now() - interval '10 days', period_end = now() + interval '20 days'
where user_id = '10000000-0000-4000-8000-000000000001';
create function pg_temp.call(p_id text, p_seconds numeric, p_ended timestamptz default now()) returns void language sql as $$
  insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
  values ('10000000-0000-4000-8000-000000000001', p_id, 'ended', 'completed', p_ended - p_seconds * interval '1 second', p_ended);
$$;
create temp view sums as
  select used_call_time_seconds::integer as counter,
    (select coalesce(sum(call_time_change_seconds), 0)::integer from public.usage_logs g where g.user_id = l.user_id and fact_at >= period_start and fact_at < period_end) as logged,
    (select coalesce(sum(call_time_change_seconds), 0)::integer from public.usage_logs g where g.user_id = l.user_id and fact_at < period_start) as logged_before
  from public.user_limits l where user_id = '10000000-0000-4000-8000-000000000001';

select pg_temp.call('a', 59);
select is((select row(s.*)::text from sums s), '(59,59,0)', '59 seconds are 59 seconds');
select pg_temp.call('b', 85.4);
select is((select row(s.*)::text from sums s), '(145,145,0)', 'a started second is a second');
update public.call_logs set ended_at = started_at + interval '100 seconds' where vapi_call_id = 'b';
select is((select row(s.*)::text from sums s), '(159,159,0)', 'a correction takes the old back');
update public.call_logs set summary = 'Edited', cost = 1 where vapi_call_id = 'b';
select is((select count(*)::integer from public.usage_logs where action_type in ('call_recorded', 'call_corrected')), 4, 'an update that changes no time writes nothing');
update public.call_logs set started_at = ended_at where vapi_call_id = 'b';
select is((select row(s.*)::text from sums s), '(59,59,0)', 'a call that turns out empty gives everything back');

select pg_temp.call('old', 300, now() - interval '11 days');
select is((select row(s.*)::text from sums s), '(59,59,300)', 'an older period''s call writes the log only');
update public.call_logs set ended_at = ended_at + interval '60 seconds' where vapi_call_id = 'old';
select is((select row(s.*)::text from sums s), '(59,59,360)', 'and so does its correction');
update public.call_logs set started_at = now() - interval '30 seconds', ended_at = now() where vapi_call_id = 'old';
select is((select row(s.*)::text from sums s), '(89,89,0)', 'a call that moves leaves the one period and enters the other');
select pg_temp.call('last', 7, (select period_start from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'));
select is((select counter from sums), 96, 'a period holds its start');
select pg_temp.call('next', 7, (select period_end from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'));
select is((select counter from sums), 96, 'and not its end');
delete from public.call_logs where vapi_call_id = 'a';
select is((select row(s.*)::text from sums s), '(37,37,0)', 'a deleted call gives its time back');

select throws_ok($$select pg_temp.call('negative', -5)$$, '23514', null, 'no call ends before it starts');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, ended_at) values ('10000000-0000-4000-8000-000000000001', 'never', 'ended', 'no_answer', now());
select is((select duration_seconds from public.call_logs where vapi_call_id = 'never'), 0, 'a call that never connected lasted 0 seconds');
select is((select counter from sums), 37, 'and costs nothing');
select is((select count(distinct actor_kind)::integer from public.usage_logs where action_type like 'call_%'), 1, 'who wrote is on record');
set local request.jwt.claims = '{"sub":"10000000-0000-4000-8000-000000000001","role":"authenticated"}';
select pg_temp.call('by a person', 5);
set local request.jwt.claims = '{}';
select is((select row(actor_kind, actor_id)::text from public.usage_logs where call_time_change_seconds = 5),
  '(user,10000000-0000-4000-8000-000000000001)', 'a person by name');
select * from finish();
rollback;
