import { setTimeout as sleep } from "node:timers/promises";
import { asSuperuser, query } from "./query.ts";
import type { StackProcess } from "./stack-process.ts";

/** What is killed, in turn. */
export const kills = ["postmaster", "backend", "function", "stack"] as const;
export type Kill = (typeof kills)[number];

const PATIENCE_MS = 10_000;

/** A process that serves a function may just be starting. */
async function workerOf(stack: StackProcess, name: string): Promise<number> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
    const worker = stack.worker(name);
    if (worker !== null) return worker;
  }
  throw new Error(`no process serves ${name}`);
}

/**
 * Kills with SIGKILL.
 * @param functionName whose process is killed, when it is a function's
 * @param backends which backends are meant, when it is one of those: a condition on `pg_stat_activity`
 */
export async function doKill(
  stack: StackProcess,
  kill: Kill,
  functionName: string,
  backends: string,
): Promise<void> {
  if (kill === "stack") return stack.killAndStart();
  if (kill === "postmaster") {
    process.kill(stack.postmaster(), "SIGKILL");
    return;
  }
  if (kill === "function") {
    process.kill(await workerOf(stack, functionName), "SIGKILL");
    return;
  }
  const [backend] = await query<{ pid: number }>(
    asSuperuser(stack.address.db_url),
    `select pid from pg_stat_activity where usename = 'authenticator' and ${backends} limit 1`,
  );
  if (backend !== undefined) process.kill(backend.pid, "SIGKILL");
}
