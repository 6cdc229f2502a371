-- Who may execute the functions of analytics and of the limits overview, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.read_call(uuid)', 'authenticated'),
  ('public.admin_overview(date,date,public.tenant_sort,jsonb,integer)', 'authenticated,service_role'),
  ('private.admin_overview(date,date,public.tenant_sort,jsonb,integer)', 'authenticated,service_role'),
  ('private.tenant_sums(date,date,public.tenant_sort)', ''),
  ('public.analytics_dashboard(date,date,text,uuid,text)', 'authenticated'),
  ('public.user_limits_overview()', 'authenticated'),
  ('public.list_calls(date,date,text,uuid,public.call_outcome,public.call_direction,boolean,timestamptz,uuid,integer)', 'authenticated'),
  ('private.my_limits_overview()', 'authenticated'),
  ('private.dashboard(date,date,text,uuid,text)', 'authenticated'),
  ('private.dashboard_days(text,date,date,uuid)', 'authenticated'),
  ('private.dashboard_hours(text,date,date,uuid)', 'authenticated'),
  ('private.days_of_quarter_hours(uuid,text,date,date,uuid,boolean,boolean)', 'authenticated,service_role'),
  ('private.sums_of_calls(private.call_change[])', 'authenticated'),
  ('private.unsettled_quarters(uuid,uuid)', 'authenticated,service_role'),
  ('private.duration_percentile(bigint[],numeric)', 'authenticated'),
  ('private.duration_bounds()', 'authenticated,service_role'),
  ('private.is_analytics_day(date)', 'authenticated'),
  ('private.day_start(date,text)', 'authenticated,service_role'),
  ('private.growth(numeric,numeric)', 'authenticated'),
  ('private.analytics_zone()', 'authenticated,service_role'),
  ('private.assistant_names()', 'authenticated'),
  -- For triggers, jobs and definer functions only.
  ('private.limits_overview(uuid,timestamptz)', ''),
  ('private.account_for_calls(private.call_change[],timestamptz)', ''),
  ('private.add_to_tiers(private.call_sum,text)', ''),
  ('private.analytics_calendar(uuid)', ''),
  ('private.lock_analytics(uuid)', ''),
  ('private.rebuild_days_of(uuid,timestamptz)', ''),
  ('private.rebuild_analytics_days(timestamptz)', ''),
  ('private.recount_analytics(uuid,date)', ''),
  ('private.analytics_of_day(uuid,date,timestamptz,timestamptz)', ''),
  ('private.check_analytics(timestamptz)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
