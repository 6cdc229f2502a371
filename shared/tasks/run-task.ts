import { ApiError } from "../core/api-error.ts";
import { EnvironmentError } from "../core/env.ts";
import { type AddToLog, describeError } from "../core/log.ts";
import { unlessAborted } from "../core/unless-aborted.ts";
import { VendorError } from "../vendor/error.ts";
import { retry, type TaskOutcome } from "./task-handler.ts";
import { vendorOutcome } from "./vendor-outcome.ts";

/** What is kept of an unexpected error: a code or a class name, because messages may quote what was sent; ours of a variable names it. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return error.reason ?? error.code;
  if (error instanceof EnvironmentError) return error.message;
  return error instanceof Error ? error.name : "unknown_error";
}

/**
 * Waits for a handler until it ends or its time is over; both an error and a handler that overstays
 * count as a failed try; a vendor's refusal counts as `vendorOutcome` says. Never throws.
 * @param signal the task's time; a handler that ignores it is left behind, its lease is over before the next try
 * @param attempts tries so far, this one included
 */
export async function runTask(
  run: () => Promise<TaskOutcome>,
  signal: AbortSignal,
  log: AddToLog,
  attempts = 1,
): Promise<TaskOutcome> {
  try {
    signal.throwIfAborted();
    return await unlessAborted(run(), signal);
  } catch (error) {
    if (signal.aborted) return retry("timeout");
    if (error instanceof VendorError) return vendorOutcome(error, attempts);
    log(describeError(error));
    return retry(reasonOf(error));
  }
}
