-- A call outlives its assistant and number, and is still metered; a deleted user leaves nothing of his calls, not even in the inbox.
begin;
select plan(12);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@calls.test'), ('10000000-0000-4000-8000-000000000002', 'other@calls.test');
insert into public.assistants (id, user_id, name, vapi_assistant_id) values
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Ann', 'va-deletion'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000002', 'Bob', 'va-kept');
insert into public.phone_numbers (id, user_id, provider, vapi_phone_id, status, assistant_id)
values ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'vapi', 'vp-deletion', 'active', '20000000-0000-4000-8000-000000000001');
create function pg_temp.report(p_call text, p_assistant text, p_seconds integer) returns text language sql as $$
  select public.ingest_event('vapi', p_call || p_seconds, 'end-of-call-report', now(), 'what was said', jsonb_build_object(
    'kind', 'call_reported', 'occurred_at', now(), 'started_at', now() - p_seconds * interval '1 second', 'ended_at', now(), 'transcript', 'what was said',
    'call', jsonb_build_object('vapi_call_id', p_call, 'vapi_assistant_id', p_assistant, 'vapi_phone_number_id', 'vp-deletion', 'direction', 'inbound')), null) ->> 'status';
$$;
select is(public.admit_call('{"vapi_call_id": "middle", "vapi_phone_number_id": "vp-deletion", "direction": "inbound"}') ->> 'admitted', 'true', 'a call begins');
delete from public.assistants where id = '20000000-0000-4000-8000-000000000001';
delete from public.phone_numbers where vapi_phone_id = 'vp-deletion';
select results_eq($$select assistant_id, phone_number_id from public.call_logs where vapi_call_id = 'middle'$$,
  $$values ('20000000-0000-4000-8000-000000000001'::uuid, '30000000-0000-4000-8000-000000000001'::uuid)$$, 'its assistant and number are deleted in the middle, and it keeps both');
select is(pg_temp.report('middle', null, 42), 'applied', 'its report comes');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 42::bigint, 'it is metered');
select is(pg_temp.report('unseen', 'va-deletion', 10), 'applied', 'so is a call that nobody announced, by the assistant that was');
select is((select used_call_time_seconds::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 52::bigint, 'it is metered as well');
select is(pg_temp.report('kept', 'va-kept', 10), 'applied', 'another has a call');

select lives_ok($$delete from auth.users where id = '10000000-0000-4000-8000-000000000001'$$, 'the user can be deleted with everything');
select is_empty($$select from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'$$, 'his calls are gone');
select is((select count(*) from public.webhook_events where payload is null and event is null and dedupe_key in ('middle42', 'unseen10')), 2::bigint, 'the inbox forgot what they said');
select is((select count(*) from public.webhook_events where payload is not null and dedupe_key = 'kept10'), 1::bigint, 'and nobody else''s');
select is((select count(*) from public.tasks where kind = 'delete_vapi_assistant' and resource_id = 'va-deletion'), 1::bigint, 'VAPI is asked to forget the assistant');
select * from finish();
rollback;
