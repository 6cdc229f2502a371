-- The owner's wish: counted from the first time, taken back at will, refused to the last admin and while closing.
begin;
select plan(13);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@wish.test'), ('10000000-0000-4000-8000-000000000002', 'admin@wish.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000002';
select throws_ok('set local role anon; select public.request_account_deletion()', '42501', null, 'nobody asks for nobody');
reset role;
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is((public.request_account_deletion() ->> 'deleted_after')::timestamptz, now() + interval '7 days', 'it can be taken back for seven days');
reset role;
update public.profiles set deletion_requested_at = now() - interval '2 days' where id = '10000000-0000-4000-8000-000000000001';
set local role authenticated;
select is((public.request_account_deletion() ->> 'deleted_after')::timestamptz, now() + interval '5 days', 'asking again does not start over');
select is((select account_status::text from public.profiles), 'active', 'until then the account is as it was');
select lives_ok('select public.cancel_account_deletion()', 'it is taken back');
select is((select deletion_requested_at from public.profiles), null, 'and forgotten');
select lives_ok('select public.cancel_account_deletion()', 'taking back nothing is no error');
reset role;
select results_eq($$select action_type, count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type like 'deletion%' group by 1 order by 1$$,
  $$values ('deletion_cancelled', 1::bigint), ('deletion_requested', 1)$$, 'both are on record');
select is((select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001' and kind = 'deletion_requested'), 1::bigint, 'and the owner is told, should it not have been him');
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000001';
set local role authenticated;
select throws_ok('select public.request_account_deletion()', 'PT409', null, 'a closing account cannot ask');
select throws_ok('select public.cancel_account_deletion()', 'PT409', null, 'nor take back');
reset role;
-- Whoever else is an admin in this database is none for the moment.
update public.profiles set account_status = 'suspended' where role = 'admin' and id <> '10000000-0000-4000-8000-000000000002';
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select throws_ok('select public.request_account_deletion()', 'PT409', null, 'the last admin stays');
reset role;
update public.profiles set deletion_requested_at = now() - interval '8 days' where id = '10000000-0000-4000-8000-000000000002';
select ok(not private.close_account('10000000-0000-4000-8000-000000000002', 'request', now()), 'also when he became the last one later');
select * from finish();
rollback;
