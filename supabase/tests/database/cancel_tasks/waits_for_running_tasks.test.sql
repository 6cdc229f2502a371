-- What a purge does with a user's tasks: cancel the waiting ones, count those that are with a worker.
begin;
select plan(11);

do $$ begin
  perform private.enqueue_task('probe', 'waiting', '0b000000-0000-4000-8000-000000000001');
  perform private.enqueue_task('running_probe', 'running', '0b000000-0000-4000-8000-000000000001');
  perform private.enqueue_task('keep_probe', 'kept', '0b000000-0000-4000-8000-000000000001');
  perform private.enqueue_task('probe', 'foreign', '0b000000-0000-4000-8000-000000000002');
end $$;
create temporary table lease as select * from public.lease_tasks(1, array['running_probe']);

select is(private.cancel_tasks('0b000000-0000-4000-8000-000000000001', array['probe', 'running_probe'], now()), 1, 'one is with a worker');
select results_eq('select resource_id from public.tasks where cancelled_at is not null', array['waiting'], 'the waiting one of that user and kind is cancelled');
select results_eq($$ select * from private.count_user_tasks('0b000000-0000-4000-8000-000000000001') $$, $$ values (2, 0) $$, 'two are still open');
select is(public.complete_task(id, lease_token)::text, 'done', 'the worker ends its task') from lease;
select is(private.cancel_tasks('0b000000-0000-4000-8000-000000000001', array['probe', 'running_probe'], now()), 0, 'then none is left');

select is(private.cancel_tasks('0b000000-0000-4000-8000-000000000001', null, now()), 0, 'without kinds all are cancelled');
update public.tasks set dead_at = now() where resource_id = 'foreign';
select results_eq($$ select * from private.count_user_tasks('0b000000-0000-4000-8000-000000000002') $$, $$ values (0, 1) $$, 'a dead one is counted as dead');
select lives_ok($$ select private.enqueue_task('probe', 'waiting') $$, 'a cancelled task leaves room for a new one');

-- A worker that vanished holds nothing once its lease is over, by the clock that is given.
select private.enqueue_task('keep_probe', 'lost', '0b000000-0000-4000-8000-000000000003');
create temporary table lost as select * from public.lease_tasks(1, array['keep_probe']);
select is(private.cancel_tasks('0b000000-0000-4000-8000-000000000003', null, leased_until - interval '1 second'), 1, 'a lease is waited for')
from lost where resource_id = 'lost';
select is(private.cancel_tasks('0b000000-0000-4000-8000-000000000003', null, leased_until), 0, 'until it is over')
from lost where resource_id = 'lost';
select is((select cancelled_at from public.tasks where id = lost.id), leased_until, 'then its task is cancelled') from lost where resource_id = 'lost';

select * from finish();
rollback;
