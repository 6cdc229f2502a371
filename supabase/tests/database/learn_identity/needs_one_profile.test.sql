-- Whose account it is, is kept when exactly one profile has its address.
begin;
select plan(6);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
create function pg_temp.owner(p_key text) returns uuid language sql as $$
  select profile_id from public.profile_identities where provider = 'google_meet' and kind = 'user' and key = p_key;
$$;
select public.note_directory_answer('host@meet-school.example', 'pgtap-1', '{someone@meet-school.example, MEET-ANN@example.com}');
select is(pg_temp.owner('pgtap-1'), 'c1000000-0000-4000-8000-000000000003', 'by an alias that is his confirmed address, in any case');
select public.note_directory_answer('host@meet-school.example', 'pgtap-2', '{other@meet-school.example}');
select is(pg_temp.owner('pgtap-2'), 'c1000000-0000-4000-8000-000000000002', 'by the address that he hosts under');
select public.note_directory_answer('host@meet-school.example', 'pgtap-3', '{meet-unconfirmed@example.com}');
select is(pg_temp.owner('pgtap-3'), null, 'an address that nobody confirmed proves nothing');
select public.note_directory_answer('host@meet-school.example', 'pgtap-4', '{meet-ann@example.com, other@meet-school.example}');
select is(pg_temp.owner('pgtap-4'), null, 'two profiles are none');
select public.note_directory_answer('host@meet-school.example', 'pgtap-1', '{other@meet-school.example}');
select is(pg_temp.owner('pgtap-1'), 'c1000000-0000-4000-8000-000000000003', 'what is known is not overwritten');
select public.note_directory_answer('host@meet-school.example', 'pgtap-5', '{}');
select is((select addresses from private.directory_answers where user_key = 'pgtap-5'), '{}', 'that there is no such account is kept');
select * from finish();
rollback;
