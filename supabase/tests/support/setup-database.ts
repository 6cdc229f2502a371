import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startDatabase } from "../../../local/database.ts";

declare module "vitest" {
  export interface ProvidedContext {
    database_urls: string[];
  }
}

/**
 * Starts a Postgres for each worker with the migrations and nothing else, so that jobs under test see only the test's
 * rows. Some pgTAP files disable triggers, which locks tables until they roll back: beside a race that is a deadlock.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    project.provide("database_urls", [given]);
    return async () => {};
  }
  const { maxWorkers } = project.config;
  const started = await Promise.all(Array.from({ length: maxWorkers }, startTestDatabase));
  project.provide(
    "database_urls",
    started.map(({ url }) => url),
  );
  return async () => {
    await Promise.all(started.map(({ stop }) => stop()));
  };
}

async function startTestDatabase() {
  const data = await mkdtemp(join(tmpdir(), "switchboard-test-"));
  const database = await startDatabase({ data, durable: false });
  await installPgTap(database.superuser_url);
  return {
    url: database.url,
    stop: async () => {
      await database.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** As the superuser, who owns extensions on the platform: our default privileges must not reach pgTAP's functions. */
async function installPgTap(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query("create extension if not exists pgtap with schema extensions");
  } finally {
    await client.end();
  }
}
