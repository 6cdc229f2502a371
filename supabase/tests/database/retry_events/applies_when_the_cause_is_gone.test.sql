-- A retry applies what can be applied, each event on its own, and leaves what is not for it.
begin;
select plan(7);
delete from public.webhook_events;

create temporary table applied (n text);
create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql as $$
begin
  insert into pg_temp.applied values (p_event ->> 'n');
  if p_event ->> 'n' = 'poison' then raise exception 'no'; end if;
  return 'applied';
end $$;
do $$ begin
  perform public.ingest_event('zoom', 'first', 'probe', now(), '{}', '{"kind":"probe","n":"first"}', null);
  perform public.ingest_event('zoom', 'poison', 'probe', now(), '{}', '{"kind":"probe","n":"poison"}', null);
  perform public.ingest_event('vapi', 'last', 'probe', now(), '{}', '{"kind":"probe","n":"last"}', null);
  perform public.ingest_event('vapi', 'unnormalised', 'probe', now(), '{}', null, null);
end $$;
update public.webhook_events set next_attempt_at = now() - case dedupe_key when 'first' then interval '3 minutes' when 'poison' then interval '2 minutes' else interval '1 minute' end;
insert into private.event_handlers values ('probe', 'private.apply_probe');

select is(private.retry_events(now()), 3, 'the due events with a normalised form are tried');
select results_eq('select n from pg_temp.applied', array['first', 'last'], 'those that can be are applied, the longest due first');
select results_eq(
  $$ select dedupe_key, status::text, attempts from public.webhook_events order by dedupe_key $$,
  $$ values ('first', 'applied', 2), ('last', 'applied', 2), ('poison', 'failed', 2), ('unnormalised', 'failed', 1) $$,
  'one failing event does not hold up the others');
select is((select last_error from public.webhook_events where dedupe_key = 'first'), null, 'an applied event has no error left');
select is(private.retry_events(now()), 0, 'nothing is due any more');

update private.settings set value = '1' where name = 'event_retry_batch';
update public.webhook_events set status = 'failed', next_attempt_at = now(), settled_at = null where event is not null;
select is(private.retry_events(now()), 1, 'a run takes no more than its batch');
update private.settings set value = '100' where name = 'event_retry_batch';
update private.settings set value = '0' where name = 'event_retry_seconds';
select is(private.retry_events(now()), 1, 'a run takes no further event when its time is over');

select * from finish();
rollback;
