-- What a new ticket is, how many a customer may open, and what its texts may be.
begin;
select plan(13);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@creation.test'), ('10000000-0000-4000-8000-000000000002', 'agent@creation.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
insert into public.support_tickets (subject, description) values ('Help', 'It broke.');
select results_eq(
  $$select user_id, status::text, priority::text, category::text, resolution_cycle, message_count, survey_completed from public.support_tickets$$,
  $$values ('10000000-0000-4000-8000-000000000001'::uuid, 'open', 'medium', 'general', 1, 0, false)$$, 'a ticket is its author''s, open and unrated');
select matches((select ticket_number from public.support_tickets), '^SB-[0-9]{6,}$', 'and has a number');
select results_eq($$select from_status::text, to_status::text, actor_kind::text, actor_id from public.ticket_events$$,
  $$values (null, 'open', 'user', '10000000-0000-4000-8000-000000000001'::uuid)$$, 'and its first transition');
select throws_ok($$insert into public.support_tickets (subject, description) values ('', 'b')$$, '23514', null, 'an empty subject is refused');
select throws_ok($$insert into public.support_tickets (subject, description) values (E' \n', 'b')$$, '23514', null, 'a blank subject is refused');
select throws_ok($$insert into public.support_tickets (subject, description) values (repeat('é', 201), 'b')$$, '23514', null, 'a subject of 201 characters is refused');
select lives_ok($$insert into public.support_tickets (subject, description) values (repeat('é', 200), repeat('é', 10000))$$, '200 and 10,000 are not');
select throws_ok($$insert into public.support_tickets (subject, description) values ('a', repeat('x', 10001))$$, '23514', null, 'a description of 10,001 characters is refused');
select lives_ok($$insert into public.support_tickets (subject, description) select 'n', 'd' from generate_series(1, 18)$$, 'twenty a day');
select throws_ok($$insert into public.support_tickets (subject, description) values ('a', 'b')$$, 'PGRST', null, 'the twenty-first is too many');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select lives_ok($$insert into public.support_tickets (subject, description) select 'n', 'd' from generate_series(1, 30)$$, 'staff are not limited');

-- Numbers do not shrink when they outgrow their zeros.
reset role;
insert into public.support_tickets (user_id, number, subject, description) overriding system value
values ('10000000-0000-4000-8000-000000000001', 12345678, 'a', 'b');
select is((select ticket_number from public.support_tickets where number = 12345678), 'SB-12345678', 'a long number is kept whole');

delete from auth.users where id = '10000000-0000-4000-8000-000000000001';
select is_empty($$select from public.support_tickets where user_id = '10000000-0000-4000-8000-000000000001'$$, 'a ticket goes with its owner');
select * from finish();
rollback;
