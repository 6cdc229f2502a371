-- A merge keeps every message, reply, note, file, tag and count, and ends the old ticket for good.
begin;
select plan(22);
create temp table people (name text primary key, id uuid default gen_random_uuid(), role public.user_role) on commit drop;
insert into people (name, role) values ('olga', 'member'), ('otto', 'member'), ('ada', 'agent');
insert into auth.users (id, email) select id, name || '@merge.test' from people;
update public.profiles p set role = people.role from people where people.id = p.id;
create function pg_temp.act_as(p_name text) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('sub', (select id from people where name = p_name), 'role', 'authenticated')::text, true);
$$;
create function pg_temp.merge(p_old integer, p_into integer) returns public.support_tickets language sql as $$
  select public.merge_tickets(('20000000-0000-4000-8000-00000000000' || p_old)::uuid, ('20000000-0000-4000-8000-00000000000' || p_into)::uuid);
$$;
select pg_temp.act_as('otto');
insert into public.support_tickets (id, subject, description) values ('20000000-0000-4000-8000-000000000003', 'Other', 'Not hers.');
select pg_temp.act_as('olga');
insert into public.support_tickets (id, subject, description) values
  ('20000000-0000-4000-8000-000000000001', 'Old', 'It broke.'), ('20000000-0000-4000-8000-000000000002', 'New', 'It still is.'), ('20000000-0000-4000-8000-000000000004', 'Older', 'x');
insert into public.ticket_messages (id, ticket_id, body) values
  ('30000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', 'An ocelot'), ('30000000-0000-4000-8000-000000000002', '20000000-0000-4000-8000-000000000002', 'Second');
select pg_temp.act_as('ada');
insert into public.ticket_replies (id, ticket_id, message_id, body) values ('30000000-0000-4000-8000-000000000003', '20000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', 'Seen');
insert into public.ticket_messages (ticket_id, body, is_internal) values ('20000000-0000-4000-8000-000000000001', 'A note', true);
select public.set_ticket_tags('20000000-0000-4000-8000-000000000001', '{a,b}'), public.set_ticket_tags('20000000-0000-4000-8000-000000000002', '{b,c}');
select pg_temp.act_as('olga');
reset request.jwt.claims;
insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path, state, sha256, reply_id)
select f.id, '20000000-0000-4000-8000-000000000001', people.id, people.id, 'a.png', 'image/png', 9, '20000000-0000-4000-8000-000000000001/' || f.id || '/a.png',
  f.state::public.attachment_state, case f.state when 'ready' then repeat('0', 64) end, f.reply_id
from people, (values ('40000000-0000-4000-8000-000000000001'::uuid, 'ready', '30000000-0000-4000-8000-000000000003'::uuid), ('40000000-0000-4000-8000-000000000002', 'pending', null)) f (id, state, reply_id)
where name = 'olga';
create temp table quota as select used_attachment_bytes from public.user_limits l join people on people.id = l.user_id where name = 'olga';

select pg_temp.act_as('olga');
select throws_ok('select pg_temp.merge(1, 2)', 'PT403', null, 'a customer cannot merge');
select pg_temp.act_as('ada');
select throws_ok('select pg_temp.merge(1, 3)', 'PT409', null, 'not into another customer''s ticket');
select throws_ok('select pg_temp.merge(1, 1)', 'PT409', null, 'nor into itself');
select throws_ok('select pg_temp.merge(1, 9)', 'PT404', null, 'nor into nothing');
select is((pg_temp.merge(4, 1)).id, '20000000-0000-4000-8000-000000000001', 'a first merge');
select is((pg_temp.merge(1, 2)).message_count, 3, 'the counts of public entries add up');
select is((select count(*) from public.ticket_messages where ticket_id = '20000000-0000-4000-8000-000000000002'), 3::bigint, 'messages and notes are there');
select is((select ticket_id from public.ticket_replies), '20000000-0000-4000-8000-000000000002', 'so are replies');
select is((select count(*) from public.ticket_attachments where ticket_id = '20000000-0000-4000-8000-000000000002'), 2::bigint, 'and files, sent or not');
select is((select used_attachment_bytes from public.user_limits l join people on people.id = l.user_id where name = 'olga'), (select used_attachment_bytes from quota), 'no byte is counted twice');
select is((select array_agg(tag order by tag) from public.ticket_tags where ticket_id = '20000000-0000-4000-8000-000000000002'), '{a,b,c}', 'tags come together');
select is((select message_count = (select count(*) from public.ticket_messages m where m.ticket_id = t.id and not is_internal) + (select count(*) from public.ticket_replies r where r.ticket_id = t.id and not is_internal)
  from public.support_tickets t where subject = 'New'), true, 'the counter is what there is');
select is((select first_response_at = created_at or first_response_at is not null from public.support_tickets where subject = 'New'), true, 'the first answer counts');
select is((select status::text || message_count || (merged_into = '20000000-0000-4000-8000-000000000002') from public.support_tickets where subject = 'Old'), 'closed0true', 'the old ticket points to it');
select is((select merged_into from public.support_tickets where subject = 'Older'), '20000000-0000-4000-8000-000000000002', 'so does what was merged into the old one');
select is((select ticket_number from public.search_tickets('ocelot')), (select ticket_number from public.support_tickets where subject = 'New'), 'the search finds it in its place');
select throws_ok('select pg_temp.merge(1, 3)', 'PT409', null, 'a merged ticket is not merged again');
select throws_ok('select pg_temp.merge(3, 1)', 'PT409', null, 'nothing is merged into it');
select throws_ok($$update public.support_tickets set status = 'open' where subject = 'Old'$$, 'PT409', null, 'staff cannot reopen it');
select pg_temp.act_as('olga');
select throws_ok($$select public.submit_ticket_survey('20000000-0000-4000-8000-000000000001', 5)$$, 'PT409', null, 'it cannot be rated');
select throws_ok($$insert into public.ticket_messages (ticket_id, body) values ('20000000-0000-4000-8000-000000000001', 'Late')$$, 'PT409', null, 'it takes no messages');
select is((select data ->> 'ticket_number' from public.notifications where kind = 'ticket_merged' order by created_at desc, data ->> 'subject' limit 1) is not null, true, 'the customer is told');
select * from finish();
rollback;
