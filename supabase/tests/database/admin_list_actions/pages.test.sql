-- The record is listed the newest first, by what was done, by whom and to what.
begin;
select plan(9);
delete from private.admin_actions;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'admin@list-actions.test');
insert into private.admin_actions (actor_kind, actor_id, action, subject_id, details, created_at) values
  ('staff', '10000000-0000-4000-8000-000000000001', 'set_plan', '20000000-0000-4000-8000-000000000001', '{"n": "a"}', now() - interval '1 hour'),
  ('service', null, 'set_setting', null, '{"n": "b"}', now() - interval '2 hours'),
  ('staff', '10000000-0000-4000-8000-0000000000ff', 'set_plan', '20000000-0000-4000-8000-000000000002', '{"n": "c"}', now() - interval '3 hours');
create function pg_temp.keys(p_page jsonb) returns text language sql as $$
  select concat_ws('', (select string_agg(a.action #>> '{details,n}', '' order by a.place)
    from jsonb_array_elements(p_page -> 'actions') with ordinality a (action, place)), case when p_page ->> 'next' is not null then '*' end);
$$;
select is(pg_temp.keys(public.admin_list_actions()), 'abc', 'the newest first');
select is(pg_temp.keys(public.admin_list_actions('set_plan')), 'ac', 'of one kind');
select is(pg_temp.keys(public.admin_list_actions(p_actor_id => '10000000-0000-4000-8000-000000000001')), 'a', 'by one admin');
select is(pg_temp.keys(public.admin_list_actions(p_subject_id => '20000000-0000-4000-8000-000000000002')), 'c', 'about one account');
select is(pg_temp.keys(public.admin_list_actions(p_limit => 2)), 'ab*', 'a page');
select is(pg_temp.keys(public.admin_list_actions(p_limit => 2, p_after_created_at => (n.next ->> 'created_at')::timestamptz, p_after_id => (n.next ->> 'id')::uuid)),
  'c', 'and the next') from (select public.admin_list_actions(p_limit => 2) -> 'next' as next) n;
select is((select jsonb_agg(a -> 'actor_name') from jsonb_array_elements(public.admin_list_actions() -> 'actions') a), '["admin@list-actions.test", null, null]', 'with the name of who is there');
update private.settings set value = '1' where name = 'list_page_scan';
select is(pg_temp.keys(public.admin_list_actions('set_setting')), '*', 'a page ends after so many rows, and says where to go on');
-- What an admin does to an account through the other functions.
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000002', 'other@list-actions.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-000000000001';
select set_config('request.jwt.claims', '{"sub":"10000000-0000-4000-8000-000000000001","role":"authenticated"}', true);
do $$ begin
  perform public.admin_set_role('10000000-0000-4000-8000-000000000002', 'teacher');
  perform public.admin_set_plan('10000000-0000-4000-8000-000000000002', 'pro');
  perform public.admin_request_account_deletion('10000000-0000-4000-8000-000000000002');
  perform public.admin_cancel_account_deletion('10000000-0000-4000-8000-000000000002');
end $$;
select set_eq($$ select action, actor_id from private.admin_actions where subject_id = '10000000-0000-4000-8000-000000000002' $$,
  $$ select a, '10000000-0000-4000-8000-000000000001'::uuid from unnest(array['set_role', 'set_plan', 'request_account_deletion', 'cancel_account_deletion']) a $$, 'is on record with who did it');
select * from finish();
rollback;
