import type { Db } from "../../core/db.ts";
import { callMaybe } from "../../db/call.ts";
import {
  addCounts,
  type Lane,
  type TaskCounts,
  type WorkOptions,
  workTasks,
} from "../../tasks/work-tasks.ts";

/** Works on one lane until nothing is due for it or the time is over. */
async function workLane(
  db: Db,
  lane: Lane,
  options: Omit<WorkOptions, keyof Lane>,
): Promise<TaskCounts> {
  const rounds: TaskCounts[] = [];
  for (let isBusy = true; isBusy && performance.now() < options.deadline; ) {
    await callMaybe(() => db.rpc("wake_webhooks"));
    const counts = await workTasks(db, { ...options, ...lane });
    rounds.push(counts);
    isBusy = counts.done > 0;
  }
  return addCounts(rounds);
}

/** Asks for workers for the endpoints to which something is due, and works on them. No lane waits for another. */
export async function workLanes(
  db: Db,
  lanes: readonly Lane[],
  options: Omit<WorkOptions, keyof Lane>,
): Promise<TaskCounts> {
  return addCounts(await Promise.all(lanes.map((lane) => workLane(db, lane, options))));
}
