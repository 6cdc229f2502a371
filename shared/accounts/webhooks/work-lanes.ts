import type { Db } from "../../core/db.ts";
import { callMaybe } from "../../db/call.ts";
import {
  addCounts,
  type Lane,
  type TaskCounts,
  type WorkOptions,
  workTasks,
} from "../../tasks/work-tasks.ts";

/**
 * Asks for workers for the endpoints to which something is due, and works on them until nothing is due or the time is
 * over. No lane waits for another.
 */
export async function workLanes(
  db: Db,
  lanes: readonly Lane[],
  options: Omit<WorkOptions, keyof Lane | "wake">,
): Promise<TaskCounts> {
  const wake = () => callMaybe(() => db.rpc("wake_webhooks"));
  return addCounts(
    await Promise.all(lanes.map((lane) => workTasks(db, { ...options, ...lane, wake }))),
  );
}
