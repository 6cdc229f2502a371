-- An admin reads all that there is of an account, and nothing that was said in its calls.
begin;
select plan(13);
insert into auth.users (id, email, raw_user_meta_data) values ('10000000-0000-4000-8000-000000000001', 'owner@read-account.test', '{"full_name": "Olga"}');
insert into public.assistants (user_id, name) values ('10000000-0000-4000-8000-000000000001', 'Desk');
insert into public.call_logs (user_id, vapi_call_id, direction, status, outcome, started_at, ended_at, reported_at, cost, transcript, summary, caller_number)
values ('10000000-0000-4000-8000-000000000001', 'vc-read-account', 'inbound', 'ended', 'completed', now() - interval '1 hour', now() - interval '59 minutes', now(), 0.5,
  'hidden words', 'hidden words', '+15550001111');
insert into public.support_tickets (user_id, subject, description)
select '10000000-0000-4000-8000-000000000001', 'Help ' || n, 'hidden words' from generate_series(1, 21) n;
select private.enqueue_task('probe', 'read-account', '10000000-0000-4000-8000-000000000001');
create function pg_temp.account() returns jsonb language sql as $$ select public.admin_read_account('10000000-0000-4000-8000-000000000001') $$;

select is(pg_temp.account() ->> 'full_name', 'Olga', 'the profile');
select is(pg_temp.account() -> 'limits', private.limits_overview('10000000-0000-4000-8000-000000000001', now()), 'the limits as their owner sees them');
select is(pg_temp.account() #> '{trial,is_demo}', 'true', 'the trial');
select is(pg_temp.account() -> 'voice', '{"assistants": 1, "phone_numbers": 0, "calls": 1, "failed_calls": 0, "duration_seconds": 60, "cost": 0.500000}', 'what it calls');
select is(pg_temp.account() -> 'classes', '{"hosted": 0, "enrolled": 0}', 'its classes');
select is(jsonb_array_length(pg_temp.account() -> 'tickets'), 20, 'the latest tickets');
select is(pg_temp.account() -> 'tasks', '{"open": 2, "dead": 0}', 'our work for it');
select is(pg_temp.account() -> 'closure', 'null', 'it does not close');
select is(pg_temp.account() -> 'usage_log' -> 0 ->> 'action_type', (select action_type from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' order by id desc limit 1),
  'its log, the newest first');
select is(pg_temp.account()::text ~ 'hidden|5550001111', false, 'nothing that was said, written or called from');
insert into private.account_closures (user_id, reason, started_at, advanced_at) values ('10000000-0000-4000-8000-000000000001', 'request', now(), now());
select is(pg_temp.account() #>> '{closure,reason}', 'request', 'it closes');
select throws_ok($$ select public.admin_read_account('10000000-0000-4000-8000-0000000000ff') $$, 'PT404', null, 'an account that is not there');
select throws_ok($$ select public.admin_read_account(null) $$, 'PT404', null, 'and none');
select * from finish();
rollback;
