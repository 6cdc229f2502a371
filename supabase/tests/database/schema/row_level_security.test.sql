-- Every table of ours has row level security, and its policies and grants say the same.
begin;
select plan(8);

select is_empty($$
  select c.oid::regclass from pg_class c
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    and c.relkind in ('r', 'p') and not c.relrowsecurity
$$, 'every table has row level security');

select is_empty($$
  select c.oid::regclass from pg_class c
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
    and not exists (select from pg_policy p where p.polrelid = c.oid)
$$, 'and says with a policy whom it lets in, be it nobody');

select is_empty($$
  select c.oid::regclass from pg_class c
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind = 'v'
    and not coalesce(c.reloptions @> '{security_invoker=true}' or c.reloptions @> '{security_invoker=on}', false)
$$, 'every view reads with the rights of its caller');

select is_empty($$
  select schemaname, tablename, policyname from pg_policies
  where schemaname in ('public', 'private') and ('true' in (btrim(qual, '() '), btrim(with_check, '() ')))
$$, 'no policy is literally true');

select is_empty($$
  select schemaname, tablename, policyname, cmd, roles from pg_policies
  where schemaname in ('public', 'private') and (cmd = 'ALL' or roles && '{public,anon}')
    -- A policy that only ever says no may say it to everybody.
    and not (btrim(qual, '() ') = 'false' and coalesce(btrim(with_check, '() ') = 'false', true))
$$, 'every policy is for one operation, and none lets anon or everybody in');

select is_empty($$
  select schemaname, tablename, cmd from pg_policies
  where schemaname in ('public', 'private') and permissive = 'PERMISSIVE'
  group by 1, 2, 3 having count(*) > 1
$$, 'a table has one policy per operation');

select is_empty($$
  select schemaname, tablename, policyname from pg_policies
  where schemaname in ('public', 'private', 'storage')
    and regexp_replace(concat_ws(' ', qual, with_check), '\( ?SELECT (private|auth)\.\w+\(\)', '', 'gi') ~ '(private|auth)\.\w+\('
$$, 'policies call helpers without arguments and once a statement');

-- A grant without a policy shows nothing to anybody; a policy without a grant is a rule nobody meets.
select is_empty($$
  with operations (cmd) as (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')), facts as (
    select c.oid::regclass as relation, cmd,
      case cmd when 'DELETE' then has_table_privilege('authenticated', c.oid, 'DELETE')
        else has_any_column_privilege('authenticated', c.oid, cmd) end as is_granted,
      exists (select from pg_policies p where p.schemaname = c.relnamespace::regnamespace::text
        and p.tablename = c.relname and p.cmd = operations.cmd) as has_policy
    from pg_class c cross join operations
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
  )
  select * from facts where is_granted <> has_policy
$$, 'signed-in users are granted exactly the operations that a policy is about');

select * from finish();
rollback;
