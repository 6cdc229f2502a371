import { inject } from "vitest";
import type { TestStack } from "./setup-stack.ts";

/** A project makes one for all its files or one for each worker of vitest, which runs one file at a time. */
function ofThisWorker<Resource>(made: readonly Resource[]): Resource {
  const worker = Number(process.env.VITEST_POOL_ID ?? 1);
  const mine = made[(worker - 1) % made.length];
  if (mine === undefined) throw new Error("The project's setup made none.");
  return mine;
}

/** Addresses and keys of the throw-away stack that this file works on. */
export const testStack = (): TestStack => ofThisWorker(inject("stacks"));

/** The bare database that this file works on, as the non-superuser `postgres`. */
export const testDatabaseUrl = (): string => ofThisWorker(inject("database_urls"));
