-- A trial ends by usage in the transaction that records it, by time through the job: not a second earlier, once, and for trials only.
begin;
select plan(30);
create temp table people (name text primary key, id uuid) on commit drop;
insert into people select name, gen_random_uuid() from unnest(array['usage', 'time', 'paying', 'student', 'teacher', 'agent', 'suspended', 'lowered', 'corrected', 'late']) name;
insert into auth.users (id, email) select id, name || '@expiry.test' from people;
create function pg_temp.id(p_name text) returns uuid language sql as $$ select id from people where name = p_name; $$;
create function pg_temp.status(p_name text) returns text language sql as $$
  select concat_ws(' ', account_status, expiry_reason) from public.profiles where id = pg_temp.id(p_name);
$$;
create function pg_temp.call(p_name text, p_seconds integer) returns void language sql as $$
  insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
  values (pg_temp.id(p_name), gen_random_uuid()::text, 'ended', 'completed', now() - p_seconds * interval '1 second', now());
$$;
update public.user_limits set plan_type = 'pro' where user_id = pg_temp.id('paying');
update public.profiles set role = 'teacher' where id = pg_temp.id('teacher');
update public.profiles set role = 'agent' where id = pg_temp.id('agent');
select private.end_demo(pg_temp.id('student'), 'enrolment');
update public.profiles set account_status = 'suspended' where id = pg_temp.id('suspended');

-- By usage.
select pg_temp.call('usage', 599);
select is(pg_temp.status('usage'), 'active', '599 seconds used: active');
select pg_temp.call('usage', 1);
select is(pg_temp.status('usage'), 'expired usage', '600: expired in that transaction');
select results_eq($$select expired_at, purge_after from public.profiles where id = pg_temp.id('usage')$$, $$values (now(), now() + interval '30 days')$$, 'with its day of purge');
select results_eq($$select kind from public.notifications where user_id = pg_temp.id('usage') order by kind collate "C"$$, array['expired', 'limit_100', 'limit_75', 'limit_90'], 'and told, share by share');
select pg_temp.call('usage', 100);
select is((select count(*) from public.notifications where user_id = pg_temp.id('usage')), 4::bigint, 'once');
select ok((select is_demo from public.profiles where id = pg_temp.id('usage')), 'it stays the trial that it was');
select pg_temp.call('paying', 600);
select is(pg_temp.status('paying'), 'active', 'a paying account with 600 s: untouched');
select pg_temp.call('student', 600), pg_temp.call('teacher', 600), pg_temp.call('agent', 600);
select is(pg_temp.status('student') || pg_temp.status('teacher') || pg_temp.status('agent'), 'activeactiveactive', 'so are a student, a teacher and an agent');
select pg_temp.call('suspended', 600);
select is(pg_temp.status('suspended'), 'suspended', 'a suspended trial stays suspended');
select pg_temp.call('lowered', 300);
update public.user_limits set max_call_time_seconds = 300 where user_id = pg_temp.id('lowered');
select is(pg_temp.status('lowered'), 'expired usage', 'a limit that is lowered to what is used is reached');
select pg_temp.call('corrected', 600);
update public.call_logs set started_at = ended_at where user_id = pg_temp.id('corrected');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = pg_temp.id('corrected')), 0::bigint, 'a correction takes the usage back');
select is(pg_temp.status('corrected'), 'expired usage', 'but does not revive');
select pg_temp.call('corrected', 600);
select is((select count(*) from public.notifications where user_id = pg_temp.id('corrected') and kind = 'limit_75'), 1::bigint, 'the same share is told once a period');

-- By time.
update public.profiles set demo_expires_at = now() + interval '7 days' where id = pg_temp.id('time');
update public.profiles set demo_expires_at = now() + interval '60 days' where id not in (pg_temp.id('time'), pg_temp.id('student'), pg_temp.id('teacher'), pg_temp.id('agent'), pg_temp.id('paying'));
select is_empty($$select from private.expire_demos_dry_run(now() + interval '7 days' - interval '1 second') d join people on id = user_id$$, 'seven days: not a second earlier');
select private.expire_demos(now() + interval '7 days' - interval '1 second');
select is(pg_temp.status('time'), 'active', 'the job agrees with its dry run');
select results_eq($$select name from private.expire_demos_dry_run(now() + interval '7 days') d join people on id = user_id$$, array['time'], 'at seven days it is due');
select cmp_ok(private.expire_demos(now() + interval '7 days'), '>=', 1, 'and taken');
select is(pg_temp.status('time'), 'expired time', 'expired by time');
select results_eq($$select expired_at, purge_after from public.profiles where id = pg_temp.id('time')$$, $$values (now() + interval '7 days', now() + interval '37 days')$$, 'at that time');
select results_eq($$select kind from public.notifications where user_id = pg_temp.id('time')$$, array['expired'], 'and told');
select private.expire_demos(now() + interval '60 days' - interval '1 second');
select is(pg_temp.status('paying') || pg_temp.status('student') || pg_temp.status('teacher') || pg_temp.status('agent'), 'activeactiveactiveactive', '60 days later the others are untouched');
select is(pg_temp.status('suspended'), 'suspended', 'the suspended one too');

-- A late job and a call: time was first.
update public.profiles set demo_expires_at = now() - interval '1 minute' where id = pg_temp.id('late');
select pg_temp.call('late', 600);
select is(pg_temp.status('late'), 'expired time', 'usage that comes after the end by time ends nothing more');

-- A batch a tick.
update private.settings set value = '2' where name = 'account_job_batch_size';
update public.profiles set account_status = 'active', expiry_reason = null, expired_at = null, demo_expires_at = now() - interval '1 year' where id in (select id from people where name in ('usage', 'time', 'late'));
select is(private.expire_demos(now()), 2, 'the job takes a batch');
select is(private.expire_demos(now()), 1, 'and the rest the next time');

-- What revives.
update public.user_limits set plan_type = 'pro' where user_id = pg_temp.id('usage');
select is(pg_temp.status('usage'), 'active', 'a plan revives');
select is((select concat_ws(' ', is_demo, expired_at, purge_after) from public.profiles where id = pg_temp.id('usage')), 'f', 'for ever');
update public.user_limits set plan_type = 'free' where user_id = pg_temp.id('usage');
select is(pg_temp.status('usage'), 'active', 'back on free it is no trial again');
update public.profiles set account_status = 'closing' where id = pg_temp.id('time');
select throws_ok($$update public.user_limits set plan_type = 'pro' where user_id = pg_temp.id('time')$$, 'PT409', null, 'a closing account gets no plan');
select throws_ok($$update public.profiles set account_status = 'active' where id = pg_temp.id('time')$$, 'PT409', null, 'and nobody reopens it');
select * from finish();
rollback;
