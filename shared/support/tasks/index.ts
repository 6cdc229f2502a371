import type { TaskHandlers } from "../../tasks/task-handler.ts";

/** What has to happen in Storage. */
export const supportTasks: TaskHandlers = {
  remove_ticket_file: () => import("./remove_ticket_file.ts"),
};
