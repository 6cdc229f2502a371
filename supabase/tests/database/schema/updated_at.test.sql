-- Whoever changes a row, updated_at says when: a trigger sets it, and no caller has to.
begin;
select plan(1);
select is_empty($$
  select c.oid::regclass from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private') and c.relkind = 'r' and a.attname = 'updated_at' and not exists (
    select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    -- BEFORE, and on UPDATE.
    where t.tgrelid = c.oid and t.tgenabled <> 'D' and t.tgtype & 18 = 18 and p.prosrc ~ 'updated_at') $$,
  'each table with an updated_at has a trigger before its updates that sets it');
select * from finish();
rollback;
