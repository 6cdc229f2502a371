-- A due task is leased to one worker for longer than that worker lives; a worker that vanishes loses it.
begin;
select plan(15);
delete from public.tasks;

do $$ begin
  perform private.enqueue_task('probe', 'later', null, now() + interval '1 minute');
  perform private.enqueue_task('probe', 'second', '0b000000-0000-4000-8000-000000000001', now() - interval '1 minute');
  perform private.enqueue_task('probe', 'first', null, now() - interval '2 minutes');
  perform private.enqueue_task('other_probe', 'other', null, now() - interval '3 minutes');
end $$;

create temporary table first_lease as select * from public.lease_tasks(1, array['probe']);
select results_eq('select kind, resource_id, version, attempts from first_lease', $$ values ('probe', 'first', 1, 1) $$, 'the longest due of the kind comes first');
select ok((select leased_until - now() > interval '150 seconds' from first_lease), 'a lease is longer than a worker lives');
select results_eq($$ select resource_id, user_id from public.lease_tasks(10, array['probe']) $$,
  $$ values ('second', '0b000000-0000-4000-8000-000000000001'::uuid) $$, 'a leased one is not handed out again, a later one not yet');
select is_empty($$ select * from public.lease_tasks(10, array[]::text[]) $$, 'no kinds, no tasks');
select results_eq('select resource_id from public.lease_tasks(10)', array['other'], 'without kinds all are handed out');

select is_empty($$ select * from private.lease_tasks(10, null, now() + interval '59 seconds') $$, 'nothing more is due within a minute');
select results_eq($$ select resource_id from private.lease_tasks(10, null, now() + interval '1 minute') $$, array['later'], 'then the later one is');
select is_empty($$ select * from private.lease_tasks(10, array['probe', 'other_probe'], now() + interval '300 seconds' - interval '1 millisecond') $$, 'a lease holds to its end');

create temporary table second_lease as select * from private.lease_tasks(1, array['probe'], now() + interval '300 seconds');
select results_eq('select resource_id, attempts from second_lease', $$ values ('first', 2) $$, 'the task of a worker that vanished is due again');
select isnt((select lease_token from second_lease), (select lease_token from first_lease), 'under a new token');
select is(public.complete_task((select id from first_lease), (select lease_token from first_lease))::text, 'lost', 'the first worker completes nothing any more');
select is(public.fail_task((select id from first_lease), (select lease_token from first_lease), 'late')::text, 'lost', 'and fails nothing');
select is((select count(*) from public.tasks where resource_id = 'first' and lease_token = (select lease_token from second_lease)), 1::bigint, 'the second worker still holds it');

update public.tasks set attempts = 6 where resource_id = 'first';
select is_empty($$ select * from private.lease_tasks(10, array['probe'], now() + interval '10 minutes') where resource_id = 'first' $$,
  'a task that took its worker down at every try is not handed out for ever');
select is((select count(*) from public.tasks where resource_id = 'first' and dead_at is not null and last_error is not null), 1::bigint, 'it is dead');

select * from finish();
rollback;
