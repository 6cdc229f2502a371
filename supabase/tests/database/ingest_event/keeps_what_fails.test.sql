-- A failing handler leaves the inbox row and nothing else, whatever the failure, and its error quotes no content.
begin;
select plan(11);
delete from public.webhook_events;

create temporary table written (n text);
create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql as $$
begin
  insert into pg_temp.written values (p_event ->> 'n');
  case p_event ->> 'n'
    when 'refuses' then perform private.refuse(409, 'probe_refused', 'The probe refuses.');
    when 'bad_cast' then perform (p_event ->> 'value')::integer;
    when 'hangs' then perform pg_sleep(20);
    when 'asserts' then assert false, 'never';
    when 'wrong_answer' then return 'maybe';
    when 'no_answer' then return null;
    else null;
  end case;
  return 'applied';
end $$;
insert into private.event_handlers values ('probe', 'private.apply_probe'), ('probe_missing', 'private.no_such_function');

select is(public.ingest_event('zoom', 'refuses', 'probe', now(), '{}', '{"kind":"probe","n":"refuses"}', null) ->> 'status', 'deferred', 'an error is deferred');
select is(public.ingest_event('zoom', 'bad_cast', 'probe', now(), '{}', '{"kind":"probe","n":"bad_cast","value":"+49 30 1234"}', null) ->> 'status', 'deferred', 'a data exception is deferred');
set local statement_timeout = '200ms';
select is(public.ingest_event('zoom', 'hangs', 'probe', now(), '{}', '{"kind":"probe","n":"hangs"}', null) ->> 'status', 'deferred', 'a statement timeout is deferred');
set local statement_timeout = 0;
select is(public.ingest_event('zoom', 'wrong_answer', 'probe', now(), '{}', '{"kind":"probe","n":"wrong_answer"}', null) ->> 'status', 'deferred', 'a handler with a wrong answer is deferred');
select is(public.ingest_event('zoom', 'no_answer', 'probe', now(), '{}', '{"kind":"probe","n":"no_answer"}', null) ->> 'status', 'deferred', 'a handler without an answer is deferred');
select is(public.ingest_event('zoom', 'missing', 'probe', now(), '{}', '{"kind":"probe_missing"}', null) ->> 'status', 'deferred', 'a handler that is not there is deferred');
select is(public.ingest_event('zoom', 'good', 'probe', now(), '{}', '{"kind":"probe","n":"good"}', null) ->> 'status', 'applied', 'the next event is applied');

select results_eq('select n from pg_temp.written', array['good'], 'what a failing handler wrote is undone');
select results_eq(
  $$ select dedupe_key, status::text, attempts, substr(last_error, 1, 5) from public.webhook_events order by dedupe_key $$,
  $$ values ('bad_cast', 'failed', 1, '22P02'), ('good', 'applied', 1, null), ('hangs', 'failed', 1, '57014'), ('missing', 'failed', 1, '42883'),
            ('no_answer', 'failed', 1, '22023'), ('refuses', 'failed', 1, 'PT409'), ('wrong_answer', 'failed', 1, '22023') $$,
  'every row is there and says why');
select is((select count(*) from public.webhook_events where last_error like '%1234%'), 0::bigint, 'a value of the event is in no error');
select ok((select last_error like '%apply_probe%' from public.webhook_events where dedupe_key = 'bad_cast'), 'a data exception says where it happened');

select * from finish();
rollback;
