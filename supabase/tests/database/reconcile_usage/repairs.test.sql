-- Where counters, facts and log differ the facts win, and the log says so.
begin;
select plan(14);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'drift@reconcile.test'), ('10000000-0000-4000-8000-000000000002', 'sound@reconcile.test');
update public.profiles set role = 'teacher' where id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
insert into public.assistants (user_id, name) values ('10000000-0000-4000-8000-000000000001', 'Ann'), ('10000000-0000-4000-8000-000000000002', 'Bob');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
select id, 'reconcile-' || id, 'ended', 'completed', now(), now() + interval '30 seconds' from public.profiles where email like '%@reconcile.test';
insert into public.support_tickets (id, user_id, subject, description)
select id, id, 'Files', 'Some.' from public.profiles where email like '%@reconcile.test';
-- 700 bytes count: neither a file of staff nor one that was rejected or deleted does.
insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path, is_metered, state, sha256, rejection_reason)
select file.id, p.id, p.id, p.id, 'a.txt', 'text/plain', file.bytes, concat_ws('/', p.id, file.id, 'a.txt'), file.is_metered, file.state::public.attachment_state,
  case file.state when 'ready' then repeat('0', 64) end, case file.state when 'rejected' then 'size' end
from public.profiles p cross join lateral (
  select gen_random_uuid() as id, bytes, is_metered, state
  from (values (500, true, 'ready'), (200, true, 'pending'), (40, false, 'ready'), (8, true, 'rejected'), (2, true, 'deleted')) kind (bytes, is_metered, state)
  where p.id is not null) file
where p.email like '%@reconcile.test';
update public.user_limits set reconciled_at = now() + interval '1 hour' where user_id not in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
select is(private.reconcile_usage(now()), 0, 'accounts that were checked lately are left alone');
select is(private.reconcile_usage(now() + interval '13 hours'), 0, 'sound accounts need no repair');
select is((select count(*) from public.usage_logs where action_type = 'usage_repaired'), 0::bigint, 'and get no entry');
-- Drift, as a bug would make it.
update public.user_limits set used_call_time_seconds = 5, current_assistants = 0 where user_id = '10000000-0000-4000-8000-000000000001';
insert into public.usage_logs (user_id, action_type, resource_type, call_time_change_seconds, fact_at, actor_kind)
values ('10000000-0000-4000-8000-000000000001', 'call_recorded', 'call', 100, now(), 'system');
select is(private.reconcile_usage(now() + interval '26 hours'), 1, 'one that drifted is repaired');
select results_eq($$select used_call_time_seconds, current_assistants from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'$$, $$values (30::public.amount, 1::public.amount)$$, 'the counters are what the facts say');
select is(private.recompute_usage('10000000-0000-4000-8000-000000000001'), '{"current_assistants": 1, "used_call_time_seconds": 30, "used_attachment_bytes": 700,
  "logged_assistants": 1, "logged_call_time_seconds": 30, "logged_attachment_bytes": 700}', 'so is the log');
select is((select details -> 'counted' ->> 'used_call_time_seconds' from public.usage_logs where action_type = 'usage_repaired'), '5', 'what was wrong is on record');
select is(private.reconcile_usage(now() + interval '39 hours'), 0, 'once');
select results_eq($$select schedule from cron.job where jobname = 'reconcile_usage'$$, array['*/5 2-4 * * *'], 'every night');
-- Bytes alone.
update public.user_limits set used_attachment_bytes = 0 where user_id = '10000000-0000-4000-8000-000000000001';
select is(private.reconcile_usage(now() + interval '52 hours'), 1, 'a counter of bytes that drifted is found');
select is((select used_attachment_bytes::bigint from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'), 700::bigint, 'and set to what the files are');
select is((select sum(attachment_bytes_change) from public.usage_logs where action_type = 'usage_repaired'), 0::numeric, 'its log was right');
insert into public.usage_logs (user_id, action_type, resource_type, attachment_bytes_change, actor_kind)
values ('10000000-0000-4000-8000-000000000001', 'attachment_added', 'ticket_attachment', 50, 'system');
select is(private.reconcile_usage(now() + interval '65 hours'), 1, 'so is a log of bytes that drifted');
select results_eq($$select (u ->> 'logged_attachment_bytes')::bigint, l.used_attachment_bytes from public.user_limits l, private.recompute_usage(l.user_id) u
  where l.user_id = '10000000-0000-4000-8000-000000000001'$$, $$values (700::bigint, 700::public.amount)$$, 'and evened out');
select * from finish();
rollback;
