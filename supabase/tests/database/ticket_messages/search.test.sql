-- What the search finds, for whom, and in which order.
begin;
select plan(18);
create temp table people (name text primary key, id uuid default gen_random_uuid(), role public.user_role) on commit drop;
insert into people (name, role) values ('olga', 'member'), ('otto', 'member'), ('ada', 'agent'), ('bert', 'agent');
insert into auth.users (id, email) select id, name || '@search.test' from people;
update public.profiles p set role = people.role, full_name = initcap(name) from people where people.id = p.id;
create function pg_temp.act_as(p_name text) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('sub', (select id from people where name = p_name), 'role', 'authenticated')::text, true);
$$;
create function pg_temp.found(p_name text, p_query text, p_tag text default null) returns text language sql as $$
  select pg_temp.act_as(p_name);
  select coalesce(string_agg(subject, ', '), '') from public.search_tickets(p_query, p_tag => p_tag);
$$;
select pg_temp.act_as('olga');
insert into public.support_tickets (id, subject, description) values
  ('20000000-0000-4000-8000-000000000001', 'Printer', 'It prints zebras only.'), ('20000000-0000-4000-8000-000000000002', 'Invoice', 'Wrong sum, and a printer on it.');
select pg_temp.act_as('otto');
insert into public.support_tickets (id, subject, description) values ('20000000-0000-4000-8000-000000000003', 'Lamp', 'No zebra here.');
select pg_temp.act_as('bert');
insert into public.support_tickets (id, subject, description) values ('20000000-0000-4000-8000-000000000004', 'Chair', 'Mine.');
select pg_temp.act_as('ada');
insert into public.ticket_messages (id, ticket_id, body, is_internal) values
  ('30000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', 'A quagga, perhaps? <b>Bold</b>', false),
  ('30000000-0000-4000-8000-000000000002', '20000000-0000-4000-8000-000000000001', 'A difficult okapi.', true),
  ('30000000-0000-4000-8000-000000000003', '20000000-0000-4000-8000-000000000004', 'A slow okapi.', true);
insert into public.ticket_replies (ticket_id, message_id, body) values ('20000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', 'Replied with tapirs');
select public.set_ticket_tags('20000000-0000-4000-8000-000000000001', '{Zoo,zoo,vip}');

select is(pg_temp.found('olga', 'printer'), 'Printer, Invoice', 'a word of the subject weighs more');
select is(pg_temp.found('olga', 'ZEBRAS'), 'Printer', 'a customer finds their own');
select is(pg_temp.found('otto', 'printer'), '', 'and not another''s');
select is(pg_temp.found('olga', 'quagga'), 'Printer', 'what staff wrote in public');
select is(pg_temp.found('olga', 'tapirs'), 'Printer', 'and what was replied');
select is(pg_temp.found('olga', 'okapi'), '', 'no internal note');
select is(pg_temp.found('ada', 'okapi difficult'), 'Printer', 'staff find internal notes');
select is(pg_temp.found('bert', 'okapi'), 'Printer', 'but not those on a ticket of their own');
select is(pg_temp.found('ada', (select ticket_number from public.support_tickets where subject = 'Lamp')), 'Lamp', 'a number finds its ticket');
select is(pg_temp.found('ada', '"no zebra" -printer'), 'Lamp', 'phrases and exclusions work');
select is(pg_temp.found('ada', 'printer', 'zoo'), 'Printer', 'a tag narrows it for staff');
select is(pg_temp.found('olga', 'printer', 'zoo'), '', 'a customer learns nothing by a tag');
select is(pg_temp.found('ada', E'!!! & | :* \\ '' "'), '', 'whatever is typed is a question');
select is((select excerpt like 'A quagga, perhaps?%' and excerpt !~ '<' from public.search_tickets('quagga')), true, 'the place is shown, without what looks like markup');
update private.settings set value = '1' where name = 'search_ranked_matches';
select is(pg_temp.found('ada', 'zebra or zebras or printer') like '%Lamp%', true, 'many matches show the newest');
update public.profiles set account_status = 'suspended' where full_name = 'Ada';
select is(pg_temp.found('ada', 'printer'), '', 'a barred agent finds nothing of others');
delete from public.support_tickets where subject = 'Printer';
select is(pg_temp.found('bert', 'quagga'), '', 'what is deleted is not found');
select is((select count(*) from private.ticket_texts where ticket_id = '20000000-0000-4000-8000-000000000001'), 0::bigint, 'its words are gone');
select * from finish();
rollback;
