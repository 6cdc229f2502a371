import { workLanes } from "../../../shared/accounts/webhooks/work-lanes.ts";
import { secretRoute } from "../../../shared/http/with-secret.ts";
import { mailTasks } from "../../../shared/mail/tasks/index.ts";
import { addCounts, workTasks } from "../../../shared/tasks/work-tasks.ts";
import { normalizeStoredEvents } from "../../../shared/webhook/normalize-stored.ts";
import { queue, webhookLanes } from "./handlers.ts";
import { senders } from "./senders.ts";

/** The scheduler calls every minute; together these stay below its timeout of 100 s and far below a lease of 300 s. */
const EVENTS_MS = 15_000;
const TASKS_MS = 45_000;
const TASK_TIMEOUT_MS = 40_000;
/** Mails under way at a time: enough for two a second while the provider takes its time. */
const MAIL_PLACES = 8;

/**
 * One bounded round: events that could not be normalised when they came, then the task queue.
 * Two runs at once do no harm, and a run may be cut off anywhere.
 */
export const maintain = secretRoute("POST /maintenance", {
  summary: "Work on the queue once",
  description: "The scheduler calls it every minute.",
  answers: { 200: "MaintenanceReport" },
  handle: async ({ db, requestId }) => {
    const startedAt = performance.now();
    const events = await normalizeStoredEvents(db, {
      senders,
      deadline: startedAt + EVENTS_MS,
      requestId,
    });
    const work = { deadline: startedAt + TASKS_MS, taskTimeoutMs: TASK_TIMEOUT_MS, requestId };
    const counts = await Promise.all([
      workTasks(db, { ...work, handlers: queue }),
      // Mails leave at their provider's pace, and nothing else waits for that.
      workTasks(db, { ...work, handlers: mailTasks, places: MAIL_PLACES }),
      workLanes(db, webhookLanes, work),
    ]);
    return { events, tasks: addCounts(counts) };
  },
});
