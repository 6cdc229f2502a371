-- A user is told things, marks them read, and changes nothing else.
begin;
select plan(7);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'one@notes.test');
select private.notify('10000000-0000-4000-8000-000000000001', 'ticket_reply', '10000000-0000-4000-8000-0000000000aa', '{"ticket_number": "SB-1"}');
select private.notify('10000000-0000-4000-8000-000000000001', 'limit_75');

select results_eq(
  $$select kind, subject_id, data, read_at from public.notifications where user_id = '10000000-0000-4000-8000-000000000001' order by kind$$,
  $$values ('limit_75', null::uuid, '{}'::jsonb, null::timestamptz),
    ('ticket_reply', '10000000-0000-4000-8000-0000000000aa', '{"ticket_number": "SB-1"}', null)$$, 'he is told what and about what');
select throws_ok($$select private.notify('10000000-0000-4000-8000-000000000001', 'Ticket reply')$$, '23514', null, 'a kind is a word, not a sentence');
select lives_ok($$select private.notify('10000000-0000-4000-8000-0000000000ff', 'limit_75')$$, 'nobody is told nothing');

set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
update public.notifications set read_at = now() where kind = 'limit_75';
select is((select count(*) from public.notifications where read_at is null), 1::bigint, 'he marks one as read');
select throws_ok($$update public.notifications set read_at = 'infinity'$$, '23514', null, 'at a moment that there is');
select throws_ok($$update public.notifications set read_at = now(), kind = 'x'$$, '42501', null, 'and rewrites none');
reset role;

select is(
  (select count(*) from pg_publication where pubname = 'supabase_realtime'),
  (select count(*) from pg_publication_tables where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'notifications'),
  'where there is Realtime, it delivers them');
select * from finish();
rollback;
