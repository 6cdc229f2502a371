import { readFileSync } from "node:fs";

/** What signed-in people may do with a relation: "all" or the columns, and whether they may delete. */
export interface Grants {
  readonly select: "all" | readonly string[];
  readonly insert: "all" | readonly string[];
  readonly update: "all" | readonly string[];
  readonly delete: boolean;
}

export interface Right extends Grants {
  /** The people of the tests who see a row of it, of those who see no others' rows: neither staff nor the server. */
  readonly seen_by: readonly string[];
}

export const rightsFile = new URL("../rights.json", import.meta.url);

/** The truth table: every table and view of the API by its name. `RECORD_RIGHTS=1` writes it down, to be read by somebody. */
export const rights: Readonly<Record<string, Right>> = JSON.parse(readFileSync(rightsFile, "utf8"));

const columns = (privilege: string) =>
  `case when count(*) filter (where not has_column_privilege('authenticated', c.oid, a.attnum, '${privilege}')) = 0 then '"all"'::jsonb
     else coalesce(jsonb_agg(a.attname order by a.attname) filter (where has_column_privilege('authenticated', c.oid, a.attnum, '${privilege}')), '[]') end as "${privilege}"`;

/** The same by the catalog: rows of name, select, insert, update, delete. */
export const grantsSql = `
  select c.relname as name, ${columns("select")}, ${columns("insert")}, ${columns("update")},
    has_table_privilege('authenticated', c.oid, 'delete') as "delete"
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  group by c.oid order by c.relname`;
