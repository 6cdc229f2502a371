-- The export holds what every domain has of the caller, and of nobody else.
begin;
select plan(8);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@export.test'), ('10000000-0000-4000-8000-000000000002', 'other@export.test');
insert into public.assistants (user_id, name) values ('10000000-0000-4000-8000-000000000001', 'My assistant'), ('10000000-0000-4000-8000-000000000002', 'Foreign assistant');
insert into public.call_logs (user_id, vapi_call_id, transcript) values ('10000000-0000-4000-8000-000000000001', 'call-of-mine', 'my words'), ('10000000-0000-4000-8000-000000000002', 'call-of-another', 'foreign words');
select throws_ok('set local role anon; select public.export_my_data()', '42501', null, 'not for nobody');
reset role;
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select set_eq('select json_object_keys(public.export_my_data())', array['exported_at', 'next_cursor', 'accounts', 'classes', 'mail', 'support', 'voice'], 'every domain contributes');
select is(public.export_my_data() ->> 'next_cursor', null, 'a small account is one page');
select is(public.export_my_data() #>> '{accounts,profile,0,email}', 'owner@export.test', 'the profile');
select is(public.export_my_data() #>> '{voice,assistants,0,name}', 'My assistant', 'the assistants');
select is(public.export_my_data() #>> '{voice,calls,0,transcript}', 'my words', 'the calls with what was said');
select ok(public.export_my_data()::text !~ 'oreign|other@export|10000000-0000-4000-8000-000000000002', 'nothing of another');
select ok(public.export_my_data()::text !~ 'call-of-mine', 'no provider''s ids');
select * from finish();
rollback;
