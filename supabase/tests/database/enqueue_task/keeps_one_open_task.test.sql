-- At most one task is open for a kind and resource; asking again is a new version of the same wish.
begin;
select plan(13);

create temporary table asked (n integer, id uuid);
insert into asked select 1, private.enqueue_task('probe', 'r1', '0b000000-0000-4000-8000-000000000001', now() + interval '1 hour');
insert into asked select 2, private.enqueue_task('probe', 'r1');
insert into asked select 3, private.enqueue_task('probe', 'r1', null, now() + interval '2 hours');
insert into asked select 4, private.enqueue_task('probe', 'r2');
insert into asked select 5, private.enqueue_task('other_probe', 'r1');

select is((select count(distinct id) from asked where n <= 3), 1::bigint, 'asking again is the same task');
select is((select count(distinct id) from asked), 3::bigint, 'another resource or kind is another task');
select results_eq(
  $$ select version, run_after, user_id from public.tasks where kind = 'probe' and resource_id = 'r1' $$,
  $$ values (3, now(), '0b000000-0000-4000-8000-000000000001'::uuid) $$,
  'the version counts the wishes, the earliest time holds, the user stays known');

do $$ begin perform private.enqueue_task('probe', 'r2', '0b000000-0000-4000-8000-000000000002'); end $$;
select is((select user_id from public.tasks where kind = 'probe' and resource_id = 'r2'), '0b000000-0000-4000-8000-000000000002'::uuid,
  'a user who is named later is known from then on');

update public.tasks set attempts = 4, run_after = now() + interval '12 hours' where kind = 'probe' and resource_id = 'r1';
do $$ begin perform private.enqueue_task('probe', 'r1'); end $$;
select results_eq($$ select attempts, run_after from public.tasks where kind = 'probe' and resource_id = 'r1' $$,
  $$ values (0, now()) $$, 'a new wish does not wait for the schedule of an old one');

update public.tasks set done_at = now() where kind = 'probe' and resource_id = 'r1';
select isnt(private.enqueue_task('probe', 'r1'), (select id from asked where n = 1), 'after a done task there is a new one');
update public.tasks set dead_at = now() where kind = 'probe' and resource_id = 'r1' and done_at is null;
select lives_ok($$ select private.enqueue_task('probe', 'r1') $$, 'and after a dead one');
select is((select count(*) from public.tasks where kind = 'probe' and resource_id = 'r1'), 3::bigint, 'the old ones stay');

select throws_ok($$ insert into public.tasks (kind, resource_id) values ('probe', 'r1') $$, '23505', null, 'a second open one is refused by the table');
select throws_ok($$ select private.enqueue_task('Probe', 'r') $$, '23514', null, 'a kind is snake case');
select throws_ok($$ select private.enqueue_task('probe', '') $$, '23514', null, 'a resource has a name');
select throws_ok($$ update public.tasks set lease_token = gen_random_uuid() where kind = 'probe' $$, '23514', null, 'half a lease is refused');
select throws_ok($$ update public.tasks set done_at = now(), dead_at = now() where kind = 'probe' $$, '23514', null, 'a task ends once');

select * from finish();
rollback;
