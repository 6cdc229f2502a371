-- A delivery is applied once, however often it comes.
begin;
select plan(9);

create temporary table applied (event_id uuid, event jsonb, at timestamptz);
create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql as $$ begin insert into pg_temp.applied values (p_event_id, p_event, p_now); return 'applied'; end $$;
insert into private.event_handlers values ('probe', 'private.apply_probe');

create temporary table answers (n integer, answer jsonb);
insert into answers select 1, public.ingest_event('zoom', 'a', 'meeting.probe', '2026-01-02 03:04:05+00', '{"raw":1}', '{"kind":"probe","n":1}', 'request-1');
insert into answers select 2, public.ingest_event('zoom', 'a', 'meeting.probe', '2026-01-02 03:04:05+00', '{"raw":1}', '{"kind":"probe","n":1}', 'request-2');
insert into answers select 3, public.ingest_event('vapi', 'a', 'probe', null, '{}', '{"kind":"probe","n":2}', 'request-3');

select is((select answer ->> 'status' from answers where n = 1), 'applied', 'the first delivery is applied');
select is((select answer ->> 'status' from answers where n = 2), 'duplicate', 'the second is a duplicate');
select is((select answer ->> 'event_id' from answers where n = 2), (select answer ->> 'event_id' from answers where n = 1),
  'a duplicate names the event that is known');
select is((select answer ->> 'status' from answers where n = 3), 'applied', 'a key of one provider is no duplicate at another');
select is((select count(*) from pg_temp.applied where event ->> 'n' = '1'), 1::bigint, 'the handler ran once');
select is((select count(*) from public.webhook_events where provider = 'zoom' and dedupe_key = 'a'), 1::bigint, 'there is one row');

select results_eq(
  $$ select event_type, occurred_at, payload, event, status::text, attempts, next_attempt_at, last_error, request_id
     from public.webhook_events where provider = 'zoom' and dedupe_key = 'a' $$,
  $$ values ('meeting.probe', '2026-01-02 03:04:05+00'::timestamptz, '{"raw":1}', '{"kind":"probe","n":1}'::jsonb,
     'applied', 1, null::timestamptz, null::text, 'request-1') $$,
  'the row keeps the first delivery and what became of it');
select is((select event_id::text from pg_temp.applied where event ->> 'n' = '1'), (select answer ->> 'event_id' from answers where n = 1),
  'the handler gets the id of the row');
select is((select settled_at from public.webhook_events where provider = 'zoom' and dedupe_key = 'a'), now(), 'the row says when it was settled');

select * from finish();
rollback;
