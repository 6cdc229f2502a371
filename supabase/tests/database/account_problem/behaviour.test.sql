-- Judged by the clock: a trial is over at its end, whether or not the job has said so.
begin;
insert into auth.users (id, email) select ('10000000-0000-4000-8000-00000000000' || n)::uuid, n || '@usable.test' from generate_series(1, 6) n;
update public.profiles set demo_expires_at = '2026-05-08 12:00:00Z' where id::text like '10000000-%';
update public.profiles set is_demo = false where id = '10000000-0000-4000-8000-000000000002';
update public.profiles set account_status = 'expired', expired_at = now(), expiry_reason = 'usage' where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set account_status = 'suspended', is_demo = false where id = '10000000-0000-4000-8000-000000000004';
update public.profiles set account_status = 'closing', is_demo = false where id = '10000000-0000-4000-8000-000000000005';

create temp table cases (n integer, p_now timestamptz, expected boolean, why text) on commit drop;
insert into cases values
  (1, '2026-05-08 11:59:59.999Z', true, 'a trial in its last millisecond'), (1, '2026-05-08 12:00:00Z', false, 'a trial at its end'),
  (2, '2027-01-01 00:00:00Z', true, 'an account that is no trial, long after'), (3, '2026-05-01 00:00:00Z', false, 'an expired one'),
  (4, '2026-05-01 00:00:00Z', false, 'a suspended one'), (5, '2026-05-01 00:00:00Z', false, 'a closing one');
select plan((select count(*) from cases)::integer);
select is(private.account_problem(('10000000-0000-4000-8000-00000000000' || n)::uuid, p_now) is null, expected, why) from cases;
select * from finish();
rollback;
