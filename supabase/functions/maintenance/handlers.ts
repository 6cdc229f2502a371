import { failingWebhookTasks, webhookTasks } from "../../../shared/accounts/tasks/index.ts";
import { classTasks } from "../../../shared/classes/tasks/index.ts";
import { mailTasks } from "../../../shared/mail/tasks/index.ts";
import { supportTasks } from "../../../shared/support/tasks/index.ts";
import type { TaskHandlers } from "../../../shared/tasks/task-handler.ts";
import { voiceTasks } from "../../../shared/voice/tasks/index.ts";

/** What reaches a party of ours: few parties, each with its own limits. */
export const queue: TaskHandlers = { ...supportTasks, ...classTasks, ...voiceTasks };

/**
 * What reaches strangers' endpoints. They have places of their own, and those that fail have others: a hanging endpoint
 * holds a place for the time of one answer, and until it is back it waits among its like.
 */
export const webhookLanes: readonly { readonly handlers: TaskHandlers; readonly places: number }[] =
  [
    { handlers: webhookTasks, places: 16 },
    { handlers: failingWebhookTasks, places: 6 },
  ];

/** Every kind of task that this function works on. A kind without a handler stays in the queue. */
export const handlers: TaskHandlers = Object.assign(
  { ...queue },
  mailTasks,
  ...webhookLanes.map((lane) => lane.handlers),
);
