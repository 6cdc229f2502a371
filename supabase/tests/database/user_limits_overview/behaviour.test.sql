-- Limits, usage and what is left: exact, null where unlimited, by the clock and not by what a job has stored.
begin;
select plan(22);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'lea@limits.test');
create function pg_temp.overview(p_now timestamptz default now()) returns jsonb language sql as $$
  select private.limits_overview('10000000-0000-4000-8000-000000000001', p_now);
$$;
create function pg_temp.warnings(p_now timestamptz default now()) returns text language sql as $$
  select coalesce(string_agg((w ->> 'type') || ' ' || (w ->> 'code'), ', '), '') from jsonb_array_elements(pg_temp.overview(p_now) -> 'warnings') w;
$$;
create function pg_temp.use(p_seconds integer) returns void language sql as $$
  insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
  values ('10000000-0000-4000-8000-000000000001', gen_random_uuid(), 'ended', 'completed', now(), now() + p_seconds * interval '1 second');
$$;

select is(pg_temp.overview() ->> 'remaining_call_time_seconds', '600', 'a new account has ten minutes');
select is(pg_temp.warnings(), '', 'and no warnings');
select pg_temp.use(59);
select is(pg_temp.overview() ->> 'used_call_time_seconds', '59', '59 s are 59 s');
select is((pg_temp.overview() #>> '{usage_percentage,call_time}')::numeric, 9.8, 'and a tenth of a percent counts');
select pg_temp.use(390);
select is(pg_temp.warnings(), '', '449 of 600 s: nothing yet');
select pg_temp.use(1);
select is(pg_temp.warnings(), 'warning call_time_limit_near', 'a warning at 75 %');
select pg_temp.use(90);
select is(pg_temp.warnings(), 'critical call_time_limit_near', 'critical at 90 %');
select pg_temp.use(59);
select is(pg_temp.overview() #>> '{account,status}', 'active', '599 s: active');
select pg_temp.use(5);
select is(pg_temp.overview() ->> 'remaining_call_time_seconds', '0', 'beyond the limit nothing is left, not less');
select is(pg_temp.warnings(), 'error account_expired, error call_time_limit_reached', 'an error at 100 %, and the trial is over');
select is(pg_temp.overview() #>> '{account,expiry_reason}', 'usage', 'by usage');

insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000002', 'leo@limits.test');
select is(private.limits_overview('10000000-0000-4000-8000-000000000002', now() + interval '5 days' - interval '1 second') -> 'warnings', '[]', 'before the last two days of a trial: nothing');
select is(private.limits_overview('10000000-0000-4000-8000-000000000002', now() + interval '5 days') #>> '{warnings,0,code}', 'demo_ends_soon', 'within them: a warning');
select is(private.limits_overview('10000000-0000-4000-8000-000000000002', now() + interval '5 days') #>> '{account,seconds_left}', '172800', 'with the seconds left');
select is(private.limits_overview('10000000-0000-4000-8000-000000000002', now() + interval '7 days') #>> '{account,status}', 'expired', 'over by the clock, whatever the job did');

update public.user_limits set plan_type = 'enterprise' where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.overview() -> 'max_assistants', 'null', 'unlimited is null');
select is(pg_temp.overview() -> 'remaining_call_time_seconds', 'null', 'also what is left of it');
select is(pg_temp.overview() #> '{usage_percentage,call_time}', 'null', 'and its share');
select is(pg_temp.warnings(), '', 'a plan revives');

update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.overview(now() + interval '2 months') ->> 'used_call_time_seconds', '0', 'a period that is over is not shown, though nobody rolled it');
select cmp_ok((pg_temp.overview(now() + interval '2 months') #>> '{period,end}')::timestamptz, '>', now() + interval '2 months', 'but the one of the day');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
set local role authenticated;
select is(public.user_limits_overview() ->> 'plan_type', 'free', 'the caller sees his own');
reset role;
select * from finish();
rollback;
