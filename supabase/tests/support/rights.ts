import { readFileSync } from "node:fs";
import type pg from "pg";

type Columns = "all" | readonly string[];

/** What the API's roles may do with a table or a view; what is not named is granted to nobody. */
export interface Grants {
  /** Columns that signed-in people may read. */
  readonly select: Columns;
  readonly insert: Columns;
  readonly update: Columns;
  /** Whether signed-in people may delete rows. */
  readonly delete: boolean;
  /** What the secret key may do with it or some of its columns. */
  readonly server: readonly string[];
}

export interface Right extends Grants {
  /** The people of the tests who see a row of it, of those who see no others' rows: neither staff nor the server. */
  readonly seen_by: readonly string[];
}

export interface Rights {
  /** Every table and view of the API. */
  readonly relations: Readonly<Record<string, Right>>;
  /** Every function that a role of the API may execute, with those roles; those in `private` are called by others and by policies. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
}

export const rightsFile = new URL("../rights.json", import.meta.url);

/** The truth table. `RECORD_RIGHTS=1` with the test over REST writes it down, to be read by somebody. */
export const rights: Rights = JSON.parse(readFileSync(rightsFile, "utf8"));

const isOfNoExtension = (oid: string) =>
  `not exists (select from pg_depend d where d.objid = ${oid} and d.deptype = 'e')`;

const columns = (privilege: string) =>
  `case when count(*) filter (where not has_column_privilege('authenticated', c.oid, a.attnum, '${privilege}')) = 0 then '"all"'::jsonb
     else coalesce(jsonb_agg(a.attname order by a.attname) filter (where has_column_privilege('authenticated', c.oid, a.attnum, '${privilege}')), '[]') end as "${privilege}"`;

const relationsSql = `
  select c.relname as name, ${columns("select")}, ${columns("insert")}, ${columns("update")},
    has_table_privilege('authenticated', c.oid, 'delete') as "delete",
    (select coalesce(jsonb_agg(privilege order by place), '[]')
      from unnest(array['select', 'insert', 'update', 'delete']) with ordinality each (privilege, place)
      where has_table_privilege('service_role', c.oid, privilege)
        or privilege <> 'delete' and has_any_column_privilege('service_role', c.oid, case when privilege <> 'delete' then privilege end)) as server
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${isOfNoExtension("c.oid")}
  group by c.oid order by c.relname`;

const functionsSql = `
  select p.oid::regprocedure::text as name, jsonb_agg(role order by role) as roles
  from pg_proc p cross join unnest(array['anon', 'authenticated', 'service_role']) role
  where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and ${isOfNoExtension("p.oid")}
    and has_function_privilege(role, p.oid, 'execute')
  group by p.oid order by p.pronamespace::regnamespace::text desc, p.oid::regprocedure::text`;

/** What visitors may do with any relation, and anybody of the API with those in `private`: nothing. */
const forbiddenSql = `
  select format('%s: %s', c.oid::regclass, role) as name
  from pg_class c cross join unnest(array['anon', 'authenticated', 'service_role']) role
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${isOfNoExtension("c.oid")}
    and (role = 'anon' or c.relnamespace = 'private'::regnamespace)
    and (has_any_column_privilege(role, c.oid, 'select, insert, update') or has_table_privilege(role, c.oid, 'delete, truncate'))
  order by 1`;

/** The same by the catalog. */
export async function readGrants(client: pg.Pool | pg.Client) {
  const relations = await client.query<Grants & { name: string }>(relationsSql);
  const functions = await client.query<{ name: string; roles: string[] }>(functionsSql);
  const forbidden = await client.query<{ name: string }>(forbiddenSql);
  return {
    relations: Object.fromEntries(relations.rows.map(({ name, ...grants }) => [name, grants])),
    functions: Object.fromEntries(functions.rows.map(({ name, roles }) => [name, roles])),
    forbidden: forbidden.rows.map(({ name }) => name),
  };
}
