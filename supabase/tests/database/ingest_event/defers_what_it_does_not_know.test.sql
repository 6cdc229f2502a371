-- An event that nothing knows yet waits for the release that does.
begin;
select plan(5);
delete from public.webhook_events;

select is(public.ingest_event('zoom', 'a', 'probe', now(), '{}', '{"kind":"probe_unknown"}', null) ->> 'status', 'deferred', 'an unknown kind is deferred');
select is(public.ingest_event('zoom', 'b', 'probe', now(), '{"new":true}', null, null) ->> 'status', 'deferred', 'an event without normalised form is deferred');
select is(public.ingest_event('zoom', 'c', 'probe', now(), '{}', '{"n":1}', null) ->> 'status', 'deferred', 'an event without kind is deferred');
select results_eq(
  $$ select dedupe_key, status::text, attempts, next_attempt_at, substr(last_error, 1, 5), payload from public.webhook_events order by dedupe_key $$,
  $$ values ('a', 'failed', 1, now() + interval '1 minute', '0A000', '{}'),
            ('b', 'failed', 1, now() + interval '1 minute', '0A000', '{"new":true}'),
            ('c', 'failed', 1, now() + interval '1 minute', '0A000', '{}') $$,
  'each is stored, with a reason and a next try in a minute');
select is(public.ingest_event('zoom', 'a', 'probe', now(), '{}', '{"kind":"probe_unknown"}', null) ->> 'status', 'duplicate', 'a repetition of a deferred delivery is a duplicate');

select * from finish();
rollback;
