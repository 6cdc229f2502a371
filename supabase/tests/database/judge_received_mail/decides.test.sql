-- What becomes of a mail to the desk follows from whom it shows its sender to be, and from nothing else that it claims.
begin;
select plan(42);
create function pg_temp.person(p_name text) returns uuid language sql immutable as $$ select md5(p_name || '@judged.test')::uuid $$;
insert into auth.users (id, email, email_confirmed_at)
select pg_temp.person(n), n || '@judged.test', case when n <> 'unconfirmed' then now() end from unnest('{owner,other,agent,often,unconfirmed,filer}'::text[]) n;
update public.profiles set role = 'agent' where id = pg_temp.person('agent');
insert into public.support_tickets (id, user_id, subject, description, assigned_to)
values (pg_temp.person('ticket'), pg_temp.person('owner'), 'Help', 'd', pg_temp.person('agent'));
-- A mail of ours to each, about that ticket.
insert into public.message_deliveries (id, user_id, kind, subject_id, channel, state, released_at, message_id)
select pg_temp.person('to ' || n), pg_temp.person(n), 'ticket_reply', pg_temp.person('ticket'), 'email', 'sent', now(), '<' || n || '@desk.test>'
from unnest('{owner,other,agent}'::text[]) n;

-- Judges a mail that says these things besides; answers what became of it.
create function pg_temp.judged(p_name text, p_more jsonb default '{}') returns text language plpgsql as $$
declare
  v_id uuid;
begin
  insert into public.received_mails (provider_id, received_at) values (gen_random_uuid()::text, now()) returning id into v_id;
  perform public.judge_received_mail(v_id, jsonb_build_object('from_address', p_name || '@judged.test', 'subject', 'A question', 'message_id', null,
    'authentication', 'none', 'words', 'How?', 'body', 'How?', 'html', null, 'headers', '[]'::jsonb, 'is_cut', false, 'file_count', 0,
    'automatic', null, 'is_for_desk', true, 'reply_to', null, 'message_ids', '[]'::jsonb) || p_more);
  return (select concat_ws(' ', state, reason, case when ticket_id = pg_temp.person('ticket') then 'in the ticket' end) from public.received_mails where id = v_id);
end;
$$;
create function pg_temp.reply_to(p_name text) returns jsonb language sql as $$ select jsonb_build_object('reply_to', pg_temp.person('to ' || p_name)) $$;

-- Who is believed.
select is(pg_temp.judged('owner', '{"authentication": "pass"}'), 'opened', 'a believed sender opens a ticket');
select is(pg_temp.judged('owner', pg_temp.reply_to('owner')), 'posted in the ticket', 'the reply address of their own mail proves a customer');
select is(pg_temp.judged('owner', '{"authentication": "pass", "message_ids": ["<owner@desk.test>"]}'), 'posted in the ticket', 'a Message-ID finds the ticket of a believed sender');
select is(pg_temp.judged('owner'), 'held sender_not_proven', 'an address alone proves nothing');
select is(pg_temp.judged('owner', '{"message_ids": ["<owner@desk.test>"]}'), 'held sender_not_proven', 'nor does a Message-ID, which goes on in every forward');
select is(pg_temp.judged('owner', pg_temp.reply_to('other')), 'held sender_not_proven', 'nor the reply address of another''s mail');
select is(pg_temp.judged('agent', pg_temp.reply_to('agent')), 'held sender_not_proven', 'nor does a reply address prove staff, whose word is the desk''s');
select is(pg_temp.judged('agent', '{"authentication": "pass"}' || pg_temp.reply_to('agent')), 'posted in the ticket', 'who speak when they are believed');
select is(pg_temp.judged('owner', '{"authentication": "fail"}' || pg_temp.reply_to('owner')), 'held sender_not_believed', 'what failed is held, whatever it carries');
select is(pg_temp.judged('unconfirmed', '{"authentication": "pass"}'), 'held unknown_sender', 'an address that nobody confirmed is a stranger''s');
select is(pg_temp.judged('stranger', '{"authentication": "pass"}'), 'held unknown_sender', 'a stranger''s mail waits for an agent');
update private.settings set value = '0' where name = 'mails_from_strangers_are_held';
select is(pg_temp.judged('stranger', '{"authentication": "pass"}'), 'refused unknown_sender', 'or is refused, where the desk wants that');

-- What the sender may not do over REST, their mail does not.
update private.rate_limits set max_count = 1 where kind = 'tickets';
select is(pg_temp.judged('often', '{"authentication": "pass"}'), 'opened', 'a first ticket of a day');
select matches(pg_temp.judged('often', '{"authentication": "pass"}'), '^refused rate_', 'and none above their rate');
select is(pg_temp.judged('other', '{"authentication": "pass"}' || pg_temp.reply_to('other')), 'refused ticket_not_found in the ticket', 'and nobody writes into another''s ticket');
select is(coalesce(current_setting('request.jwt.claims', true), ''), '', 'the claims of the sender end with their mail');

-- What opens nothing.
select is(pg_temp.judged('owner', '{"authentication": "pass", "automatic": "auto_submitted"}'), 'ignored auto_submitted', 'a machine''s answer opens nothing');
select is(pg_temp.judged('owner', '{"authentication": "pass", "is_for_desk": false}'), 'ignored not_for_the_desk', 'nor does what is for somebody else');
select is(pg_temp.judged('owner', '{"authentication": "pass", "from_address": null}'), 'ignored not_for_the_desk', 'nor what is from nobody');
select is(pg_temp.judged('owner', '{"authentication": "pass", "words": ""}'), 'ignored empty', 'nor what says nothing');
select is(pg_temp.judged('filer', '{"authentication": "pass", "words": "", "file_count": 1}'), 'waiting', 'files say something, and are brought first');

-- Floods.
update private.settings set value = '1' where name = 'mails_per_address_per_hour';
select is(pg_temp.judged('flood', '{"authentication": "pass"}'), 'refused unknown_sender', 'the first mail of an hour counts');
select is(pg_temp.judged('flood', '{"authentication": "pass"}'), 'ignored too_many', 'one above the limit does not');
update private.settings set value = '1000' where name = 'mails_per_address_per_hour';
update private.settings set value = (select to_jsonb(count(*)) from public.received_mails where state = 'held') where name = 'held_mails_at_most';
select is(pg_temp.judged('owner'), 'refused too_many_held', 'no more are held than agents can look through');

-- A mail is judged once.
create temp table seen on commit drop as select id, state from public.received_mails where state = 'opened' limit 1;
select is(public.judge_received_mail((select id from seen), '{}'), '{"step": "none"}', 'a mail that is settled is not judged again');
select is((select m.state from public.received_mails m join seen on seen.id = m.id), 'opened', 'and stays as it is');
select throws_ok($$insert into public.received_mails (provider_id, received_at) select provider_id, now() from public.received_mails limit 1$$, '23505', null, 'a mail that is told twice is one');

-- Its files are files of a mail and of the desk.
select throws_ok($$insert into public.received_mail_files (mail_id, part, file_name) values (gen_random_uuid(), '1', 'a.png')$$, '23503', null, 'a file is of a mail that there is');
select throws_ok($$insert into public.received_mail_files (mail_id, part, file_name, attachment_id) select id, '1', 'a.png', gen_random_uuid() from seen$$, '23503', null, 'and becomes a file that there is');
insert into public.received_mail_files (mail_id, part, file_name, reason) select id, '1', 'a.png', 'file_type' from seen;
delete from public.received_mails where id = (select id from seen);
select is((select count(*) from public.received_mail_files where mail_id = (select id from seen)), 0::bigint, 'what became of them goes with their mail');

-- What the task announces is its sender's, while the mail waits.
insert into public.received_mails (id, provider_id, user_id, ticket_id, received_at)
select pg_temp.person('mail of ' || n), 'mail of ' || n, pg_temp.person(n), pg_temp.person('ticket'), now() from unnest('{owner,other}'::text[]) n;
create function pg_temp.attached(p_name text, p_size bigint default 10) returns uuid language sql as $$
  select (public.attach_file_of_mail(pg_temp.person('mail of ' || p_name), '1', 'a.txt', 'a.txt', 'text/plain', p_size) ->> 'id')::uuid;
$$;
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
create temp table files on commit drop as select pg_temp.attached('owner') as id;
select is((select uploaded_by from public.ticket_attachments join files using (id)), pg_temp.person('owner'), 'a file is announced as its sender''s');
select is(current_setting('request.jwt.claims'), '{"role": "service_role"}', 'for whom nobody speaks any longer than that');
select is(pg_temp.attached('owner'), (select id from files), 'a file that was announced is not announced again');
select is((select count(*)::integer from public.ticket_attachments where ticket_id = pg_temp.person('ticket')), 1, 'nor counted');
select is(private.ready_files_of_mail(pg_temp.person('mail of owner')), array[]::uuid[], 'before it is inspected no message carries it');
select is(pg_temp.attached('other'), null, 'who may not read a ticket attaches nothing to it');
select is((select reason from public.received_mail_files where mail_id = pg_temp.person('mail of other')), 'ticket_not_found', 'and it is kept why');
delete from public.received_mail_files where mail_id = pg_temp.person('mail of other');
select throws_ok($$select public.attach_file_of_mail(pg_temp.person('mail of owner'), '2', '', 'a.txt', 'text/plain', 1)$$, '23514', null, 'what is no refusal is a fault, and the task fails');
update public.received_mails set state = 'refused', reason = 'no_file_accepted', settled_at = now() where id = pg_temp.person('mail of other');
select is(pg_temp.attached('other'), null, 'a mail that is settled gets no file');
select is_empty($$select from public.received_mail_files where mail_id = pg_temp.person('mail of other')$$, 'and no word about one');
select lives_ok($$select public.refuse_file_of_mail(pg_temp.person('mail of other'), '1', 'a.txt', 'late')$$, 'which is asked in vain');
select is_empty($$select from public.received_mail_files where mail_id = pg_temp.person('mail of other')$$, 'and changes nothing');
select * from finish();
rollback;
