-- What is registered can be called, and is called in the order of its place, with what the hook is about.
begin;
select plan(7);
create temp table signatures (hook private.domain_hook primary key, arguments text) on commit drop;
insert into signatures values
  ('outside_resources', 'uuid'), ('purge_blockers', 'uuid'), ('facts_to_purge', 'uuid'), ('before_purge', 'uuid'), ('visible_profiles', 'uuid'),
  ('before_user_deletion', 'uuid'), ('profile_changed', 'public.profiles, public.profiles'),
  ('plan_changed', 'public.user_limits, public.user_limits'), ('task_died', 'public.tasks'),
  ('event_subjects', 'jsonb'), ('account_overview', 'uuid'), ('metrics', 'timestamptz'),
  ('notified', 'public.notifications'), ('message_links', 'uuid');
select set_eq('select hook from signatures', 'select unnest(enum_range(null::private.domain_hook))', 'this test knows every hook');
select is_empty(
  $$select h.function_name from private.domain_hooks h join signatures s using (hook)
    where to_regprocedure(format('%s(%s)', h.function_name, s.arguments)) is null$$,
  'every registered function takes what its hook gives');
select is_empty(
  $$select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.oid in ('auth.users'::regclass, 'public.profiles'::regclass, 'public.user_limits'::regclass, 'public.tasks'::regclass)
      and t.tgname not in ('users_prepare_deletion', 'users_create_account', 'users_follow_email', 'profiles_guard', 'profiles_react',
        'user_limits_guard', 'user_limits_react', 'tasks_report_death')$$,
  'accounts and tasks have the triggers of their own domain and no others');

create temp table heard (id integer generated always as identity, what text) on commit drop;
create function private.test_hears_first(p_user_id uuid) returns void language plpgsql as $$
begin
  insert into heard (what) values ('first ' || p_user_id);
end;
$$;
create function private.test_hears_second(p_user_id uuid) returns void language plpgsql as $$
begin
  insert into heard (what) values ('second ' || exists (select from auth.users where id = p_user_id));
end;
$$;
create function private.test_hears_profile(p_old public.profiles, p_new public.profiles) returns void language plpgsql as $$
begin
  insert into heard (what) values (concat_ws(' ', p_old.role, p_new.role, p_old.time_zone, p_new.time_zone));
end;
$$;
insert into private.domain_hooks (hook, place, domain, function_name) values
  ('before_user_deletion', 2, 'test', 'private.test_hears_second'), ('before_user_deletion', 1, 'test', 'private.test_hears_first'),
  ('profile_changed', 1, 'test', 'private.test_hears_profile');
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'ann@hooks.test');
update public.profiles set full_name = 'Ann' where id = '10000000-0000-4000-8000-000000000001';
select is_empty('select from heard', 'another name is of no interest to the domains');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000001';
update public.profiles set time_zone = 'Asia/Tokyo' where id = '10000000-0000-4000-8000-000000000001';
select results_eq('select what from heard order by id', $$values ('member agent UTC UTC'), ('agent agent UTC Asia/Tokyo')$$,
  'a change of role or zone comes with the profile before and after');
delete from auth.users where id = '10000000-0000-4000-8000-000000000001';
select is((select string_agg(what, ', ' order by id) from heard where what ~ '^(first|second)'),
  'first 10000000-0000-4000-8000-000000000001, second true', 'before a user is deleted the domains are called in their order');
select throws_ok($$insert into private.domain_hooks (hook, place, domain, function_name) values ('task_died', 20, 'test', 'private.test_hears_first')$$,
  '23505', null, 'no two functions of a hook have the same place');
select * from finish();
rollback;
