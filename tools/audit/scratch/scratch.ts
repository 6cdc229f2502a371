import { readFileSync } from "node:fs";
import pg from "pg";

/** A throw-away Postgres with what a new Supabase project has: roles, `auth`, `storage`, extensions. */
export interface Platform {
  /** As `postgres`, which must be neither superuser nor able to become one: for SQL of strangers. */
  url: string;
  /** For the emulation of what `postgres` may not do, and for ending what does not end. */
  superuser_url: string;
  /** Where the server keeps everything; gone after `stop`. */
  folder: string;
  /** Ends the server and removes its folder. Safe to call twice. */
  stop(): Promise<void>;
}

/** How one is started. The audit brings no Postgres of its own: whoever runs it says which to use. */
export type StartPlatform = () => Promise<Platform>;

/** Starts a platform and makes it safe for SQL of strangers. @throws AuditError when it cannot be started */
export async function startScratch(start: StartPlatform): Promise<Platform> {
  const platform = await start();
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
