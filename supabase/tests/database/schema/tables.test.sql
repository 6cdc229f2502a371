-- What holds for every table of ours.
begin;
select plan(7);

select is_empty($$
  select c.oid::regclass from pg_class c
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    and c.relkind in ('r', 'p', 'v', 'm') and obj_description(c.oid, 'pg_class') is null
$$, 'every table and view has a comment');

select is_empty($$
  select f.conrelid::regclass, f.conname from pg_constraint f
  where f.contype = 'f' and f.connamespace in ('public'::regnamespace, 'private'::regnamespace)
    and not exists (
      select from pg_index i
      where i.indrelid = f.conrelid and i.indisvalid
        -- The key's columns lead the index; a partial index serves only where it leaves out nothing but nulls.
        and (i.indkey::smallint[])[0:cardinality(f.conkey) - 1] @> f.conkey
        and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$')
    )
$$, 'every foreign key is indexed');

select is_empty($$
  select c.oid::regclass, r.role, p.privilege
  from pg_class c
  cross join (values ('anon'), ('public')) r (role)
  cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) p (privilege)
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and has_any_column_privilege(r.role, c.oid, p.privilege)
  union all
  select c.oid::regclass, 'anon', p.privilege
  from pg_class c cross join (values ('DELETE'), ('TRUNCATE'), ('TRIGGER')) p (privilege)
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and has_table_privilege('anon', c.oid, p.privilege)
$$, 'anon has no privilege on any table: it selects nothing');

select is_empty($$
  select c.oid::regclass, r.role, p.privilege
  from pg_class c
  cross join (values ('authenticated'), ('service_role')) r (role)
  cross join (values ('TRUNCATE'), ('TRIGGER'), ('REFERENCES')) p (privilege)
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and has_table_privilege(r.role, c.oid, p.privilege)
$$, 'no API role may truncate, reference or hang triggers on a table');

select is_empty($$
  select c.oid::regclass, r.role
  from pg_class c cross join (values ('anon'), ('authenticated'), ('service_role')) r (role)
  where c.relnamespace = 'private'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and (has_any_column_privilege(r.role, c.oid, 'SELECT') or has_any_column_privilege(r.role, c.oid, 'INSERT')
      or has_any_column_privilege(r.role, c.oid, 'UPDATE') or has_table_privilege(r.role, c.oid, 'DELETE'))
$$, 'no API role reaches a private table but through functions');

select is_empty($$
  select a.attrelid::regclass, a.attname
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not a.attisdropped and a.attnum > 0
    and (a.attname in ('id', 'user_id', 'owner_id', 'host_id', 'author_id', 'uploaded_by', 'created_at', 'updated_at')
      and has_column_privilege('authenticated', c.oid, a.attnum, 'INSERT')
      or a.attname in ('id', 'user_id', 'owner_id', 'host_id', 'author_id', 'uploaded_by', 'created_at', 'updated_at')
      and has_column_privilege('authenticated', c.oid, a.attnum, 'UPDATE'))
$$, 'no client writes an id, an owner or a stamp');

select is_empty($$
  select c.oid::regclass from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at'
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
    and not exists (
      select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
      where t.tgrelid = c.oid and t.tgenabled <> 'D' and p.prosrc ~ '\mnew\.updated_at := now\(\);'
        -- Before every update of every row.
        and t.tgtype & 19 = 19 and t.tgattr::text = '' and t.tgqual is null
    )
$$, 'every updated_at is kept by touch_updated_at() or by the table''s own guard');

select * from finish();
rollback;
