-- Numbers: well-formed, once, of the same owner as their assistant, and given back on every path.
begin;
select plan(19);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@numbers.test'), ('10000000-0000-4000-8000-000000000002', 'other@numbers.test');
insert into public.assistants (id, user_id, name) values
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Mine'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000002', 'Another''s');
create function pg_temp.import(p_number text, p_sid text, p_user text default '10000000-0000-4000-8000-000000000001', p_status text default 'importing') returns void
language sql as $$
  insert into public.phone_numbers (user_id, provider, phone_number, twilio_account_sid, status, vapi_phone_id)
  values (p_user::uuid, 'twilio', p_number, p_sid, p_status::public.phone_number_status, 'vp-' || p_number || p_user);
$$;
select throws_ok(format('select pg_temp.import(%L, ''AC00000000000000000000000000000001'')', number), '23514', null, number || ' is no E.164')
from unnest(array['15550100', '+05550100', '+1555 0100', '+1234567890123456', '+']) number;
select throws_ok(format('select pg_temp.import(''+15550100'', %L)', sid), '23514', null, sid || ' is no account SID')
from unnest(array['AC123', 'SK00000000000000000000000000000001', 'AC0000000000000000000000000000000g']) sid;
select throws_ok($$insert into public.phone_numbers (user_id, provider, phone_number) values ('10000000-0000-4000-8000-000000000001', 'twilio', '+15550100')$$, '23514', null, 'a Twilio number names its account');
select throws_ok($$insert into public.phone_numbers (user_id, provider, status) values ('10000000-0000-4000-8000-000000000001', 'vapi', 'active')$$, '23514', null, 'an active number is at VAPI');

select pg_temp.import('+15550111', 'AC00000000000000000000000000000001', p_status => 'active');
select lives_ok($$select pg_temp.import('+15550111', 'AC00000000000000000000000000000002', '10000000-0000-4000-8000-000000000002')$$, 'another may try the same number');
select throws_ok($$update public.phone_numbers set status = 'active' where user_id = '10000000-0000-4000-8000-000000000002'$$, '23505', null, 'but it is accepted once');

set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select throws_ok($$update public.phone_numbers set assistant_id = '20000000-0000-4000-8000-000000000002'$$, '23503', null, 'another''s assistant cannot be assigned');
select throws_ok($$update public.phone_numbers set assistant_id = '20000000-0000-4000-8000-000000000099'$$, '23503', null, 'nor one that is not there: the same answer');
select lives_ok($$update public.phone_numbers set assistant_id = '20000000-0000-4000-8000-000000000001', friendly_name = 'Main'$$, 'one''s own can');
delete from public.assistants;
reset role;
set local request.jwt.claims = '';
select is((select assistant_id from public.phone_numbers where user_id = '10000000-0000-4000-8000-000000000001'), null, 'the number outlives its assistant');

insert into public.phone_numbers (user_id, provider, area_code) values ('10000000-0000-4000-8000-000000000001', 'vapi', '415');
select throws_ok($$insert into public.phone_numbers (user_id, provider, area_code) values ('10000000-0000-4000-8000-000000000001', 'vapi', '415')$$, 'PT402', null, 'free has one number from VAPI');
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
insert into public.phone_numbers (user_id, provider, area_code, vapi_phone_id, status, created_at)
  select '10000000-0000-4000-8000-000000000001', 'vapi', '415', 'vp-excess-' || n, 'active', now() + n * interval '1 second' from generate_series(1, 2) n;
update public.user_limits set plan_type = 'free' where user_id = '10000000-0000-4000-8000-000000000001';
select set_eq($$select resource_id from public.tasks where kind = 'release_phone_number'$$, array['vp-excess-1', 'vp-excess-2'], 'a downgrade gives the newer ones back');
delete from auth.users where id = '10000000-0000-4000-8000-000000000001';
select ok(exists (select from public.tasks where kind = 'release_phone_number' and resource_id like 'vp-+15550111%'), 'deleting the user gives every number back');
select * from finish();
rollback;
