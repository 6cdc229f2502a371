-- Who may execute the functions of the accounts domain, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
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
  -- For definer functions and triggers only.
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
