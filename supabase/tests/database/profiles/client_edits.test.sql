-- What a user may make of his own profile: name, picture and time zone, each within its bounds.
begin;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'olga@edits.test');

create temp table edits (assignment text, expected text) on commit drop;
insert into edits values
  ('full_name = ''Olga''', 'done'), ('full_name = null', 'done'),
  ('full_name = repeat(''é'', 200)', 'done'), ('full_name = repeat(''é'', 201)', '23514 full_name_is_1_to_200_characters'),
  ('full_name = ''''', '23514 full_name_is_1_to_200_characters'), ('full_name = '' Olga''', '23514 full_name_is_1_to_200_characters'),
  ('avatar_url = ''https://img.test/o.png''', 'done'), ('avatar_url = null', 'done'),
  ('avatar_url = ''http://img.test/o.png''', '23514 avatar_url_is_an_https_url'),
  ('avatar_url = ''javascript:alert(1)''', '23514 avatar_url_is_an_https_url'),
  ('avatar_url = ''https://img.test/'' || repeat(''a'', 2048)', '23514 avatar_url_is_an_https_url'),
  ('time_zone = ''Europe/Berlin''', 'done'), ('time_zone = ''UTC''', 'done'),
  ('time_zone = ''Mars/Olympus''', 'PT422 invalid_time_zone'), ('time_zone = ''UTC+3''', 'PT422 invalid_time_zone'),
  ('time_zone = ''europe/berlin''', 'PT422 invalid_time_zone'), ('time_zone = ''''', 'PT422 invalid_time_zone'),
  ('time_zone = ''localtime''', 'PT422 invalid_time_zone'), ('time_zone = null', 'PT422 invalid_time_zone'),
  ('language = ''de''', 'done'), ('language = ''tlh''', '23514 language_is_supported'), ('language = null', '23502'),
  ('email = ''x@y.z''', '42501'), ('role = ''admin''', '42501'), ('is_demo = false', '42501'),
  ('demo_expires_at = ''2099-01-01''', '42501'), ('account_status = ''active''', '42501'), ('expired_at = null', '42501'),
  ('expiry_reason = null', '42501'), ('purge_after = null', '42501'), ('workspace_email = ''a@b.c''', '42501'),
  ('demo_warned_at = now()', '42501'), ('purge_warned_at = now()', '42501'), ('deletion_requested_at = now()', '42501'),
  ('id = gen_random_uuid()', '42501'), ('created_at = now()', '42501'), ('updated_at = now()', '42501');

-- What became of an edit: done, or SQLSTATE with hint or constraint.
create function pg_temp.edit(p_assignment text) returns text language plpgsql as $$
declare
  v_hint text; v_constraint text;
begin
  set local role authenticated;
  execute 'update public.profiles set ' || p_assignment;
  reset role;
  return 'done';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint, v_constraint = constraint_name;
  return concat_ws(' ', sqlstate, nullif(v_hint, ''), nullif(v_constraint, ''));
end;
$$;
select plan((select count(*) from edits)::integer + 1);
select is(
  (select count(*) from information_schema.columns where table_schema = 'public' and table_name = 'profiles'
    and not exists (select from edits where assignment like column_name || ' =%')), 0::bigint, 'every column is tried');

set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is(pg_temp.edit(assignment), expected, left(assignment, 60)) from edits;
select * from finish();
rollback;
