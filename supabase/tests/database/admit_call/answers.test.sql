-- Admission: what is granted, what is refused and how, and that grants + used never pass the limit.
begin;
select plan(33);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@admission.test'), ('10000000-0000-4000-8000-000000000002', 'other@admission.test');
insert into public.assistants (id, user_id, name, configuration, vapi_assistant_id, provisioning)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Ann', '{"max_duration_seconds": 120}', 'va-admit', 'ready');
insert into public.phone_numbers (id, user_id, provider, phone_number, vapi_phone_id, status, assistant_id)
values ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'vapi', '+15550177', 'vp-admit', 'active', '20000000-0000-4000-8000-000000000001');
create function pg_temp.admit(p_call text, p_number text default 'vp-admit', p_now timestamptz default now()) returns text language sql as $$
  select coalesce(answer ->> 'granted_seconds', answer ->> 'code')
  from private.admit_call(jsonb_build_object('vapi_call_id', p_call, 'vapi_phone_number_id', p_number, 'direction', 'inbound'), p_now) answer;
$$;
create function pg_temp.report(p_call text, p_seconds integer) returns text language sql as $$
  select private.apply_call_report(gen_random_uuid(), jsonb_build_object('kind', 'call_reported', 'occurred_at', now(), 'started_at', now() - p_seconds * interval '1 second',
    'ended_at', now(), 'call', jsonb_build_object('vapi_call_id', p_call, 'vapi_assistant_id', 'va-admit', 'direction', 'inbound')), now());
$$;
create function pg_temp.tell(p_call text, p_status text, p_at timestamptz) returns text language sql as $$
  select private.apply_call_status(gen_random_uuid(), jsonb_build_object('kind', 'call_status_changed', 'occurred_at', p_at, 'status', p_status,
    'call', jsonb_build_object('vapi_call_id', p_call, 'direction', 'inbound')), p_at);
$$;
create function pg_temp.limit_to(p_seconds integer) returns void language sql as $$
  update public.user_limits set max_call_time_seconds = p_seconds where user_id = '10000000-0000-4000-8000-000000000001';
$$;
-- As if no call had ever come.
create function pg_temp.start_over() returns void language sql as $$
  delete from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001';
  update public.profiles set account_status = 'active', expired_at = null, expiry_reason = null where id = '10000000-0000-4000-8000-000000000001' and account_status <> 'closing';
$$;

select is(private.admit_call('{"vapi_call_id": "a", "vapi_phone_number_id": "vp-admit", "customer_number": "+15550111", "direction": "inbound"}', now()) - 'call_id',
  '{"admitted": true, "vapi_assistant_id": "va-admit", "granted_seconds": 120}', 'a call is admitted for the assistant''s cap');
select is((select status::text || held_seconds || caller_number from public.call_logs where vapi_call_id = 'a'), 'queued120+15550111', 'and is on record, holding its grant');
select is(pg_temp.admit('a'), '120', 'asked again, the answer is the same');
select is((select count(*) from public.call_logs where vapi_call_id = 'a'), 1::bigint, 'and the call is one');
select is(pg_temp.admit('number', 'nothing'), 'unknown_number', 'a number nobody has is refused');
select ok((private.refuse_call('unknown_number') ->> 'sentence') <> '', 'in words');

select pg_temp.limit_to(300);
select is(pg_temp.admit('b'), '120', 'a second call gets its share');
select is(pg_temp.admit('c'), '60', 'a third what is left');
select is(pg_temp.admit('d'), 'limit_reached', 'a fourth nothing');
select is((select outcome::text || ' ' || status || ' ' || granted_seconds || ' ' || held_seconds from public.call_logs where vapi_call_id = 'd'), 'rejected ended 0 0', 'the refused call is on record and holds nothing');
select pg_temp.report('a', 20);
select is(pg_temp.admit('d'), 'limit_reached', 'the refused one is refused when asked again, although there is room now');
select is(pg_temp.admit('e'), '100', 'a report frees what was not used');
select is(pg_temp.admit('c'), '60', 'an admitted one keeps its answer');

select pg_temp.start_over(), pg_temp.limit_to(60);
select is(pg_temp.admit('long', p_now => now() - interval '10 minutes'), '60', 'all that is left');
select pg_temp.tell('long', 'in_progress', now() - interval '5 minutes'), pg_temp.tell('long', 'ended', now() - interval '260 seconds');
select is(pg_temp.admit('after'), '20', 'an ended call holds what it seems to have lasted until its report');
select pg_temp.start_over();
select is(pg_temp.admit('rung', p_now => now() - interval '10 minutes'), '60', 'all that is left');
select pg_temp.tell('rung', 'ended', now() - interval '5 minutes');
select is(pg_temp.admit('after 2'), '60', 'one that never connected holds nothing once it ended');

select pg_temp.start_over(), pg_temp.report('used', 50);
select is(pg_temp.admit('ten'), '10', 'ten seconds left are enough');
select pg_temp.start_over(), pg_temp.report('used', 51);
select is(pg_temp.admit('nine'), 'limit_reached', 'nine are not');
select pg_temp.start_over(), pg_temp.report('used', 59), pg_temp.limit_to(600);
select is(pg_temp.admit('rest'), '120', 'a higher limit counts at once');
select pg_temp.limit_to(null);
select is(pg_temp.admit('unlimited'), '120', 'unlimited leaves the assistant''s cap');
update public.assistants set configuration = '{}' where id = '20000000-0000-4000-8000-000000000001';
select is(pg_temp.admit('default'), '600', 'whose default is ten minutes');
select is((select provisioning::text from public.assistants where id = '20000000-0000-4000-8000-000000000001'), 'pending', 'although its newest edit has not reached VAPI');

update public.assistants set is_active = false where id = '20000000-0000-4000-8000-000000000001';
select is(pg_temp.admit('inactive'), 'assistant_inactive', 'a switched-off assistant takes no calls');
update public.assistants set is_active = true, vapi_assistant_id = null where id = '20000000-0000-4000-8000-000000000001';
select is(pg_temp.admit('not ready'), 'assistant_not_ready', 'nor one that VAPI does not have yet');
update public.phone_numbers set assistant_id = null where id = '30000000-0000-4000-8000-000000000001';
select is(pg_temp.admit('unassigned'), 'no_assistant', 'nor a number without one');
update public.assistants set vapi_assistant_id = 'va-admit' where id = '20000000-0000-4000-8000-000000000001';
update public.phone_numbers set assistant_id = '20000000-0000-4000-8000-000000000001' where id = '30000000-0000-4000-8000-000000000001';
select is(pg_temp.admit('assigned'), '600', 'an assignment holds from the next call');

select is(pg_temp.admit('late', p_now => now() + interval '7 days' - interval '1 second'), '600', 'a second before its end a trial takes calls');
select is(pg_temp.admit('too late', p_now => now() + interval '7 days'), 'account_expired', 'at its end it does not, job or no job');
update public.profiles set account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.admit('suspended'), 'account_suspended', 'nor does a suspended account');
update public.profiles set account_status = 'active' where id = '10000000-0000-4000-8000-000000000001';
select pg_temp.tell('over', 'ended', now() - interval '1 minute') where false;
insert into public.call_logs (user_id, vapi_call_id, status, outcome, ended_at) values ('10000000-0000-4000-8000-000000000001', 'over', 'ended', 'failed', now());
select is(pg_temp.admit('over'), 'call_over', 'a call that ended before it was asked for is not begun again');
insert into public.call_logs (user_id, vapi_call_id, status) values ('10000000-0000-4000-8000-000000000001', 'rings', 'ringing');
select is(pg_temp.admit('rings'), '600', 'a call that rang before it was asked for is');
insert into public.call_logs (user_id, vapi_call_id, status) values ('10000000-0000-4000-8000-000000000002', 'another''s', 'ringing');
select is(pg_temp.admit('another''s'), 'unknown_number', 'another''s call is not one''s own');
select * from finish();
rollback;
