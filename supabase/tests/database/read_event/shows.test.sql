-- An admin reads what a delivery was and what it is about. What was said on the phone and who called stays its owner's.
begin;
select plan(26);
insert into auth.users (id, email, raw_user_meta_data) values ('10000000-0000-4000-8000-000000000001', 'owner@read-event.test', '{"full_name": "Olga"}');
insert into private.vapi_assistants (vapi_assistant_id, user_id, assistant_id, name)
values ('va-read', '10000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', 'Desk');
insert into public.call_logs (id, user_id, vapi_call_id) values ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'vc-read');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000001';
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes)
select ('40000000-0000-4000-8000-00000000000' || n)::uuid, '10000000-0000-4000-8000-000000000001', 'Lesson ' || n, 'zoom', '85555577701', now() + n * interval '1 day', 60
from generate_series(1, 2) n;
create function pg_temp.put(p_provider text, p_key text, p_payload text, p_event jsonb, p_status text default 'applied') returns uuid language sql as $$
  insert into public.webhook_events (provider, dedupe_key, event_type, payload, event, status, attempts, next_attempt_at, settled_at)
  values (p_provider::public.webhook_provider, p_key, 'probe', p_payload, p_event, p_status::public.webhook_event_status, 2,
    case when p_status = 'failed' then now() end, case when p_status <> 'failed' then now() end) returning id;
$$;
create temp table stored on commit drop as
select 'call' as name, pg_temp.put('vapi', 'read-1', $${"message": {"type": "end-of-call-report", "cost": 0.13, "endedReason": "hangup",
    "analysis": {"summary": "hidden words"}, "artifact": {"messages": [{"message": "hidden words"}], "transcript": "hidden words"}, "transcript": "hidden words",
    "call": {"id": "vc-read", "customer": {"number": "+15550001111"}, "monitor": {"listenUrl": "wss://hidden"}}, "new_field": "hidden words", "recordingUrl": null}}$$,
  '{"kind": "call_reported", "provider": "vapi", "call": {"vapi_call_id": "vc-read", "vapi_assistant_id": "va-read", "customer_number": "+15550001111"},
    "transcript": "hidden words", "summary": "hidden words", "structured_data": {"hidden": ["hidden words"]}, "recording_url": "https://hidden", "cost": 0.13}') as id
union all select 'bare', pg_temp.put('vapi', 'read-2', '["hidden words"]', '{"kind": "call_informational"}')
union all select 'class', pg_temp.put('zoom', 'read-3', '{"payload": {"object": {"topic": "Lesson", "password": "[redacted]"}}}',
  '{"kind": "meeting_started", "provider": "zoom", "instance": {"key": "k", "meeting_id": "85555577701"}}', 'failed')
union all select 'unreadable', pg_temp.put('zoom', 'read-4', '{"a": "\u0000"}', null, 'failed')
union all select 'deep', pg_temp.put('zoom', 'read-5', repeat('{"a":', 5000) || '1' || repeat('}', 5000), null, 'dead')
union all select 'abyss', pg_temp.put('zoom', 'read-6', repeat('[', 300000) || repeat(']', 300000), null, 'dead')
union all select 'long', pg_temp.put('zoom', 'read-7', (select jsonb_agg(n)::text from generate_series(1, 25) n), null, 'dead')
union all select 'forgotten', pg_temp.put('vapi', 'read-8', null, null);
create temp table shown on commit drop as select name, public.read_event(id) as shown from stored;
create function pg_temp.shown(p_name text) returns jsonb language sql as $$ select shown from shown where name = p_name $$;

select is(pg_temp.shown('call')::text ~ 'hidden words|5550001111|wss:|https:', false, 'nothing of what was said, nor who called or where it is recorded');
select is(pg_temp.shown('call') #> '{payload,message}', '{"type": "end-of-call-report", "cost": 0.13, "endedReason": "hangup", "analysis": "[hidden]", "artifact": "[hidden]",
  "transcript": "[hidden]", "new_field": "[hidden]", "recordingUrl": null, "call": {"id": "vc-read", "customer": "[hidden]", "monitor": "[hidden]"}}', 'what is not known to be harmless is hidden');
select is(pg_temp.shown('call') #>> '{event,call,vapi_call_id}', 'vc-read', 'ids are shown');
select is(pg_temp.shown('call') -> 'about', '[
  {"kind": "assistant", "id": "20000000-0000-4000-8000-000000000001", "title": "Desk", "user_id": "10000000-0000-4000-8000-000000000001", "user_name": "Olga"},
  {"kind": "call", "id": "30000000-0000-4000-8000-000000000001", "title": null, "user_id": "10000000-0000-4000-8000-000000000001", "user_name": "Olga"}]',
  'it says which call and assistant it is about, and whose');
select is(pg_temp.shown('call') ->> 'is_handled', 'true', 'a kind that is applied');
select is(pg_temp.shown('call') ->> 'tries_left', null, 'a settled event has no tries');
select is(pg_temp.shown('bare') -> 'payload', '["[hidden]"]', 'a text under no key is hidden');
select is(pg_temp.shown('bare') ->> 'is_handled', 'false', 'a kind without effect');
select is(pg_temp.shown('class') -> 'payload', '{"payload": {"object": {"topic": "Lesson", "password": "[redacted]"}}}', 'admins read all of classes, but for secrets');
select is((select jsonb_agg(a ->> 'title' order by a ->> 'title') from jsonb_array_elements(pg_temp.shown('class') -> 'about') a), '["Lesson 1", "Lesson 2"]', 'a meeting of no run yet may be of these classes');
select is(pg_temp.shown('class') ->> 'tries_left', '4', 'two of six tries are gone');
select is(pg_temp.shown('unreadable') ->> 'is_payload_unreadable', 'true', 'what jsonb cannot hold is not shown');
select is(pg_temp.shown('unreadable') ->> 'payload', null, 'as JSON');
select is(pg_temp.shown('unreadable') ->> 'has_content', 'true', 'but it is kept');
select is(pg_temp.shown('deep')::text ~ '\[hidden\]', true, 'what lies deep is cut');
select is(pg_temp.shown('abyss') ->> 'is_payload_unreadable', 'true', 'what lies deeper than the stack is not shown');
select is(jsonb_array_length(pg_temp.shown('long') -> 'payload'), 21, 'a long list is cut');
select is(pg_temp.shown('long') #>> '{payload,20}', '[5 more]', 'and says so');
select is(pg_temp.shown('forgotten') ->> 'has_content', 'false', 'what is forgotten is gone');
select is(pg_temp.shown('forgotten') -> 'about', '[]', 'with what it was about');
select is(pg_temp.shown('forgotten') -> 'payload', 'null', 'and is not shown');

select is(pg_temp.shown('class') -> 'actions', '[]', 'nobody has replayed it');
do $$ begin perform public.replay_event((pg_temp.shown('class') ->> 'id')::uuid); end $$;
select results_eq($$ select a ->> 'action', a -> 'details' ->> 'was', a ->> 'subject_id' from jsonb_array_elements(public.read_event((pg_temp.shown('class') ->> 'id')::uuid) -> 'actions') a $$,
  $$ select 'replay_event', 'failed', pg_temp.shown('class') ->> 'id' $$, 'a replay is on record');
select is((select array_agg(provider order by provider) from (select distinct provider from private.shown_event_keys) p), enum_range(null::public.webhook_provider), 'it is said of every provider what is shown');
select throws_ok($$ select public.read_event('00000000-0000-4000-8000-000000000000') $$, 'PT404', null, 'what is not there is refused');
select throws_ok($$ select public.read_event(null) $$, 'PT404', null, 'and so is nothing');
select * from finish();
rollback;
