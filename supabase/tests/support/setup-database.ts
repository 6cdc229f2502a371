import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startDatabase } from "../../../local/database.ts";

declare module "vitest" {
  export interface ProvidedContext {
    database_url: string;
  }
}

/** Starts a Postgres with the migrations and nothing else, so that jobs under test see only the test's rows. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    project.provide("database_url", given);
    return async () => {};
  }
  const data = await mkdtemp(join(tmpdir(), "switchboard-test-"));
  const database = await startDatabase({ data, durable: false });
  project.provide("database_url", database.url);
  return async () => {
    await database.stop();
    await rm(data, { recursive: true, force: true });
  };
}
