-- Events without normalised form are claimed by one worker at a time, normalised, and end like any other.
begin;
select plan(13);
delete from public.webhook_events;

create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language sql as $$ select 'applied' $$;
insert into private.event_handlers values ('probe', 'private.apply_probe');
do $$ begin
  perform public.ingest_event('zoom', 'a', 'probe', '2026-01-02 00:00:00+00', '{"raw":1}', null, null);
  perform public.ingest_event('zoom', 'b', 'probe', now(), '{"raw":2}', null, null);
  perform public.ingest_event('zoom', 'normalised', 'probe', now(), '{}', '{"kind":"probe_unknown"}', null);
end $$;
create function pg_temp.event(p_key text) returns uuid language sql as $$ select id from public.webhook_events where dedupe_key = p_key $$;

select is_empty('select * from public.claim_events_to_normalize(10)', 'nothing is claimed before it is due');
update public.webhook_events set next_attempt_at = now() - case dedupe_key when 'a' then interval '2 minutes' else interval '1 minute' end;
select results_eq('select provider::text, event_type, occurred_at, payload from public.claim_events_to_normalize(1)',
  $$ values ('zoom', 'probe', '2026-01-02 00:00:00+00'::timestamptz, '{"raw":1}') $$, 'the longest due comes first, with its payload');
select results_eq('select payload from public.claim_events_to_normalize(10)', array['{"raw":2}'], 'a claimed one is not handed out again');
select is_empty('select * from public.claim_events_to_normalize(10)', 'and one with a normalised form never');

select is(public.apply_normalized_event(pg_temp.event('a'), '{"kind":"probe"}') ->> 'status', 'applied', 'a normalised event is applied');
select is((select event from public.webhook_events where dedupe_key = 'a'), '{"kind":"probe"}'::jsonb, 'its form is stored');
select is(public.apply_normalized_event(pg_temp.event('a'), '{"kind":"probe_unknown"}') ->> 'status', 'applied', 'a second worker changes nothing');
select is((select event from public.webhook_events where dedupe_key = 'a'), '{"kind":"probe"}'::jsonb, 'not even the form');

select is(public.apply_normalized_event(pg_temp.event('b'), null) ->> 'status', 'deferred', 'what still nothing normalises is deferred');
select is((select attempts from public.webhook_events where dedupe_key = 'b'), 2, 'that counts as a try');
update public.webhook_events set attempts = 5 where dedupe_key = 'b';
do $$ begin perform public.apply_normalized_event(pg_temp.event('b'), null); end $$;
select is((select status::text from public.webhook_events where dedupe_key = 'b'), 'dead', 'after the last try it is dead');
select is(public.apply_normalized_event(pg_temp.event('b'), '{"kind":"probe"}') ->> 'status', 'deferred', 'a dead one is left to a replay');
select throws_ok($$ select public.apply_normalized_event('00000000-0000-4000-8000-000000000000', null) $$, 'PT404', null, 'what is not there is refused');

select * from finish();
rollback;
