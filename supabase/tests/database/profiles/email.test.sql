-- The profile's e-mail follows the auth user's.
begin;
select plan(2);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'old@email.test'), ('10000000-0000-4000-8000-000000000002', 'bystander@email.test');

update auth.users set email = 'new@email.test' where id = '10000000-0000-4000-8000-000000000001';
select is((select email from public.profiles where id = '10000000-0000-4000-8000-000000000001'), 'new@email.test',
  'a changed e-mail is taken over');
select is((select email from public.profiles where id = '10000000-0000-4000-8000-000000000002'), 'bystander@email.test',
  'nobody else''s is touched');
select * from finish();
rollback;
