-- What becomes of an inspected file: once, under the ticket's lock, whatever else happened meanwhile.
begin;
select plan(34);
\ir ../ticket_attachments/files.psql
create function pg_temp.settle(p_number integer, p_reason text default null, p_by integer default 1, p_ticket integer default 1, p_path text default null)
returns text language sql as $$
  select concat_ws(' ', answer ->> 'state', answer ->> 'rejection_reason')
  from public.settle_attachment(('61000000-0000-4000-8000-00000000000' || p_by)::uuid, pg_temp.id(p_number), coalesce(p_path, pg_temp.path(p_number, p_ticket)),
    case when p_reason is null then repeat('a', 64) end, p_reason) answer;
$$;
create function pg_temp.state(p_number integer) returns text language sql as $$
  select concat_ws(' ', state, rejection_reason, left(sha256, 1)) from public.ticket_attachments where id = pg_temp.id(p_number);
$$;

select pg_temp.file(1, 'pending');
select is(pg_temp.settle(1), 'ready', 'a good file becomes ready');
select is(pg_temp.state(1), 'ready a', 'with its hash');
select is(pg_temp.used(), 100::bigint, 'and goes on counting');
select is(pg_temp.settle(1), 'ready', 'twice is once');
select is(pg_temp.settle(1, 'polyglot'), 'ready', 'and nothing takes it back');
select is(pg_temp.settle(1, p_by => 2), 'absent', 'somebody else has no such file');
select is_empty('select pg_temp.removals()', 'and his asking removes nothing');
select is(pg_temp.settle(1, p_path => pg_temp.path(2)), 'absent', 'nor does one with another path');
select is_empty('select pg_temp.removals()', 'not that path either');

select pg_temp.file(2, 'pending');
select is(pg_temp.settle(2, 'polyglot'), 'rejected polyglot', 'a bad file becomes a tombstone');
select is(pg_temp.used(), 100::bigint, 'its bytes are given back');
select results_eq('select pg_temp.removals()', array['02'], 'its object is to be removed');
select is(pg_temp.settle(2), 'rejected polyglot', 'a second verdict comes too late');
select is(pg_temp.state(2), 'rejected polyglot', 'and changes nothing');

select pg_temp.file(3, 'deleted');
select is(pg_temp.settle(3), 'deleted', 'one that was deleted meanwhile stays so');
select results_eq('select pg_temp.removals()', array['02', '03'], 'and what was stored again is removed');

select is(pg_temp.settle(4), 'absent', 'one whose row is gone is absent');
select results_eq('select pg_temp.removals()', array['02', '03', '04'], 'and what was stored again is removed');

select pg_temp.file(5, 'pending', p_ticket => 2);
select is(pg_temp.settle(5, p_ticket => 2), 'rejected ticket_closed', 'a ticket that was closed meanwhile takes no file');
select pg_temp.file(6, 'pending', p_by => 3);
update public.profiles set role = 'member' where id = '61000000-0000-4000-8000-000000000003';
select is(pg_temp.settle(6, p_by => 3), 'rejected no_longer_allowed', 'nor one of an agent who is none any more');
select is(pg_temp.used(3), 0::bigint, 'who pays nothing for it');

select pg_temp.file(7, 'pending', p_by => 4), pg_temp.file(8, 'pending', p_by => 4);
select is(pg_temp.settle(7, p_by => 4), 'ready', 'another agent''s file becomes ready');
delete from auth.users where id = '61000000-0000-4000-8000-000000000004';
select is(pg_temp.settle(7, p_by => 4), 'ready', 'and stays so for a second verdict, which comes when his account is gone');
select is(pg_temp.settle(8, p_by => 4), 'rejected no_longer_allowed', 'and ends what he had not finished');

select results_eq($$select action_type, attachment_bytes_change from public.usage_logs where user_id = '61000000-0000-4000-8000-000000000001' and resource_type = 'ticket_attachment' order by id$$,
  $$values ('attachment_added', 100::bigint), ('attachment_added', 100), ('attachment_removed', -100), ('attachment_added', 100), ('attachment_removed', -100)$$,
  'the log has every change of the quota');
select is(pg_temp.used(), (select sum(attachment_bytes_change)::bigint from public.usage_logs where user_id = '61000000-0000-4000-8000-000000000001'), 'the counter is the sum of the log');
select is(pg_temp.used(), (select sum(size_bytes)::bigint from public.ticket_attachments where uploaded_by = '61000000-0000-4000-8000-000000000001' and state in ('pending', 'ready')), 'and of the files');

-- Of completions at once, the one speaks whose object stands there.
select pg_temp.file(10, 'pending');
insert into storage.objects (bucket_id, name, version) values ('ticket-attachments', pg_temp.path(10), 'second');
create function pg_temp.settle_version(p_version text, p_sha256 text) returns text language sql as $$
  select public.settle_attachment('61000000-0000-4000-8000-000000000001', pg_temp.id(10), pg_temp.path(10), p_sha256, p_object_version => p_version) ->> 'state';
$$;
select is(pg_temp.settle_version('first', repeat('a', 64)), 'replaced', 'a version that is not there any more is to be looked at again');
select is(pg_temp.settle_version('second', repeat('b', 64)), 'ready', 'the one that is there becomes ready');
select is(pg_temp.settle_version('first', repeat('a', 64)), 'ready', 'an older one learns so');
update storage.objects set version = 'third' where name = pg_temp.path(10);
select is(pg_temp.settle_version('third', repeat('c', 64)), 'ready', 'one that was stored later');
select results_eq($$select object_version, left(sha256, 1) from public.ticket_attachments where id = pg_temp.id(10)$$, $$values ('third', 'c')$$, 'is what the row tells of');

select set_config('request.jwt.claims', '{"sub":"61000000-0000-4000-8000-000000000001","role":"authenticated"}', true), set_config('role', 'authenticated', true);
select throws_ok($$select public.settle_attachment('61000000-0000-4000-8000-000000000001', pg_temp.id(1), 'x', repeat('a', 64))$$, '42501', null, 'no user settles anything');
select throws_ok($$update public.ticket_attachments set state = 'ready'$$, '42501', null, 'nor writes the row');
reset role;
select * from finish();
rollback;
