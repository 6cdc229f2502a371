import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
