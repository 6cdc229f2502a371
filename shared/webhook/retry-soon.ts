import { ApiError } from "../core/api-error.ts";
import type { Db } from "../core/db.ts";
import { describeError, writeLog } from "../core/log.ts";
import { call } from "../db/call.ts";
import { Retries } from "./retries.ts";

const PAUSE_MS = 1_000;
/** Longer than any lock should be held. */
const ROUNDS = 60;

/** What hosted functions have beside Deno: keeps a worker alive for work behind an answer. */
declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void } | undefined;

let retries: Retries | null = null;

async function areLeft(db: Db): Promise<boolean> {
  try {
    return await call(() => db.rpc("retry_deferred_events"));
  } catch (error) {
    if (error instanceof ApiError) return true;
    throw error;
  }
}

/**
 * Has deferred deliveries tried again every second until none is left, behind the answers: one loop a worker,
 * however many deliveries it defers. A worker that ends loses nothing: the job takes what is due, a minute later.
 */
export function retrySoon(db: Db): void {
  retries ??= new Retries({ tryAgain: () => areLeft(db), pauseMs: PAUSE_MS, rounds: ROUNDS });
  const work = retries
    .start()
    ?.catch((error: unknown) =>
      writeLog({ work: "retry_deferred_events", ...describeError(error) }),
    );
  if (work && typeof EdgeRuntime !== "undefined") EdgeRuntime.waitUntil(work);
}
