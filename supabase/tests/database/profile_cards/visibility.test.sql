-- A card is seen by its owner, by support staff and by whom a domain's hook names; it follows the profile.
begin;
select plan(6);
insert into auth.users (id, email, raw_user_meta_data) values
  ('10000000-0000-4000-8000-000000000001', 'ann@cards.test', '{"full_name": "Ann"}'),
  ('10000000-0000-4000-8000-000000000002', 'ben@cards.test', '{"full_name": "Ben"}'),
  ('10000000-0000-4000-8000-000000000003', 'cid@cards.test', '{"full_name": "Cid"}');
create function private.cards_of_a_test(p_user_id uuid) returns setof uuid language sql stable set search_path = '' as $$
  select '10000000-0000-4000-8000-000000000002'::uuid where p_user_id = '10000000-0000-4000-8000-000000000001';
$$;
insert into private.domain_hooks (hook, place, domain, function_name) values ('visible_profiles', 1, 'test', 'private.cards_of_a_test');

update public.profiles set full_name = 'Benjamin', avatar_url = 'https://img.test/b.png' where id = '10000000-0000-4000-8000-000000000002';

set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select results_eq(
  $$select full_name, avatar_url from public.profile_cards where id::text like '10000000-%' order by full_name$$,
  $$values ('Ann', null), ('Benjamin', 'https://img.test/b.png')$$, 'the hook lets Ann see Ben, as his profile is now, and nobody else');
select is_empty($$select from public.profiles where id = '10000000-0000-4000-8000-000000000002'$$, 'but not his profile');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select results_eq($$select full_name from public.profile_cards where id::text like '10000000-%'$$, $$values ('Benjamin')$$,
  'Ben sees himself only');
select results_eq($$select * from private.visible_profiles() order by 1$$, $$values ('10000000-0000-4000-8000-000000000002'::uuid)$$,
  'the helper tells nobody more than the policy');

set local request.jwt.claims = '{"role": "authenticated"}';
select is_empty($$select from public.profile_cards$$, 'a caller without an identity sees no card');

reset role;
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000003';
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}';
select is((select count(*) from public.profile_cards where id::text like '10000000-%'), 3::bigint, 'support staff see every card');
select * from finish();
rollback;
