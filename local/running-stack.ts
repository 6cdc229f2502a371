import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { clusterFolder, postgresOwner } from "./data-folder.ts";
import { findKeys, type Keys } from "./keys.ts";

/** A stack that another process runs. */
export interface RunningStack {
  readonly url: string;
  /** As `postgres`, which is no superuser. */
  readonly databaseUrl: string;
  readonly keys: Keys;
}

/** The stack that runs on a data folder; null when none does. */
export async function findRunningStack(data: string): Promise<RunningStack | null> {
  const keys = findKeys(join(data, "keys.json"));
  const port = keys === null ? null : databasePort(data);
  if (keys === null || port === null) return null;
  const databaseUrl = `postgresql://postgres:${keys.database_password}@127.0.0.1:${port}/postgres?sslmode=disable`;
  const client = new pg.Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    const { rows } = await client.query<{ url: string }>(
      "select decrypted_secret as url from vault.decrypted_secrets where name = 'switchboard_functions_url'",
    );
    const url = rows[0]?.url.replace("/functions/v1", "");
    return url === undefined ? null : { url, databaseUrl, keys };
  } catch {
    return null; // What a killed stack has left: nothing answers there, or somebody else.
  } finally {
    await client.end().catch(() => {});
  }
}

/** Line 4 of Postgres' lock file. */
function databasePort(data: string): number | null {
  try {
    const file = join(clusterFolder(data, postgresOwner()), "postmaster.pid");
    return Number(readFileSync(file, "utf8").split("\n")[3]);
  } catch {
    return null;
  }
}
