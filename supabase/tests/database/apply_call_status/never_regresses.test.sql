-- The status is the greatest that any event told; a report knows better than all of them.
begin;
select plan(15);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@status.test');
insert into public.assistants (user_id, name, vapi_assistant_id) values ('10000000-0000-4000-8000-000000000001', 'Ann', 'va-status');
create function pg_temp.tell(p_call text, p_status text, p_after interval default '0', p_reason text default null) returns text language sql as $$
  select private.apply_call_status(gen_random_uuid(), jsonb_build_object('kind', 'call_status_changed', 'occurred_at', now() - interval '10 minutes' + p_after,
    'status', p_status, 'ended_reason', p_reason,
    'call', jsonb_build_object('vapi_call_id', p_call, 'vapi_assistant_id', 'va-status', 'direction', 'outbound')), now());
$$;
create function pg_temp.report(p_call text) returns text language sql as $$
  select private.apply_call_report(gen_random_uuid(), jsonb_build_object('kind', 'call_reported', 'occurred_at', now(), 'ended_reason', 'silence-timed-out',
    'started_at', now() - interval '100 seconds', 'ended_at', now(),
    'call', jsonb_build_object('vapi_call_id', p_call, 'vapi_assistant_id', 'va-status', 'direction', 'outbound')), now());
$$;
create function pg_temp.state(p_call text) returns text language sql as $$
  select concat_ws(' ', status, outcome, ended_reason, extract(epoch from started_at - (now() - interval '10 minutes'))::integer, duration_seconds) from public.call_logs where vapi_call_id = p_call;
$$;
select is(pg_temp.tell('a', 'ringing', '5 seconds'), 'applied', 'a call nobody announced is made');
select is(pg_temp.state('a'), 'ringing', 'with the status told');
select pg_temp.tell('a', 'queued', '1 second');
select is(pg_temp.state('a'), 'ringing', 'an earlier status does not bring it back');
select is((select first_seen_at from public.call_logs where vapi_call_id = 'a'), now() - interval '9 minutes 59 seconds', 'but dates the first sign of it');
select pg_temp.tell('a', 'in_progress', '10 seconds'), pg_temp.tell('a', 'forwarding', '60 seconds'), pg_temp.tell('a', 'in_progress', '9 seconds');
select is(pg_temp.state('a'), 'forwarding 9', 'the first in-progress dates the start');
select pg_temp.tell('a', 'ended', '70 seconds', 'customer-ended-call');
select is(pg_temp.state('a'), 'ended completed customer-ended-call 9', 'it ends, unmeasured');
select pg_temp.tell('a', 'in_progress', '80 seconds'), pg_temp.tell('a', 'ringing', '90 seconds');
select is(pg_temp.state('a'), 'ended completed customer-ended-call 9', 'and stays ended');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 0::bigint, 'nothing is metered that nobody measured');

select pg_temp.report('a');
select is(pg_temp.state('a'), 'ended completed silence-timed-out 500 100', 'the report measures it');
select pg_temp.tell('a', 'ended', '71 seconds', 'customer-busy'), pg_temp.tell('a', 'in_progress', '1 second');
select is(pg_temp.state('a'), 'ended completed silence-timed-out 500 100', 'and no status changes that');

select pg_temp.report('b'), pg_temp.tell('b', 'in_progress', '5 seconds'), pg_temp.tell('b', 'ringing', '1 second');
select is(pg_temp.state('b'), 'ended completed silence-timed-out 500 100', 'a report before every status is the same call');
select pg_temp.tell('c', 'ended', '30 seconds', 'customer-did-not-answer'), pg_temp.tell('c', 'ringing', '10 seconds');
select is(pg_temp.state('c'), 'ended no_answer customer-did-not-answer', 'an end before its beginning too');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 200::bigint, 'metered: two reports');

-- In the inbox: what is no call has no effect.
select is(public.ingest_event('vapi', 'status-nobody', 'status-update', now(), '{}', jsonb_build_object('kind', 'call_status_changed', 'occurred_at', now(),
  'status', 'ringing', 'ended_reason', null, 'call', jsonb_build_object('vapi_call_id', 'x', 'vapi_assistant_id', 'va-of-nobody', 'direction', 'inbound')), null) ->> 'status', 'deferred', 'a call of nobody is deferred');
select is((select count(*) from public.call_logs where vapi_call_id = 'x'), 0::bigint, 'and makes no row');
select * from finish();
rollback;
