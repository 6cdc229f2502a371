-- Every cell of the transition table, by owner, staff, the secret key and the system: the new status, or the refusal's code.
begin;
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@transitions.test'), ('10000000-0000-4000-8000-000000000002', 'agent@transitions.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';
insert into public.support_tickets (id, user_id, subject, description)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.');

-- Puts the ticket into a state that it could have reached, past the rules under test.
create function pg_temp.put(p_status public.ticket_status, p_since interval default '1 day') returns void language plpgsql as $$
begin
  alter table public.support_tickets disable trigger user;
  update public.support_tickets set status = p_status, status_changed_at = now() - p_since,
    resolved_at = case when p_status = 'resolved' then now() - p_since end,
    closed_at = case when p_status = 'closed' then now() - p_since end,
    resolution_cycle = 1, survey_completed = p_status in ('resolved', 'closed');
  alter table public.support_tickets enable trigger user;
end;
$$;

create function pg_temp.move(p_party text, p_to public.ticket_status) returns text language plpgsql as $$
declare
  v_hint text;
begin
  perform set_config('request.jwt.claims', case p_party
    when 'owner' then '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}'
    when 'staff' then '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}'
    when 'secret key' then '{"role": "service_role"}'
    else '' end, true);
  begin
    if p_party in ('owner', 'staff') then
      set local role authenticated;
    elsif p_party = 'secret key' then
      set local role service_role;
    end if;
    update public.support_tickets set status = p_to where id = '20000000-0000-4000-8000-000000000001';
    reset role;
    perform set_config('request.jwt.claims', '', true);
    return p_to;
  exception when others then
    get stacked diagnostics v_hint = pg_exception_hint;
    perform set_config('request.jwt.claims', '', true);
    return v_hint;
  end;
end;
$$;

create temp table cells (party text, from_status public.ticket_status, allowed public.ticket_status[]) on commit drop;
insert into cells values
  ('staff', 'open', '{in_progress,waiting,resolved,closed}'), ('staff', 'in_progress', '{open,waiting,resolved,closed}'),
  ('staff', 'waiting', '{open,in_progress,resolved,closed}'), ('staff', 'resolved', '{open,closed}'), ('staff', 'closed', '{open}'),
  ('owner', 'open', '{closed}'), ('owner', 'in_progress', '{closed}'), ('owner', 'waiting', '{closed}'),
  ('owner', 'resolved', '{open,closed}'), ('owner', 'closed', '{open}'),
  ('system', 'open', '{}'), ('system', 'in_progress', '{}'), ('system', 'waiting', '{resolved}'), ('system', 'resolved', '{closed}'), ('system', 'closed', '{}');
insert into cells select 'secret key', from_status, allowed from cells where party = 'staff';

select plan(100 + 16);
select is(moved.result, case when to_status = any (allowed || from_status) then to_status::text else 'transition_not_allowed' end,
  format('%s: %s to %s', party, from_status, to_status))
from cells cross join unnest(enum_range(null::public.ticket_status)) to_status
cross join lateral (select pg_temp.put(from_status), pg_temp.move(party, to_status) as result offset 0) moved;

-- The window of a reopening: from the resolution, else the closing; for the owner only.
select pg_temp.put('resolved', '14 days');
select is(pg_temp.move('owner', 'open'), 'open', 'an owner reopens at the last moment of 14 days');
select pg_temp.put('resolved', '14 days 1 second');
select is(pg_temp.move('owner', 'open'), 'reopen_window_over', 'an owner does not reopen a ticket resolved longer ago');
select is(pg_temp.move('staff', 'open'), 'open', 'staff do');
select pg_temp.put('closed', '14 days 1 second');
select is(pg_temp.move('owner', 'open'), 'reopen_window_over', 'an owner does not reopen a ticket closed longer ago');
select pg_temp.put('resolved', '13 days');
select is(pg_temp.move('owner', 'closed'), 'closed', 'a resolved ticket can be closed');
alter table public.support_tickets disable trigger user;
update public.support_tickets set resolved_at = now() - interval '15 days';
alter table public.support_tickets enable trigger user;
select is(pg_temp.move('owner', 'open'), 'reopen_window_over', 'of a ticket resolved and then closed the resolution counts');

-- Stamps.
select pg_temp.put('in_progress');
delete from public.notifications;
select pg_temp.move('staff', 'resolved');
select results_eq($$select resolved_at, closed_at, status_changed_at, resolution_cycle from public.support_tickets$$,
  $$values (now(), null::timestamptz, now(), 1)$$, 'a resolution is stamped');
select results_eq($$select user_id, kind, subject_id, data -> 'is_survey_invited' from public.notifications$$,
  $$values ('10000000-0000-4000-8000-000000000001'::uuid, 'ticket_resolved', '20000000-0000-4000-8000-000000000001'::uuid, 'true'::jsonb)$$,
  'and told to the owner, once, with an invitation to rate it');
select results_eq($$select from_status::text, to_status::text, actor_kind::text, actor_id from public.ticket_events order by id desc limit 1$$,
  $$values ('in_progress', 'resolved', 'staff', '10000000-0000-4000-8000-000000000002'::uuid)$$, 'and recorded with its actor');
select pg_temp.move('system', 'closed');
select results_eq($$select resolved_at, closed_at, resolution_cycle from public.support_tickets$$,
  $$values (now(), now(), 1)$$, 'closing keeps the resolution');
select results_eq($$select to_status::text, actor_kind::text, actor_id from public.ticket_events order by id desc limit 1$$,
  $$values ('closed', 'system', null::uuid)$$, 'the system closes as the system');
select pg_temp.put('resolved');
select pg_temp.move('owner', 'open');
select results_eq($$select resolved_at, closed_at, resolution_cycle, survey_completed from public.support_tickets$$,
  $$values (null::timestamptz, null::timestamptz, 2, false)$$, 'reopening starts a new cycle that is not rated');
select results_eq($$select to_status::text, actor_kind::text, actor_id from public.ticket_events order by id desc limit 1$$,
  $$values ('open', 'user', '10000000-0000-4000-8000-000000000001'::uuid)$$, 'the owner is recorded as a user');

-- An agent is the customer of his own ticket.
insert into public.support_tickets (id, user_id, subject, description)
values ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000002', 'Mine', 'My own.');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select throws_ok($$update public.support_tickets set status = 'resolved' where id = '20000000-0000-4000-8000-000000000002'$$,
  'PT409', null, 'an agent does not resolve his own ticket');
select throws_ok($$update public.support_tickets set priority = 'urgent' where id = '20000000-0000-4000-8000-000000000002'$$,
  'PT403', null, 'nor prioritise it');
select throws_ok($$update public.support_tickets set user_id = '10000000-0000-4000-8000-000000000002' where id = '20000000-0000-4000-8000-000000000001'$$,
  'PT403', null, 'a ticket keeps its owner, whoever writes');
select * from finish();
rollback;
