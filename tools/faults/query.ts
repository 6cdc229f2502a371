import pg from "pg";

/** One statement over a connection of its own, because any connection may have died with the server. */
export async function query<R extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The same database, as the role that sees every backend. */
export const asSuperuser = (url: string): string => url.replace("//postgres:", "//supabase_admin:");
