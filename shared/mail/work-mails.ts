import type { Db } from "../core/db.ts";
import { call } from "../db/call.ts";
import { type Lane, type TaskCounts, type WorkOptions, workTasks } from "../tasks/work-tasks.ts";

/** From its turn to its last word a mail takes less, where the provider answers. */
const SECONDS_A_MAIL = 4;
const MOST_PLACES = 64;

/** Works on mails with as many places as the provider's pace needs; with more, mails would only wait for their turn in them. */
export async function workMails(
  db: Db,
  lane: Lane,
  options: Omit<WorkOptions, keyof Lane | "wake">,
): Promise<TaskCounts> {
  const perSecond = await call(() => db.rpc("mails_per_second"));
  const places = Math.min(Math.ceil(perSecond * SECONDS_A_MAIL), MOST_PLACES);
  return await workTasks(db, { ...options, ...lane, places });
}
