-- Who takes a file back, when, and what follows.
begin;
select plan(19);
\ir ../ticket_attachments/files.psql
create function pg_temp.remove(p_user integer, p_number integer) returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', json_build_object('sub', '61000000-0000-4000-8000-00000000000' || p_user, 'role', 'authenticated')::text, true);
  set local role authenticated;
  return public.delete_attachment(pg_temp.id(p_number));
exception when others then
  return sqlstate;
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;

select pg_temp.file(1, 'ready'), pg_temp.file(2, 'pending'), pg_temp.file(3, 'ready', p_by => 3), pg_temp.file(4, 'ready', p_by => 3),
  pg_temp.file(5, 'ready', p_ticket => 2), pg_temp.file(6, 'rejected'), pg_temp.file(7, 'ready', p_ticket => 2);
update public.ticket_attachments set is_internal = false where id = pg_temp.id(3);
select is(pg_temp.used(), 400::bigint, 'before');

select is(pg_temp.remove(2, 1), 'PT404', 'another customer finds no file'); reset role;
select is(pg_temp.remove(2, 9), 'PT404', 'as with one that is not there'); reset role;
select is(pg_temp.remove(1, 3), 'PT403', 'a customer does not delete what staff sent him'); reset role;
select is(pg_temp.remove(1, 4), 'PT404', 'and knows nothing of internal files'); reset role;
select is(pg_temp.remove(1, 5), 'PT409', 'in a closed ticket his own files stay'); reset role;
select is_empty('select pg_temp.removals()', 'refusals remove nothing');

select is(pg_temp.remove(1, 1), pg_temp.path(1), 'the uploader deletes his file'); reset role;
select is(pg_temp.remove(1, 2), pg_temp.path(2), 'and one that he has not finished'); reset role;
select results_eq('select pg_temp.removals()', array['01', '02'], 'their objects are to be removed');
select is(pg_temp.used(), 200::bigint, 'their bytes are given back');
select is(pg_temp.remove(1, 1), pg_temp.path(1), 'twice is once'); reset role;
select is(pg_temp.used(), 200::bigint, 'and gives nothing back twice');
select results_eq($$select right(id::text, 2), state::text from public.ticket_attachments where id in (pg_temp.id(1), pg_temp.id(2)) order by 1$$,
  $$values ('01', 'deleted'), ('02', 'deleted')$$, 'tombstones stay');
select is(pg_temp.remove(1, 6), pg_temp.path(6), 'a rejected one is gone anyway'); reset role;
select is((select state::text from public.ticket_attachments where id = pg_temp.id(6)), 'rejected', 'and stays what it is');
select is(pg_temp.remove(3, 7), pg_temp.path(7, 2), 'staff delete in closed tickets too'); reset role;
select is(pg_temp.used(), 100::bigint, 'and the uploader gets his bytes back');
select is(pg_temp.remove(4, 3), pg_temp.path(3), 'and each other''s files'); reset role;
select * from finish();
rollback;
