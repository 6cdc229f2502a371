-- What holds for every function of ours. Who may execute which is in supabase/tests/rights.json.
begin;
-- Functions of extensions are not ours.
create temp view ours as
  select p.*, p.oid::regprocedure as signature from pg_proc p
  where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
    and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e');
create temp view granted as
  select ours.*, case acl.grantee when 0 then 'public' else acl.grantee::regrole::text end as grantee
  from ours cross join aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
  where acl.privilege_type = 'EXECUTE' and acl.grantee <> proowner;
select plan(7);

select is_empty($$
  select signature from ours where not coalesce(proconfig @> '{"search_path=\"\""}', false)
$$, 'every function has an empty search_path');

select is_empty($$
  select signature, grantee from granted
  where prosecdef and pronamespace = 'public'::regnamespace and grantee in ('public', 'anon', 'authenticated')
$$, 'no definer function in public is executable by clients');

select is_empty($$
  select signature, grantee from granted where grantee not in ('anon', 'authenticated', 'service_role')
$$, 'no function is executable by everybody or by a role that is not of the API');

select is_empty($$
  select signature, argument from granted cross join unnest(proargnames[1:pronargs]) argument
  where grantee in ('anon', 'authenticated') and argument ~ '(^|_)(now|clock|today)$'
$$, 'no function that a client may execute has a clock argument');

select is_empty($$
  select distinct signature from granted
  where pronamespace = 'public'::regnamespace and obj_description(oid, 'pg_proc') is null
$$, 'every function of the API says what it does');

select is_empty($$
  select tgrelid::regclass, tgname, ours.signature from pg_trigger t join ours on ours.oid = t.tgfoid
  where not t.tgisinternal and ours.pronamespace <> 'private'::regnamespace
$$, 'every trigger function is private');

select is_empty($$
  select signature from ours where prosrc ~* '(errcode|sqlstate)\s*:?=?\s*''40(001|P01)''|raise\s+(exception\s+)?(serialization_failure|deadlock_detected)'
$$, 'no function raises what PostgREST repeats without an end');

select * from finish();
rollback;
