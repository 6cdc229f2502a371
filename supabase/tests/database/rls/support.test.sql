-- Who may do what on the tables of the support domain, as data: rows touched, or the SQLSTATE of the refusal.
-- Every attempt aims at Olga's ticket. A row hidden by a policy is 0 rows and not an error.
begin;
create temp table people (actor text primary key, id uuid, role public.user_role) on commit drop;
insert into people values
  ('owner', '10000000-0000-4000-8000-000000000001', 'member'), ('other', '10000000-0000-4000-8000-000000000002', 'member'),
  ('teacher', '10000000-0000-4000-8000-000000000003', 'teacher'), ('agent', '10000000-0000-4000-8000-000000000004', 'agent'),
  ('admin', '10000000-0000-4000-8000-000000000005', 'admin'), ('second agent', '10000000-0000-4000-8000-000000000006', 'agent');
insert into auth.users (id, email) select id, actor || '@support.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;

-- {} is the ticket, {p} its public message, {i} its internal one.
create temp table things (name text primary key, id uuid) on commit drop;
insert into things values
  ('{}', '20000000-0000-4000-8000-000000000001'), ('{p}', '30000000-0000-4000-8000-000000000001'),
  ('{i}', '30000000-0000-4000-8000-000000000002'), ('{owner}', '10000000-0000-4000-8000-000000000001'),
  ('{agent}', '10000000-0000-4000-8000-000000000004');
insert into public.support_tickets (id, user_id, subject, description)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000004", "role": "authenticated"}';
insert into public.ticket_messages (id, ticket_id, body, author_id, author_role, is_internal) values
  ('30000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', 'Seen', '10000000-0000-4000-8000-000000000004', 'staff', false),
  ('30000000-0000-4000-8000-000000000002', '20000000-0000-4000-8000-000000000001', 'Unseen', '10000000-0000-4000-8000-000000000004', 'staff', true);
insert into public.ticket_replies (ticket_id, message_id, body, author_id, author_role, is_internal) values
  ('20000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', 'Seen', '10000000-0000-4000-8000-000000000004', 'staff', false),
  ('20000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', 'Unseen', '10000000-0000-4000-8000-000000000004', 'staff', true),
  ('20000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000002', 'Unseen too', '10000000-0000-4000-8000-000000000004', 'staff', false);
reset request.jwt.claims;
insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path, state, sha256, rejection_reason, is_internal)
select id, '20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', uploader, state || '.png', 'image/png', 9,
  '20000000-0000-4000-8000-000000000001/' || id || '/a.png', state::public.attachment_state, case state when 'ready' then repeat('0', 64) end,
  case state when 'rejected' then 'not_an_image' end, is_internal
from (values
  ('40000000-0000-4000-8000-000000000001'::uuid, '10000000-0000-4000-8000-000000000001'::uuid, 'ready', false),
  ('40000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'pending', false),
  ('40000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000001', 'rejected', false),
  ('40000000-0000-4000-8000-000000000004', '10000000-0000-4000-8000-000000000004', 'ready', true),
  ('40000000-0000-4000-8000-000000000005', '10000000-0000-4000-8000-000000000004', 'pending', true)) f (id, uploader, state, is_internal);
insert into public.ticket_tags (ticket_id, tag, user_id) values ('20000000-0000-4000-8000-000000000001', 'vip', '10000000-0000-4000-8000-000000000001');
insert into public.received_mails (provider_id, received_at, state, reason, settled_at, words)
values ('mail', now(), 'held', 'unknown_sender', now(), 'Hello');
create temp table mails on commit drop as select id from public.received_mails;
grant select on mails to anon, authenticated, service_role;
insert into public.received_mail_files (mail_id, part, file_name) select id, '0', 'a.png' from mails;
insert into public.desk_turns (profile_id, turn) values ('10000000-0000-4000-8000-000000000001', 7);
insert into public.saved_replies (title, body) values ('Saved', 'Hello {{customer_name}}');
insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, rating)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 1, 4);
insert into storage.objects (bucket_id, name, owner_id, metadata)
select 'ticket-attachments', path, uploaded_by::text, '{}' from public.ticket_attachments;

create temp table attempts (relation text, operation text, statement text, expected jsonb) on commit drop;
-- One expectation for everybody, or in this order: anon, owner, other, teacher, agent, admin, barred agents and admins, service_role.
insert into attempts values
  ('support_tickets', 'select', $$select from public.support_tickets where id = '{}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('support_tickets', 'insert', $$insert into public.support_tickets (subject, description, category, priority) values ('a', 'b', 'billing', 'urgent')$$, '["42501", 1, 1, 1, 1, 1, 1, "42501"]'),
  ('support_tickets', 'insert for another', $$insert into public.support_tickets (user_id, subject, description) values ('{owner}', 'a', 'b')$$, '"42501"'),
  ('support_tickets', 'insert closed', $$insert into public.support_tickets (subject, description, status) values ('a', 'b', 'closed')$$, '"42501"'),
  ('support_tickets', 'insert assigned', $$insert into public.support_tickets (subject, description, assigned_to) values ('a', 'b', '{agent}')$$, '"42501"'),
  ('support_tickets', 'insert rated', $$insert into public.support_tickets (subject, description, survey_completed) values ('a', 'b', true)$$, '"42501"'),
  ('support_tickets', 'close', $$update public.support_tickets set status = 'closed' where id = '{}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('support_tickets', 'resolve', $$update public.support_tickets set status = 'resolved' where id = '{}'$$, '["42501", "PT409", 0, 0, 1, 1, 0, 1]'),
  ('support_tickets', 'assign', $$update public.support_tickets set assigned_to = '{agent}' where id = '{}'$$, '["42501", "PT403", 0, 0, 1, 1, 0, 1]'),
  ('support_tickets', 'assign a customer', $$update public.support_tickets set assigned_to = '{owner}' where id = '{}'$$, '["42501", "PT403", 0, 0, "PT422", "PT422", 0, "PT422"]'),
  ('support_tickets', 'prioritise', $$update public.support_tickets set priority = 'urgent' where id = '{}'$$, '["42501", "PT403", 0, 0, 1, 1, 0, 1]'),
  ('support_tickets', 'categorise', $$update public.support_tickets set category = 'billing' where id = '{}'$$, '["42501", "PT403", 0, 0, 1, 1, 0, 1]'),
  ('support_tickets', 'reword', $$update public.support_tickets set subject = 'New' where id = '{}'$$, '"42501"'),
  ('support_tickets', 'stamp', $$update public.support_tickets set first_response_at = null where id = '{}'$$, '"42501"'),
  ('support_tickets', 'count', $$update public.support_tickets set message_count = 0 where id = '{}'$$, '"42501"'),
  ('support_tickets', 'hand over', $$update public.support_tickets set user_id = auth.uid() where id = '{}'$$, '"42501"'),
  ('support_tickets', 'delete', $$delete from public.support_tickets where id = '{}'$$, '"42501"'),
  ('ticket_queue', 'call', $$select from public.ticket_queue('in_progress') where id = '{}'$$, '["42501", "PT403", "PT403", "PT403", 1, 1, "PT403", 1]'),
  ('delete_ticket', 'call', $$select public.delete_ticket('{}')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('ticket_messages', 'select', $$select from public.ticket_messages where ticket_id = '{}'$$, '["42501", 1, 0, 0, 2, 2, 0, 2]'),
  ('ticket_messages', 'select internal', $$select from public.ticket_messages where is_internal$$, '["42501", 0, 0, 0, 1, 1, 0, 1]'),
  ('ticket_messages', 'insert', $$insert into public.ticket_messages (ticket_id, body) values ('{}', 'Hi')$$, '["42501", 1, "PT404", "PT404", 1, 1, "PT404", "42501"]'),
  ('ticket_messages', 'insert internal', $$insert into public.ticket_messages (ticket_id, body, is_internal) values ('{}', 'Hi', true)$$, '["42501", "PT403", "PT404", "PT404", 1, 1, "PT404", "42501"]'),
  ('ticket_messages', 'insert as staff', $$insert into public.ticket_messages (ticket_id, body, author_role) values ('{}', 'Hi', 'staff')$$, '"42501"'),
  ('ticket_messages', 'insert as somebody', $$insert into public.ticket_messages (ticket_id, body, author_id) values ('{}', 'Hi', '{agent}')$$, '"42501"'),
  ('ticket_messages', 'insert as the system', $$insert into public.ticket_messages (ticket_id, body, kind) values ('{}', 'Hi', 'system')$$, '"42501"'),
  ('ticket_messages', 'insert earlier', $$insert into public.ticket_messages (ticket_id, body, created_at) values ('{}', 'Hi', '2020-01-01')$$, '"42501"'),
  ('ticket_messages', 'insert with a status', $$insert into public.ticket_messages (ticket_id, body, status_after) values ('{}', 'Hi', 'closed')$$, '"42501"'),
  ('ticket_messages', 'update', $$update public.ticket_messages set body = 'New' where ticket_id = '{}'$$, '"42501"'),
  ('ticket_messages', 'delete', $$delete from public.ticket_messages where ticket_id = '{}'$$, '"42501"'),
  ('ticket_replies', 'select', $$select from public.ticket_replies where ticket_id = '{}'$$, '["42501", 1, 0, 0, 3, 3, 0, 3]'),
  ('ticket_replies', 'insert', $$insert into public.ticket_replies (ticket_id, message_id, body) values ('{}', '{p}', 'Hi')$$, '["42501", 1, "PT404", "PT404", 1, 1, "PT404", "42501"]'),
  ('ticket_replies', 'insert internal', $$insert into public.ticket_replies (ticket_id, message_id, body, is_internal) values ('{}', '{p}', 'Hi', true)$$, '["42501", "PT403", "PT404", "PT404", 1, 1, "PT404", "42501"]'),
  ('ticket_replies', 'insert under a note', $$insert into public.ticket_replies (ticket_id, message_id, body) values ('{}', '{i}', 'Hi')$$, '["42501", "PT404", "PT404", "PT404", 1, 1, "PT404", "42501"]'),
  ('ticket_replies', 'insert as staff', $$insert into public.ticket_replies (ticket_id, message_id, body, author_role) values ('{}', '{p}', 'Hi', 'staff')$$, '"42501"'),
  ('ticket_replies', 'update', $$update public.ticket_replies set body = 'New' where ticket_id = '{}'$$, '"42501"'),
  ('ticket_replies', 'delete', $$delete from public.ticket_replies where ticket_id = '{}'$$, '"42501"'),
  ('ticket_attachments', 'select', $$select from public.ticket_attachments where ticket_id = '{}'$$, '["42501", 3, 0, 0, 3, 2, 0, 5]'),
  ('ticket_attachments', 'select internal', $$select from public.ticket_attachments where is_internal$$, '["42501", 0, 0, 0, 2, 1, 0, 2]'),
  ('ticket_attachments', 'insert', $$insert into public.ticket_attachments (ticket_id, user_id, file_name, content_type, size_bytes, path) values ('{}', '{owner}', 'a', 'b', 1, 'c')$$, '"42501"'),
  ('ticket_attachments', 'update', $$update public.ticket_attachments set state = 'ready' where ticket_id = '{}'$$, '"42501"'),
  ('ticket_attachments', 'delete', $$delete from public.ticket_attachments where ticket_id = '{}'$$, '"42501"'),
  ('objects', 'select', $$select from storage.objects where bucket_id = 'ticket-attachments'$$, '[0, 0, 0, 0, 0, 0, 0, 5]'),
  ('objects', 'insert', $$insert into storage.objects (bucket_id, name) values ('ticket-attachments', '{}/x/a.png')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('objects', 'update', $$update storage.objects set name = 'x' where bucket_id = 'ticket-attachments' and name like '%1/a.png'$$, '[0, 0, 0, 0, 0, 0, 0, 1]'),
  ('ticket_surveys', 'select', $$select from public.ticket_surveys where ticket_id = '{}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('ticket_surveys', 'insert', $$insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, rating) values ('{}', '{owner}', 2, 5)$$, '"42501"'),
  ('ticket_surveys', 'update rating', $$update public.ticket_surveys set rating = 5 where ticket_id = '{}'$$, '["42501", 1, 0, 0, 0, 0, 0, "42501"]'),
  ('ticket_surveys', 'move', $$update public.ticket_surveys set ticket_id = gen_random_uuid() where ticket_id = '{}'$$, '"42501"'),
  ('ticket_surveys', 'delete', $$delete from public.ticket_surveys where ticket_id = '{}'$$, '"42501"'),
  ('ticket_tags', 'select', $$select from public.ticket_tags where ticket_id = '{}'$$, '["42501", 0, 0, 0, 1, 1, 0, 1]'),
  ('ticket_tags', 'insert', $$insert into public.ticket_tags (ticket_id, tag, user_id) values ('{}', 'x', '{owner}')$$, '"42501"'),
  ('ticket_tags', 'update', $$update public.ticket_tags set tag = 'x'$$, '"42501"'),
  ('ticket_tags', 'delete', $$delete from public.ticket_tags$$, '"42501"'),
  ('set_ticket_tags', 'call', $$select public.set_ticket_tags('{}', '{ a }')$$, '["42501", "PT403", "PT403", "PT403", 1, 1, "PT403", "42501"]'),
  ('merge_tickets', 'call', $$select public.merge_tickets('{}', '{}')$$, '["42501", "PT403", "PT403", "PT403", "PT409", "PT409", "PT403", "42501"]'),
  ('received_mails', 'select', $$select from public.received_mails$$, '["42501", 0, 0, 0, 1, 1, 0, 1]'),
  ('received_mails', 'insert', $$insert into public.received_mails (provider_id, received_at) values ('x', now())$$, '"42501"'),
  ('received_mails', 'update', $$update public.received_mails set state = 'held'$$, '"42501"'),
  ('received_mails', 'delete', $$delete from public.received_mails$$, '"42501"'),
  ('received_mail_files', 'select', $$select from public.received_mail_files$$, '["42501", 0, 0, 0, 1, 1, 0, 1]'),
  ('received_mail_files', 'insert', $$insert into public.received_mail_files (mail_id, part, file_name) values ('{}', 'x', 'x')$$, '"42501"'),
  ('received_mail_files', 'update', $$update public.received_mail_files set attachment_id = null$$, '"42501"'),
  ('received_mail_files', 'delete', $$delete from public.received_mail_files$$, '"42501"'),
  ('accept_received_mail', 'call', $$select public.accept_received_mail((select id from pg_temp.mails), '{owner}')$$, '["42501", "PT403", "PT403", "PT403", 1, 1, "PT403", "42501"]'),
  ('discard_received_mail', 'call', $$select public.discard_received_mail((select id from pg_temp.mails))$$, '["42501", "PT403", "PT403", "PT403", 1, 1, "PT403", "42501"]'),
  ('judge_received_mail', 'call', $$select public.judge_received_mail('{}', '{ }')$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('ticket_texts', 'select', $$select from private.ticket_texts$$, '"42501"'),
  ('search_tickets', 'call', $$select from public.search_tickets('broke')$$, '["42501", 1, 0, 0, 1, 1, 0, "42501"]'),
  ('search_tickets', 'call for a note', $$select from public.search_tickets('unseen')$$, '["42501", 0, 0, 0, 1, 1, 0, "42501"]'),
  ('desk_turns', 'select', $$select from public.desk_turns where turn = 7$$, '["42501", 0, 0, 0, 1, 1, 0, 1]'),
  ('desk_turns', 'insert', $$insert into public.desk_turns (profile_id) select auth.uid()$$, '"42501"'),
  ('desk_turns', 'update', $$update public.desk_turns set turn = 9$$, '"42501"'),
  ('desk_turns', 'delete', $$delete from public.desk_turns$$, '"42501"'),
  ('set_away', 'call', $$select public.set_away(true)$$, '["42501", "PT403", "PT403", "PT403", 1, 1, "PT403", "42501"]'),
  ('saved_replies', 'select', $$select from public.saved_replies where title = 'Saved'$$, '["42501", 0, 0, 0, 1, 1, 0, 1]'),
  ('saved_replies', 'insert', $$insert into public.saved_replies (title, body) values ('New', 'Hi')$$, '["42501", "42501", "42501", "42501", 1, 1, "42501", "42501"]'),
  ('saved_replies', 'insert as somebody', $$insert into public.saved_replies (title, body, written_by) values ('New', 'Hi', null)$$, '"42501"'),
  ('saved_replies', 'update', $$update public.saved_replies set body = 'Ho' where title = 'Saved'$$, '["42501", 0, 0, 0, 1, 1, 0, "42501"]'),
  ('saved_replies', 'delete', $$delete from public.saved_replies where title = 'Saved'$$, '["42501", 0, 0, 0, 1, 1, 0, "42501"]'),
  ('fill_saved_reply', 'call', $$select public.fill_saved_reply((select id from public.saved_replies where title = 'Saved'), '{}')$$, '["42501", "PT403", "PT403", "PT403", 1, 1, "PT403", "42501"]'),
  ('ticket_events', 'select', $$select from public.ticket_events where ticket_id = '{}'$$, '["42501", 2, 0, 0, 2, 2, 0, 2]'),
  ('ticket_events', 'insert', $$insert into public.ticket_events (ticket_id, user_id, to_status, actor_kind) values ('{}', '{owner}', 'open', 'user')$$, '"42501"'),
  ('ticket_events', 'update', $$update public.ticket_events set actor_id = null where ticket_id = '{}'$$, '"42501"'),
  ('ticket_events', 'delete', $$delete from public.ticket_events where ticket_id = '{}'$$, '"42501"'),
  ('ticket_sla', 'select', $$select from public.ticket_sla where ticket_id = '{}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('business_hours', 'select', $$select from public.business_hours$$, '["42501", 1, 1, 1, 1, 1, 1, 1]'),
  ('business_hours', 'insert', $$insert into public.business_hours default values$$, '"42501"'),
  ('business_hours', 'update', $$update public.business_hours set time_zone = 'UTC'$$, '"42501"'),
  ('business_hours', 'delete', $$delete from public.business_hours$$, '"42501"'),
  ('opening_spans', 'select', $$select from public.opening_spans where opens_at = '2000-01-01Z'$$, '["42501", 1, 1, 1, 1, 1, 1, 1]'),
  ('opening_spans', 'update', $$update public.opening_spans set open_before = '0'$$, '"42501"'),
  ('opening_spans', 'delete', $$delete from public.opening_spans$$, '"42501"'),
  ('sla_targets', 'select', $$select from public.sla_targets where priority = 'low'$$, '["42501", 1, 1, 1, 1, 1, 1, 1]'),
  ('sla_targets', 'insert', $$insert into public.sla_targets values ('low', 1, 1)$$, '"42501"'),
  ('sla_targets', 'update', $$update public.sla_targets set resolution_seconds = 900000 where priority = 'low'$$, '["42501", "42501", "42501", "42501", "42501", "42501", "42501", 1]'),
  ('sla_targets', 'delete', $$delete from public.sla_targets$$, '"42501"'),
  ('profile_cards', 'select the agent''s', $$select from public.profile_cards where id = '{agent}'$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('ticket_transitions', 'select', $$select from private.ticket_transitions$$, '"42501"'),
  ('ticket_transitions', 'insert', $$insert into private.ticket_transitions values ('customer', 'open', 'resolved')$$, '"42501"'),
  ('ticket_staff', 'select', $$select from private.ticket_staff$$, '"42501"'),
  ('reply_keys', 'select', $$select from private.reply_keys$$, '"42501"'),
  ('post_ticket_message', 'call', $$select public.post_ticket_message('{}', 'Hi')$$, '["42501", 1, "PT404", "PT404", 1, 1, "PT404", "42501"]'),
  ('post_ticket_message', 'call internal', $$select public.post_ticket_message('{}', 'Hi', p_is_internal => true)$$, '["42501", "PT403", "PT404", "PT404", 1, 1, "PT404", "42501"]'),
  ('ticket_thread', 'call', $$select public.ticket_thread('{}')$$, '["42501", 1, "PT404", "PT404", 1, 1, "PT404", 1]'),
  ('ticket_replies_of', 'call', $$select from jsonb_object_keys(public.ticket_replies_of('{}', '{ {p}, {i} }'))$$, '["42501", 1, 0, 0, 2, 2, 0, 2]'),
  ('submit_ticket_survey', 'call', $$select public.submit_ticket_survey('{}', 5)$$, '["42501", "PT409", "PT404", "PT404", "PT403", "PT403", "PT404", "42501"]'),
  ('ticket_survey', 'call', $$select from public.ticket_survey('{}') s where s is not null$$, '["42501", 1, 0, 0, 1, 1, 0, 1]'),
  ('support_stats', 'call', $$select public.support_stats(now() - interval '1 day', now())$$, '["42501", "PT403", "PT403", "PT403", 1, 1, "PT403", 1]');

create temp table actors on commit drop as
  select actor, 'authenticated' as role, id, array_position('{owner,other,teacher,agent,admin}', actor) as place, '' as before from people where actor <> 'second agent'
  union all values ('anon', 'anon', null::uuid, 0, ''), ('service_role', 'service_role', null, 7, '');
-- Who is barred is barred whichever way, and whatever he was.
insert into actors
select which || ' ' || actor, 'authenticated', id, 6, format('update public.profiles set account_status = %L where id = %L', which, id)
from people, unnest('{suspended,closing}'::public.account_status[]) which where actor in ('second agent', 'admin');

create function pg_temp.named(p_statement text) returns text language plpgsql as $$
declare
  v_thing record;
begin
  for v_thing in select * from things loop
    p_statement := replace(p_statement, v_thing.name, v_thing.id::text);
  end loop;
  return p_statement;
end;
$$;

update attempts set statement = pg_temp.named(statement);
\ir run-attempts.psql
