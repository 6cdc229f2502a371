-- What support contributes to closing and purging an account, and whose cards it shows.
begin;
select plan(9);
insert into auth.users (id, email, raw_user_meta_data) values
  ('10000000-0000-4000-8000-000000000001', 'owner@hooks.test', '{"full_name": "Olga"}'), ('10000000-0000-4000-8000-000000000002', 'agent@hooks.test', '{"full_name": "Ada"}'),
  ('10000000-0000-4000-8000-000000000003', 'silent@hooks.test', '{"full_name": "Sid"}'), ('10000000-0000-4000-8000-000000000004', 'none@hooks.test', '{}');
update public.profiles set role = 'agent' where id in ('10000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000003');
insert into public.support_tickets (id, user_id, subject, description)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.');
insert into public.ticket_attachments (id, ticket_id, user_id, file_name, content_type, size_bytes, path, state, sha256)
values ('40000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'a.png', 'image/png', 9,
  '20000000-0000-4000-8000-000000000001/40000000-0000-4000-8000-000000000001/a.png', 'ready', repeat('0', 64));

select set_eq($$select hook::text, function_name from private.domain_hooks where domain = 'support'$$,
  $$values ('visible_profiles', 'private.ticket_cards'), ('purge_blockers', 'private.support_purge_blockers'),
    ('outside_resources', 'private.support_outside_resources'), ('profile_changed', 'private.release_assignments'),
    ('before_user_deletion', 'private.lock_tickets_of_leaver'), ('account_overview', 'private.support_overview'), ('message_links', 'private.ticket_message_links'), ('task_died', 'private.give_up_received_mail')$$, 'the hooks are registered');
select results_eq($$select private.support_purge_blockers('10000000-0000-4000-8000-000000000001')$$, $$values ('open_ticket')$$, 'an open ticket blocks the purge');
select is_empty($$select private.support_purge_blockers('10000000-0000-4000-8000-000000000004')$$, 'none blocks nothing');
select results_eq($$select * from private.support_outside_resources('10000000-0000-4000-8000-000000000001')$$,
  $$values ('remove_ticket_file', '20000000-0000-4000-8000-000000000001/40000000-0000-4000-8000-000000000001/a.png')$$, 'files lie outside');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}';
insert into public.ticket_messages (ticket_id, body, is_internal) values ('20000000-0000-4000-8000-000000000001', 'Secret', true);
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
insert into public.ticket_messages (ticket_id, body) values ('20000000-0000-4000-8000-000000000001', 'Answer');
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select results_eq($$select full_name from public.profile_cards order by 1$$, $$values ('Ada'), ('Olga')$$, 'a customer sees who answered him, and not who wrote a note');
select is_empty($$select from public.profiles where full_name = 'Ada'$$, 'but no more of them than the card');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000004", "role": "authenticated"}';
select is_empty($$select from public.profile_cards where full_name in ('Ada', 'Olga')$$, 'others see neither');
reset role;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
update public.support_tickets set assigned_to = '10000000-0000-4000-8000-000000000003', status = 'resolved';
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
set local role authenticated;
select isnt_empty($$select from public.profile_cards where full_name = 'Sid'$$, 'he sees whom his ticket is assigned to');
reset role;
set local request.jwt.claims = '';
select is_empty($$select private.support_purge_blockers('10000000-0000-4000-8000-000000000001')$$, 'a resolved ticket blocks no purge');
select * from finish();
rollback;
