-- What is known to have no effect is stored and left alone.
begin;
select plan(6);
delete from public.webhook_events;

insert into private.event_handlers values ('probe_without_effect', null);
create function private.apply_probe_sometimes(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language sql as $$ select 'ignored' $$;
insert into private.event_handlers values ('probe_sometimes', 'private.apply_probe_sometimes');
insert into private.ignored_event_types values ('zoom', 'probe.chat');

select is(public.ingest_event('zoom', 'a', 'probe', now(), '{}', '{"kind":"probe_without_effect"}', null) ->> 'status', 'ignored',
  'a kind registered without a function is ignored');
select is(public.ingest_event('zoom', 'b', 'probe', now(), '{}', '{"kind":"probe_sometimes"}', null) ->> 'status', 'ignored',
  'a handler may ignore an event');
select is(public.ingest_event('zoom', 'c', 'probe.chat', now(), '{"text":"x"}', null, null) ->> 'status', 'ignored',
  'a type on the list is ignored although nothing normalises it');
select is(public.ingest_event('vapi', 'c', 'probe.chat', now(), '{}', null, null) ->> 'status', 'deferred',
  'the list is per provider');
select results_eq(
  $$ select dedupe_key, status::text, next_attempt_at, payload from public.webhook_events where provider = 'zoom' order by dedupe_key $$,
  $$ values ('a', 'ignored', null::timestamptz, '{}'), ('b', 'ignored', null, '{}'), ('c', 'ignored', null, '{"text":"x"}') $$,
  'ignored events are stored and not tried again');
select is(private.retry_events(now() + interval '1 year'), 0, 'the retry job leaves them alone');

select * from finish();
rollback;
