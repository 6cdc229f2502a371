-- An agent is the customer of his own ticket: what his colleagues note there is not for him, on no path.
begin;
select plan(8);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'agent@own.test'), ('10000000-0000-4000-8000-000000000002', 'colleague@own.test');
update public.profiles set role = 'agent' where id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
insert into public.support_tickets (id, user_id, subject, description)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'My pay', 'It is late.');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
insert into public.ticket_messages (id, ticket_id, body, is_internal) values
  ('30000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', 'We look into it.', false),
  ('30000000-0000-4000-8000-000000000002', '20000000-0000-4000-8000-000000000001', 'He is about to leave us.', true);
insert into public.ticket_replies (ticket_id, message_id, body, is_internal)
values ('20000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', 'So I heard.', true);
insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path, state, sha256, is_internal)
values ('40000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001',
  '10000000-0000-4000-8000-000000000002', 'a.png', 'image/png', 9,
  '20000000-0000-4000-8000-000000000001/40000000-0000-4000-8000-000000000001/a.png', 'ready', repeat('0', 64), true);

set local role authenticated;
select is((select count(*) from public.ticket_messages), 2::bigint, 'the colleague reads the message and the note');
select is((select count(*) from public.ticket_replies), 1::bigint, 'and the reply');
select is((select count(*) from public.ticket_attachments), 1::bigint, 'and the file');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select results_eq($$select body from public.ticket_messages$$, $$values ('We look into it.')$$, 'the agent reads the message alone');
select is_empty($$select from public.ticket_replies$$, 'no internal reply');
select is_empty($$select from public.ticket_attachments$$, 'and no internal file');
select is(public.ticket_thread('20000000-0000-4000-8000-000000000001') #>> '{messages,0,body}', 'We look into it.', 'the conversation shows him the message');
select is(jsonb_array_length(public.ticket_thread('20000000-0000-4000-8000-000000000001') -> 'messages'), 1, 'and nothing else');
select * from finish();
rollback;
