-- Who may execute the functions of inbox, tasks and jobs, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.measure_metrics()', 'service_role'),
  ('public.admin_list_settings()', 'authenticated,service_role'),
  ('private.admin_list_settings()', 'authenticated,service_role'),
  ('public.admin_set_setting(text,jsonb)', 'authenticated,service_role'),
  ('private.admin_set_setting(text,jsonb)', 'authenticated,service_role'),
  -- The webhooks and the maintenance function, with the secret key.
  ('public.apply_normalized_event(uuid,jsonb)', 'service_role'),
  ('public.claim_events_to_normalize(integer)', 'service_role'),
  ('public.complete_task(uuid,uuid)', 'service_role'),
  ('public.fail_task(uuid,uuid,text,integer,boolean)', 'service_role'),
  ('public.ingest_event(public.webhook_provider,text,text,timestamptz,text,jsonb,text)', 'service_role'),
  ('public.lease_tasks(integer,text[])', 'service_role'),
  ('public.retry_deferred_events()', 'service_role'),
  -- Admins; each checks its caller.
  ('public.inbox_health()', 'authenticated,service_role'),
  ('public.replay_event(uuid,boolean)', 'authenticated,service_role'),
  ('public.replay_events(public.webhook_provider,timestamptz,timestamptz,public.webhook_event_status)', 'authenticated,service_role'),
  ('public.retry_task(uuid)', 'authenticated,service_role'),
  ('private.inbox_health()', 'authenticated,service_role'),
  ('private.replay_event(uuid,boolean)', 'authenticated,service_role'),
  ('private.replay_events(public.webhook_provider,timestamptz,timestamptz,public.webhook_event_status)', 'authenticated,service_role'),
  ('private.retry_task(uuid)', 'authenticated,service_role'),
  ('public.list_events(public.webhook_provider,public.webhook_event_status,text,text,timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('private.list_events(public.webhook_provider,public.webhook_event_status,text,text,timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('public.read_event(uuid)', 'authenticated,service_role'),
  ('private.read_event(uuid)', 'authenticated,service_role'),
  ('public.list_tasks(public.task_state,text,text,timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('private.list_tasks(public.task_state,text,text,timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('public.list_jobs(text,integer)', 'authenticated,service_role'),
  ('private.list_jobs(text,integer)', 'authenticated,service_role'),
  -- What these show of a delivery and of the record is for them alone.
  ('private.event_subjects(jsonb)', ''),
  ('private.actions_about(uuid)', ''),
  ('private.show_event_content(public.webhook_provider,jsonb)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
