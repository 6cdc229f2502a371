-- The status is the greatest that any event told; a report knows better than all of them.
begin;
select plan(24);
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
create function pg_temp.report_without_start(p_call text, p_told interval default '0', p_more jsonb default '{}') returns text language sql as $$
  select private.apply_call_report(gen_random_uuid(), jsonb_build_object('kind', 'call_reported', 'occurred_at', now() + p_told, 'ended_reason', 'customer-ended-call',
    'ended_at', now(), 'call', jsonb_build_object('vapi_call_id', p_call, 'vapi_assistant_id', 'va-status', 'direction', 'outbound')) || p_more, now());
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

-- A report may leave the start to in_progress, whichever comes first.
select pg_temp.tell('d', 'in_progress', '8 minutes'), pg_temp.report_without_start('d');
select is(pg_temp.state('d'), 'ended completed customer-ended-call 480 120', 'a report without a start does not erase the one that was told');
select pg_temp.report_without_start('e');
select is(pg_temp.state('e'), 'ended completed customer-ended-call 0', 'a call whose start nobody told never connected');
select pg_temp.tell('e', 'in_progress', '9 minutes'), pg_temp.tell('e', 'in_progress', '8 minutes'), pg_temp.tell('e', 'in_progress', '9 minutes 30 seconds');
select is(pg_temp.state('e'), 'ended completed customer-ended-call 480 120', 'until somebody does: the earliest counts');
select pg_temp.tell('f', 'in_progress', '8 minutes'), pg_temp.report_without_start('f', '0', '{"duration_ms": 60000}'), pg_temp.tell('f', 'in_progress', '1 minute');
select is(pg_temp.state('f'), 'ended completed customer-ended-call 540 60', 'a length is a start');
select pg_temp.report_without_start('g', '-1 second', '{"duration_ms": 60000}'), pg_temp.tell('g', 'in_progress', '8 minutes'), pg_temp.report_without_start('g');
select is(pg_temp.state('g'), 'ended completed customer-ended-call 480 120', 'of two reports the newest counts, and it tells none');
select pg_temp.tell('h', 'in_progress', '-20 hours'), pg_temp.report_without_start('h');
select is((select duration_seconds from public.call_logs where vapi_call_id = 'h'), 43260, 'no start makes a call longer than VAPI lets one be');
select pg_temp.tell('i', 'ended', '30 seconds', 'customer-busy'), pg_temp.tell('i', 'ended', '20 seconds', 'assistant-not-found');
select pg_temp.tell('j', 'ended', '20 seconds', 'assistant-not-found'), pg_temp.tell('j', 'ended', '30 seconds', 'customer-busy');
select is(pg_temp.state('i'), pg_temp.state('j'), 'two ends are one end, in either order');
select pg_temp.tell('k', 'in_progress', '8 minutes'), pg_temp.report_without_start('k'), pg_temp.report_without_start('k', '0', '{"duration_ms": 60000}');
select pg_temp.report_without_start('l'), pg_temp.report_without_start('l', '0', '{"duration_ms": 60000}'), pg_temp.tell('l', 'in_progress', '8 minutes');
select is(pg_temp.state('k'), pg_temp.state('l'), 'which of twins wins does not hang on when in_progress came');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 44000::bigint, 'metered are the lengths');

-- In the inbox: what is no call has no effect.
select is(public.ingest_event('vapi', 'status-nobody', 'status-update', now(), '{}', jsonb_build_object('kind', 'call_status_changed', 'occurred_at', now(),
  'status', 'ringing', 'ended_reason', null, 'call', jsonb_build_object('vapi_call_id', 'x', 'vapi_assistant_id', 'va-of-nobody', 'direction', 'inbound')), null) ->> 'status', 'deferred', 'a call of nobody is deferred');
select is((select count(*) from public.call_logs where vapi_call_id = 'x'), 0::bigint, 'and makes no row');
select * from finish();
rollback;
