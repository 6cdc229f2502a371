-- A failed event is tried after 1, 5, 30, 120 and 720 minutes and is dead after the last try.
begin;
select plan(17);
delete from public.webhook_events;

create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql as $$ begin raise exception 'not yet'; end $$;
insert into private.event_handlers values ('probe', 'private.apply_probe');
do $$ begin perform public.ingest_event('zoom', 'a', 'probe', now(), '{}', '{"kind":"probe"}', null); end $$;

create function pg_temp.state() returns text language sql as
  $$ select format('%s %s %s', status, attempts, (extract(epoch from next_attempt_at - now()) / 60)::integer) from public.webhook_events where dedupe_key = 'a' $$;
select is(pg_temp.state(), 'failed 1 1', 'after the first try: again in a minute');

select is(private.retry_events(now() + interval '59 seconds'), 0, 'a second too early nothing is tried');
select is(private.retry_events(now() + interval '1 minute'), 1, 'the second try, after a minute');
select is(pg_temp.state(), 'failed 2 6', 'then after 5 minutes');
select is(private.retry_events(now() + interval '6 minutes' - interval '1 second'), 0, 'too early');
select is(private.retry_events(now() + interval '6 minutes'), 1, 'the third try');
select is(pg_temp.state(), 'failed 3 36', 'then after 30 minutes');
select is(private.retry_events(now() + interval '36 minutes'), 1, 'the fourth try');
select is(pg_temp.state(), 'failed 4 156', 'then after 2 hours');
select is(private.retry_events(now() + interval '156 minutes'), 1, 'the fifth try');
select is(pg_temp.state(), 'failed 5 876', 'then after 12 hours');
select is(private.retry_events(now() + interval '876 minutes' - interval '1 second'), 0, 'too early');
select is(private.retry_events(now() + interval '876 minutes'), 1, 'the last try');
select is(pg_temp.state(), 'dead 6 ', 'after it the event is dead');
select is(private.retry_events(now() + interval '10 years'), 0, 'a dead event is not tried again');
select is((select settled_at from public.webhook_events where dedupe_key = 'a'), now() + interval '876 minutes', 'it says since when it is dead');
select is((select payload from public.webhook_events where dedupe_key = 'a'), '{}', 'a dead event keeps its payload');

select * from finish();
rollback;
