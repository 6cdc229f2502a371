-- Unfinished tickets are assigned to people who are support staff now.
begin;
select plan(16);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@assignees.test'), ('10000000-0000-4000-8000-000000000002', 'agent@assignees.test'),
  ('10000000-0000-4000-8000-000000000003', 'admin@assignees.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000003';

-- One ticket a status, the number of which it carries, and one of the admin's own; all assigned to the agent.
create function pg_temp.ticket(p_status public.ticket_status) returns uuid language sql as $$
  select ('20000000-0000-4000-8000-00000000000' || array_position(enum_range(null::public.ticket_status), p_status))::uuid;
$$;
insert into public.support_tickets (id, user_id, subject, description)
select pg_temp.ticket(status), '10000000-0000-4000-8000-000000000001', status, 'It broke.'
from unnest(enum_range(null::public.ticket_status)) status;
insert into public.support_tickets (id, user_id, subject, description)
values ('20000000-0000-4000-8000-000000000009', '10000000-0000-4000-8000-000000000003', 'Mine', 'It broke.');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
update public.support_tickets set assigned_to = '10000000-0000-4000-8000-000000000002';
update public.support_tickets set status = subject::public.ticket_status where subject <> 'Mine';

create function pg_temp.assigned() returns text language sql as $$
  select string_agg(subject, ' ' order by id) from public.support_tickets where assigned_to = '10000000-0000-4000-8000-000000000002';
$$;
select is(pg_temp.assigned(), 'open in_progress waiting resolved closed Mine', 'the agent has one of each');

-- The owner may not unassign somebody who is staff.
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
set local role authenticated;
select throws_ok($$update public.support_tickets set assigned_to = null where id = '20000000-0000-4000-8000-000000000001'$$, 'PT403', null,
  'an owner does not unassign an agent');
reset role;

savepoint agent;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}';
select lives_ok($$select public.admin_set_role('10000000-0000-4000-8000-000000000002', 'teacher')$$,
  'an admin whose own ticket the agent has can demote him');
select is(pg_temp.assigned(), 'resolved closed', 'what he had not finished goes back to the desk, what he had stays on record');
select throws_ok($$update public.support_tickets set assigned_to = '10000000-0000-4000-8000-000000000002' where id = pg_temp.ticket('open')$$,
  'PT422', null, 'and nothing is assigned to him again');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
insert into public.ticket_messages (ticket_id, body) select pg_temp.ticket(status), 'Still broken' from unnest('{open,waiting,resolved}'::public.ticket_status[]) status;
update public.support_tickets set status = 'open' where id = pg_temp.ticket('closed');
select is(pg_temp.assigned(), null, 'a ticket that is reopened loses him');
select is_empty($$select from public.notifications where user_id = '10000000-0000-4000-8000-000000000002' and kind = 'ticket_reply'$$,
  'nobody tells him what the customer writes');

rollback to agent;
reset request.jwt.claims;
update public.profiles set account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000002';
select is(pg_temp.assigned(), 'resolved closed', 'a suspended agent is released likewise');
update public.profiles set account_status = 'active' where id = '10000000-0000-4000-8000-000000000002';
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
update public.support_tickets set status = 'open' where id = pg_temp.ticket('closed');
select is(pg_temp.assigned(), 'resolved closed', 'an agent again, he keeps a ticket that is reopened');

rollback to agent;
reset request.jwt.claims;
update public.profiles set account_status = 'closing' where id = '10000000-0000-4000-8000-000000000002';
select is(pg_temp.assigned(), 'resolved closed', 'so is one whose account is closing');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}';
select throws_ok($$update public.support_tickets set assigned_to = '10000000-0000-4000-8000-000000000002' where id = pg_temp.ticket('open')$$,
  'PT422', null, 'who is given nothing again');

rollback to agent;
reset request.jwt.claims;
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000002';
select is(pg_temp.assigned(), 'open in_progress waiting resolved closed Mine', 'an agent who becomes an admin keeps his tickets');
update public.profiles set full_name = 'New name' where id = '10000000-0000-4000-8000-000000000002';
select is(pg_temp.assigned(), 'open in_progress waiting resolved closed Mine', 'so does one who changes his name');
savepoint admin;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select lives_ok($$select public.admin_set_role('10000000-0000-4000-8000-000000000002', 'member')$$, 'an admin can demote himself, a stranger to his tickets by then');
select is(pg_temp.assigned(), 'resolved closed', 'and is released as others are');
rollback to admin;
delete from auth.users where id = '10000000-0000-4000-8000-000000000002';
select is(pg_temp.assigned(), null, 'one who is gone has none');
select * from finish();
rollback;
