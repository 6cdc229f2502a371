-- Staff hear that a ticket is theirs, and that it will be or is too late: the assignee, or all while nobody has it; each target once a cycle.
begin;
select plan(8);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'customer@sla.test'), ('10000000-0000-4000-8000-000000000002', 'agent@sla.test'),
  ('10000000-0000-4000-8000-000000000003', 'second@sla.test');
update public.profiles set role = 'agent' where email in ('agent@sla.test', 'second@sla.test');
insert into public.support_tickets (id, user_id, subject, description, priority) values
  ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Late', 'x', 'urgent');
create function pg_temp.told(p_kind text) returns bigint language sql as $$
  select count(*) from public.notifications n join public.profiles p on p.id = n.user_id
  where n.kind = p_kind and n.subject_id = '30000000-0000-4000-8000-000000000001' and p.email like '%@sla.test';
$$;
create function pg_temp.age(p_by interval) returns void language plpgsql as $$
begin
  alter table public.support_tickets disable trigger user;
  update public.support_tickets set created_at = created_at - p_by, status_changed_at = status_changed_at - p_by where subject = 'Late';
  update public.ticket_events set created_at = created_at - p_by where ticket_id = '30000000-0000-4000-8000-000000000001';
  alter table public.support_tickets enable trigger user;
end;
$$;
select private.tell_sla(now());
select is(pg_temp.told('sla_at_risk'), 0::bigint, 'a new ticket is in time');
select pg_temp.age('58 minutes');
select private.tell_sla(now());
select is(pg_temp.told('sla_at_risk'), 2::bigint, 'both agents hear that a ticket of nobody''s waits for an answer');
select private.tell_sla(now());
select is(pg_temp.told('sla_at_risk'), 2::bigint, 'once');
update public.support_tickets set assigned_to = '10000000-0000-4000-8000-000000000002' where subject = 'Late';
select is(pg_temp.told('ticket_assigned'), 1::bigint, 'the assignee hears that it is theirs');
select pg_temp.age('10 minutes');
select private.tell_sla(now());
select is(pg_temp.told('sla_missed'), 1::bigint, 'the assignee alone hears that the answer is late');
select private.tell_sla(now());
select is(pg_temp.told('sla_missed'), 1::bigint, 'once');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}';
update public.support_tickets set assigned_to = '10000000-0000-4000-8000-000000000003' where subject = 'Late';
select is(pg_temp.told('ticket_assigned'), 1::bigint, 'whoever takes a ticket is not told');
reset request.jwt.claims;
select is((select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001' and kind like 'sla%'), 0::bigint, 'the customer hears nothing of it');
select * from finish();
rollback;
