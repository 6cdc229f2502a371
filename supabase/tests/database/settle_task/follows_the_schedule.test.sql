-- A failed task is tried again by the one schedule, or when the vendor says, and is dead after the last try or for good.
begin;
select plan(12);

create function pg_temp.fail_once(p_kind text, p_now timestamptz, p_retry_after interval default null, p_permanent boolean default false) returns text
language sql as $$
  select private.settle_task(id, lease_token, 'vendor_500', p_retry_after, p_permanent, p_now)::text
  from private.lease_tasks(1, array[p_kind], p_now) $$;
create function pg_temp.wait(p_kind text) returns interval language sql as $$ select run_after - now() from public.tasks where kind = p_kind $$;

do $$ begin perform private.enqueue_task('probe', 'r'); end $$;
select is(pg_temp.fail_once('probe', now()) || ' ' || pg_temp.wait('probe'), 'retry 00:01:00', 'again after a minute');
select is(pg_temp.fail_once('probe', now() + interval '1 minute') || ' ' || pg_temp.wait('probe'), 'retry 00:06:00', 'then after 5');
select is(pg_temp.fail_once('probe', now() + interval '6 minutes') || ' ' || pg_temp.wait('probe'), 'retry 00:36:00', 'then after 30');
select is(pg_temp.fail_once('probe', now() + interval '36 minutes') || ' ' || pg_temp.wait('probe'), 'retry 02:36:00', 'then after 120');
select is(pg_temp.fail_once('probe', now() + interval '156 minutes') || ' ' || pg_temp.wait('probe'), 'retry 14:36:00', 'then after 720');
select is(pg_temp.fail_once('probe', now() + interval '876 minutes'), 'dead', 'and is dead after the last try');
select results_eq($$ select attempts, last_error, dead_at from public.tasks where kind = 'probe' $$,
  $$ values (6, 'vendor_500', now() + interval '876 minutes') $$, 'with the last reason');

do $$ begin perform private.enqueue_task('limited_probe', 'r'); end $$;
select is(pg_temp.fail_once('limited_probe', now(), interval '10 seconds') || ' ' || pg_temp.wait('limited_probe'), 'retry 00:00:10', 'the vendor''s waiting time comes before the schedule');

do $$ begin perform private.enqueue_task('refused_probe', 'r'); end $$;
select is(pg_temp.fail_once('refused_probe', now(), null, true), 'dead', 'a failure for good is not tried again');

do $$ begin perform private.enqueue_task('silent_probe', 'r'); end $$;
select is((select public.fail_task(id, lease_token, null)::text from public.lease_tasks(1, array['silent_probe'])), 'retry', 'a failure without a reason is no success');
select is((select last_error from public.tasks where kind = 'silent_probe'), 'unknown', 'and says so');
select is((select length(last_error) from public.tasks t where kind = 'refused_probe'), 10, 'the reason is kept');

select * from finish();
rollback;
