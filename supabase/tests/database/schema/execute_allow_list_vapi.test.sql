-- Who may execute the functions between Switchboard and VAPI, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.begin_vapi_creation(uuid)', 'service_role'),
  ('public.begin_number_import(uuid,public.phone_number_provider,text,text,text,text,uuid)', 'service_role'),
  ('public.finish_number_import(uuid,text,boolean,text)', 'service_role'),
  ('public.fail_number_import(uuid,text)', 'service_role'),
  ('public.abandon_number_import(uuid)', 'service_role'),
  ('public.sweep_vapi_strays(jsonb,jsonb)', 'service_role'),
  ('public.doubt_what_vapi_lacks(text[],text[])', 'service_role'),
  ('public.calls_to_reconcile()', 'service_role'),
  ('public.calls_worth_ingesting(jsonb)', 'service_role'),
  ('public.record_call_reconciliation(timestamptz)', 'service_role'),
  -- For definer functions and jobs only.
  ('private.sweep_vapi_strays(jsonb,jsonb,timestamptz)', ''),
  ('private.doubt_what_vapi_lacks(text[],text[],timestamptz)', ''),
  ('private.request_stray_sweep(timestamptz)', ''),
  ('private.calls_to_reconcile(timestamptz)', ''),
  ('private.request_call_reconciliation(timestamptz)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
