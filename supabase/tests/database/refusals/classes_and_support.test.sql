-- The codes with which the RPCs of classes and of support refuse, each of each: the status alone does not tell them apart.
begin;
select plan(38);
create function pg_temp.id(p_who text) returns uuid language sql immutable as $$
  select ('10000000-0000-4000-8000-00000000000' || coalesce(array_position('{host,admin,agent,customer,other,suspended,closing}', p_who), 9))::uuid;
$$;
insert into auth.users (id, email) select pg_temp.id(who), who || '@refusals.test' from unnest('{host,admin,agent,customer,other,suspended,closing}'::text[]) who;
update public.profiles set role = 'teacher' where id = pg_temp.id('host');
update public.profiles set role = 'admin' where id = pg_temp.id('admin');
update public.profiles set role = 'agent' where id = pg_temp.id('agent');
update public.profiles set account_status = 'suspended' where id = pg_temp.id('suspended');
update public.profiles set account_status = 'closing' where id = pg_temp.id('closing');
\ir ../refusal.psql
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('20000000-0000-4000-8000-000000000001', pg_temp.id('host'), 'Without a meeting', 'zoom', null, now() + interval '1 day', 60),
  ('20000000-0000-4000-8000-000000000002', pg_temp.id('host'), 'To come', 'zoom', '87000000003', now() + interval '1 day', 60);

select is(pg_temp.refusal(pg_temp.id(who), format(call, '20000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000002')), code,
  format('%s refuses with %s', rpc, code))
from (values
  ('set_enrollments', 'students_required', 'host', 'select public.set_enrollments(%1$L, null)'),
  ('set_enrollments', 'too_many_students', 'host', 'select public.set_enrollments(%1$L, array(select gen_random_uuid() from generate_series(1, 1001)))'),
  ('set_enrollments', 'host_is_no_student', 'host', 'select public.set_enrollments(%1$L, array[auth.uid()])'),
  ('set_enrollments', 'unknown_students', 'host', 'select public.set_enrollments(%1$L, array[gen_random_uuid()])'),
  ('class_attendance_report', 'class_not_found', 'customer', 'select public.class_attendance_report(%1$L)'),
  ('assign_participant', 'participant_not_found', 'host', 'select public.assign_participant(gen_random_uuid(), null)'),
  ('playable_recordings', 'class_not_found', 'customer', 'select public.playable_recordings(%1$L)'),
  ('recording_control_target', 'class_not_found', 'customer', 'select public.recording_control_target(%1$L)'),
  ('recording_control_target', 'recording_not_controllable', 'host', 'select public.recording_control_target(%1$L)'),
  ('recording_control_target', 'class_not_live', 'host', 'select public.recording_control_target(%2$L)'),
  ('confirm_class_meeting', 'class_not_found', 'host', 'select public.confirm_class_meeting(%2$L)'),
  ('confirm_class_meeting', 'class_without_meeting', 'admin', 'select public.confirm_class_meeting(%1$L)'),
  ('create_calendar_link', 'account_not_found', 'none', 'select public.create_calendar_link()'),
  ('create_calendar_link', 'account_suspended', 'suspended', 'select public.create_calendar_link()'),
  ('create_calendar_link', 'account_closing', 'closing', 'select public.create_calendar_link()')
) refused (rpc, code, who, call);

insert into public.support_tickets (id, user_id, subject, description) values
  ('30000000-0000-4000-8000-000000000001', pg_temp.id('customer'), 'Open', 'It broke.'),
  ('30000000-0000-4000-8000-000000000002', pg_temp.id('customer'), 'Over', 'It broke.'),
  ('30000000-0000-4000-8000-000000000003', pg_temp.id('other'), 'Another', 'It broke.');
-- One was resolved long ago, and one has a file of the agent's.
alter table public.support_tickets disable trigger user;
alter table public.ticket_attachments disable trigger user;
update public.support_tickets set status = 'resolved', resolved_at = now() - interval '99 days', status_changed_at = now() - interval '99 days'
where id = '30000000-0000-4000-8000-000000000002';
insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, path, content_type, size_bytes, state, sha256)
values ('40000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', pg_temp.id('customer'), pg_temp.id('agent'), 'a.txt', '30000000-0000-4000-8000-000000000001/40000000-0000-4000-8000-000000000001/a.txt', 'text/plain', 10, 'ready', repeat('a', 64));
alter table public.support_tickets enable trigger user;
alter table public.ticket_attachments enable trigger user;

select is(pg_temp.refusal(pg_temp.id(who), format(call, '30000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000002',
  '30000000-0000-4000-8000-000000000003')), code, format('%s refuses with %s', rpc, code))
from (values
  ('set_away', 'support_staff_only', 'customer', 'select public.set_away(true)'),
  ('set_ticket_tags', 'support_staff_only', 'customer', $$select public.set_ticket_tags(%1$L, '{late}')$$),
  ('set_ticket_tags', 'ticket_not_found', 'agent', $$select public.set_ticket_tags(gen_random_uuid(), '{late}')$$),
  ('set_ticket_tags', 'invalid_tags', 'agent', $$select public.set_ticket_tags(%1$L, '{"no tag"}')$$),
  ('merge_tickets', 'support_staff_only', 'customer', 'select public.merge_tickets(%2$L, %1$L)'),
  ('merge_tickets', 'ticket_not_found', 'agent', 'select public.merge_tickets(%2$L, gen_random_uuid())'),
  ('merge_tickets', 'tickets_of_two_customers', 'agent', 'select public.merge_tickets(%1$L, %3$L)'),
  ('fill_saved_reply', 'support_staff_only', 'customer', 'select public.fill_saved_reply(gen_random_uuid(), %1$L)'),
  ('fill_saved_reply', 'ticket_not_found', 'agent', 'select public.fill_saved_reply(gen_random_uuid(), gen_random_uuid())'),
  ('fill_saved_reply', 'saved_reply_not_found', 'agent', 'select public.fill_saved_reply(gen_random_uuid(), %1$L)'),
  ('post_ticket_message', 'message_not_found', 'customer', $$select public.post_ticket_message(%1$L, 'Again.', gen_random_uuid())$$),
  ('post_ticket_message', 'reopen_window_over', 'customer', $$select public.post_ticket_message(%2$L, 'Again.')$$),
  ('post_ticket_message', 'attachment_not_ready', 'customer', $$select public.post_ticket_message(%1$L, 'Again.', p_attachment_ids => array[gen_random_uuid()])$$),
  ('ticket_thread', 'ticket_not_found', 'other', 'select public.ticket_thread(%1$L)'),
  ('support_stats', 'invalid_stats_range', 'agent', 'select public.support_stats(now(), now())'),
  ('create_attachment', 'ticket_attachments_full', 'customer', $$select public.create_attachment(%1$L, 'b.txt', 'b.txt', 'text/plain', 10000000000)$$),
  ('delete_attachment', 'forbidden', 'customer', $$select public.delete_attachment('40000000-0000-4000-8000-000000000001')$$),
  ('admin_set_sla', 'admin_only', 'agent', $$select public.admin_set_sla('low', 60, 600)$$),
  ('admin_set_business_hours', 'admin_only', 'agent', $$select public.admin_set_business_hours('UTC', '{}')$$)
) refused (rpc, code, who, call);

-- What is used up.
update private.settings set value = '1' where name = 'attachment_max_files_per_ticket';
select is(pg_temp.refusal(pg_temp.id('customer'), $$select public.create_attachment('30000000-0000-4000-8000-000000000001', 'b.txt', 'b.txt', 'text/plain', 10)$$),
  'too_many_attachments', 'create_attachment refuses with too_many_attachments');
update private.settings set value = '10' where name = 'attachment_max_files_per_ticket';
update public.user_limits set max_attachment_bytes = 0 where user_id = pg_temp.id('customer');
select is(pg_temp.refusal(pg_temp.id('customer'), $$select public.create_attachment('30000000-0000-4000-8000-000000000001', 'b.txt', 'b.txt', 'text/plain', 10)$$),
  'limit_reached', 'create_attachment refuses with limit_reached');
update public.user_limits set max_attachment_bytes = null where user_id = pg_temp.id('customer');
update private.rate_limits set max_count = 1;
select private.take_rate(pg_temp.id('customer'), kind, now()) from private.rate_limits;
select is(pg_temp.refusal(pg_temp.id('customer'), call), 'rate_limited', format('%s refuses with %s', rpc, 'rate_limited'))
from (values
  ('post_ticket_message', $$select public.post_ticket_message('30000000-0000-4000-8000-000000000001', 'Again.')$$),
  ('create_attachment', $$select public.create_attachment('30000000-0000-4000-8000-000000000001', 'b.txt', 'b.txt', 'text/plain', 10)$$)
) called (rpc, call);
select * from finish();
rollback;
