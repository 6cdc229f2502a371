-- The owner is told in the transaction that reaches a share of a limit: call time and bytes at 75, 90 and 100 percent, assistants when
-- none is left. Each limit for itself. Call time once a period; stocks, which have no period, when they are full again.
begin;
select plan(22);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@shares.test'), ('10000000-0000-4000-8000-000000000002', 'other@shares.test');
update public.profiles set is_demo = false where id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set max_assistants = 3, max_attachment_bytes = 1000, max_call_time_seconds = 600 where user_id = '10000000-0000-4000-8000-000000000001';
create function pg_temp.told(p_limit text, p_user uuid default '10000000-0000-4000-8000-000000000001') returns text language sql as $$
  select string_agg(kind || ':' || (data ->> 'used'), ' ' order by (data ->> 'used')::bigint, kind collate "C")
  from public.notifications where user_id = p_user and data ->> 'limit' = p_limit;
$$;
create function pg_temp.create_assistants(p_count integer) returns void language sql as $$
  insert into public.assistants (user_id, name) select '10000000-0000-4000-8000-000000000001', 'New' from generate_series(1, p_count);
$$;
insert into public.support_tickets (id, user_id, subject, description)
values ('40000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Files', 'Many.');
create function pg_temp.attach(p_name text, p_bytes bigint) returns void language sql as $$
  insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path, is_metered)
  select id, ticket, '10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', p_name, 'text/plain', p_bytes,
    concat_ws('/', ticket, id, p_name), true
  from (values (gen_random_uuid(), '40000000-0000-4000-8000-000000000001'::uuid)) new (id, ticket);
$$;

select pg_temp.create_assistants(2);
select is(pg_temp.told('assistants'), null, 'two of three assistants: nothing to tell');
select pg_temp.create_assistants(1);
select is(pg_temp.told('assistants'), 'limit_100:3', 'three of three: the last place is taken');
delete from public.assistants where user_id = '10000000-0000-4000-8000-000000000001';
select pg_temp.create_assistants(3);
select is(pg_temp.told('assistants'), 'limit_100:3 limit_100:3', 'emptied and full again: told again');
delete from public.notifications;
delete from public.assistants where user_id = '10000000-0000-4000-8000-000000000001';
select pg_temp.create_assistants(3);
delete from public.assistants where user_id = '10000000-0000-4000-8000-000000000001';
select pg_temp.create_assistants(3);
select is(pg_temp.told('assistants'), 'limit_100:3', 'three times a day, also to somebody who deletes what he is told');
select throws_ok($$select pg_temp.create_assistants(1)$$, 'PT402', null, 'what is refused');
select is((select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001'), 1::bigint, 'tells nothing');

select pg_temp.attach('a.txt', 749);
select is(pg_temp.told('attachments'), null, '749 of 1000 bytes: nothing to tell');
select pg_temp.attach('b.txt', 1);
select is(pg_temp.told('attachments'), 'limit_75:750', '750: three quarters');
select pg_temp.attach('c.txt', 250);
select is(pg_temp.told('attachments'), 'limit_75:750 limit_100:1000 limit_90:1000', '1000: share by share');
update public.ticket_attachments set state = 'deleted' where file_name in ('b.txt', 'c.txt');
select pg_temp.attach('d.txt', 251);
select is(pg_temp.told('attachments'), 'limit_75:750 limit_100:1000 limit_100:1000 limit_75:1000 limit_90:1000 limit_90:1000', 'told again after bytes went and came');
select is((select data - 'period_start' from public.notifications where kind = 'limit_75' and data ->> 'limit' = 'attachments' and data ->> 'used' = '750'),
  '{"limit": "attachments", "used": 750, "allowed": 1000}', 'limit, used and allowed are said');

insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
values ('10000000-0000-4000-8000-000000000001', 'shares', 'ended', 'completed', now(), now() + interval '450 seconds');
select is(pg_temp.told('call_time'), 'limit_75:450', 'a share of one limit does not silence another''s');
delete from public.notifications;
update public.call_logs set ended_at = started_at + interval '440 seconds' where vapi_call_id = 'shares';
update public.call_logs set ended_at = started_at + interval '450 seconds' where vapi_call_id = 'shares';
select is(pg_temp.told('call_time'), null, 'call time once a period, though a report is corrected and the news was deleted');

-- The limit moves.
update public.user_limits set max_call_time_seconds = 1000 where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.told('call_time'), null, 'a limit that is raised tells nothing');
update public.call_logs set ended_at = started_at + interval '900 seconds' where vapi_call_id = 'shares';
select is(pg_temp.told('call_time'), 'limit_75:900 limit_90:900', 'what is used of the new one does');
delete from public.notifications;
update public.user_limits set max_call_time_seconds = 600 where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.told('call_time'), 'limit_100:900', 'a limit that is lowered below the use tells what is new');
delete from public.notifications;
update public.user_limits set max_call_time_seconds = null where user_id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set max_call_time_seconds = 600 where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.told('call_time'), 'limit_100:900 limit_75:900 limit_90:900', 'one that comes back tells as before');
delete from public.notifications;
update public.user_limits set max_assistants = 9, max_attachment_bytes = 2000 where user_id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set plan_type = 'business' where user_id = '10000000-0000-4000-8000-000000000001';
update public.user_limits set plan_type = 'free' where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.told('assistants'), 'limit_100:3', 'a plan lowers limits too: there is no place left for an assistant');
select is(pg_temp.told('call_time'), 'limit_100:900 limit_75:900 limit_90:900', 'nor time for a call');

-- The next period.
delete from public.notifications;
update public.user_limits set period_start = period_start + interval '1 hour', used_call_time_seconds = 600
where user_id = '10000000-0000-4000-8000-000000000001';
select is(pg_temp.told('call_time'), 'limit_100:600 limit_75:600 limit_90:600', 'a period that begins with use tells it');
delete from public.notifications;
update public.user_limits set max_assistants = null, max_attachment_bytes = null where user_id = '10000000-0000-4000-8000-000000000001';
select pg_temp.create_assistants(50), pg_temp.attach('e.txt', 1000000);
select is((select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001'), 0::bigint, 'without a limit there is nothing to tell');
select is(pg_temp.told('assistants', '10000000-0000-4000-8000-000000000002'), null, 'nobody else is told');
select * from finish();
rollback;
