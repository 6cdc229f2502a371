-- VAPI follows the rows through tasks: by id, on every path, and a report about an older edit settles nothing.
begin;
select plan(21);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@provisioning.test');
create temp view open_tasks as
  select kind, resource_id, version, user_id from public.tasks
  where (user_id = '10000000-0000-4000-8000-000000000001' or resource_id like 'va-prov%') and done_at is null and cancelled_at is null;
-- Ends what is open, so that the next wish shows.
create function pg_temp.work() returns void language sql as $$
  update public.tasks set done_at = now() where user_id = '10000000-0000-4000-8000-000000000001' or resource_id like 'va-prov%';
$$;
insert into public.assistants (id, user_id, name) values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Ann');
select results_eq('select kind, resource_id, user_id from open_tasks',
  $$values ('sync_assistant', '20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001'::uuid)$$, 'creating asks for the assistant at VAPI');
select is((select provisioning::text from public.assistants where name = 'Ann'), 'pending', 'until then it is pending');

select ok(public.record_assistant_provisioned('20000000-0000-4000-8000-000000000001', 'va-prov-1', 1), 'the worker reports the revision that it read');
select results_eq($$select provisioning::text, vapi_assistant_id from public.assistants where name = 'Ann'$$, $$values ('ready', 'va-prov-1')$$, 'it is ready');
select results_eq($$select user_id, assistant_id, name from private.vapi_assistants where vapi_assistant_id = 'va-prov-1'$$,
  $$values ('10000000-0000-4000-8000-000000000001'::uuid, '20000000-0000-4000-8000-000000000001'::uuid, 'Ann')$$, 'whose it is at VAPI is remembered');

select pg_temp.work();
update public.assistants set is_active = false where name = 'Ann';
select is_empty('select * from open_tasks', 'the owner''s switch is ours alone: VAPI is not asked');
update public.assistants set name = 'Ann' where name = 'Ann';
select is_empty('select * from open_tasks', 'an edit that changes nothing neither');
update public.assistants set configuration = '{"language": "fr"}' where name = 'Ann';
select results_eq('select kind from open_tasks', array['sync_assistant'], 'an edit of the configuration asks VAPI');
select is((select provisioning::text || ' ' || revision from public.assistants where name = 'Ann'), 'pending 2', 'it is pending again, as another revision');
update private.vapi_assistants set deleted_at = now() where vapi_assistant_id = 'va-prov-1';
select public.record_assistant_provisioned('20000000-0000-4000-8000-000000000001', 'va-prov-1', 1);
select is((select deleted_at from private.vapi_assistants where vapi_assistant_id = 'va-prov-1'), null, 'one that was taken for lost and answers is there');
select is((select provisioning::text from public.assistants where name = 'Ann'), 'pending', 'a late report about the older revision does not settle it');
select ok(not public.record_assistant_refused('20000000-0000-4000-8000-000000000001', 'too old', 1), 'nor does a late refusal');
select public.record_assistant_refused('20000000-0000-4000-8000-000000000001', 'VAPI said no', 2);
select results_eq($$select provisioning::text, provisioning_error from public.assistants where name = 'Ann'$$, $$values ('failed', 'VAPI said no')$$, 'a refusal of the newest shows');

-- A task that is given up, whatever gave it up.
select pg_temp.work();
update public.user_limits set max_assistants = 9 where user_id = '10000000-0000-4000-8000-000000000001';
insert into public.assistants (id, user_id, name) values
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'Bob'), ('20000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000001', 'Cleo');
update public.tasks set dead_at = now(), last_error = 'vapi_500' where resource_id = '20000000-0000-4000-8000-000000000002';
select results_eq($$select name, provisioning::text, provisioning_error from public.assistants where name in ('Ann', 'Bob', 'Cleo') order by name$$,
  $$values ('Ann', 'failed', 'VAPI said no'), ('Bob', 'failed', 'provider_unavailable'), ('Cleo', 'pending', null)$$, 'an assistant whose task died says so, without what is inside');
update public.assistants set name = 'Bob again' where name = 'Bob';
select results_eq($$select provisioning::text, provisioning_error from public.assistants where name = 'Bob again'$$, $$values ('pending', null)$$, 'the next edit asks anew');
select results_eq($$select count(*) from open_tasks where resource_id = '20000000-0000-4000-8000-000000000002' and kind = 'sync_assistant'$$, $$values (2::bigint)$$, 'beside the dead one');
update public.assistants set provisioning = 'ready' where name = 'Bob again';
update public.tasks set dead_at = now() where resource_id = '20000000-0000-4000-8000-000000000002' and dead_at is null;
select is((select provisioning::text from public.assistants where name = 'Bob again'), 'ready', 'what VAPI has is not failed by a task that dies later');

delete from public.tasks where dead_at is not null and user_id = '10000000-0000-4000-8000-000000000001';
select pg_temp.work();
delete from public.assistants where name = 'Ann';
select results_eq('select kind, resource_id from open_tasks', $$values ('delete_vapi_assistant', 'va-prov-1')$$, 'deleting asks VAPI to forget it, by VAPI''s id');
select ok(not public.record_assistant_provisioned('20000000-0000-4000-8000-000000000001', 'va-prov-2', 2), 'what VAPI made for a row that is gone meanwhile');
select results_eq($$select kind from open_tasks where resource_id = 'va-prov-2'$$, array['delete_vapi_assistant'], 'is deleted there as well');
select public.record_vapi_assistant_deleted('va-prov-1');
select is((select deleted_at from private.vapi_assistants where vapi_assistant_id = 'va-prov-1'), now(), 'that VAPI forgot it is on record');
select * from finish();
rollback;
