-- One call: message or reply, status and files together or not at all; a key makes it happen once.
begin;
select plan(26);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@post.test'), ('10000000-0000-4000-8000-000000000002', 'agent@post.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';
insert into public.support_tickets (id, user_id, subject, description) values
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'Another', 'It broke.');
create function pg_temp.file(p_id text, p_ticket text, p_uploader text, p_state public.attachment_state, p_is_internal boolean) returns void language sql as $$
  insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path, state, sha256, is_internal)
  select ('40000000-0000-4000-8000-00000000000' || p_id)::uuid, t.id, t.user_id, ('10000000-0000-4000-8000-00000000000' || p_uploader)::uuid, p_id || '.png', 'image/png', 9,
    t.id || '/40000000-0000-4000-8000-00000000000' || p_id || '/a.png', p_state, case p_state when 'ready' then repeat('0', 64) end, p_is_internal
  from public.support_tickets t where t.id = ('20000000-0000-4000-8000-00000000000' || p_ticket)::uuid;
$$;
select pg_temp.file('1', '1', '1', 'ready', false), pg_temp.file('2', '1', '1', 'pending', false), pg_temp.file('3', '2', '1', 'ready', false),
  pg_temp.file('4', '1', '2', 'ready', true), pg_temp.file('5', '1', '2', 'ready', true), pg_temp.file('6', '1', '1', 'ready', false);

set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
create temp table first on commit drop as
  select public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'Hello', p_idempotency_key => 'k1',
    p_attachment_ids => '{40000000-0000-4000-8000-000000000001}') as answer;
select is((select answer #>> '{message,attachments,0,file_name}' from first), '1.png', 'a message carries its files');
select is(public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'Hello', p_idempotency_key => 'k1', p_attachment_ids => '{40000000-0000-4000-8000-000000000001}'),
  (select answer from first), 'the same key and request answer the same');
select is((select count(*)::integer from public.ticket_messages), 1, 'and write once');
select throws_ok($$select public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'Other', p_idempotency_key => 'k1')$$, 'PT409', null, 'another body is refused');
select throws_ok($$select public.post_ticket_message('20000000-0000-4000-8000-000000000002', 'Hello', p_idempotency_key => 'k1', p_attachment_ids => '{40000000-0000-4000-8000-000000000001}')$$,
  'PT409', null, 'and another ticket');
select lives_ok($$select public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'Hello')$$, 'without a key every request is another one');

select throws_ok(format($$select public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'File', p_attachment_ids => '{40000000-0000-4000-8000-00000000000%s}', p_idempotency_key => 'k2')$$, id),
  'PT409', null, name)
from (values ('1', 'a file is sent once'), ('2', 'a pending file is not sent'), ('3', 'nor one of another ticket'), ('4', 'nor one of somebody else'), ('9', 'nor none')) files (id, name);
select is((select count(*)::integer from public.ticket_messages where body = 'File'), 0, 'and then there is no message either');
select lives_ok($$select public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'File', p_attachment_ids => '{40000000-0000-4000-8000-000000000006,40000000-0000-4000-8000-000000000006}', p_idempotency_key => 'k2')$$,
  'a key whose request was refused is free');

select throws_ok($$select public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'I disagree', p_status => 'resolved')$$, 'PT409', null, 'an owner resolves nothing');

-- A file may come without a word; nothing else may.
reset role;
select pg_temp.file('7', '1', '1', 'ready', false);
set local role authenticated;
select is(public.post_ticket_message('20000000-0000-4000-8000-000000000001', ' ', p_attachment_ids => '{40000000-0000-4000-8000-000000000007}') #>> '{message,body}', '',
  'a file is a message by itself');
select throws_ok($$select public.post_ticket_message('20000000-0000-4000-8000-000000000001', ' ')$$, '23514', null, 'nothing is none');
select throws_ok($$insert into public.ticket_messages (ticket_id, body) values ('20000000-0000-4000-8000-000000000001', '')$$, '23514', null, 'over REST neither');
select throws_ok($$insert into public.ticket_messages (ticket_id, body, is_only_files) values ('20000000-0000-4000-8000-000000000001', '', true)$$, '42501', null,
  'where nobody says that files come with it');

-- Staff: notes, replies and a status in one.
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is(public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'Note', p_is_internal => true, p_attachment_ids => '{40000000-0000-4000-8000-000000000004}', p_idempotency_key => 'k1')
  #>> '{message,is_internal}', 'true', 'another person''s same key is another key');
select is(public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'Answer', (select id from public.ticket_messages where body = 'Hello' order by created_at limit 1),
  p_attachment_ids => '{40000000-0000-4000-8000-000000000005}', p_status => 'resolved') #>> '{ticket,status}', 'resolved', 'a reply can resolve the ticket');
select results_eq($$select from_status::text, to_status::text from public.ticket_events where ticket_id = '20000000-0000-4000-8000-000000000001' order by id$$,
  $$values (null, 'open'), ('open', 'resolved')$$, 'in one transition');
select throws_ok($$select public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'No', p_status => 'in_progress')$$, 'PT409', null, 'not against the rules');
select is((select count(*)::integer from public.ticket_messages where body = 'No'), 0, 'and then there is no message either');

-- The owner sees the sent file and not the note's.
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select results_eq($$select file_name from public.ticket_attachments where uploaded_by = '10000000-0000-4000-8000-000000000002'$$, $$values ('5.png')$$,
  'staff''s files show with the message that sends them');
select is(public.post_ticket_message('20000000-0000-4000-8000-000000000001', 'Thanks', p_status => 'closed') #>> '{ticket,status}', 'closed', 'but closes with his last word');
select results_eq($$select resolution_cycle from public.support_tickets where id = '20000000-0000-4000-8000-000000000001'$$, $$values (1)$$, 'without reopening in between');
select * from finish();
rollback;
