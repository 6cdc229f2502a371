-- A period that is over is rolled by whoever holds the lock, from the facts; the job tidies up after nobody.
begin;
select plan(14);
insert into auth.users (id, email) select ('10000000-0000-4000-8000-00000000000' || n)::uuid, n || '@roll.test' from generate_series(1, 3) n;
update public.user_limits
set plan_type = 'pro', period_anchor = '2026-01-31 10:00+00', period_start = '2026-01-31 10:00+00', period_end = '2026-02-28 10:00+00'
where user_id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
update public.user_limits set period_end = '2026-02-28 10:00+00', period_start = '2026-01-31 10:00+00' where user_id = '10000000-0000-4000-8000-000000000001';
create function pg_temp.roll(p_at timestamptz, p_user uuid default '10000000-0000-4000-8000-000000000001') returns text language sql as $$
  select l.period_start::timestamp || ' ' || l.period_end::timestamp || ' ' || l.used_call_time_seconds from private.lock_user_limits(p_user, p_at) l;
$$;
set local time zone 'UTC';
-- A call of this period, one of the next that is here already, and one of the period after.
alter table public.call_logs disable trigger user;
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at) values
  ('10000000-0000-4000-8000-000000000001', 'this', 'ended', 'completed', '2026-02-10 10:00+00', '2026-02-10 10:05+00'),
  ('10000000-0000-4000-8000-000000000001', 'next', 'ended', 'completed', '2026-02-28 09:59+00', '2026-02-28 10:00+00'),
  ('10000000-0000-4000-8000-000000000001', 'after', 'ended', 'completed', '2026-04-01 09:58+00', '2026-04-01 10:00+00');
alter table public.call_logs enable trigger user;
update public.user_limits set used_call_time_seconds = 300, current_assistants = 4, used_attachment_bytes = 5 where user_id = '10000000-0000-4000-8000-000000000001';

select is(pg_temp.roll('2026-02-28 09:59:59+00'), '2026-01-31 10:00:00 2026-02-28 10:00:00 300', 'a period holds until its last second');
select is(pg_temp.roll('2026-02-28 10:00+00'), '2026-02-28 10:00:00 2026-03-31 10:00:00 60', 'then the next begins with what it holds already');
select is(pg_temp.roll('2026-04-15 00:00+00'), '2026-03-31 10:00:00 2026-04-30 10:00:00 120', 'the anchor''s day comes back after a short month');
select is(pg_temp.roll('2026-11-15 00:00+00'), '2026-10-31 10:00:00 2026-11-30 10:00:00 0', 'a long pause is one step');
select results_eq($$select current_assistants, used_attachment_bytes from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$values (4::public.amount, 5::public.amount)$$, 'stocks never reset');
select is((select count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'period_started'), 3::bigint, 'each period''s start is on record');
select is(pg_temp.roll('2099-01-01', '10000000-0000-4000-8000-000000000003') is null, true, 'a lifetime never ends');
select is((private.lock_user_limits('10000000-0000-4000-8000-000000000099', now())).user_id, null, 'an account that is gone has no limits');

-- A call that is recorded in a period that nobody rolled yet counts once.
update public.user_limits set period_anchor = now() - interval '3 months', period_start = now() - interval '3 months', period_end = now() - interval '2 months', used_call_time_seconds = 77
where user_id = '10000000-0000-4000-8000-000000000002';
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
values ('10000000-0000-4000-8000-000000000002', 'first', 'ended', 'completed', now() - interval '50 seconds', now());
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000002'), 50::bigint, 'the first call of a new period starts it');
select is((private.recompute_usage('10000000-0000-4000-8000-000000000002') ->> 'logged_call_time_seconds')::bigint, 50::bigint, 'and the log says the same');
update public.user_limits set period_start = now() - interval '3 months', period_end = now() - interval '2 months', used_call_time_seconds = 77
where user_id = '10000000-0000-4000-8000-000000000002';
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
values ('10000000-0000-4000-8000-000000000002', 'late', 'ended', 'completed', now() - interval '70 days 30 seconds', now() - interval '70 days');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000002'), 50::bigint,
  'a late call of the period that it ends does not count in the new one');

update public.user_limits set period_anchor = '2026-01-01', period_start = '2026-01-01', period_end = '2026-02-01' where user_id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
select is(private.roll_over_periods('2026-01-31 23:59:59+00'), 0, 'the job rolls nobody too early');
select is(private.roll_over_periods('2026-03-15'), 2, 'and everybody who is due');
select is((select count(*) from public.user_limits where period_end = '2026-04-01 00:00+00'), 2::bigint, 'into the period that holds the day');
select * from finish();
rollback;
