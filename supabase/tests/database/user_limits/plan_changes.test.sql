-- A plan change copies the plan's limits, keeps usage, and keeps the period's start; the secret key's change obeys the same rules.
begin;
select plan(9);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'one@plans.test'), ('10000000-0000-4000-8000-000000000002', 'two@plans.test');
update public.user_limits set current_assistants = 1, used_call_time_seconds = 599, used_attachment_bytes = 5,
    period_anchor = now() - interval '40 days', period_start = now() - interval '40 days'
  where user_id = '10000000-0000-4000-8000-000000000001';
create temp view limits as select * from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001';

set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
update public.user_limits set plan_type = 'business' where user_id = '10000000-0000-4000-8000-000000000001';
reset role;
select results_eq($$select max_assistants, max_call_time_seconds, max_attachment_bytes from limits$$,
  $$select max_assistants, max_call_time_seconds, max_attachment_bytes from public.plans where plan_type = 'business'$$, 'the plan''s limits are copied');
select results_eq($$select current_assistants, used_call_time_seconds, used_attachment_bytes from limits$$,
  $$values (1::public.amount, 599::public.amount, 5::public.amount)$$, 'usage is kept');
select results_eq($$select period_start, period_end from limits$$,
  $$select now() - interval '40 days', (private.usage_month(now() - interval '40 days', now())).period_end$$,
  'a lifetime that becomes monthly ends with the current month of its anchor');
select ok((select not is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000001'), 'the trial ends on this path too');

update public.user_limits set max_assistants = 7 where user_id = '10000000-0000-4000-8000-000000000001';
select results_eq(
  $$select action_type, details #>> '{to,max_assistants}' from public.usage_logs
    where user_id = '10000000-0000-4000-8000-000000000001' and resource_type = 'user_limits' order by id$$,
  $$values ('plan_changed', '50'), ('limits_changed', '7')$$, 'limits set per user are on the log too');

update public.user_limits set period_start = now() - interval '70 days', period_end = now() - interval '1 day'
  where user_id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
select results_eq($$select used_call_time_seconds, current_assistants, used_attachment_bytes from limits$$,
  $$values (0::public.amount, 1::public.amount, 5::public.amount)$$, 'a period that is over is rolled first: call time starts anew, stocks stay');
select results_eq($$select period_start, period_end from limits$$,
  $$select * from private.usage_month(now() - interval '40 days', now())$$, 'and the period is the month that holds now');

update public.user_limits set used_call_time_seconds = 3000, current_assistants = 4 where user_id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set plan_type = 'free' where user_id = '10000000-0000-4000-8000-000000000001';
select results_eq($$select used_call_time_seconds, current_assistants, max_assistants, period_end from limits$$,
  $$values (3000::public.amount, 4::public.amount, 1::public.amount, null::timestamptz)$$, 'a downgrade keeps usage and excess assistants, and free never resets');
select is((select plan_type from public.user_limits where user_id = '10000000-0000-4000-8000-000000000002'), 'free', 'nobody else''s plan changed');
select * from finish();
rollback;
