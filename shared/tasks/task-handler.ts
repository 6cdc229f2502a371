import type { Db } from "../core/db.ts";
import type { AddToLog } from "../core/log.ts";

/** What a handler may know of its task. The desired state is read by `resource_id`, never carried along. */
export interface Task {
  readonly id: string;
  readonly resource_id: string;
  /** Whose it is; the user may be gone already. */
  readonly user_id: string | null;
  /** Leases of this version so far, this one included: above 1 means that the outcome of an earlier try is unknown. */
  readonly attempts: number;
  /** Counts the wishes; a later wish during the run makes the task run again by itself. */
  readonly version: number;
}

export interface TaskContext {
  readonly task: Task;
  /** A client with the secret key, past RLS. */
  readonly db: Db;
  /** Aborts when the task's time is over; pass it to every request. */
  readonly signal: AbortSignal;
  /** Adds fields to the one line that a task logs. */
  readonly log: AddToLog;
}

/**
 * How a run ended. `error` is a short technical reason for operators (a code, a status), never a
 * secret, an address or content: it is stored and shown.
 */
export type TaskOutcome =
  | { readonly outcome: "done" }
  | { readonly outcome: "retry"; readonly error: string; readonly after_seconds?: number }
  | { readonly outcome: "failed"; readonly error: string };

/** Brings one resource to its desired state. It has to bear repetition: a run may be cut off anywhere. */
export type TaskHandler = (context: TaskContext) => Promise<TaskOutcome>;

/**
 * Handlers by kind, as in `private.enqueue_task(kind, …)`. Each is the `run` of a file that its first task loads: most
 * rounds have tasks of few kinds or none, and a worker that loads everything answers its first request late.
 * @example { sync_assistant: () => import("./sync_assistant.ts") }
 */
export type TaskHandlers = Readonly<Record<string, () => Promise<{ readonly run: TaskHandler }>>>;

/** The resource is as it should be. */
export const done = (): TaskOutcome => ({ outcome: "done" });

/**
 * Not yet: try again by the schedule (1, 5, 30, 120, 720 minutes).
 * @param after_seconds instead of the schedule's next step, such as a vendor's Retry-After
 */
export const retry = (error: string, after_seconds?: number): TaskOutcome => ({
  outcome: "retry",
  error,
  ...(after_seconds === undefined ? {} : { after_seconds }),
});

/** Trying again cannot help: the task is dead until an operator asks again. */
export const failedForGood = (error: string): TaskOutcome => ({ outcome: "failed", error });
