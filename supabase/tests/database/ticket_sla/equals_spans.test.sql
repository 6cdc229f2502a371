-- The clock is a sum of starts and stops. Here it is told span by span instead, of many tickets with every kind of history:
-- both are the same to the second.
begin;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@spans.test');
select setseed(0.5);
-- Up to nine moves of a ticket, each minutes to hours after the last, in some order of statuses without a status twice in a row.
create temp table moves on commit drop as
select ticket, place, at, (array['open', 'in_progress', 'waiting', 'resolved', 'closed'])[1 + way % 5]::public.ticket_status as status
from (
  select ticket, place, now() - interval '60 days' + sum(random() * interval '400 minutes') over (partition by ticket order by place) as at,
    sum(case place when 1 then 5 else 1 + floor(random() * 4)::integer end) over (partition by ticket order by place) as way
  from generate_series(1, 400) ticket cross join generate_series(1, 9) place
  where place <= 1 + ticket % 9
) walk;
alter table public.support_tickets disable trigger user;
insert into public.support_tickets (id, user_id, subject, description, priority, status, created_at, first_response_at, resolved_at, closed_at)
select ('20000000-0000-4000-8000-' || lpad(ticket::text, 12, '0'))::uuid, '10000000-0000-4000-8000-000000000001', 'spans', 'd', 'medium',
  (array_agg(status order by place desc))[1], min(at), case when ticket % 3 > 0 then min(at) + random() * (now() - min(at)) * (ticket % 5 / 40.0) end,
  case when (array_agg(status order by place desc))[1] = 'resolved' then max(at) end,
  case when (array_agg(status order by place desc))[1] = 'closed' then max(at) end
from moves group by ticket;
alter table public.support_tickets enable trigger user;
insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, created_at)
select ('20000000-0000-4000-8000-' || lpad(ticket::text, 12, '0'))::uuid, '10000000-0000-4000-8000-000000000001',
  lag(status) over (partition by ticket order by place), status, 'system', at
from moves order by ticket, place;

create temp table spans on commit drop as
select id, first_response_at, started_at, greatest(ended_at, started_at) as ended_at
from (
  select t.id, t.first_response_at, e.to_status, e.created_at as started_at,
    coalesce(lead(e.created_at) over (partition by t.id order by e.id), now()) as ended_at
  from public.support_tickets t join public.ticket_events e on e.ticket_id = t.id
  where t.subject = 'spans'
) every
where to_status in ('open', 'in_progress');
create temp table clocks on commit drop as
select id, coalesce(ceil(extract(epoch from sum(greatest(least(ended_at, first_response_at) - started_at, '0')))), 0)::bigint as first_response_seconds,
  coalesce(ceil(extract(epoch from sum(ended_at - started_at))), 0)::bigint as resolution_seconds
from spans group by id;

select plan(3);
select results_eq(
  $$select s.ticket_id, s.first_response_seconds, s.resolution_seconds from public.ticket_sla s join clocks c on c.id = s.ticket_id order by 1$$,
  $$select id, first_response_seconds, resolution_seconds from clocks order by 1$$, 'every clock is what its spans add up to');
select is((select count(*)::integer from clocks), 400, 'of every ticket');
select cmp_ok((select count(distinct (first_response_seconds, resolution_seconds))::integer from clocks where first_response_seconds < resolution_seconds),
  '>', 100, 'many of which are answered while they run');
select * from finish();
rollback;
