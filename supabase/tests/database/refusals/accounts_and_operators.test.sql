-- The codes with which the RPCs of accounts, the operators' and the overview refuse, each of each: the status alone does not tell them apart.
begin;
select plan(73);
delete from auth.users;
create function pg_temp.id(p_who text) returns uuid language sql immutable as $$
  select ('10000000-0000-4000-8000-00000000000' || coalesce(array_position('{admin,member,suspended,closing}', p_who), 9))::uuid;
$$;
insert into auth.users (id, email) select pg_temp.id(who), who || '@refusals.test' from unnest('{admin,member,suspended,closing}'::text[]) who;
update public.profiles set role = 'admin' where id = pg_temp.id('admin');
update public.profiles set account_status = 'suspended' where id = pg_temp.id('suspended');
update public.profiles set account_status = 'closing' where id = pg_temp.id('closing');
\ir ../refusal.psql
insert into public.webhook_endpoints (id, user_id, url, kinds, state) values
  ('20000000-0000-4000-8000-000000000001', pg_temp.id('member'), 'https://hooks.example.com', '{call.ended}', 'active'),
  ('20000000-0000-4000-8000-000000000002', pg_temp.id('member'), 'https://hooks.example.com', '{call.ended}', 'paused');
insert into public.webhook_events (id, provider, dedupe_key, event_type, status, attempts, next_attempt_at, settled_at)
values ('20000000-0000-4000-8000-000000000003', 'vapi', 'forgotten', 'status-update', 'dead', 1, null, now());

select is(pg_temp.refusal(pg_temp.id(who), format(call, pg_temp.id('closing'), pg_temp.id('none'))), code, format('%s refuses with %s', rpc, code))
from (values
  ('inbox_health', 'forbidden', 'member', 'select public.inbox_health()'),
  ('list_events', 'forbidden', 'member', 'select public.list_events()'),
  ('list_jobs', 'forbidden', 'member', 'select public.list_jobs()'),
  ('admin_list_settings', 'forbidden', 'member', 'select public.admin_list_settings()'),
  ('admin_set_setting', 'forbidden', 'member', $$select public.admin_set_setting('job_run_days', '30')$$),
  ('read_event', 'not_found', 'admin', 'select public.read_event(gen_random_uuid())'),
  ('replay_event', 'not_found', 'admin', 'select public.replay_event(gen_random_uuid())'),
  ('replay_event', 'event_forgotten', 'admin', $$select public.replay_event('20000000-0000-4000-8000-000000000003')$$),
  ('replay_events', 'forbidden', 'member', $$select public.replay_events('zoom', now() - interval '1 hour', now())$$),
  ('retry_task', 'forbidden', 'member', 'select public.retry_task(gen_random_uuid())'),
  ('retry_task', 'not_found', 'admin', 'select public.retry_task(gen_random_uuid())'),
  ('resend_message', 'not_found', 'admin', 'select public.resend_message(gen_random_uuid())'),
  ('set_notification_preference', 'invalid_input', 'member', $$select public.set_notification_preference('ticket_replied', null, true)$$),
  ('my_timeline', 'unknown_timeline_kind', 'member', $$select public.my_timeline('{weather}')$$),
  ('request_account_deletion', 'account_closing', 'closing', 'select public.request_account_deletion()'),
  ('cancel_account_deletion', 'account_closing', 'closing', 'select public.cancel_account_deletion()'),
  ('admin_request_account_deletion', 'account_closing', 'admin', 'select public.admin_request_account_deletion(%1$L)'),
  ('admin_cancel_account_deletion', 'account_closing', 'admin', 'select public.admin_cancel_account_deletion(%1$L)'),
  ('admin_list_accounts', 'admin_only', 'member', 'select public.admin_list_accounts()'),
  ('admin_list_accounts', 'invalid_cursor', 'admin', $$select public.admin_list_accounts(p_cursor => '[]')$$),
  ('admin_read_account', 'admin_only', 'member', 'select public.admin_read_account(%1$L)'),
  ('admin_read_account', 'account_not_found', 'admin', 'select public.admin_read_account(%2$L)'),
  ('admin_suspend', 'admin_only', 'member', 'select public.admin_suspend(%1$L)'),
  ('admin_suspend', 'account_not_found', 'admin', 'select public.admin_suspend(%2$L)'),
  ('admin_suspend', 'account_closing', 'admin', 'select public.admin_suspend(%1$L)'),
  ('admin_suspend', 'last_admin', 'admin', 'select public.admin_suspend(auth.uid())'),
  ('admin_restore', 'admin_only', 'member', 'select public.admin_restore(%1$L)'),
  ('admin_restore', 'account_not_found', 'admin', 'select public.admin_restore(%2$L)'),
  ('admin_restore', 'account_closing', 'admin', 'select public.admin_restore(%1$L)'),
  ('admin_set_limits', 'admin_only', 'member', $$select public.admin_set_limits(%1$L, '{}')$$),
  ('admin_set_plan_limits', 'admin_only', 'member', $$select public.admin_set_plan_limits('pro', '{}')$$),
  ('admin_set_plan_limits', 'not_found', 'admin', $$select public.admin_set_plan_limits(null, '{"max_assistants": 1}')$$),
  ('admin_list_actions', 'admin_only', 'member', 'select public.admin_list_actions()'),
  ('admin_overview', 'admin_only', 'member', 'select public.admin_overview()'),
  ('admin_overview', 'invalid_range', 'admin', $$select public.admin_overview('2026-03-02', '2026-03-01')$$),
  ('admin_overview', 'range_too_long', 'admin', $$select public.admin_overview('2026-01-01', '2026-12-31')$$),
  ('admin_overview', 'invalid_cursor', 'admin', $$select public.admin_overview(p_cursor => '[]')$$),
  ('create_webhook_endpoint', 'invalid_webhook_url', 'member', $$select public.create_webhook_endpoint('http://example.com', '{call.ended}')$$),
  ('create_webhook_endpoint', 'unknown_webhook_kind', 'member', $$select public.create_webhook_endpoint('https://example.com', '{no.kind}')$$),
  ('create_webhook_endpoint', 'too_many_webhook_endpoints', 'member', $$select public.create_webhook_endpoint('https://example.com', '{call.ended}') from generate_series(1, 10)$$),
  ('update_webhook_endpoint', 'invalid_webhook_url', 'member', $$select public.update_webhook_endpoint('20000000-0000-4000-8000-000000000001', 'http://example.com')$$),
  ('update_webhook_endpoint', 'unknown_webhook_kind', 'member', $$select public.update_webhook_endpoint('20000000-0000-4000-8000-000000000001', null, '{no.kind}')$$),
  ('send_test_webhook', 'webhook_endpoint_not_active', 'member', $$select public.send_test_webhook('20000000-0000-4000-8000-000000000002')$$),
  ('redeliver_webhook', 'webhook_delivery_not_found', 'member', 'select public.redeliver_webhook(gen_random_uuid())')
) refused (rpc, code, who, call);

-- Nobody else's endpoint, and nobody who is barred.
create temporary view webhook_calls as select * from (values
  ('create_webhook_endpoint', $$select public.create_webhook_endpoint('https://example.com', '{call.ended}')$$),
  ('update_webhook_endpoint', 'select public.update_webhook_endpoint(gen_random_uuid(), p_is_paused => true)'),
  ('delete_webhook_endpoint', 'select public.delete_webhook_endpoint(gen_random_uuid())'),
  ('rotate_webhook_secret', 'select public.rotate_webhook_secret(gen_random_uuid())'),
  ('send_test_webhook', 'select public.send_test_webhook(gen_random_uuid())'),
  ('redeliver_webhook', 'select public.redeliver_webhook(gen_random_uuid())'),
  ('replay_webhooks', $$select public.replay_webhooks(gen_random_uuid(), now() - interval '1 hour', now())$$)
) called (rpc, call);
select is(pg_temp.refusal(pg_temp.id(who), call), code, format('%s refuses with %s', rpc, code))
from webhook_calls, (values ('none', 'account_not_found'), ('suspended', 'account_suspended'), ('closing', 'account_closing')) barred (who, code);
select is(pg_temp.refusal(pg_temp.id('member'), call), 'webhook_endpoint_not_found', format('%s refuses with %s', rpc, 'webhook_endpoint_not_found'))
from webhook_calls where rpc not in ('create_webhook_endpoint', 'redeliver_webhook');

update private.rate_limits set max_count = 1 where kind = 'webhook_sends';
select private.take_rate(pg_temp.id('member'), 'webhook_sends', now());
select is(pg_temp.refusal(pg_temp.id('member'), call), 'rate_limited', format('%s refuses with %s', rpc, 'rate_limited'))
from (values
  ('send_test_webhook', $$select public.send_test_webhook('20000000-0000-4000-8000-000000000001')$$),
  ('redeliver_webhook', 'select public.redeliver_webhook(gen_random_uuid())'),
  ('replay_webhooks', $$select public.replay_webhooks('20000000-0000-4000-8000-000000000001', now() - interval '1 hour', now())$$)
) called (rpc, call);
select * from finish();
rollback;
