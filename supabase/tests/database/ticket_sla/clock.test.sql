-- The clock of the SLA: what runs, what pauses, and what the seconds mean, as data.
begin;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@sla.test');
-- Minutes ago at which each status began, ending with the present one; minutes ago of the first response.
create temp table stories (name text primary key, priority public.ticket_priority, history text, answered integer,
  response_minutes integer, response_state text, resolution_minutes integer, resolution_state text, is_due boolean) on commit drop;
insert into stories values
  ('just opened', 'urgent', 'open:1', null, 1, 'on_track', 1, 'on_track', true),
  ('open for 44 of 60 minutes', 'urgent', 'open:44', null, 44, 'on_track', 44, 'on_track', true),
  ('open for 45 of 60 minutes', 'urgent', 'open:45', null, 45, 'at_risk', 45, 'on_track', true),
  ('open for 61 minutes', 'urgent', 'open:61', null, 61, 'breached', 61, 'on_track', true),
  ('answered in time, open for long', 'urgent', 'open:200,in_progress:150', 150, 50, 'met', 200, 'at_risk', true),
  ('answered late', 'urgent', 'open:200', 130, 70, 'breached', 200, 'at_risk', true),
  ('too long in all', 'urgent', 'open:241', 240, 1, 'met', 241, 'breached', true),
  ('waiting pauses', 'urgent', 'open:1000,waiting:990,in_progress:50', 995, 5, 'met', 60, 'on_track', true),
  ('waiting pauses the response too', 'urgent', 'open:1000,waiting:970,open:10', null, 40, 'on_track', 40, 'on_track', true),
  ('still waiting', 'urgent', 'open:1000,waiting:990', 995, 5, 'met', 10, 'on_track', false),
  ('resolved in time', 'urgent', 'open:1000,resolved:800', 990, 10, 'met', 200, 'met', false),
  ('resolved late', 'urgent', 'open:1000,resolved:700', 990, 10, 'met', 300, 'breached', false),
  ('closed without an answer', 'urgent', 'open:1000,closed:990', null, 10, 'not_needed', 10, 'met', false),
  ('between resolution and reopening nothing runs', 'urgent', 'open:9000,resolved:8900,closed:5000,open:20', 8990, 10, 'met', 120, 'on_track', true),
  ('high', 'high', 'open:239', null, 239, 'at_risk', 239, 'on_track', true),
  ('high, late', 'high', 'open:1441', null, 1441, 'breached', 1441, 'breached', true),
  ('medium', 'medium', 'open:479', null, 479, 'at_risk', 479, 'on_track', true),
  ('medium, late', 'medium', 'open:2881', null, 2881, 'breached', 2881, 'breached', true),
  ('low', 'low', 'open:1439', null, 1439, 'at_risk', 1439, 'on_track', true),
  ('low, late', 'low', 'open:7201', null, 7201, 'breached', 7201, 'breached', true);

alter table public.support_tickets disable trigger user;
with changes as (
  select name, priority, answered, ordinality, split_part(step, ':', 1)::public.ticket_status as status,
    now() - split_part(step, ':', 2)::integer * interval '1 minute' as at
  from stories cross join unnest(string_to_array(history, ',')) with ordinality steps (step, ordinality)
), tickets as (
  insert into public.support_tickets (user_id, subject, description, priority, status, created_at, first_response_at, resolved_at, closed_at)
  select '10000000-0000-4000-8000-000000000001', name, 'd', priority, (array_agg(status order by ordinality desc))[1], min(at),
    now() - answered * interval '1 minute',
    case when (array_agg(status order by ordinality desc))[1] = 'resolved' then max(at) end,
    case when (array_agg(status order by ordinality desc))[1] = 'closed' then max(at) end
  from changes group by name, priority, answered
  returning id, subject
)
insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, created_at)
select t.id, '10000000-0000-4000-8000-000000000001', lag(c.status) over (partition by c.name order by c.ordinality), c.status, 'system', c.at
from changes c join tickets t on t.subject = c.name order by c.name, c.ordinality;
alter table public.support_tickets enable trigger user;

select plan((select count(*) from stories)::integer + 2);
select is(
  format('%s %s, %s %s, %s', s.first_response_seconds / 60, s.first_response_state, s.resolution_seconds / 60, s.resolution_state, s.resolution_due_at is not null),
  format('%s %s, %s %s, %s', stories.response_minutes, stories.response_state, stories.resolution_minutes, stories.resolution_state, stories.is_due),
  stories.name)
from stories join public.support_tickets t on t.subject = stories.name join public.ticket_sla s on s.ticket_id = t.id;
select results_eq($$select first_response_due_at, resolution_due_at from public.ticket_sla s join public.support_tickets t on t.id = s.ticket_id where t.subject = 'open for 45 of 60 minutes'$$,
  $$values (now() + interval '15 minutes', now() + interval '195 minutes')$$, 'due is when the target is used up, if nothing pauses');
select is((select count(*)::integer from public.ticket_sla s join public.support_tickets t on t.id = s.ticket_id where t.user_id = '10000000-0000-4000-8000-000000000001'),
  (select count(*)::integer from stories), 'every ticket stands in it once');
select * from finish();
rollback;
