import pg from "pg";
import { schemaOfDatabase } from "switchboard-audit/schema";
import { schemaDocument } from "./schema-document.ts";

/** `docs/schema.md` of a database that the migrations made. */
export async function generateDocument(databaseUrl: string): Promise<string> {
  return schemaDocument(await schemaOfDatabase(databaseUrl), await readHooks(databaseUrl));
}

async function readHooks(databaseUrl: string): Promise<Map<string, string[]>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ hook: string; functions: string[] }>(
      `select hook::text as hook, array_agg(function_name order by domain) as functions
         from private.domain_hooks group by hook`,
    );
    return new Map(rows.map(({ hook, functions }): [string, string[]] => [hook, functions]));
  } finally {
    await client.end();
  }
}
