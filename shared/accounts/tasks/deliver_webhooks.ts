import { rpc } from "../../db/call.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
import { Due } from "../webhooks/due.ts";
import { sendDue } from "../webhooks/send.ts";

const BATCH = 20;
/** After that no further batch is begun, so that a full endpoint lets others pass; what is left then is asked for again. */
const WORK_MS = 10_000;

/**
 * Sends an endpoint what is due for it. A worker that is cut off leaves deliveries that were sent and not settled: they
 * are sent again under the same id.
 */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const endpoint = { p_endpoint_id: task.resource_id };
  const end = performance.now() + WORK_MS;
  let sent = 0;
  for (let isOpen = true; isOpen && performance.now() < end; ) {
    const taken = await rpc(db, "take_webhook_deliveries", { ...endpoint, p_limit: BATCH }, signal);
    const due = Due.parse(taken);
    if (due === null || due.deliveries.length === 0) break;
    const attempts = await sendDue(due, signal);
    signal.throwIfAborted();
    sent += attempts.length;
    isOpen = await rpc(db, "settle_webhook_attempts", { ...endpoint, p_attempts: attempts });
  }
  log({ sent });
  return done();
};
