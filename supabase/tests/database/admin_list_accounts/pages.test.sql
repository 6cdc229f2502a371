-- Accounts are listed the newest first or sought by what an address or a name begins with, page by page, each once.
begin;
select plan(24);
delete from auth.users;
insert into auth.users (id, email, raw_user_meta_data)
select ('10000000-0000-4000-8000-00000000000' || n)::uuid, email, jsonb_build_object('full_name', name)
from unnest(array['Vera@list.test', 'vogel@list.test', 'max@list.test', 'otto@list.test', '100%@list.test', null],
  array['Vera Vogel', 'Vogel', 'Max von Vogel', 'Vo_gel Otto', 'Zoe', null]) with ordinality person (email, name, n);
update public.profiles p set created_at = now() - right(id::text, 1)::integer * interval '1 hour';
update public.user_limits l set period_anchor = p.created_at from public.profiles p where p.id = l.user_id;
update public.user_limits set plan_type = 'pro' where right(user_id::text, 1) in ('2', '4');
update public.profiles set account_status = 'suspended' where right(id::text, 1) in ('4', '5');
update public.profiles set role = 'agent' where right(id::text, 1) in ('1', '4');
create function pg_temp.ids(p_page jsonb) returns text language sql as $$
  select concat_ws('', (select string_agg(right(a.account ->> 'id', 1), '' order by a.place)
    from jsonb_array_elements(p_page -> 'accounts') with ordinality a (account, place)), case when p_page ->> 'next' is not null then '*' end);
$$;
-- All pages of a size, one after the other.
create function pg_temp.all_ids(p_q text, p_limit integer) returns text language sql as $$
  with recursive pages as (
    select public.admin_list_accounts(p_q, p_limit => p_limit) as page
    union all
    select public.admin_list_accounts(p_q, p_limit => p_limit, p_cursor => page -> 'next') from pages where page ->> 'next' is not null
  ) select string_agg(pg_temp.ids(page), ' ') from pages;
$$;

select is(pg_temp.ids(public.admin_list_accounts()), '123456', 'the newest first');
select is(pg_temp.all_ids(null, 2), '12* 34* 56* ', 'page by page');
select is(pg_temp.ids(public.admin_list_accounts(p_plan => 'pro')), '24', 'on a plan');
select is(pg_temp.ids(public.admin_list_accounts(p_state => 'suspended')), '45', 'in a state');
select is(pg_temp.ids(public.admin_list_accounts(p_role => 'agent')), '14', 'with a role');
select is(pg_temp.ids(public.admin_list_accounts(p_role => 'member')), '2356', 'with none');
select is(pg_temp.ids(public.admin_list_accounts(p_plan => 'pro', p_state => 'suspended', p_role => 'agent')), '4', 'filters combine');
select is(pg_temp.ids(public.admin_list_accounts('VERA')), '1', 'by the address or the name, whatever the case, once');
select is(pg_temp.all_ids('vogel', 50), '132', 'by an address, a name and a last name');
select is(pg_temp.all_ids('vogel', 1), '1* 3* 2* ', 'page by page, each once');
select is(pg_temp.all_ids('vogel@', 50), '2', 'an address goes on after a name');
select is(pg_temp.ids(public.admin_list_accounts('  ')), '123456', 'blanks seek nothing');
select is(pg_temp.ids(public.admin_list_accounts('vo_')), '4', 'an underscore is one');
select is(pg_temp.ids(public.admin_list_accounts('100%@')), '5', 'a percent sign is one');
select is(pg_temp.ids(public.admin_list_accounts('gel')), '', 'the middle of a word finds nothing');
select is(pg_temp.all_ids('10000000-0000-4000-8000-000000000006', 1), '6* ', 'by an id');
select is(pg_temp.ids(public.admin_list_accounts('vogel', p_plan => 'pro')), '2', 'what is sought and filters combine');
select is(public.admin_list_accounts('max') #> '{accounts,0,limits}', private.limits_overview('10000000-0000-4000-8000-000000000003', now()), 'limits are as their owner sees them');

select throws_ok($$ select public.admin_list_accounts(p_cursor => '5') $$, 'PT422', null, 'a number is no cursor');
select throws_ok($$ select public.admin_list_accounts(p_cursor => '{"after": "soon", "id": "10000000-0000-4000-8000-000000000006"}') $$, 'PT422', null, 'nor is a word a time');
select throws_ok($$ select public.admin_list_accounts('v', p_cursor => '{"after": "v"}') $$, 'PT422', null, 'nor half of one');
select throws_ok($$ select public.admin_list_accounts('v', p_cursor => '{"after": "v", "id": "v"}') $$, 'PT422', null, 'nor a word an id');

update private.settings set value = '2' where name = 'list_page_scan';
select is(pg_temp.ids(public.admin_list_accounts(p_plan => 'free', p_state => 'suspended')), '*', 'a page ends after so many rows, and says where to go on');
select is(pg_temp.all_ids('vogel', 50), '13* 2', 'also of what is sought');
select * from finish();
rollback;
