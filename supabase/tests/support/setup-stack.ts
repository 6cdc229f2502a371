import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type StackOptions, startStack } from "../../../local/stack.ts";
import { vendors } from "./vendors/index.ts";

/** What a test file gets of the stack that it works on. */
export interface TestStack {
  url: string;
  publishable_key: string;
  secret_key: string;
  db_url: string;
  secrets: { zoom: string; vapi: string };
  /** Base URLs of the vendors' loopback servers, by name. */
  vendors: Record<string, string>;
}

declare module "vitest" {
  export interface ProvidedContext {
    stacks: TestStack[];
  }
}

type Options = Pick<StackOptions, "seed" | "console">;

/** One stack for all files of the project: own users and own rows keep the files apart. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  return startTestStacks(project, 1, { seed: false });
}

/** Starts stacks without a scheduler, among stand-ins of the vendors, and tells the project's files their addresses and keys. */
export async function startTestStacks(
  project: TestProject,
  count: number,
  options: Options,
): Promise<() => Promise<void>> {
  const started = await Promise.all(Array.from({ length: count }, () => startTestStack(options)));
  project.provide(
    "stacks",
    started.map(({ stack }) => stack),
  );
  return async () => {
    await Promise.all(started.map(({ stop }) => stop()));
  };
}

async function startTestStack(options: Options) {
  const data = await mkdtemp(join(tmpdir(), "switchboard-test-"));
  const clouds = await Promise.all(vendors.map((start) => start()));
  const functionsEnv = Object.assign({}, ...clouds.map((cloud) => cloud.env));
  const stack = await startStack({
    data,
    port: 0,
    scheduler: false,
    durable: false,
    functionsEnv,
    ...options,
  });
  const { url, publishable_key, secret_key, db_url, secrets } = stack;
  return {
    stack: {
      url,
      publishable_key,
      secret_key,
      db_url,
      secrets,
      vendors: Object.fromEntries(clouds.map((cloud) => [cloud.name, cloud.url])),
    },
    stop: async () => {
      await stack.stop();
      await Promise.all(clouds.map((cloud) => cloud.stop()));
      await rm(data, { recursive: true, force: true });
    },
  };
}
