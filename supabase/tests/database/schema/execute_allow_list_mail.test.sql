-- Who may execute the functions of the mail domain, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.notification_settings()', 'authenticated'),
  ('public.email_status()', 'authenticated'),
  ('private.email_status()', 'authenticated'),
  ('public.resume_emails()', 'authenticated'),
  ('private.resume_emails()', 'authenticated'),
  ('public.resend_message(uuid)', 'authenticated,service_role'),
  ('private.resend_message(uuid)', 'authenticated,service_role'),
  -- For the task and the functions that check a token.
  ('public.begin_message(uuid)', 'service_role'),
  ('public.keep_message(uuid,jsonb)', 'service_role'),
  ('public.record_message_sent(uuid,text)', 'service_role'),
  ('public.record_message_failed(uuid,text)', 'service_role'),
  ('public.postpone_message(uuid,text,boolean,boolean,integer)', 'service_role'),
  ('public.read_unsubscribe(uuid)', 'service_role'),
  ('public.unsubscribe(uuid)', 'service_role'),
  ('public.rate_by_link(text,integer,public.survey_satisfaction,text)', 'service_role'),
  ('private.ticket_message_links(uuid)', ''),
  ('private.begin_message(uuid,timestamptz)', ''),
  ('private.message_material(public.message_deliveries)', ''),
  ('private.message_of_link(uuid,timestamptz)', ''),
  ('private.why_not_to_send(public.message_deliveries)', ''),
  ('private.postpone_message(uuid,integer,text,boolean,boolean,timestamptz)', ''),
  ('private.settle_message(uuid,public.delivery_state,text,timestamptz)', ''),
  ('private.suppress_address(uuid,text,text,timestamptz)', ''),
  ('private.apply_email_told(uuid,jsonb,timestamptz)', ''),
  ('private.queue_message(public.notifications)', ''),
  ('private.release_messages(timestamptz)', ''),
  ('private.take_mail_slot(timestamptz)', ''),
  ('private.pause_mails(timestamptz,text)', ''),
  ('private.give_up_message(public.tasks)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
