-- A trial ends once and for ever, with its reason on the log.
begin;
select plan(4);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'one@end.test'), ('10000000-0000-4000-8000-000000000002', 'two@end.test');
select private.end_demo('10000000-0000-4000-8000-000000000001', 'enrolment');
select private.end_demo('10000000-0000-4000-8000-000000000001', 'hosted_class');

select ok((select not is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000001'), 'the trial is over');
select results_eq(
  $$select details from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'demo_ended'$$,
  $$values ('{"reason": "enrolment"}'::jsonb)$$, 'the first reason counts, once');
select ok((select is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000002'), 'nobody else''s is');
select lives_ok($$select private.end_demo('10000000-0000-4000-8000-0000000000ff', 'role')$$, 'nobody''s trial is no error');
select * from finish();
rollback;
