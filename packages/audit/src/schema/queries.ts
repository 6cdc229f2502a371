// Each query answers one row with one JSON array, so that a single parse at the edge checks every shape.
// `pg_depend` with deptype e: what an extension brought is the extension's, not the project's.

const ownSchemas = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
const notOfExtension = (catalog: string, oid: string) =>
  `not exists (select from pg_catalog.pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;
const array = (select: string) =>
  `select coalesce(jsonb_agg(to_jsonb(item)), '[]') as items from (${select}) as item`;
const names = (relation: string, keys: string) =>
  `array(select a.attname from unnest(${keys}) with ordinality as key(n, i) join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = key.n order by key.i)`;
const enumOf = (type: string) =>
  `(select en.nspname || '.' || e.typname from pg_catalog.pg_type e join pg_catalog.pg_namespace en on en.oid = e.typnamespace where e.typtype = 'e' and e.oid in (${type}.oid, ${type}.typelem, ${type}.typbasetype))`;

const columns = `(
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'enum_type', ${enumOf("t")},
    'is_array', t.typcategory = 'A',
    'is_nullable', not (a.attnotnull or t.typnotnull),
    'has_default', a.atthasdef or a.attidentity <> '' or t.typdefault is not null,
    'default', case when a.attidentity <> '' then 'identity' else pg_get_expr(ad.adbin, ad.adrelid) end,
    'is_generated', a.attidentity = 'a' or a.attgenerated <> '',
    'comment', col_description(c.oid, a.attnum)
  ) order by a.attnum), '[]')
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_attrdef ad on ad.adrelid = a.attrelid and ad.adnum = a.attnum
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
)`;

const constraints = `(
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', k.conname,
    'kind', case k.contype when 'c' then 'check' when 'u' then 'unique' when 'p' then 'primary key' else 'exclude' end,
    'columns', ${names("k.conrelid", "k.conkey")},
    'definition', pg_get_constraintdef(k.oid)
  ) order by k.conname), '[]')
  from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype in ('c', 'u', 'p', 'x')
)`;

/** The catalogue, a query per part of the schema. */
export const queries = {
  schemas: `select coalesce(jsonb_agg(n.nspname order by n.nspname), '[]') as items from pg_catalog.pg_namespace n where ${ownSchemas}`,
  relations: array(`
    select n.nspname as schema, c.relname as name,
      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind,
      obj_description(c.oid, 'pg_class') as comment,
      c.relrowsecurity as has_rls,
      case when c.relispartition then (select pn.nspname || '.' || p.relname from pg_catalog.pg_inherits i
        join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
        where i.inhrelid = c.oid) end as partition_of,
      case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
      array(select o from unnest(c.reloptions) o order by o) as options,
      c.relpersistence = 'u' as is_unlogged,
      ${columns} as columns,
      ${constraints} as constraints
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ownSchemas} and ${notOfExtension("pg_class", "c.oid")}
    order by n.nspname, c.relname`),
  foreign_keys: array(`
    select k.conname as name, n.nspname as schema, c.relname as table, ${names("k.conrelid", "k.conkey")} as columns,
      tn.nspname as target_schema, tc.relname as target_table, ${names("k.confrelid", "k.confkey")} as target_columns,
      case k.confdeltype when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' else 'set default' end as on_delete,
      pg_get_constraintdef(k.oid) as definition
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class tc on tc.oid = k.confrelid join pg_catalog.pg_namespace tn on tn.oid = tc.relnamespace
    where k.contype = 'f' and k.conparentid = 0 and ${ownSchemas} order by n.nspname, c.relname, k.conname`),
  indexes: array(`
    select n.nspname as schema, c.relname as table, ic.relname as name, i.indisunique as is_unique,
      i.indpred is not null as is_partial,
      array(select a.attname from unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality as k(n, o)
        left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.n and k.n <> 0 order by k.o) as columns,
      pg_get_indexdef(i.indexrelid) as definition
    from pg_catalog.pg_index i join pg_catalog.pg_class ic on ic.oid = i.indexrelid
    join pg_catalog.pg_class c on c.oid = i.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and i.indisvalid and ${ownSchemas} and ${notOfExtension("pg_class", "c.oid")}
    order by n.nspname, c.relname, ic.relname`),
  policies: array(`
    select n.nspname as schema, c.relname as table, p.polname as name,
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
      p.polpermissive as is_permissive,
      array(select case when r = 0 then 'public' else pg_get_userbyid(r) end from unnest(p.polroles) as r order by 1) as roles,
      pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
    from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace where ${ownSchemas} order by n.nspname, c.relname, p.polname`),
  triggers: array(`
    select n.nspname as schema, c.relname as table, t.tgname as name, t.tgenabled <> 'D' as is_enabled, pg_get_triggerdef(t.oid) as definition
    from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and t.tgparentid = 0 and ${ownSchemas} and ${notOfExtension("pg_class", "c.oid")}
    order by n.nspname, c.relname, t.tgname`),
  rules: array(`
    select n.nspname as schema, c.relname as table, r.rulename as name, pg_get_ruledef(r.oid) as definition
    from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where r.rulename <> '_RETURN' and ${ownSchemas} and ${notOfExtension("pg_class", "c.oid")}
    order by n.nspname, c.relname, r.rulename`),
  published_tables: array(`
    select pubname as publication, schemaname as schema, tablename as table
    from pg_catalog.pg_publication_tables order by 1, 2, 3`),
  functions: array(`
    select n.nspname as schema, p.proname as name,
      (select coalesce(jsonb_agg(jsonb_build_object(
        'name', coalesce(p.proargnames[a.position], ''),
        'type', format_type(a.type, null),
        'enum_type', ${enumOf("t")},
        'has_default', a.input > p.pronargs - p.pronargdefaults
      ) order by a.input), '[]')
      from (select type, position, row_number() over (order by position) as input
        from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as every(type, position)
        where p.proargmodes is null or p.proargmodes[position] in ('i', 'b', 'v')) as a
      join pg_catalog.pg_type t on t.oid = a.type) as arguments,
      p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as signature,
      pg_get_function_result(p.oid) as returns,
      case
        when p.proargmodes is not null and p.proargmodes && array['o', 'b', 't']::"char"[] then
          to_jsonb(array(select p.proargnames[i] from generate_subscripts(p.proargmodes, 1) i where p.proargmodes[i] in ('o', 'b', 't') order by i))
        when rt.typrelid <> 0 then
          to_jsonb(array(select a.attname from pg_catalog.pg_attribute a where a.attrelid = rt.typrelid and a.attnum > 0 and not a.attisdropped order by a.attnum))
      end as returns_columns,
      (select rn.nspname || '.' || rc.relname from pg_catalog.pg_class rc join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
        where rc.oid = rt.typrelid and rc.relkind in ('r', 'v', 'm', 'p', 'f')) as returns_table,
      p.proretset as is_set, p.prosecdef as is_definer, rt.typname in ('trigger', 'event_trigger') as is_trigger,
      l.lanname as language, coalesce(to_jsonb(p.proconfig), '[]') as settings,
      coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body, pg_get_functiondef(p.oid) as definition, obj_description(p.oid, 'pg_proc') as comment
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_type rt on rt.oid = p.prorettype join pg_catalog.pg_language l on l.oid = p.prolang
    where p.prokind in ('f', 'p', 'w') and ${ownSchemas} and ${notOfExtension("pg_proc", "p.oid")} order by n.nspname, 5`),
  enums: array(`
    select n.nspname as schema, t.typname as name, array(select e.enumlabel from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as values
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.typtype = 'e' and ${ownSchemas} and ${notOfExtension("pg_type", "t.oid")} order by n.nspname, t.typname`),
  domains: array(`
    select n.nspname as schema, t.typname as name, format_type(t.typbasetype, t.typtypmod) as base,
      (select coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid)) order by k.conname), '[]')
        from pg_catalog.pg_constraint k where k.contypid = t.oid and k.contype = 'c') as checks,
      obj_description(t.oid, 'pg_type') as comment
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.typtype = 'd' and ${ownSchemas} and ${notOfExtension("pg_type", "t.oid")} order by n.nspname, t.typname`),
  grants: array(`
    select kind, schema, object, case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end as role, lower(a.privilege_type) as right
    from (
      select case when c.relkind = 'S' then 'sequence' else 'table' end as kind, n.nspname as schema, c.relname::text as object,
        coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner)) as acl, c.relowner as owner
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${ownSchemas} and ${notOfExtension("pg_class", "c.oid")}
      union all
      select 'column', n.nspname, c.relname || '.' || at.attname, at.attacl, c.relowner
      from pg_catalog.pg_attribute at join pg_catalog.pg_class c on c.oid = at.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where at.attacl is not null and not at.attisdropped and ${ownSchemas}
      union all
      select 'function', n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where p.prokind in ('f', 'p', 'w') and ${ownSchemas} and ${notOfExtension("pg_proc", "p.oid")}
      union all
      select 'schema', n.nspname, n.nspname, coalesce(n.nspacl, acldefault('n', n.nspowner)), n.nspowner
      from pg_catalog.pg_namespace n where ${ownSchemas}
    ) as object, aclexplode(object.acl) as a
    where a.grantee <> object.owner order by 1, 2, 3, 4, 5`),
  extensions: `select coalesce(jsonb_agg(extname order by extname), '[]') as items from pg_catalog.pg_extension`,
} as const;

/** Parts that only some databases have, and some logins may not read: the table, then its query. */
export const optionalQueries = {
  buckets: {
    table: "storage.buckets",
    query: array(
      `select id, coalesce(public, false) as public, file_size_limit, allowed_mime_types from storage.buckets order by id`,
    ),
  },
  cron_jobs: {
    table: "cron.job",
    query: array(
      `select coalesce(jobname, 'job ' || jobid) as name, schedule, command, active as is_active from cron.job order by 1`,
    ),
  },
} as const;
