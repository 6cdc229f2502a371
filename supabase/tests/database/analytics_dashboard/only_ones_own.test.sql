-- The helpers that read with the rights of their owner show a caller his own and nobody else's.
begin;
select plan(6);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'ann@own.test'), ('10000000-0000-4000-8000-000000000002', 'bob@own.test');
update public.user_limits set max_assistants = null where user_id in ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002');
update public.profiles set time_zone = 'Asia/Kathmandu' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set time_zone = 'America/St_Johns' where id = '10000000-0000-4000-8000-000000000002';
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
select id, 'own-' || id, 'ended', 'completed', '2026-03-01 10:00Z', '2026-03-01 10:01Z' from public.profiles where email like '%@own.test';
insert into public.assistants (user_id, name, vapi_assistant_id)
select p.id, split_part(p.email, '@', 1) || ' ' || kind, 'own-' || kind || p.id
from public.profiles p cross join unnest('{stays,goes}'::text[]) kind where p.email like '%@own.test';
update public.assistants set name = replace(name, 'stays', 'stayed') where name like '% stays';
delete from public.assistants where name like '% goes';
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is(private.analytics_zone(), 'Asia/Kathmandu', 'a caller is told the zone of his own days');
select results_eq('select name, is_deleted from private.assistant_names() order by 1', $$values ('ann goes', true), ('ann stayed', false)$$,
  'the names of his own assistants, each once, deleted ones too');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is(private.analytics_zone(), 'America/St_Johns', 'and so is another');
select results_eq('select name, is_deleted from private.assistant_names() order by 1', $$values ('bob goes', true), ('bob stayed', false)$$, 'of his');
set local request.jwt.claims = '{"role": "authenticated"}';
select is(private.analytics_zone(), null, 'nobody has no zone');
select is_empty('select from private.assistant_names()', 'and no assistants');
select * from finish();
rollback;
