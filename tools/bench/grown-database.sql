-- Years of use: a million events, tasks, calls, sessions, log entries, notifications and messages, 100,000 tickets. Nothing of
-- it is due.
-- The rows are inserted in bulk and without triggers, as a superuser, because it would take days through the product.
set session_replication_role = replica;
create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable as $$ select md5(kind || n)::uuid $$;

-- 1 to 100 teach, 101 to 105 answer tickets, 106 administers, the others learn; all of them use voice.
insert into auth.users (id, email) select pg_temp.id('user', n), 'user' || n || '@bench.test' from generate_series(1, 2000) n;
insert into public.profiles (id, email, full_name, is_demo, role)
select pg_temp.id('user', n), 'user' || n || '@bench.test', 'User ' || n, false,
  (case when n <= 100 then 'teacher' when n <= 105 then 'agent' when n = 106 then 'admin' else 'member' end)::public.user_role
from generate_series(1, 2000) n;
insert into public.profile_cards (id, full_name) select id, full_name from public.profiles;
insert into public.user_limits (user_id, plan_type, current_assistants, period_anchor, period_start, period_end, reconciled_at)
select id, 'pro', 1, now(), now(), now() + interval '30 days', now() from public.profiles;
insert into private.analytics_calendars (user_id, time_zone) select id, 'UTC' from public.profiles;
insert into public.assistants (id, user_id, name, vapi_assistant_id, provisioning)
select pg_temp.id('assistant', n), pg_temp.id('user', n), 'Desk', 'va-' || n, 'ready' from generate_series(1, 2000) n;

-- Users 107 and 108 have 100,000 calls each of one assistant.
insert into public.call_logs (user_id, assistant_id, vapi_call_id, status, outcome, ended_reason, first_seen_at, started_at, ended_at,
  reported_at, cost, transcript, summary)
select pg_temp.id('user', who), pg_temp.id('assistant', who), 'call-' || n, 'ended', 'completed', 'customer-ended-call', at, at,
  at + interval '90 seconds', at, 0.1, case when at > now() - interval '20 days' then repeat('AI: How can I help? ', 10) end,
  case when at > now() - interval '20 days' then 'An appointment.' end
from generate_series(1, 1000000) n
cross join lateral (select case when n <= 200000 then 107 + n % 2 else 1 + n % 2000 end as who,
  date_trunc('minute', now()) - interval '2 hours' - n * 31 % 500000 * interval '1 minute' as at) call;
insert into public.call_analytics (user_id, bucket_start, assistant_id, calls, ended_calls, answered_calls, completed_calls, duration_seconds, cost)
select user_id, date_bin('15 minutes', called_at, '2000-01-01Z'), assistant_id, count(*), count(*), count(*), count(*), sum(duration_seconds), sum(cost)
from public.call_logs group by 1, 2, 3;
insert into public.call_analytics_days (user_id, day, assistant_id, calls, ended_calls, answered_calls, completed_calls, duration_seconds, cost)
select user_id, (called_at at time zone 'UTC')::date, assistant_id, count(*), count(*), count(*), count(*), sum(duration_seconds), sum(cost)
from public.call_logs group by 1, 2, 3;
insert into public.usage_logs (user_id, action_type, resource_type, resource_id, call_time_change_seconds, actor_kind, created_at)
select user_id, 'call_ended', 'call', id, duration_seconds, 'service', ended_at from public.call_logs;
insert into public.notifications (user_id, kind, created_at, read_at)
select pg_temp.id('user', 1 + n % 2000), 'class_enrolled', now() - n * interval '1 minute', case when n % 10 > 0 then now() end
from generate_series(1, 1000000) n;

insert into public.live_classes (id, host_id, title, provider, meeting_id, meeting_proof, scheduled_start, duration_minutes, scheduled_end,
  status, actual_start_time, actual_end_time, attendance_synced)
select pg_temp.id('class', n), pg_temp.id('user', 1 + n % 100), 'Class ' || n,
  (case when n % 10 = 0 then 'google_meet' else 'zoom' end)::public.meeting_provider,
  case when n % 10 = 0 then 'spaces/' || n else (86000000000 + n)::text end, 'provider', at, 60, at + interval '1 hour', 'completed',
  at, at + interval '1 hour', true
from generate_series(1, 20000) n cross join lateral (select date_trunc('hour', now()) - interval '3 days' - n * interval '20 minutes' as at) class;
insert into public.class_cards (id, host_id, title, provider, scheduled_start, scheduled_end, duration_minutes, status, recording_status,
  actual_start_time, actual_end_time, attendance_synced)
select id, host_id, title, provider, scheduled_start, scheduled_end, duration_minutes, status, recording_status, actual_start_time,
  actual_end_time, attendance_synced
from public.live_classes;
insert into public.meeting_instances (id, provider, instance_key, meeting_id, live_class_id, started_at, start_evidence, ended_at,
  reported_started_at, reported_ended_at, reconciled_at)
select pg_temp.id('instance', row_number() over ()), provider, 'instance-' || id, meeting_id, id, actual_start_time, 'start_event', actual_end_time,
  actual_start_time, actual_end_time, actual_end_time
from public.live_classes;
insert into public.class_enrollments (live_class_id, profile_id)
select pg_temp.id('class', n), pg_temp.id('user', 107 + (n * 50 + s) % 1894) from generate_series(1, 20000) n, generate_series(1, 50) s;
insert into public.meeting_participants (instance_id, session_key, live_class_id, profile_id, match_confidence, user_name, user_email, join_time, leave_time)
select i.id, e.profile_id::text, e.live_class_id, e.profile_id, 'email', 'Somebody', e.profile_id || '@bench.test', i.started_at, i.ended_at
from public.class_enrollments e join public.meeting_instances i on i.live_class_id = e.live_class_id;

insert into public.webhook_events (id, provider, dedupe_key, event_type, occurred_at, received_at, payload, event, status, attempts, next_attempt_at, settled_at)
select pg_temp.id('event', n), (case n % 10 when 0 then 'google_meet' when 1 then 'zoom' when 2 then 'zoom' else 'vapi' end)::public.webhook_provider, 'event-' || n,
  'end-of-call-report', at, at, case when is_fresh then repeat('x', 1000) end,
  case when is_fresh then jsonb_build_object('call', jsonb_build_object('vapi_call_id', 'call-' || n)) end,
  (case when n % 5000 = 0 then 'dead' else 'applied' end)::public.webhook_event_status, 1, null, at
from generate_series(1, 1000000) n
cross join lateral (select now() - n * interval '33 seconds' as at, n < 70000 as is_fresh) event;
insert into public.tasks (kind, resource_id, user_id, run_after, created_at, done_at, dead_at, attempts)
select 'update_assistant', 'resource-' || n, pg_temp.id('user', 1 + n % 2000), at, at, case when n % 2000 > 0 then at end,
  case when n % 2000 = 0 then at end, 1
from generate_series(1, 1000000) n cross join lateral (select now() - n * interval '2 seconds' as at) task;
insert into private.job_runs (job_name, started_at, ended_at, rows_touched)
select j.name, at, at, 0 from private.jobs j, generate_series(1, 15000) n, lateral (select now() - n * interval '170 seconds' as at) run;
insert into cron.job_run_details (jobid, runid, status, start_time, end_time)
select 1, nextval('cron.runid_seq'), 'succeeded', at, at from generate_series(100000, 1, -1) n, lateral (select now() - n * interval '6 seconds' as at) run;

insert into public.support_tickets (id, user_id, subject, description, category, priority, status, assigned_to, first_response_at,
  status_changed_at, resolved_at, closed_at, last_message_at, message_count, created_at)
select pg_temp.id('ticket', n), pg_temp.id('user', 1 + n % 2000), 'Ticket ' || n, 'Something is not as it was.', 'technical', 'medium',
  status::public.ticket_status, pg_temp.id('user', 101 + n % 5), at, at, case when status in ('resolved', 'closed') then at end,
  case when status = 'closed' then at end, at, 10, at - interval '1 hour'
from generate_series(1, 100000) n
cross join lateral (select case when n > 3000 then 'closed' else (array['open', 'in_progress', 'resolved'])[1 + n % 3] end as status,
  now() - n * interval '5 minutes' as at) ticket;
insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, created_at)
select id, user_id, null::public.ticket_status, 'open'::public.ticket_status, 'user'::public.actor_kind, created_at from public.support_tickets
union all
select id, user_id, 'open', status, 'staff', status_changed_at from public.support_tickets where status <> 'open';
-- Twelve words of which the lower numbers are much more common; beside them one that a twentieth, and one that one in 10,000 uses.
insert into public.ticket_messages (ticket_id, user_id, author_id, author_role, body, created_at)
select t.id, t.user_id, t.user_id, 'customer', text.body, t.created_at + n * interval '5 minutes'
from public.support_tickets t, generate_series(1, 10) n
cross join lateral (
  select string_agg('word' || (hash & 1023) * (hash >> 10 & 1023) / 20, ' ')
    || case when t.number % 2 = 0 and n = 1 then ' invoice' else '' end || case when t.number % 1000 = 0 and n = 1 then ' giraffe' else '' end as body
  from generate_series(1, 12) w cross join lateral (select hashint8(t.number * 1000 + n * 20 + w) as hash) hashed) text;
insert into private.ticket_texts (entry_id, ticket_id, user_id, is_internal, created_at, words)
select id, id, user_id, false, created_at, setweight(to_tsvector('pg_catalog.simple', ticket_number || ' ' || subject), 'A')
  || setweight(to_tsvector('pg_catalog.simple', description), 'B')
from public.support_tickets
union all
select id, ticket_id, user_id, is_internal, created_at, setweight(to_tsvector('pg_catalog.simple', body), 'C') from public.ticket_messages;
insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, agent_id, rating, created_at)
select id, user_id, 1, assigned_to, 1 + number % 5, closed_at from public.support_tickets where status = 'closed' and number % 3 = 0;
insert into private.ticket_staff (owner_id, staff_id) select distinct user_id, assigned_to from public.support_tickets;
set session_replication_role = origin;
vacuum analyze;
