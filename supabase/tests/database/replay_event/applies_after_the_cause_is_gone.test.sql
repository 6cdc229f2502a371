-- A dead event is applied by a replay once its cause is gone; one without content cannot be.
begin;
select plan(11);
delete from public.webhook_events;

do $$ begin
  perform public.ingest_event('zoom', 'dead', 'probe', now(), '{}', '{"kind":"probe"}', null);
  perform public.ingest_event('zoom', 'unnormalised', 'probe', now(), '{"raw":1}', null, null);
  perform public.ingest_event('zoom', 'forgotten', 'probe', now(), null, null, null);
end $$;
update public.webhook_events set status = 'dead', attempts = 6, next_attempt_at = null, settled_at = now();
create function pg_temp.event(p_key text) returns uuid language sql as $$ select id from public.webhook_events where dedupe_key = p_key $$;

select is(public.replay_event(pg_temp.event('dead')) ->> 'status', 'deferred', 'a replay while the cause is there is deferred');
select results_eq(
  $$ select status::text, attempts, next_attempt_at from public.webhook_events where dedupe_key = 'dead' $$,
  $$ values ('failed', 1, now() + interval '1 minute') $$, 'with fresh attempts');

create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language sql as $$ select 'applied' $$;
insert into private.event_handlers values ('probe', 'private.apply_probe');
select is(public.replay_event(pg_temp.event('dead')), jsonb_build_object('status', 'applied', 'event_id', pg_temp.event('dead')), 'a replay applies it now');
select is(public.replay_event(pg_temp.event('dead')) ->> 'status', 'applied', 'an applied event may be replayed');

select is(public.replay_event(pg_temp.event('unnormalised')) ->> 'status', 'deferred', 'an event without normalised form waits for one');
select is((select count(*) from public.claim_events_to_normalize(10) where id = pg_temp.event('unnormalised')), 1::bigint, 'the maintenance function is offered it');
select is(public.replay_event(pg_temp.event('dead'), true) ->> 'status', 'deferred', 'a normalised form can be dropped');
select is((select count(*) from public.claim_events_to_normalize(10) where id = pg_temp.event('dead')), 1::bigint, 'so that it is made again');

select throws_ok($$ select public.replay_event(pg_temp.event('forgotten')) $$, 'PT409', null, 'what has no content is refused');
select throws_ok($$ select public.replay_event('00000000-0000-4000-8000-000000000000') $$, 'PT404', null, 'what is not there is refused');
select is((select count(*) from private.admin_actions where action = 'replay_event' and actor_kind = 'system'), 5::bigint, 'every replay is on record, a refused one is not');

select * from finish();
rollback;
