-- A rating stays when its agent's account goes, also when somebody who is signed in deletes the account after the rating is fixed.
begin;
select plan(2);
insert into auth.users (id, email) values
  ('3b000000-0000-4000-8000-000000000001', 'owner@rated.test'), ('3b000000-0000-4000-8000-000000000002', 'agent@rated.test');
update public.profiles set role = 'agent' where id = '3b000000-0000-4000-8000-000000000002';
insert into public.support_tickets (id, user_id, subject, description)
values ('3b000000-0000-4000-8000-00000000000a', '3b000000-0000-4000-8000-000000000001', 'Help', 'It broke.');
insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, agent_id, rating, created_at) values
  ('3b000000-0000-4000-8000-00000000000a', '3b000000-0000-4000-8000-000000000001', 1, '3b000000-0000-4000-8000-000000000002', 5,
    now() - interval '1 day');
select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "3b000000-0000-4000-8000-000000000001"}', true);
select throws_ok($$update public.ticket_surveys set rating = 5 where ticket_id = '3b000000-0000-4000-8000-00000000000a'$$,
  'PT409', null, 'a rating of yesterday is fixed, even for what it says already');
delete from auth.users where id = '3b000000-0000-4000-8000-000000000002';
select results_eq($$select rating::integer, agent_id from public.ticket_surveys where ticket_id = '3b000000-0000-4000-8000-00000000000a'$$,
  $$values (5, null::uuid)$$, 'and forgets the agent who is deleted');
select * from finish();
rollback;
