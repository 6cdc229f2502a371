import { z } from "zod";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import type { TaskOutcome } from "./task-handler.ts";

const LeasedTask = z.object({
  id: z.uuid(),
  kind: z.string(),
  resource_id: z.string(),
  user_id: z.uuid().nullable(),
  version: z.int(),
  attempts: z.int(),
  lease_token: z.uuid(),
});

/** A task that is this worker's until the lease ends. */
export type LeasedTask = z.infer<typeof LeasedTask>;

/** What became of a task; `lost`: the lease was another's by then, so nothing was written. */
export const Settlement = z.enum(["done", "runs_again", "retry", "dead", "lost"]);
export type Settlement = z.infer<typeof Settlement>;

/** Takes up to `limit` due tasks of the given kinds, the longest due first. */
export async function leaseTasks(
  db: Db,
  limit: number,
  kinds: readonly string[],
): Promise<LeasedTask[]> {
  if (kinds.length === 0) return [];
  return z
    .array(LeasedTask)
    .parse(await rpc(db, "lease_tasks", { p_limit: limit, p_kinds: [...kinds] }));
}

/** Hands a leased task back with what its run came to. */
export async function settleTask(
  db: Db,
  task: LeasedTask,
  outcome: TaskOutcome,
): Promise<Settlement> {
  const held = { p_task_id: task.id, p_lease_token: task.lease_token };
  if (outcome.outcome === "done") return Settlement.parse(await rpc(db, "complete_task", held));
  const after =
    outcome.outcome === "retry" && outcome.after_seconds !== undefined
      ? { p_retry_after_seconds: Math.ceil(outcome.after_seconds) }
      : {};
  return Settlement.parse(
    await rpc(db, "fail_task", {
      ...held,
      ...after,
      p_error: outcome.error,
      p_is_permanent: outcome.outcome === "failed",
    }),
  );
}
