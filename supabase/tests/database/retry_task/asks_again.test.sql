-- An operator asks again for what a dead task was to do.
begin;
select plan(7);

do $$ begin perform private.enqueue_task('probe', 'r', '0b000000-0000-4000-8000-000000000009'); end $$;
select throws_ok($$ select public.retry_task((select id from public.tasks where kind = 'probe')) $$, 'PT404', null, 'an open task needs none');
update public.tasks set dead_at = now(), attempts = 6 where kind = 'probe';

insert into auth.users (id, email) values ('0b000000-0000-4000-8000-000000000003', 'inbox-member@example.test');
create temporary table dead as select id from public.tasks where kind = 'probe';
grant select on dead to authenticated;
set local role authenticated;
set local request.jwt.claims = '{"sub":"0b000000-0000-4000-8000-000000000003","role":"authenticated"}';
select throws_ok($$ select public.retry_task((select id from pg_temp.dead)) $$, 'PT403', null, 'a member is refused');
set local role service_role;
set local request.jwt.claims = '{"role":"service_role"}';
select lives_ok($$ select public.retry_task((select id from public.tasks where kind = 'probe')) $$, 'the server asks again');
reset role;
select results_eq($$ select resource_id, user_id, attempts from public.lease_tasks(10, array['probe']) $$,
  $$ values ('r', '0b000000-0000-4000-8000-000000000009'::uuid, 1) $$, 'it is due');
select is((select count(*) from public.tasks where kind = 'probe' and dead_at is not null), 0::bigint, 'and no longer dead');
select throws_ok($$ select public.retry_task((select id from pg_temp.dead)) $$, 'PT404', null, 'once');
select is((select details ->> 'resource_id' from private.admin_actions where action = 'retry_task'), 'r', 'it is on record');

select * from finish();
rollback;
