-- Who may execute the functions of Google Meet, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.unknown_accounts(text,text[])', 'service_role'),
  ('public.note_directory_answer(text,text,text[])', 'service_role'),
  ('public.meet_conference(text)', 'service_role'),
  ('public.note_meet_conference(text,text,timestamptz,timestamptz,text)', 'service_role'),
  ('public.note_meet_sessions(text,text,jsonb)', 'service_role'),
  ('public.note_meet_page(text,text)', 'service_role'),
  ('public.note_meet_reconciled(text)', 'service_role'),
  ('public.meet_class(uuid)', 'service_role'),
  ('public.note_meet_space(uuid,text,text)', 'service_role'),
  ('public.meet_subscription(uuid)', 'service_role'),
  ('public.note_meet_subscription(uuid,timestamptz,text,text,timestamptz,text)', 'service_role'),
  -- For definer functions, triggers, jobs and the inbox only.
  ('private.note_reconciled(uuid,timestamptz)', ''),
  ('private.forget_directory_answers(timestamptz)', ''),
  ('private.unknown_accounts(text,text[],timestamptz)', ''),
  ('private.learn_identity(public.meeting_provider,text,text[])', ''),
  ('private.meet_subjects(uuid)', ''),
  ('private.note_meet_conference(text,text,timestamptz,timestamptz,text)', ''),
  ('private.note_meet_sessions(uuid,text,jsonb,timestamptz)', ''),
  ('private.ask_meet_space(uuid,text,timestamptz)', ''),
  ('private.subscribe_to_meet_class(text,uuid)', ''),
  ('private.ask_who_joined(public.meeting_provider,text)', ''),
  ('private.prepare_google_meet(uuid,boolean)', ''),
  ('private.wanted_meet_subscriptions(timestamptz)', ''),
  ('private.ask_meet_subscription(uuid,timestamptz)', ''),
  ('private.renew_meet_subscriptions(timestamptz)', ''),
  ('private.ask_for_comparison(uuid,text,text,timestamptz)', ''),
  ('private.reconcile_meet_conferences(timestamptz)', ''),
  ('private.check_meet_classes(timestamptz)', ''),
  ('private.apply_meeting_subscription(uuid,jsonb,timestamptz)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
