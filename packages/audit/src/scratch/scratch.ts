import { readFileSync } from "node:fs";
import pg from "pg";
import { type Platform, startPlatform } from "./start-platform.ts";

/** Starts a platform and makes it safe for SQL of strangers. @throws AuditError when it cannot be started */
export async function startScratch(): Promise<Platform> {
  const platform = await startPlatform();
  try {
    const client = new pg.Client({ connectionString: platform.superuser_url });
    await client.connect();
    try {
      for (const file of ["./extras.sql", "./emulation.sql"]) {
        await client.query(readFileSync(new URL(file, import.meta.url), "utf8"));
      }
    } finally {
      await client.end();
    }
    return platform;
  } catch (error) {
    await platform.stop();
    throw error;
  }
}
