import { failingWebhookTasks, webhookTasks } from "../../../shared/accounts/tasks/index.ts";
import { classTasks } from "../../../shared/classes/tasks/index.ts";
import { mailTasks } from "../../../shared/mail/tasks/index.ts";
import { supportTasks } from "../../../shared/support/tasks/index.ts";
import type { Lane } from "../../../shared/tasks/work-tasks.ts";
import { voiceTasks } from "../../../shared/voice/tasks/index.ts";

/** What reaches parties of ours: few, each with its own limits. A kind without a handler stays in the queue. */
export const ownLane: Lane = { handlers: { ...supportTasks, ...classTasks, ...voiceTasks } };

/** Mails leave at their provider's pace, which says how many places they need. */
export const mailLane: Lane = { handlers: mailTasks };

/**
 * What reaches strangers' endpoints. They have places of their own, and those that fail have others. An endpoint that lets
 * us wait gives its place to another one, as far as the memory of a worker goes, and until it is back it waits among its like.
 */
export const webhookLanes: readonly Lane[] = [
  { handlers: webhookTasks, places: 16, slow: { afterMs: 2_000, places: 48 } },
  { handlers: failingWebhookTasks, places: 6, slow: { afterMs: 2_000, places: 18 } },
];
