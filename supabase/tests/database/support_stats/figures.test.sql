-- The desk's figures, checked against numbers that were worked out by hand.
begin;
select plan(20);
insert into auth.users (id, email, raw_user_meta_data) values
  ('10000000-0000-4000-8000-000000000001', 'owner@stats.test', '{}'), ('10000000-0000-4000-8000-000000000002', 'agent@stats.test', '{"full_name": "Ada Agent"}');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';

-- Ten tickets of a day in 2031: the n-th is answered after 10 n minutes and resolved after 100 n; two of them are urgent, and late.
alter table public.support_tickets disable trigger user;
insert into public.support_tickets (id, user_id, subject, description, category, priority, status, created_at, first_response_at, resolved_at)
select ('20000000-0000-4000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid, '10000000-0000-4000-8000-000000000001', 'n', 'd',
  case when n <= 4 then 'billing' else 'technical' end::public.ticket_category, case when n >= 9 then 'urgent' else 'low' end::public.ticket_priority,
  'resolved', '2031-03-03 08:00Z', timestamptz '2031-03-03 08:00Z' + n * interval '10 minutes', timestamptz '2031-03-03 08:00Z' + n * interval '100 minutes'
from generate_series(1, 10) n;
insert into public.support_tickets (user_id, subject, description, created_at) values ('10000000-0000-4000-8000-000000000001', 'open', 'd', '2031-03-03 09:00Z');
insert into public.support_tickets (user_id, subject, description, created_at) values ('10000000-0000-4000-8000-000000000001', 'later', 'd', '2031-03-04 00:00Z');
insert into public.support_tickets (user_id, subject, description, status, created_at, first_response_at, resolved_at)
select '10000000-0000-4000-8000-000000000001', 'dust', 'd', 'resolved', '2031-03-06 08:00Z', timestamptz '2031-03-06 08:00Z' + seconds * interval '1 second', '2031-03-06 09:00Z' from unnest(array[60, 77]) seconds;
alter table public.support_tickets enable trigger user;
insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, created_at)
select id, user_id, null, 'open', 'user', created_at from public.support_tickets where subject in ('n', 'open', 'later', 'dust') and user_id = '10000000-0000-4000-8000-000000000001';
insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, created_at)
select id, user_id, 'open', 'resolved', 'staff', resolved_at from public.support_tickets where subject in ('n', 'dust') and user_id = '10000000-0000-4000-8000-000000000001';
insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, agent_id, rating, satisfaction, created_at) values
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 1, '10000000-0000-4000-8000-000000000002', 5, null, '2031-03-03 20:00Z'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 1, '10000000-0000-4000-8000-000000000002', null, 'satisfied', '2031-03-03 20:00Z'),
  ('20000000-0000-4000-8000-000000000005', '10000000-0000-4000-8000-000000000001', 1, null, 1, 'very_satisfied', '2031-03-03 20:00Z');

set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
create temp table stats on commit drop as select public.support_stats('2031-03-03', '2031-03-04') as s;
select is((select (s -> 'volumes' ->> 'created')::integer from stats), 11, 'tickets of the day, the end excluded');
select is((select (s -> 'volumes' ->> 'resolved')::integer from stats), 9, 'resolutions of the day: the tenth is after midnight');
select is((select s -> 'volumes' -> 'by_category' from stats), '{"billing": 4, "general": 1, "technical": 6}'::jsonb, 'by category');
select is((select s -> 'volumes' -> 'by_priority' from stats), '{"low": 8, "medium": 1, "urgent": 2}'::jsonb, 'by priority');
select is((select s -> 'first_response' from stats), '{"count": 10, "median_seconds": 3300, "p90_seconds": 5460}'::jsonb, 'first responses: 10, 20 … 100 minutes');
select is((select s -> 'resolution' from stats), '{"count": 10, "median_seconds": 33000, "p90_seconds": 54600}'::jsonb, 'resolutions: 100, 200 … 1000 minutes');
select is(public.support_stats('2031-03-06', '2031-03-07') -> 'first_response', '{"count": 2, "median_seconds": 69, "p90_seconds": 75}'::jsonb, 'seconds are whole, without the dust of binary fractions');
select is((select (s #>> '{sla,first_response,met}')::integer || '/' || (s #>> '{sla,first_response,breached}') from stats), '8/2', 'the urgent ones were answered late');
select is((select (s #>> '{sla,resolution,kept_share}')::numeric from stats), 0.8, 'and resolved late');
select is((select (s -> 'csat') - 'by_agent' - 'by_category' from stats), '{"responses": 3, "average": 3.33, "satisfied_share": 0.6667}'::jsonb, 'a rating goes before a satisfaction');
select is((select s -> 'csat' -> 'by_agent' from stats),
  '[{"agent_id": "10000000-0000-4000-8000-000000000002", "full_name": "Ada Agent", "responses": 2, "average": 4.5, "satisfied_share": 1},
    {"agent_id": null, "full_name": null, "responses": 1, "average": 1, "satisfied_share": 0}]'::jsonb, 'by agent');
select is((select jsonb_path_query_array(s, '$.csat.by_category[*].category') from stats), '["technical", "billing"]'::jsonb, 'and category');
select is((select s -> 'first_response' from (select public.support_stats('2030-01-01', '2030-01-02') as s) e),
  '{"count": 0, "median_seconds": null, "p90_seconds": null}'::jsonb, 'of a day without tickets nothing is invented');
select throws_ok($$select public.support_stats('2031-01-01', '2033-01-01')$$, 'PT422', null, 'a range is at most 366 days');
select throws_ok(format('select public.support_stats(%L, %L)', first, last), 'PT422', null, format('no range from %s to %s', first, last))
from (values ('1999-12-31', '2000-01-02'), ('4000-01-01 BC', '4000-01-02 BC'), ('2100-12-31', '2101-01-02'), ('20000-01-01', '20000-01-02'),
  ('-infinity', 'infinity')) range (first, last);
select ok(public.support_stats('2100-12-31T00:00:00Z', '2101-01-01T00:00:00Z') ? 'range', 'but the last day of 2100');
select * from finish();
rollback;
