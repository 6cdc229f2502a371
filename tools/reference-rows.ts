import type { ClientBase } from "pg";

/** A row that the migrations make: each column as Postgres' own text, null where it is null. */
export type Row = Readonly<Record<string, string | null>>;

/** The rows of one table, by their primary key. */
export interface ReferenceTable {
  name: string;
  key: readonly string[];
  rows: ReadonlyMap<string, Row>;
}

/** Every table that has rows in a database nobody has used yet, by name. */
export type ReferenceRows = ReadonlyMap<string, ReferenceTable>;

/** Made from what the server knows, not from a migration. */
const leftOut = ["private.time_zones"];

/**
 * Reads the rows that a new database holds: plans, settings, transitions, handlers, jobs, the bucket.
 * Columns that default to the time of their insert are left out.
 * @param only the tables to read, where a database in use has rows in others too
 */
export async function readReferenceRows(
  client: ClientBase,
  only?: ReadonlySet<string>,
): Promise<ReferenceRows> {
  const { rows: tables } = await client.query<{ name: string; columns: string[]; key: string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name,
         array(select format('%I', a.attname) from pg_attribute a
           left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
             and coalesce(pg_get_expr(d.adbin, d.adrelid), '') !~ '^(now|clock_timestamp)\\(\\)'
           order by a.attnum)::text[] as columns,
         array(select format('%I', a.attname) from pg_index i, unnest(i.indkey) with ordinality k(attnum, place)
           join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
           where i.indrelid = c.oid and i.indisprimary order by place)::text[] as key
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and (n.nspname in ('public', 'private') or (n.nspname, c.relname) = ('storage', 'buckets'))
       order by 1`,
  );
  const found: [string, ReferenceTable][] = [];
  for (const { name, columns, key } of tables.filter(
    (table) => !leftOut.includes(table.name) && (only?.has(table.name) ?? true),
  )) {
    const { rows } = await client.query<Row>(
      `select ${columns.map((column) => `${column}::text`).join(", ")} from ${name} order by ${key.join(", ") || "1"}`,
    );
    const keyed = rows.map((row): [string, Row] => [
      JSON.stringify(key.map((column) => row[column])),
      row,
    ]);
    if (rows.length > 0) found.push([name, { name, key, rows: new Map(keyed) }]);
  }
  return new Map(found);
}

const literal = (value: string | null | undefined): string =>
  value === null || value === undefined ? "null" : `'${value.replaceAll("'", "''")}'`;

/** The statement that makes a row. Jobs are made by their function, which tells pg_cron too. */
export function insertion(table: string, row: Row): string {
  if (table === "private.jobs") return schedule(row);
  const values = Object.values(row).map(literal).join(", ");
  return `insert into ${table} (${Object.keys(row).join(", ")})\n  values (${values});`;
}

/** The statement that gives a row's columns the values that it has here. */
export function change(
  { name, key }: ReferenceTable,
  row: Row,
  columns: readonly string[],
): string {
  if (name === "private.jobs") return schedule(row);
  const values = columns.map((column) => `${column} = ${literal(row[column])}`).join(", ");
  return `update ${name} set ${values}\n  where ${where(key, row)};`;
}

/** The statement that takes a row away. A job ends in pg_cron too. */
export function removal({ name, key }: ReferenceTable, row: Row): string {
  if (name === "private.jobs") {
    return `select cron.unschedule(${literal(row.name)});\ndelete from private.jobs where name = ${literal(row.name)};`;
  }
  return `delete from ${name} where ${where(key, row)};`;
}

const where = (key: readonly string[], row: Row): string =>
  key.map((column) => `${column} = ${literal(row[column])}`).join(" and ");

const schedule = (row: Row): string =>
  `select private.schedule_job(${[row.name, row.schedule, row.function_name, row.description].map(literal).join(", ")});`;

/** The columns in which two versions of a row differ. */
export const changedColumns = (from: Row, to: Row): string[] =>
  Object.keys(to).filter((column) => to[column] !== from[column]);
