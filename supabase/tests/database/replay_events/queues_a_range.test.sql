-- A range of events is queued for the retry job, by time and status.
begin;
select plan(7);
delete from public.webhook_events;

create function private.apply_probe(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language sql as $$ select 'applied' $$;
insert into private.event_handlers values ('probe', 'private.apply_probe');
insert into public.webhook_events (provider, dedupe_key, event_type, payload, event, status, attempts, next_attempt_at, settled_at, received_at)
select provider::public.webhook_provider, key, 'probe', '{}', '{"kind":"probe"}', status::public.webhook_event_status, 6, null, now(), at::timestamptz
from (values
  ('zoom', 'before', 'dead', '2026-01-01 23:59:59+00'), ('zoom', 'first', 'dead', '2026-01-02 00:00:00+00'),
  ('zoom', 'second', 'dead', '2026-01-02 12:00:00+00'), ('zoom', 'applied', 'applied', '2026-01-02 12:00:00+00'),
  ('zoom', 'after', 'dead', '2026-01-03 00:00:00+00'), ('vapi', 'other', 'dead', '2026-01-02 12:00:00+00')) v (provider, key, status, at);

select is(public.replay_events('zoom', '2026-01-02 00:00:00+00', '2026-01-03 00:00:00+00'), '{"queued": 2, "is_complete": true}'::jsonb,
  'the dead ones of the range are queued');
select results_eq(
  $$ select dedupe_key from public.webhook_events where status = 'received' and attempts = 0 and next_attempt_at = now() order by dedupe_key $$,
  array['first', 'second'], 'and no others');
select is(private.retry_events(now()), 2, 'the retry job takes them');
select is((select count(*) from public.webhook_events where dedupe_key in ('first', 'second') and status = 'applied'), 2::bigint, 'they are applied');
select is(public.replay_events('zoom', '2026-01-02 00:00:00+00', '2026-01-03 00:00:00+00', 'applied') ->> 'queued', '3', 'another status may be asked for');
update public.webhook_events set status = 'dead', next_attempt_at = null, settled_at = now(), payload = null, event = null
where dedupe_key = 'first';
select is(public.replay_events('zoom', '2026-01-02 00:00:00+00', '2026-01-03 00:00:00+00') ->> 'queued', '0',
  'what has been forgotten is not queued: there is nothing to apply');
select is((select count(*) from private.admin_actions where action = 'replay_events'), 3::bigint, 'each call is on record');

select * from finish();
rollback;
