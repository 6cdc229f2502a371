-- What messages and replies do to their ticket: each effect for both, as data.
begin;
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@effects.test'), ('10000000-0000-4000-8000-000000000002', 'agent@effects.test'),
  ('10000000-0000-4000-8000-000000000003', 'second@effects.test'), ('10000000-0000-4000-8000-000000000004', 'other@effects.test');
update public.profiles set role = 'agent' where id in ('10000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000003');
create temp table base on commit drop as select gen_random_uuid() as ticket_id, gen_random_uuid() as message_id;
insert into public.support_tickets (id, user_id, subject, description)
select ticket_id, '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.' from base;
insert into public.ticket_messages (id, ticket_id, body) select message_id, ticket_id, 'Welcome' from base;

create function pg_temp.put(p_status public.ticket_status, p_since interval default '1 day') returns void language plpgsql as $$
begin
  alter table public.support_tickets disable trigger user;
  update public.support_tickets set status = p_status, status_changed_at = now() - p_since, first_response_at = null,
    resolved_at = case when p_status = 'resolved' then now() - p_since end, closed_at = case when p_status = 'closed' then now() - p_since end,
    resolution_cycle = 1, message_count = 1, last_message_at = '2020-01-01', updated_at = '2020-01-01', assigned_to = '10000000-0000-4000-8000-000000000002'
  where id = (select ticket_id from base);
  alter table public.support_tickets enable trigger user;
  delete from public.notifications;
end;
$$;
create function pg_temp.act(p_author text) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', case p_author
    when 'owner' then '10000000-0000-4000-8000-000000000001' when 'staff' then '10000000-0000-4000-8000-000000000002'
    when 'second' then '10000000-0000-4000-8000-000000000003' else '10000000-0000-4000-8000-000000000004' end)::text, true);
$$;
-- Writes and answers with the refusal's code, or the status, whether there is a first response, the count and who was told.
create function pg_temp.write(p_author text, p_kind text, p_is_internal boolean) returns text language plpgsql as $$
declare
  v_hint text;
begin
  perform pg_temp.act(p_author);
  begin
    if p_kind = 'message' then
      insert into public.ticket_messages (ticket_id, body, is_internal) select ticket_id, 'Hi', p_is_internal from base;
    else
      insert into public.ticket_replies (ticket_id, message_id, body, is_internal) select ticket_id, message_id, 'Hi', p_is_internal from base;
    end if;
  exception when others then
    get stacked diagnostics v_hint = pg_exception_hint;
    return v_hint;
  end;
  return (select concat_ws(' ', status, first_response_at is not null, message_count, last_message_at > now() - interval '1 hour', updated_at = now(),
    resolution_cycle, coalesce((select string_agg(kind || ':' || split_part(email, '@', 1), ',') from public.notifications n join public.profiles p on p.id = n.user_id), 'nobody'))
    from public.support_tickets where id = (select ticket_id from base));
end;
$$;

create temp table cases (author text, is_internal boolean, from_status public.ticket_status, since interval, expected text) on commit drop;
insert into cases values
  -- status, has a first response, count, a new last message, touched, cycle, who was told what
  ('owner', false, 'open', '1 day', 'open f 2 t t 1 ticket_reply:agent'),
  ('owner', false, 'in_progress', '1 day', 'in_progress f 2 t t 1 ticket_reply:agent'),
  ('owner', false, 'waiting', '1 day', 'open f 2 t t 1 ticket_reply:agent'),
  ('owner', false, 'waiting', '90 days', 'open f 2 t t 1 ticket_reply:agent'),
  ('owner', false, 'resolved', '14 days', 'open f 2 t t 2 ticket_reply:agent'),
  ('owner', false, 'resolved', '14 days 1 second', 'reopen_window_over'),
  ('owner', false, 'closed', '1 day', 'ticket_closed'),
  ('owner', true, 'open', '1 day', 'support_staff_only'),
  ('staff', false, 'open', '1 day', 'in_progress t 2 t t 1 ticket_reply:owner'),
  ('staff', false, 'in_progress', '1 day', 'in_progress t 2 t t 1 ticket_reply:owner'),
  ('staff', false, 'waiting', '1 day', 'waiting t 2 t t 1 ticket_reply:owner'),
  ('staff', false, 'resolved', '90 days', 'resolved t 2 t t 1 ticket_reply:owner'),
  ('staff', false, 'closed', '1 day', 'ticket_closed'),
  ('staff', true, 'open', '1 day', 'open f 1 f f 1 nobody'),
  ('staff', true, 'waiting', '1 day', 'waiting f 1 f f 1 nobody'),
  ('staff', true, 'resolved', '1 day', 'resolved f 1 f f 1 nobody'),
  ('staff', true, 'closed', '1 day', 'ticket_closed'),
  ('other', false, 'open', '1 day', 'ticket_not_found'),
  ('other', false, 'closed', '1 day', 'ticket_not_found'),
  ('other', true, 'open', '1 day', 'ticket_not_found');

select plan((select count(*) * 2 from cases)::integer + 18);
select is(written.result, expected, format('%s %s: %s on %s for %s', case when is_internal then 'internal' else 'public' end, kind, author, from_status, since))
from cases cross join unnest('{message,reply}'::text[]) kind
cross join lateral (select pg_temp.put(from_status, since), pg_temp.write(author, kind, is_internal) as result offset 0) written;

-- The first response is stamped once.
select pg_temp.put('open');
select pg_temp.write('staff', 'reply', false);
create temp table first_answer on commit drop as select first_response_at from public.support_tickets where id = (select ticket_id from base);
select pg_temp.write('second', 'message', false);
select results_eq($$select first_response_at from public.support_tickets where id = (select ticket_id from base)$$, $$select first_response_at from first_answer$$,
  'a second answer leaves the first response as it is');

-- Stamps that nobody chooses.
select results_eq($$select author_id, author_role::text, kind::text, user_id from public.ticket_messages where ticket_id = (select ticket_id from base) order by created_at desc limit 1$$,
  $$values ('10000000-0000-4000-8000-000000000003'::uuid, 'staff', 'message', '10000000-0000-4000-8000-000000000001'::uuid)$$,
  'a message carries its author, his part and the ticket''s owner');
select results_eq($$select author_id, author_role::text, kind::text from public.ticket_messages where id = (select message_id from base)$$,
  $$values (null::uuid, 'system', 'system')$$, 'what nobody wrote is of the system');
select pg_temp.act('owner');
insert into public.ticket_messages (ticket_id, body, author_id, author_role, kind, user_id, created_at)
select ticket_id, 'Forged', '10000000-0000-4000-8000-000000000002', 'staff', 'system', '10000000-0000-4000-8000-000000000004', '2020-01-01' from base;
select results_eq($$select author_id, author_role::text, kind::text, user_id, created_at > now() - interval '1 hour' from public.ticket_messages where body = 'Forged'$$,
  $$values ('10000000-0000-4000-8000-000000000001'::uuid, 'customer', 'message', '10000000-0000-4000-8000-000000000001'::uuid, true)$$,
  'even with the rights of the table''s owner a user''s message is stamped as his');

-- Threads.
insert into public.support_tickets (id, user_id, subject, description)
values ('20000000-0000-4000-8000-000000000009', '10000000-0000-4000-8000-000000000001', 'Another', 'Of the same owner.');
select throws_ok($$insert into public.ticket_replies (ticket_id, message_id, body) select '20000000-0000-4000-8000-000000000009', message_id, 'Hi' from base$$,
  'PT404', null, 'a reply cannot hang on another ticket''s message');
select throws_ok($$insert into public.ticket_replies (ticket_id, message_id, body) select ticket_id, gen_random_uuid(), 'Hi' from base$$,
  'PT404', null, 'nor on none');
select pg_temp.act('staff');
insert into public.ticket_messages (id, ticket_id, body, is_internal) select '30000000-0000-4000-8000-000000000001', ticket_id, 'Note', true from base;
insert into public.ticket_replies (ticket_id, message_id, body, is_internal) select ticket_id, '30000000-0000-4000-8000-000000000001', 'Under a note', false from base;
select is((select is_internal from public.ticket_replies where body = 'Under a note'), true, 'a reply under an internal message is internal');
select pg_temp.act('owner');
select throws_ok($$insert into public.ticket_replies (ticket_id, message_id, body) select ticket_id, '30000000-0000-4000-8000-000000000001', 'Hi' from base$$,
  'PT404', null, 'for the owner an internal message is absent');

-- Texts.
select throws_ok(format($$insert into public.ticket_messages (ticket_id, body) select ticket_id, %L from base$$, body), '23514', null, name)
from (values (E' \n\t', 'a blank body is refused'), ('', 'an empty one'), (repeat('x', 10001), 'one of 10,001 characters')) bodies (body, name);

-- Floods.
reset request.jwt.claims;
select pg_temp.put('open');
update private.rate_limits set max_count = 3 where kind = 'messages';
delete from private.rate_windows;
select pg_temp.write('owner', 'message', false), pg_temp.write('owner', 'reply', false), pg_temp.write('owner', 'message', false);
select throws_ok($$insert into public.ticket_replies (ticket_id, message_id, body) select ticket_id, message_id, 'Hi' from base$$,
  'PGRST', null, 'messages and replies share one limit an hour');
select pg_temp.act('staff');
select lives_ok($$insert into public.ticket_messages (ticket_id, body) select ticket_id, 'Hi' from base, generate_series(1, 5)$$, 'which staff do not have');

-- People leave, conversations stay.
reset request.jwt.claims;
delete from auth.users where id = '10000000-0000-4000-8000-000000000002';
select is_empty($$select from public.ticket_messages where author_id is null and author_role = 'staff' and kind = 'system'$$, 'an agent''s messages outlive his account');
select isnt_empty($$select from public.ticket_messages where author_id is null and author_role = 'staff'$$, 'without his name, still as staff''s');
select is((select assigned_to from public.support_tickets where id = (select ticket_id from base)), null, 'and his tickets are unassigned');
select is((select status::text from public.support_tickets where id = (select ticket_id from base)), 'in_progress', 'without changing their status');
delete from auth.users where id = '10000000-0000-4000-8000-000000000001';
select is_empty($$select from public.ticket_messages where ticket_id = (select ticket_id from base)$$, 'a customer''s conversation goes with him');
select * from finish();
rollback;
