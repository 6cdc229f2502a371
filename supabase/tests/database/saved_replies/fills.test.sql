-- Saved replies: what they may hold, and what a ticket makes of them.
begin;
select plan(6);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'olga@saved.test'), ('10000000-0000-4000-8000-000000000002', 'ada@saved.test');
update public.profiles set full_name = '{{subject}}' where email = 'olga@saved.test';
update public.profiles set role = 'agent', full_name = 'Ada' where email = 'ada@saved.test';
insert into public.support_tickets (id, user_id, subject, description) values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.');
insert into public.saved_replies (id, team, title, body)
values ('30000000-0000-4000-8000-000000000001', 'billing', 'Hello', 'Dear {{customer_name}}, about {{ticket_number}}: {{subject}}. {{agent_name}}');
select set_config('request.jwt.claims', '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}', true);
select is(public.fill_saved_reply('30000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001'),
  'Dear {{subject}}, about ' || (select ticket_number from public.support_tickets where subject = 'Help') || ': Help. Ada',
  'placeholders are filled once, whatever a name says');
select throws_ok($$select public.fill_saved_reply(gen_random_uuid(), '20000000-0000-4000-8000-000000000001')$$, 'PT404', null, 'no such reply');
select throws_ok($$insert into public.saved_replies (title, body) values ('X', 'Dear {{name}}')$$, '23514', null, 'an unknown placeholder');
select throws_ok($$insert into public.saved_replies (title, body) values ('X', 'Dear {{subject')$$, '23514', null, 'half a placeholder');
select throws_ok($$insert into public.saved_replies (team, title, body) values ('billing', 'Hello', 'Twice')$$, '23505', null, 'a title is a team''s own');
select lives_ok($$insert into public.saved_replies (team, title, body) values (null, 'Hello', 'For all')$$, 'another team has its own');
select * from finish();
rollback;
