import type { Db } from "../core/db.ts";
import { type LogFields, writeLog } from "../core/log.ts";
import { answerable } from "../http/respond.ts";
import { Places, type PlacesOptions } from "./places.ts";
import { runTask } from "./run-task.ts";
import type { TaskHandlers } from "./task-handler.ts";
import { type LeasedTask, leaseTasks, Settlement, settleTask } from "./task-queue.ts";

/** How many tasks ended how. */
export type TaskCounts = Record<Settlement, number>;

export interface WorkOptions {
  readonly handlers: TaskHandlers;
  /** When to take no further tasks, by `performance.now()`. */
  readonly deadline: number;
  /** How long one task may take. */
  readonly taskTimeoutMs: number;
  readonly requestId: string;
  /**
   * How many tasks run side by side, each place taken again as soon as it is free. Without it, eight are taken at
   * a time, the next when all are done: one question to the database for eight tasks.
   */
  readonly places?: number;
  /** What those places know of slow tasks. */
  readonly slow?: PlacesOptions["slow"];
  /** Asks for tasks for what has become due, while there are fewer tasks than places. */
  readonly wake?: () => Promise<unknown>;
}

/** Kinds of tasks that share places: no lane waits for another. */
export type Lane = Pick<WorkOptions, "handlers" | "places" | "slow">;

/** Tasks that run side by side: enough to hide a vendor's latency, few enough to stay below its rate limits. */
const PLACES = 8;
/** While others run, it is asked so often whether more has become due. */
const WAKE_MS = 1_000;

async function workOn(
  db: Db,
  task: LeasedTask,
  load: TaskHandlers[string],
  options: WorkOptions,
): Promise<Settlement> {
  const startedAt = performance.now();
  const fields: Record<string, LogFields[string]> = {
    id: options.requestId,
    function: "maintenance",
    task: task.id,
    kind: task.kind,
    attempts: task.attempts,
  };
  const log = (more: LogFields) => void Object.assign(fields, more);
  const signal = AbortSignal.timeout(options.taskTimeoutMs);
  const outcome = await runTask(
    async () => (await load()).run({ task, db, signal, log }),
    signal,
    log,
    task.attempts,
  );
  let settlement: Settlement = "lost";
  try {
    settlement = await settleTask(db, task, outcome);
  } catch (error) {
    // The lease runs out and the task runs again; the other tasks of the batch go on.
    log({ code: answerable(error, log).code });
  }
  const reason = outcome.outcome === "done" ? {} : { reason: outcome.error };
  writeLog({ ...fields, ...reason, settlement, ms: Math.round(performance.now() - startedAt) });
  return settlement;
}

const noTasks = (): TaskCounts => ({ done: 0, runs_again: 0, retry: 0, dead: 0, lost: 0 });

/** Several counts as one. */
export function addCounts(all: readonly TaskCounts[]): TaskCounts {
  const sums = noTasks();
  for (const counts of all) {
    for (const settlement of Settlement.options) sums[settlement] += counts[settlement];
  }
  return sums;
}

/**
 * Takes tasks until none is due or the time is over. Safe twice at once: a task belongs to whoever holds its lease.
 * @throws ApiError when the queue cannot be read
 */
export async function workTasks(db: Db, options: WorkOptions): Promise<TaskCounts> {
  const counts = noTasks();
  const handlers = new Map(Object.entries(options.handlers));
  const isRefilled = options.places !== undefined;
  const places = new Places({ places: options.places ?? PLACES, slow: options.slow });
  const begin = async (task: LeasedTask) => {
    const load = handlers.get(task.kind);
    counts[load ? await workOn(db, task, load, options) : "lost"]++;
  };
  /** Whether there were as many tasks as places. */
  const fill = async (): Promise<boolean> => {
    const { free } = places;
    if (free <= 0) return true;
    const tasks = await leaseTasks(db, free, [...handlers.keys()]);
    for (const task of tasks) places.take(begin(task));
    return tasks.length === free;
  };
  let wokenAt = Number.NEGATIVE_INFINITY;
  while (performance.now() < options.deadline) {
    const isFull = await fill();
    if (!isFull && options.wake && (places.areEmpty || performance.now() - wokenAt >= WAKE_MS)) {
      await options.wake();
      wokenAt = performance.now();
      await fill();
    }
    if (places.areEmpty) break;
    await (isRefilled ? places.change() : places.end());
  }
  await places.end();
  return counts;
}
