-- Retention drops what was said and who called; the call stays with times, outcome and cost.
begin;
select plan(5);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@retention.test');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at, cost, caller_number, transcript, summary, structured_data, recording_url, success_evaluation, is_success)
select '10000000-0000-4000-8000-000000000001', 'retention-' || days, 'ended', 'completed', now() - days * interval '1 day', now() - days * interval '1 day' + interval '60 seconds', 0.5,
  '+15550100', 'words', 'short words', '{"a": 1}', 'https://r.test', 'true', true
from unnest(array[180, 181]) days;
create temp view kept as select vapi_call_id, num_nonnulls(caller_number, transcript, summary, structured_data, recording_url) as contents,
  duration_seconds, cost::numeric, is_success from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set period_start = now() - interval '1 year' where user_id = '10000000-0000-4000-8000-000000000001';
select is(private.forget_call_content(now()), 1, 'a call older than 180 days');
select results_eq('select * from kept order by 1', $$values ('retention-180', 5, 60, 0.5::numeric, true), ('retention-181', 0, 60, 0.5, true)$$, 'keeps its facts and loses its content');
select is(private.forget_call_content(now()), 0, 'once');
select is((select count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'call_corrected'), 0::bigint, 'the ledger does not notice');
select is(private.forget_call_content(now() + interval '1 day'), 1, 'the other a day later');
select * from finish();
rollback;
