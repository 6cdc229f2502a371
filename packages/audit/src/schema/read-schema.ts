import type { ClientBase } from "pg";
import { Schema } from "./model.ts";
import { optionalQueries, queries } from "./queries.ts";

/**
 * Reads the whole schema in one read-only snapshot. It changes nothing and reads no rows of the project;
 * buckets and cron jobs are the only rows.
 * @throws the driver's error when the login may not read the catalogue
 */
export async function readSchema(client: ClientBase): Promise<Schema> {
  await client.query("begin transaction isolation level repeatable read read only");
  try {
    await client.query("set local search_path = ''");
    const version = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::int as version",
    );
    const parts: Record<string, unknown> = { server_version: version.rows[0]?.version };
    for (const [part, query] of Object.entries(queries)) parts[part] = await items(client, query);
    for (const [part, { table, query }] of Object.entries(optionalQueries)) {
      parts[part] = (await isReadable(client, table)) ? await items(client, query) : [];
    }
    return Schema.parse(parts);
  } finally {
    await client.query("rollback");
  }
}

async function items(client: ClientBase, query: string): Promise<unknown> {
  return (await client.query<{ items: unknown }>(query)).rows[0]?.items;
}

async function isReadable(client: ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query<{ readable: boolean | null }>(
    "select case when to_regclass($1) is not null then has_schema_privilege(split_part($1, '.', 1), 'usage') and has_table_privilege(to_regclass($1), 'select') end as readable",
    [table],
  );
  return rows[0]?.readable === true;
}
