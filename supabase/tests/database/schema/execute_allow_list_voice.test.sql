-- Who may execute the functions of the voice domain, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.admit_call(jsonb)', 'service_role'),
  ('public.record_assistant_provisioned(uuid,text,integer)', 'service_role'),
  ('public.record_assistant_refused(uuid,text,integer)', 'service_role'),
  ('public.record_vapi_assistant_deleted(text)', 'service_role'),
  ('public.record_phone_number_released(text)', 'service_role'),
  ('public.request_account_deletion()', 'authenticated'),
  ('public.cancel_account_deletion()', 'authenticated'),
  ('public.admin_request_account_deletion(uuid)', 'authenticated'),
  ('public.admin_cancel_account_deletion(uuid)', 'authenticated'),
  ('public.export_my_data()', 'authenticated'),
  ('private.request_account_deletion()', 'authenticated'),
  ('private.cancel_account_deletion()', 'authenticated'),
  ('private.admin_request_account_deletion(uuid)', 'authenticated'),
  ('private.admin_cancel_account_deletion(uuid)', 'authenticated'),
  ('private.export_my_data()', 'authenticated'),
  -- For definer functions, triggers, jobs and the inbox only.
  ('private.configuration_problem(jsonb)', ''),
  ('private.questions_problem(jsonb)', ''),
  ('private.sum_call_time(uuid,timestamptz,timestamptz)', ''),
  ('private.lock_user_limits(uuid,timestamptz)', ''),
  ('private.roll_over_periods(timestamptz)', ''),
  ('private.account_problem(uuid,timestamptz)', ''),
  ('private.require_usable_account(uuid,timestamptz)', ''),
  ('private.expire_account(uuid,public.expiry_reason,timestamptz,boolean)', ''),
  ('private.note_deletion_wish(uuid)', ''),
  ('private.drop_deletion_wish(uuid)', ''),
  ('private.expire_demos(timestamptz)', ''),
  ('private.expire_demos_dry_run(timestamptz)', ''),
  ('private.classify_outcome(text,boolean)', ''),
  ('private.read_evaluation(text)', ''),
  ('private.attribute_call(jsonb)', ''),
  ('private.note_call(jsonb,timestamptz,timestamptz)', ''),
  ('private.settle_unattributed(timestamptz,timestamptz)', ''),
  ('private.apply_call_status(uuid,jsonb,timestamptz)', ''),
  ('private.apply_call_report(uuid,jsonb,timestamptz)', ''),
  ('private.admission_problem(public.phone_numbers,public.assistants,bigint,timestamptz)', ''),
  ('private.admit_call(jsonb,timestamptz)', ''),
  ('private.warn_demos(timestamptz)', ''),
  ('private.warn_before_purge(timestamptz)', ''),
  ('private.is_last_admin(uuid)', ''),
  ('private.purge_blockers(uuid)', ''),
  ('private.outside_resources(uuid)', ''),
  ('private.accounts_to_close(timestamptz)', ''),
  ('private.purge_accounts_dry_run(timestamptz)', ''),
  ('private.close_account(uuid,private.closure_reason,timestamptz)', ''),
  ('private.clear_outside(private.account_closures,timestamptz)', ''),
  ('private.advance_closure(private.account_closures,timestamptz)', ''),
  ('private.try_to_advance_closure(private.account_closures,timestamptz)', ''),
  ('private.try_to_close_account(uuid,private.closure_reason,timestamptz)', ''),
  ('private.delete_facts(uuid)', ''),
  ('private.purge_accounts(timestamptz)', ''),
  ('private.purge_account_facts(uuid)', ''),
  ('private.purge_calls(uuid)', ''),
  ('private.voice_outside_resources(uuid)', ''),
  ('private.export_account(uuid)', ''),
  ('private.export_voice(uuid)', ''),
  ('private.recompute_usage(uuid)', ''),
  ('private.reconcile_account(uuid,timestamptz)', ''),
  ('private.reconcile_usage(timestamptz)', ''),
  ('private.close_stale_calls(timestamptz)', ''),
  ('private.forget_call_content(timestamptz)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
