-- Who may execute the functions of the support domain, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.merge_tickets(uuid,uuid)', 'authenticated'),
  ('private.merge_tickets(uuid,uuid)', 'authenticated'),
  ('public.search_tickets(text,public.ticket_status,text,integer)', 'authenticated'),
  ('private.search_tickets(text,public.ticket_status,text,integer)', 'authenticated'),
  ('public.set_ticket_tags(uuid,text[])', 'authenticated'),
  ('private.set_ticket_tags(uuid,text[])', 'authenticated'),
  ('public.fill_saved_reply(uuid,uuid)', 'authenticated'),
  ('private.fill_saved_reply(uuid,uuid)', 'authenticated'),
  ('private.lock_ticket_as_staff(uuid)', ''),
  ('public.admin_set_sla(public.ticket_priority,integer,integer)', 'authenticated,service_role'),
  ('private.admin_set_sla(public.ticket_priority,integer,integer)', 'authenticated,service_role'),
  ('public.post_ticket_message(uuid,text,uuid,boolean,public.ticket_status,uuid[],text)', 'authenticated'),
  ('private.post_ticket_message(uuid,text,uuid,boolean,public.ticket_status,uuid[],text)', 'authenticated'),
  ('public.ticket_thread(uuid,timestamptz,uuid,integer,boolean,integer)', 'authenticated,service_role'),
  ('public.ticket_replies_of(uuid,uuid[],timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('public.submit_ticket_survey(uuid,integer,public.survey_satisfaction,text)', 'authenticated'),
  ('private.submit_ticket_survey(uuid,integer,public.survey_satisfaction,text)', 'authenticated'),
  ('public.ticket_survey(uuid)', 'authenticated,service_role'),
  ('public.support_stats(timestamptz,timestamptz)', 'authenticated,service_role'),
  ('private.first_readable_owner()', 'authenticated,service_role'),
  ('private.last_readable_owner()', 'authenticated,service_role'),
  ('private.ticket_thread(uuid,timestamptz,uuid,integer,boolean,integer)', 'authenticated,service_role'),
  ('private.ticket_replies_of(uuid,uuid[],timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('public.ticket_queue(public.ticket_status,uuid,boolean,timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('private.ticket_queue(public.ticket_status,uuid,boolean,timestamptz,uuid,integer)', 'authenticated,service_role'),
  ('public.delete_ticket(uuid)', 'service_role'),
  ('private.delete_ticket(uuid)', 'service_role'),
  -- For definer functions, triggers and jobs only.
  ('private.ticket_party_of(uuid,uuid)', ''),
  ('private.current_ticket_party(uuid)', ''),
  ('private.can_read_ticket(uuid,uuid)', ''),
  ('private.record_transition(public.support_tickets,public.ticket_status)', ''),
  ('private.ticket_replies_of(uuid,uuid[],timestamptz,uuid,integer,boolean)', ''),
  ('private.ticket_files(uuid,uuid,uuid,boolean)', ''),
  ('private.sees_internal(uuid)', ''),
  ('private.meet_staff(uuid,uuid)', ''),
  ('private.ticket_cards(uuid)', ''),
  ('private.send_attachments(uuid,uuid[],uuid,uuid,boolean)', ''),
  ('private.resolve_waiting_tickets(timestamptz)', ''),
  ('private.close_resolved_tickets(timestamptz)', ''),
  ('private.forget_reply_keys(timestamptz)', ''),
  ('private.release_assignments(public.profiles,public.profiles)', ''),
  ('private.max_text_characters()', 'authenticated,service_role'),
  ('private.max_file_bytes()', 'authenticated,service_role'),
  ('private.finished_statuses()', 'authenticated,service_role'),
  ('private.staffs_turn_statuses()', 'authenticated,service_role'),
  ('private.is_ticket_finished(public.ticket_status)', ''),
  ('private.is_ticket_open(public.ticket_status)', ''),
  ('private.require_open_ticket(public.ticket_status)', ''),
  ('private.support_tickets_guard()', ''),
  ('private.support_tickets_follow()', ''),
  ('private.admit_ticket_entry(uuid,boolean)', ''),
  ('private.ticket_messages_guard()', ''),
  ('private.ticket_replies_guard()', ''),
  ('private.ticket_entries_follow()', ''),
  ('private.ticket_surveys_guard()', ''),
  ('private.lock_tickets_of_leaver(uuid)', ''),
  ('private.support_purge_blockers(uuid)', ''),
  ('private.support_outside_resources(uuid)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
