-- What a locked row or the statement timeout defers is due a second later, and its webhook is told to ask for that.
-- A handler that always hangs still ends: its tries count, and only the first is followed that soon.
begin;
select plan(8);
delete from public.webhook_events;

create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql as $$
begin
  if p_event ->> 'n' = 'hangs' then
    perform pg_sleep(20);
  end if;
  raise exception using errcode = p_event ->> 'n';
end $$;
insert into private.event_handlers values ('probe', 'private.apply_probe');

create function pg_temp.told(p_error text) returns jsonb language sql as $$
  select public.ingest_event('zoom', p_error, 'probe', now(), '{}', jsonb_build_object('kind', 'probe', 'n', p_error), null) - 'event_id';
$$;
create function pg_temp.stored(p_error text) returns text language sql as $$
  select format('%s tries, next after %s', attempts, next_attempt_at - now()) from public.webhook_events where dedupe_key = p_error;
$$;

select is(pg_temp.told('55P03'), '{"status": "deferred", "is_busy": true}', 'a locked row is told');
select is(pg_temp.stored('55P03'), '0 tries, next after 00:00:01', 'such a try does not count');

set local statement_timeout = '200ms';
select is(pg_temp.told('hangs'), '{"status": "deferred", "is_busy": true}', 'the statement timeout is told');
set local statement_timeout = 0;
select is(pg_temp.stored('hangs'), '1 tries, next after 00:00:01', 'such a try counts');
update public.webhook_events set next_attempt_at = null, settled_at = now(), status = 'dead' where dedupe_key = '55P03';
select ok(public.retry_deferred_events(), 'the webhook hears that one is left');

set local statement_timeout = '200ms';
select private.retry_events(now() + interval '2 seconds');
set local statement_timeout = 0;
select is(pg_temp.stored('hangs'),
  format('2 tries, next after %s', interval '2 seconds' + private.retry_delay(2)), 'after the second try it waits as everything does');
select ok(not public.retry_deferred_events(), 'the webhook hears that nothing is left for it');

select is(pg_temp.told('22P02'), '{"status": "deferred"}', 'any other error is not told, and waits for the job');

select * from finish();
rollback;
