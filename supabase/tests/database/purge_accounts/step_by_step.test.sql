-- Closing an account: blocked while it is more than a trial, irreversible, nothing deleted while something outside is pending, nothing left.
begin;
select plan(36);
create temp table people (name text primary key, id uuid) on commit drop;
insert into people values ('leaver', '10000000-0000-4000-8000-000000000001'), ('asker', '10000000-0000-4000-8000-000000000002'), ('busy', '10000000-0000-4000-8000-000000000003');
insert into auth.users (id, email) select id, name || '@purge.test' from people;
insert into public.assistants (user_id, name, vapi_assistant_id) select id, 'Ann', 'va-purge-' || name from people;
insert into public.phone_numbers (user_id, provider, vapi_phone_id, status) select id, 'vapi', 'vp-purge-' || name, 'active' from people;
delete from public.assistants where vapi_assistant_id = 'va-purge-asker';
update public.profiles set account_status = 'expired', expired_at = now() - interval '31 days', expiry_reason = 'usage', purge_after = now(), purge_warned_at = now() - interval '7 days'
where id in (select id from people where name in ('leaver', 'busy'));
-- Somebody works on his ticket.
insert into public.support_tickets (user_id, subject, description, category) select id, 'Help', 'Please', 'technical' from people where name = 'busy';
select is(public.ingest_event('vapi', 'purge-' || n, 'end-of-call-report', now(), 'what was said', jsonb_build_object('kind', 'call_reported', 'occurred_at', now(),
  'started_at', now() - interval '5 seconds', 'ended_at', now(), 'call', jsonb_build_object('vapi_call_id', 'purge-' || n, 'vapi_assistant_id', 'va-purge-leaver', 'direction', 'inbound')), null) ->> 'status', 'applied', 'call ' || n)
from generate_series(1, 5) n;
update private.settings set value = '2' where name = 'purge_batch';
create function pg_temp.status(p_name text) returns text language sql as $$
  select account_status::text from public.profiles p join people on people.id = p.id where name = p_name;
$$;
create temp view pending as
  select kind, resource_id, name, leased_until is not null as is_leased from public.tasks t join people on people.id = t.user_id
  where done_at is null and cancelled_at is null and dead_at is null;
create function pg_temp.tick(p_after interval default '0') returns integer language sql as $$ select private.purge_accounts(now() + p_after); $$;

select results_eq($$select step, blockers, fact_count from private.purge_accounts_dry_run(now()) d join people on id = user_id where name = 'busy'$$,
  $$values ('close', array['open_ticket'], 0::bigint)$$, 'the dry run says what holds an account');
select results_eq($$select step, blockers, fact_count, jsonb_array_length(outside) from private.purge_accounts_dry_run(now()) d join people on id = user_id where name = 'leaver'$$,
  $$values ('close', '{}'::text[], 5::bigint, 2)$$, 'and what would go');
-- A worker is provisioning right now.
select is((select count(*) from private.lease_tasks(10, array['sync_assistant'], now()) l join people on people.id = l.user_id), 3::bigint, 'workers are at it');
select cmp_ok(pg_temp.tick(), '>=', 1, 'a tick');
select is(pg_temp.status('leaver'), 'closing', 'a trial that is due is closing');
select is(pg_temp.status('busy'), 'expired', 'one with an open ticket is not');
select ok((select purge_after = now() + interval '1 day' from public.profiles where id = '10000000-0000-4000-8000-000000000003'), 'it is asked again tomorrow');
select is_empty($$select from pending where name = 'leaver' and kind <> 'sync_assistant'$$, 'nothing is listed while a worker may still make something');
select throws_ok($$update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001'$$, 'PT409', null, 'no plan revives a closing account');

update public.tasks set leased_until = now() where kind = 'sync_assistant' and lease_token is not null;
select pg_temp.tick('10 minutes');
select is((select string_agg(resource_id, ' ' order by resource_id) from pending where name = 'leaver'), 'va-purge-leaver vp-purge-leaver', 'once the lease is over, everything outside is to go and all else is cancelled');
select pg_temp.tick('20 minutes');
select is((select count(*) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'), 5::bigint, 'nothing is deleted while something outside is pending');
update public.tasks set dead_at = now() + interval '20 minutes', lease_token = null, leased_version = null, leased_until = null where resource_id = 'va-purge-leaver' and kind = 'delete_vapi_assistant';
select public.record_phone_number_released('vp-purge-leaver');
update public.tasks set done_at = now(), lease_token = null, leased_version = null, leased_until = null where resource_id = 'vp-purge-leaver';
select pg_temp.tick('7 days');
select is((select count(*) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'), 5::bigint, 'a clean-up that died is waited for');
select pg_temp.tick('7 days 10 minutes');
select is((select count(*) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001'), 3::bigint, 'seven days; then a batch goes');
select is((select count(*) from public.webhook_events where dedupe_key like 'purge-_' and payload is null and event is null), 2::bigint, 'and what the inbox knows of these calls');
select is((select count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'call_deleted'), 0::bigint, 'nobody keeps the books of an account that goes');
select pg_temp.tick('7 days 11 minutes') from generate_series(1, 12);
select is_empty($$select from auth.users where id = '10000000-0000-4000-8000-000000000001'$$, 'after the last batch the user goes');
select is((select count(*) from public.webhook_events where dedupe_key like 'purge-_' and (payload is not null or event is not null)), 0::bigint, 'the inbox forgot all of it');
select is((select count(*) from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.call_logs where user_id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.assistants where user_id = '10000000-0000-4000-8000-000000000001'), 0::bigint, 'nothing of him is left');
select ok((select completed_at is not null and reason = 'trial' and abandoned_tasks = '[{"kind": "delete_vapi_assistant", "resource_id": "va-purge-leaver"}]'
  from private.account_closures where user_id = '10000000-0000-4000-8000-000000000001'), 'the closure is on record, with what could not be taken away');
select is((select rows_deleted from private.account_closures where user_id = '10000000-0000-4000-8000-000000000001') > 5, true, 'and how much went');
select is((select count(*) from public.tasks where resource_id = 'va-purge-leaver' and kind = 'delete_vapi_assistant' and dead_at is null and done_at is null), 1::bigint,
  'what VAPI never confirmed is asked for once more when the row goes');
select is((select count(*) from public.tasks where resource_id = 'vp-purge-leaver' and done_at is null and cancelled_at is null), 0::bigint, 'what it did confirm is not');

-- On request: any account, open ticket or not, after seven days, unless taken back.
insert into public.support_tickets (user_id, subject, description, category) select id, 'Help', 'Please', 'technical' from people where name = 'asker';
update public.user_limits set plan_type = 'business' where user_id = '10000000-0000-4000-8000-000000000002';
update public.profiles set deletion_requested_at = now() where id = '10000000-0000-4000-8000-000000000002';
select pg_temp.tick(interval '7 days' - interval '1 second');
select is(pg_temp.status('asker'), 'active', 'not a second before the wish is seven days old');
select pg_temp.tick('7 days');
select is(pg_temp.status('asker'), 'closing', 'then it is closing');
select pg_temp.tick('7 days 10 minutes');
select is((select string_agg(kind || ' ' || resource_id, ', ' order by kind) from pending where name = 'asker'),
  'delete_vapi_assistant va-purge-asker, release_phone_number vp-purge-asker', 'an assistant that was deleted before is still waited for');
update public.tasks set done_at = now(), lease_token = null, leased_version = null, leased_until = null where user_id = '10000000-0000-4000-8000-000000000002' and done_at is null and cancelled_at is null;
select pg_temp.tick('7 days 11 minutes') from generate_series(1, 20);
select is_empty($$select from auth.users where id = '10000000-0000-4000-8000-000000000002'$$, 'and gone');
select is((select reason::text from private.account_closures where user_id = '10000000-0000-4000-8000-000000000002'), 'request', 'on record as asked for');
select is(pg_temp.status('busy'), 'expired', 'the one with the ticket is still there');
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}';
update public.support_tickets set status = 'closed';
reset role;
set local request.jwt.claims = '';
select pg_temp.tick('8 days');
select is(pg_temp.status('busy'), 'closing', 'until it is closed');
select ok(not exists (select from cron.job where jobname = 'purge_accounts' and schedule <> '* * * * *') and exists (select from cron.job where jobname = 'purge_accounts'), 'the job runs every minute');
select is((select count(*) from public.call_logs where user_id in (select id from people)), 0::bigint, 'no calls are left behind');
select * from finish();
rollback;
