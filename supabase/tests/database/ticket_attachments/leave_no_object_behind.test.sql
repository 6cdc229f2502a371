-- However a row goes, its object is asked to go and its bytes are given back.
begin;
select plan(9);
\ir files.psql
select pg_temp.file(1, 'ready'), pg_temp.file(2, 'pending'), pg_temp.file(3, 'rejected');
delete from public.ticket_attachments where id = pg_temp.id(1);
select results_eq('select pg_temp.removals()', array['01'], 'a row that is deleted by hand');
select is(pg_temp.used(), 100::bigint, 'gives its bytes back');
delete from public.support_tickets where id = '62000000-0000-4000-8000-000000000001';
select results_eq('select pg_temp.removals()', array['01', '02', '03'], 'rows that go with their ticket');
select is(pg_temp.used(), 0::bigint, 'give their bytes back');

select pg_temp.file(4, 'ready', p_ticket => 2), pg_temp.file(5, 'pending', p_by => 3, p_ticket => 2);
select lives_ok($$delete from auth.users where id = '61000000-0000-4000-8000-000000000003'$$, 'an agent who uploaded can go');
select results_eq($$select uploaded_by, state::text from public.ticket_attachments where id = pg_temp.id(5)$$, $$values (null::uuid, 'pending')$$, 'and leaves the files of the ticket');
select lives_ok($$delete from auth.users where id = '61000000-0000-4000-8000-000000000001'$$, 'a customer with files can go, in the dashboard too');
select results_eq('select pg_temp.removals()', array['01', '02', '03', '04', '05'], 'and no object of his tickets stays');
select is_empty($$select from public.ticket_attachments$$, 'nor a row');
select * from finish();
rollback;
