import { workLanes } from "../../../shared/accounts/webhooks/work-lanes.ts";
import { secretRoute } from "../../../shared/http/with-secret.ts";
import { workMails } from "../../../shared/mail/work-mails.ts";
import { addCounts, workTasks } from "../../../shared/tasks/work-tasks.ts";
import { normalizeStoredEvents } from "../../../shared/webhook/normalize-stored.ts";
import { mailLane, ownLane, webhookLanes } from "./handlers.ts";
import { senders } from "./senders.ts";

/** The scheduler calls every minute; together these stay below its timeout of 100 s and far below a lease of 300 s. */
const EVENTS_MS = 15_000;
const TASKS_MS = 45_000;
/**
 * What waits for others more than it works goes on until the next call comes, so that no second is left out. A mail is a wait
 * of up to 10 s and an answer within 15 s; an endpoint begins its last batch within 10 s, which ends within 15 s.
 */
const SENDING_MS = 60_000;
const TASK_TIMEOUT_MS = 40_000;

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
    const sending = { ...work, deadline: startedAt + SENDING_MS };
    const counts = await Promise.all([
      workTasks(db, { ...work, ...ownLane }),
      workMails(db, mailLane, sending),
      workLanes(db, webhookLanes, sending),
    ]);
    return { events, tasks: addCounts(counts) };
  },
});
