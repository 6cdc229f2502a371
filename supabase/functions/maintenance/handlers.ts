import { failingWebhookTasks, webhookTasks } from "../../../shared/accounts/tasks/index.ts";
import { classTasks } from "../../../shared/classes/tasks/index.ts";
import { mailTasks } from "../../../shared/mail/tasks/index.ts";
import { supportTasks } from "../../../shared/support/tasks/index.ts";
import type { Lane } from "../../../shared/tasks/work-tasks.ts";
import { voiceTasks } from "../../../shared/voice/tasks/index.ts";

/** What reaches parties of ours: few, each with its own limits. A kind without a handler stays in the queue. */
export const ownLane: Lane = { handlers: { ...supportTasks, ...classTasks, ...voiceTasks } };

/** Mails leave at their provider's pace: enough places for two a second while it takes its time. */
export const mailLane: Lane = { handlers: mailTasks, places: 8 };

/**
 * What reaches strangers' endpoints. They have places of their own, and those that fail have others: a hanging endpoint
 * holds a place for the time of one answer, and until it is back it waits among its like.
 */
export const webhookLanes: readonly Lane[] = [
  { handlers: webhookTasks, places: 16 },
  { handlers: failingWebhookTasks, places: 6 },
];
