-- Of what VAPI tells when asked, only what is ours and new becomes an event.
begin;
select plan(12);
insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000ab01', 'reconcile@example.com');
insert into private.vapi_assistants (vapi_assistant_id, user_id, assistant_id, name)
values ('va-own', '00000000-0000-4000-8000-00000000ab01', gen_random_uuid(), 'Gone');
insert into public.phone_numbers (user_id, provider, phone_number, twilio_account_sid, vapi_phone_id, status)
values ('00000000-0000-4000-8000-00000000ab01', 'twilio', '+15550100002', 'AC' || repeat('0', 32), 'vp-own', 'active');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at, reported_at, cost) values
  ('00000000-0000-4000-8000-00000000ab01', 'told', 'ended', 'completed', now() - interval '60 s', now(), now(), 0.5),
  ('00000000-0000-4000-8000-00000000ab01', 'unpriced', 'ended', 'completed', now() - interval '60 s', now(), now(), null),
  ('00000000-0000-4000-8000-00000000ab01', 'open', 'in_progress', null, now() - interval '60 s', null, null, null);

create function pg_temp.worth(p_id text, p_assistant text, p_number text, p_more jsonb) returns boolean language sql as $$
  select exists (select from public.calls_worth_ingesting(jsonb_build_array(p_more || jsonb_build_object('call',
    jsonb_build_object('vapi_call_id', p_id, 'vapi_assistant_id', p_assistant, 'vapi_phone_number_id', p_number)))))
$$;
create temp table facts on commit drop as
select jsonb_build_object('kind', 'call_reported', 'started_at', now() - interval '60 s', 'ended_at', now(), 'cost', 0.5) as report;

select ok(not pg_temp.worth('told', 'va-own', null, (select report from facts)), 'a report that is known');
select ok(pg_temp.worth('told', 'va-own', null, (select report || jsonb_build_object('ended_at', now() + interval '1 s') from facts)), 'another length');
select ok(pg_temp.worth('told', 'va-own', null, (select report || '{"cost": 0.6}' from facts)), 'another cost');
select ok(not pg_temp.worth('told', 'va-own', null, (select report || '{"cost": null}' from facts)), 'not a cost that VAPI does not know');
select ok(pg_temp.worth('unpriced', 'va-own', null, (select report || '{"cost": 0}' from facts)), 'a cost of 0 where it was unknown');
select ok(pg_temp.worth('open', 'va-own', null, (select report from facts)), 'the end of an open call');
select ok(not pg_temp.worth('open', 'va-own', null, '{"kind": "call_status_changed", "status": "in_progress"}'), 'a status that is known');
select ok(pg_temp.worth('open', 'va-own', null, '{"kind": "call_status_changed", "status": "forwarding"}'), 'a later status');
select ok(pg_temp.worth('new', 'va-own', null, (select report from facts)), 'a new call of an assistant, also of a deleted one');
select ok(pg_temp.worth('new', null, 'vp-own', (select report from facts)), 'a new call to a number of ours');
select ok(not pg_temp.worth('new', 'va-foreign', 'vp-foreign', (select report from facts)), 'a call of somebody else''s in the organisation');

insert into public.call_logs (user_id, vapi_call_id, refusal, status, outcome, first_seen_at)
values ('00000000-0000-4000-8000-00000000ab01', 'refused', 'limit_reached', 'ended', 'rejected', now() - interval '1 hour');
update public.call_logs set first_seen_at = now() - interval '1 hour' where vapi_call_id = 'open';
select is(
  array(select jsonb_array_elements_text(private.calls_to_reconcile(now()) -> 'open_calls') intersect select unnest('{told,open,refused}'::text[])),
  '{open}', 'only open calls that were admitted are asked for');
select * from finish();
rollback;
