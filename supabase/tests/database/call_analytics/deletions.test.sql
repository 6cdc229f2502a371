-- Analytics through deletions: an assistant's calls keep its id, an account's vanish with it, and a closing one costs nothing.
begin;
select plan(7);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'dee@deletion.test');
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
insert into public.assistants (id, user_id, name, vapi_assistant_id) values
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'One', 'va-one'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'Two', 'va-two');
insert into public.call_logs (user_id, assistant_id, vapi_call_id, status, outcome, started_at, ended_at)
select '10000000-0000-4000-8000-000000000001', ('20000000-0000-4000-8000-00000000000' || 1 + n % 2)::uuid, 'del-' || n, 'ended', 'completed',
  '2026-03-01 10:00Z', '2026-03-01 10:01Z' from generate_series(0, 3) n;

delete from public.assistants where user_id = '10000000-0000-4000-8000-000000000001';
select is((select count(*) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001' and assistant_id is not null), 4::bigint,
  'the calls keep their assistants');
select results_eq('select assistant_id, calls from public.call_analytics where user_id = ''10000000-0000-4000-8000-000000000001'' order by 1', $$
  values ('20000000-0000-4000-8000-000000000001'::uuid, 2), ('20000000-0000-4000-8000-000000000002', 2)
$$, 'analytics does not');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
set local role authenticated;
select results_eq($$
  select entry ->> 'name', (entry ->> 'is_deleted')::boolean, (entry ->> 'total_calls')::integer
  from jsonb_array_elements(public.analytics_dashboard('2026-03-01', '2026-03-01') -> 'by_assistant') entry order by 1
$$, $$values ('One', true, 2), ('Two', true, 2)$$, 'the dashboard names them still');
reset role;

delete from public.call_logs where vapi_call_id = 'del-0';
select is((select sum(calls) from public.call_analytics_days where user_id = '10000000-0000-4000-8000-000000000001'), 3::bigint,
  'a deleted call leaves the sums');
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000001';
delete from public.call_logs where vapi_call_id = 'del-1';
select is((select sum(calls) from public.call_analytics_days where user_id = '10000000-0000-4000-8000-000000000001'), 3::bigint,
  'a purge does not pay for analytics that nobody will read');
select lives_ok('delete from auth.users where id = ''10000000-0000-4000-8000-000000000001''', 'a user with calls can be deleted');
select is((select count(*) from public.call_analytics) + (select count(*) from public.call_analytics_days)
  + (select count(*) from private.analytics_calendars where user_id = '10000000-0000-4000-8000-000000000001'),
  (select count(*) from public.call_analytics where user_id <> '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.call_analytics_days where user_id <> '10000000-0000-4000-8000-000000000001'), 'and nothing of his is left');
select * from finish();
rollback;
