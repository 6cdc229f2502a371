-- Completion and failure hold for the leased version only: a wish that comes during the lease runs.
begin;
select plan(15);

create temporary table lease (step text, id uuid, lease_token uuid, version integer, attempts integer);
create function pg_temp.lease(p_step text, p_now timestamptz default now()) returns void language sql as $$
  insert into lease select p_step, id, lease_token, version, attempts from private.lease_tasks(1, array['probe'], p_now) $$;
create function pg_temp.complete(p_step text) returns text language sql as $$
  select public.complete_task(id, lease_token)::text from lease where step = p_step $$;
create function pg_temp.fail(p_step text, p_permanent boolean) returns text language sql as $$
  select public.fail_task(id, lease_token, 'vendor_500', null, p_permanent)::text from lease where step = p_step $$;
create function pg_temp.ask(p_after timestamptz default now()) returns void language sql as $$
  select private.enqueue_task('probe', 'r', null, p_after) $$;

do $$ begin perform pg_temp.ask(); perform pg_temp.lease('a'); perform pg_temp.ask(); end $$;
select is_empty($$ select * from public.lease_tasks(1, array['probe']) $$, 'an edit does not hand a leased task to a second worker');
select is(pg_temp.complete('a'), 'runs_again', 'an edit during the lease: completion is not the end');
select is(pg_temp.complete('a'), 'lost', 'the token is spent');
do $$ begin perform pg_temp.lease('b'); end $$;
select results_eq($$ select version, attempts from lease where step = 'b' $$, $$ values (2, 1) $$, 'the new version runs at once, with fresh attempts');
select is(pg_temp.complete('b'), 'done', 'and is done when nothing changed meanwhile');
select results_eq($$ select done_at, lease_token from public.tasks where kind = 'probe' $$, $$ values (now(), null::uuid) $$, 'a done task holds no lease');

do $$ begin perform pg_temp.ask(); perform pg_temp.lease('c'); perform pg_temp.ask(); end $$;
select is(pg_temp.fail('c', false), 'runs_again', 'a failure of the old version does not delay the new one');
do $$ begin perform pg_temp.lease('d'); perform pg_temp.ask(); end $$;
select is((select count(*) from lease where step = 'd'), 1::bigint, 'it is due at once');
select is(pg_temp.fail('d', true), 'runs_again', 'nor does a failure for good end the new one');

do $$ begin perform pg_temp.lease('e'); perform pg_temp.ask(now() + interval '1 hour'); end $$;
select is(pg_temp.complete('e'), 'runs_again', 'a wish for later, during the lease');
select is((select run_after from public.tasks where done_at is null), now() + interval '1 hour', 'runs at its own time');
do $$ begin perform pg_temp.lease('f', now() + interval '1 hour'); perform pg_temp.ask(); perform pg_temp.ask(now() + interval '2 hours'); end $$;
select is(pg_temp.complete('f'), 'runs_again', 'two wishes during the lease');
select is((select run_after from public.tasks where done_at is null), now(), 'the earlier one is not lost to the later one');

do $$ begin perform pg_temp.lease('g'); end $$;
select is(public.complete_task((select id from lease where step = 'g'), gen_random_uuid())::text, 'lost', 'a foreign token completes nothing');
select is((select count(*) from public.tasks where done_at is null and lease_token is not null), 1::bigint, 'and writes nothing');

select * from finish();
rollback;
