-- A creation at VAPI is begun once; whoever comes later has to look for it first.
begin;
select plan(4);
insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000ac01', 'create@example.com');
insert into public.assistants (id, user_id, name)
values ('00000000-0000-4000-8000-00000000ac02', '00000000-0000-4000-8000-00000000ac01', 'A');
select is(public.begin_vapi_creation('00000000-0000-4000-8000-00000000ac02'), 'first', 'the first time');
select is(public.begin_vapi_creation('00000000-0000-4000-8000-00000000ac02'), 'begun_before', 'the second time');
update public.assistants set name = 'B' where id = '00000000-0000-4000-8000-00000000ac02';
select is(public.begin_vapi_creation('00000000-0000-4000-8000-00000000ac02'), 'begun_before', 'an edit does not make it new');
delete from public.assistants where id = '00000000-0000-4000-8000-00000000ac02';
select is(public.begin_vapi_creation('00000000-0000-4000-8000-00000000ac02'), 'gone', 'a deleted assistant is not created');
select * from finish();
rollback;
