import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { SchemaSource } from "../../local/bring-up.ts";
import { type RunningDatabase, startDatabase } from "../../local/database.ts";

/** Starts a throw-away database from one source and gives it to `use`; it is gone afterwards. */
export async function withDatabaseOf<Result>(
  source: SchemaSource,
  use: (database: RunningDatabase) => Promise<Result>,
): Promise<Result> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-schema-"));
  try {
    const database = await startDatabase({ data, durable: false, source });
    try {
      return await use(database);
    } finally {
      await database.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** Gives `use` a connection to a database, closed afterwards. */
export async function withClient<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
