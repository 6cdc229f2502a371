import pg from "pg";
import { testStack } from "./resources.ts";

let pool: pg.Pool | undefined;

/** One pool for each test file on the shared stack's database, as the non-superuser `postgres`. */
export function database(): pg.Pool {
  pool ??= new pg.Pool({ connectionString: testStack().db_url, max: 60 });
  return pool;
}

/** Runs a query and returns its rows. */
export async function sql<Row extends pg.QueryResultRow>(
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await database().query<Row>(text, values)).rows;
}

/** Runs a query that returns exactly one row. */
export async function sqlOne<Row extends pg.QueryResultRow>(
  text: string,
  values: unknown[] = [],
): Promise<Row> {
  const [row, ...others] = await sql<Row>(text, values);
  if (!row || others.length > 0)
    throw new Error(`expected one row, got ${others.length + (row ? 1 : 0)}`);
  return row;
}
