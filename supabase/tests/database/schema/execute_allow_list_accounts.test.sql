-- Who may execute the functions of the accounts domain, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.my_timeline(text[],timestamptz,text,integer)', 'authenticated'),
  ('private.my_timeline(text[],timestamptz,text,integer)', 'authenticated'),
  ('public.admin_set_plan(uuid,public.plan_type)', 'authenticated'),
  ('public.admin_set_role(uuid,public.user_role)', 'authenticated'),
  ('private.admin_set_plan(uuid,public.plan_type)', 'authenticated'),
  ('private.admin_set_role(uuid,public.user_role)', 'authenticated'),
  ('public.admin_list_accounts(text,public.plan_type,public.account_status,public.user_role,jsonb,integer)', 'authenticated,service_role'),
  ('private.admin_list_accounts(text,public.plan_type,public.account_status,public.user_role,jsonb,integer)', 'authenticated,service_role'),
  ('public.admin_read_account(uuid)', 'authenticated,service_role'),
  ('private.admin_read_account(uuid)', 'authenticated,service_role'),
  ('private.limits_overview(uuid,timestamptz)', ''),
  ('private.account_of_domains(uuid)', ''),
  ('private.role_under(public.user_role,public.account_status)', ''),
  ('private.caller_role()', 'authenticated,service_role'),
  ('private.current_actor()', 'authenticated,service_role'),
  ('private.is_admin()', 'authenticated,service_role'),
  ('private.first_id_of_admin()', 'authenticated,service_role'),
  ('private.last_id_of_admin()', 'authenticated,service_role'),
  ('private.is_support_staff()', 'authenticated,service_role'),
  ('private.is_teacher()', 'authenticated,service_role'),
  ('private.visible_profiles()', 'authenticated'),
  ('public.create_webhook_endpoint(text,text[])', 'authenticated'),
  ('private.create_webhook_endpoint(text,text[])', 'authenticated'),
  ('public.update_webhook_endpoint(uuid,text,text[],boolean)', 'authenticated'),
  ('private.update_webhook_endpoint(uuid,text,text[],boolean)', 'authenticated'),
  ('public.delete_webhook_endpoint(uuid)', 'authenticated'),
  ('private.delete_webhook_endpoint(uuid)', 'authenticated'),
  ('public.rotate_webhook_secret(uuid)', 'authenticated'),
  ('private.rotate_webhook_secret(uuid)', 'authenticated'),
  ('public.send_test_webhook(uuid)', 'authenticated'),
  ('private.send_test_webhook(uuid)', 'authenticated'),
  ('public.redeliver_webhook(uuid)', 'authenticated'),
  ('private.redeliver_webhook(uuid)', 'authenticated'),
  ('public.replay_webhooks(uuid,timestamptz,timestamptz,boolean)', 'authenticated'),
  ('private.replay_webhooks(uuid,timestamptz,timestamptz,boolean)', 'authenticated'),
  ('public.wake_webhooks()', 'service_role'),
  ('public.take_webhook_deliveries(uuid,integer)', 'service_role'),
  ('public.settle_webhook_attempts(uuid,jsonb)', 'service_role'),
  -- For definer functions and triggers only.
  ('private.publish_webhook(uuid,text,text,timestamptz,jsonb)', ''),
  ('private.add_webhook_secret(uuid)', ''),
  ('private.is_webhook_url(text)', ''),
  ('private.take_webhook_deliveries(uuid,integer,timestamptz)', ''),
  ('private.acting_role(uuid)', ''),
  ('private.acts_as_staff(uuid)', ''),
  ('private.is_last_admin(uuid)', ''),
  ('private.require_time_zone(text)', 'authenticated'),
  ('private.tell_once(uuid,text,text,uuid,jsonb,boolean)', ''),
  ('private.create_account()', ''),
  ('private.end_demo(uuid,text)', ''),
  ('private.log_usage(uuid,text,text,uuid,integer,integer,bigint,jsonb)', ''),
  ('private.notify(uuid,text,uuid,jsonb)', ''),
  ('private.require_admin()', ''),
  ('private.revive_account(uuid)', ''),
  ('private.take_rate(uuid,text,timestamptz)', ''),
  ('private.usage_month(timestamptz,timestamptz)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
