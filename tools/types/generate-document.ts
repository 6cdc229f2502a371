import { schemaOfDatabase } from "switchboard-audit/schema";
import { withClient } from "../../local/with-client.ts";
import { schemaDocument } from "./schema-document.ts";

/** `docs/schema.md` of a database that the migrations made. */
export async function generateDocument(databaseUrl: string): Promise<string> {
  return schemaDocument(await schemaOfDatabase(databaseUrl), await readHooks(databaseUrl));
}

function readHooks(databaseUrl: string): Promise<Map<string, string[]>> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ hook: string; functions: string[] }>(
      `select hook::text as hook, array_agg(function_name order by place) as functions
         from private.domain_hooks group by hook`,
    );
    return new Map(rows.map(({ hook, functions }): [string, string[]] => [hook, functions]));
  });
}
