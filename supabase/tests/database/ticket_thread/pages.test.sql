-- Pages of a conversation: every message once, both ways; what each side sees; what a page of a long one costs.
begin;
select plan(17);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@thread.test'), ('10000000-0000-4000-8000-000000000002', 'agent@thread.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';
insert into public.support_tickets (id, user_id, subject, description)
select ('20000000-0000-4000-8000-00000000000' || n)::uuid, '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.' from generate_series(1, 2) n;
-- Ticket 1: 25 messages, three a second, so that the id has to break ties; every fifth is internal. Ticket 2: 5,000 and some replies.
alter table public.ticket_messages disable trigger user;
insert into public.ticket_messages (id, ticket_id, user_id, author_id, author_role, body, is_internal, created_at)
select gen_random_uuid(), '20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002', 'staff', n::text, n % 5 = 0,
  timestamptz '2026-01-01 00:00Z' + (n / 3) * interval '1 second'
from generate_series(1, 25) n;
insert into public.ticket_messages (ticket_id, user_id, author_id, author_role, body, created_at)
select '20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'customer', repeat('word ', 40),
  timestamptz '2026-01-01 00:00Z' + n * interval '1 minute'
from generate_series(1, 5000) n;
alter table public.ticket_messages enable trigger user;
alter table public.ticket_replies disable trigger user;
insert into public.ticket_replies (ticket_id, message_id, user_id, author_id, author_role, body, is_internal, created_at)
select m.ticket_id, m.id, m.user_id, '10000000-0000-4000-8000-000000000002', 'staff', n::text, n = 3, m.created_at + n * interval '1 second'
from public.ticket_messages m cross join generate_series(1, 14) n where m.body = '1';
insert into public.ticket_replies (ticket_id, message_id, user_id, author_id, author_role, body, created_at)
select m.ticket_id, m.id, m.user_id, '10000000-0000-4000-8000-000000000002', 'staff', n::text, m.created_at + n * interval '1 second'
from public.ticket_messages m cross join generate_series(1, 3) n where m.ticket_id = '20000000-0000-4000-8000-000000000002';
alter table public.ticket_replies enable trigger user;
analyze public.ticket_messages;
analyze public.ticket_replies;

-- Walks from page to page and answers with the bodies in order, joined.
create function pg_temp.walk(p_limit integer, p_is_newest_first boolean) returns text language plpgsql as $$
declare
  v_page jsonb;
  v_last jsonb;
  v_bodies text[] := '{}';
begin
  loop
    v_page := public.ticket_thread('20000000-0000-4000-8000-000000000001', (v_last ->> 'created_at')::timestamptz, (v_last ->> 'id')::uuid, p_limit, p_is_newest_first);
    v_bodies := v_bodies || (select array_agg(m ->> 'body' order by place) from jsonb_array_elements(v_page -> 'messages') with ordinality e (m, place));
    v_last := v_page -> 'messages' -> -1;
    exit when not (v_page -> 'has_more')::boolean or cardinality(v_bodies) > 100;
  end loop;
  return array_to_string(v_bodies, ',');
end;
$$;
create function pg_temp.bodies(p_order text, p_is_staff boolean) returns text language plpgsql as $$
declare
  v_bodies text;
begin
  execute format($q$select string_agg(body, ',' order by created_at %1$s, id %1$s) from public.ticket_messages
    where ticket_id = '20000000-0000-4000-8000-000000000001' and ($1 or not is_internal)$q$, p_order) into v_bodies using p_is_staff;
  return v_bodies;
end;
$$;

\ir ../buffers.psql
grant execute on function pg_temp.walk(integer, boolean), pg_temp.bodies(text, boolean) to authenticated;
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is(pg_temp.walk(7, false), pg_temp.bodies('asc', false), 'an owner walks every public message once, oldest first');
select is(pg_temp.walk(7, true), pg_temp.bodies('desc', false), 'and newest first');
select is(pg_temp.walk(1, false), pg_temp.bodies('asc', false), 'one by one, ties included');
select is(pg_temp.walk(20, true), pg_temp.bodies('desc', false), 'a page that ends exactly at the end is the last');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is(pg_temp.walk(7, false), pg_temp.bodies('asc', true), 'staff walk the internal ones too');
select is(pg_temp.walk(7, true), pg_temp.bodies('desc', true), 'both ways');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
create temp table first on commit drop as
  select m from jsonb_array_elements(public.ticket_thread('20000000-0000-4000-8000-000000000001') -> 'messages') m where m ->> 'body' = '1';
select is((select jsonb_path_query_array(m, '$.thread.replies[*].body') from first), '["1", "2", "4", "5", "6", "7", "8", "9", "10", "11"]'::jsonb, 'a message brings its first ten replies');
select is((select m #>> '{thread,has_more}' from first), 'true', 'and says that there are more');
select is(jsonb_path_query_array(public.ticket_replies_of('20000000-0000-4000-8000-000000000001', array[(m ->> 'id')::uuid],
    (m #>> '{thread,replies,-1,created_at}')::timestamptz, (m #>> '{thread,replies,-1,id}')::uuid), '$.*.replies[*].body'), '["12", "13", "14"]'::jsonb, 'which follow')
from first;
select is((select m -> 'author' from first), '{"id": "10000000-0000-4000-8000-000000000002", "full_name": null, "avatar_url": null}'::jsonb, 'an author is a card and no more');
select is(public.ticket_thread('20000000-0000-4000-8000-000000000001') #> '{ticket,user_id}', null, 'the ticket is told without what clients do not need');
select throws_ok($$select public.ticket_thread(gen_random_uuid())$$, 'PT404', null, 'an absent ticket has no conversation');

-- What a page costs at the start, at the end and in the middle of 5,000 messages.
create temp table costs on commit drop as
  select name, pg_temp.buffers(format('select public.ticket_thread(%L, %L, %L, 50, %L)', '20000000-0000-4000-8000-000000000002', after, '00000000-0000-0000-0000-000000000000', is_newest_first)) as buffers
  from (values ('start', timestamptz '2026-01-01 00:00Z', false), ('middle', '2026-01-02 17:40Z', false), ('end', '2026-01-04 10:25Z', false),
    ('start backwards', '2026-01-04 11:21Z', true), ('end backwards', '2026-01-01 00:52Z', true)) pages (name, after, is_newest_first);
select cmp_ok((select max(buffers)::numeric / min(buffers) from costs), '<', 1.25, 'a page costs the same wherever it is, ' || (select string_agg(name || ' ' || buffers, ', ') from costs));
select cmp_ok((select max(buffers) from costs), '<', 1700::bigint, 'and follows the page, not the 5,000 messages and 15,000 replies');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
create temp table staff_costs on commit drop as
  select name, pg_temp.buffers(format('select public.ticket_thread(%L, %L, %L, 50, false)', '20000000-0000-4000-8000-000000000002', after, '00000000-0000-0000-0000-000000000000')) as buffers
  from (values ('start', timestamptz '2026-01-01 00:00Z'), ('end', '2026-01-04 10:25Z')) pages (name, after);
select cmp_ok((select max(buffers)::numeric / min(buffers) from staff_costs), '<', 1.25, 'for staff too');
select is(jsonb_array_length(public.ticket_thread('20000000-0000-4000-8000-000000000002', p_limit => 1000) -> 'messages'), 100, 'a page is at most a hundred messages');
select is(jsonb_array_length(public.ticket_thread('20000000-0000-4000-8000-000000000002', p_limit => 0) -> 'messages'), 1, 'and at least one');
select * from finish();
rollback;
