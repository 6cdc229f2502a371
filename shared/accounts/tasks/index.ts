import type { TaskHandlers } from "../../tasks/task-handler.ts";

/** What goes to endpoints that answer. */
export const webhookTasks: TaskHandlers = {
  deliver_webhooks: () => import("./deliver_webhooks.ts"),
};

/** What goes to endpoints that failed last. */
export const failingWebhookTasks: TaskHandlers = {
  deliver_failing_webhooks: () => import("./deliver_failing_webhooks.ts"),
};
