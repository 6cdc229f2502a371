-- The desk's queue: who waits longest first, page by page, and at the cost of the page.
begin;
select plan(9);
insert into auth.users (id, email)
select ('10000000-0000-4000-8000-00000000000' || n)::uuid, n || '@queue.test' from generate_series(1, 4) n;
update public.profiles set role = 'agent' where id in ('10000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000004');

-- Of 20,000 tickets 200 are open, one in ten of these is the agent's.
alter table public.support_tickets disable trigger user;
delete from public.support_tickets;
insert into public.support_tickets (user_id, subject, description, status, status_changed_at, closed_at, assigned_to)
select ('10000000-0000-4000-8000-00000000000' || 1 + n % 2)::uuid, n::text, 'd',
  case when n % 100 = 0 then 'open' else 'closed' end::public.ticket_status, now() - n * interval '1 minute',
  case when n % 100 <> 0 then now() end, case when n % 1000 in (0, 1) then '10000000-0000-4000-8000-000000000003'::uuid end
from generate_series(1, 20000) n;
alter table public.support_tickets enable trigger user;
analyze public.support_tickets;

\ir ../buffers.psql

set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select throws_ok('select * from public.ticket_queue()', 'PT403', null, 'a customer has no queue, not even of his own');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}';
select results_eq($$select subject from public.ticket_queue(p_limit => 3)$$, $$values ('20000'), ('19900'), ('19800')$$,
  'the longest in its status comes first');
select results_eq($$
    select subject from public.ticket_queue(p_limit => 2,
      p_after_status_changed_at => (select status_changed_at from public.support_tickets where subject = '19900'),
      p_after_id => (select id from public.support_tickets where subject = '19900'))$$,
  $$values ('19800'), ('19700')$$, 'a page goes on after the last row of the one before');
select results_eq($$select subject from public.ticket_queue(p_assigned_to => auth.uid(), p_limit => 2)$$,
  $$values ('20000'), ('19000')$$, 'of one agent');
select results_eq($$select subject from public.ticket_queue(p_is_unassigned => true, p_limit => 2)$$,
  $$values ('19900'), ('19800')$$, 'of nobody');
select is((select count(*) from public.ticket_queue('closed', p_limit => 100000)), 100::bigint, 'a page has at most a hundred');
select is((select count(*) from public.ticket_queue('waiting')), 0::bigint, 'an empty queue is empty');

select cmp_ok(pg_temp.buffers('select * from public.ticket_queue(p_limit => 20)'), '<', 150::bigint, 'a page costs what it shows');
select cmp_ok(pg_temp.buffers('select * from public.ticket_queue(p_assigned_to => auth.uid(), p_limit => 20)'), '<', 150::bigint,
  'of one agent as well');
select * from finish();
rollback;
