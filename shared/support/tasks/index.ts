import { isMailInConfigured } from "../../mail/env.ts";
import type { TaskHandlers } from "../../tasks/task-handler.ts";

const ofMail: TaskHandlers = { receive_mail: () => import("./receive_mail.ts") };

/** What has to happen in Storage, and mails to the desk, which wait in the queue while they cannot be read. */
export const supportTasks: TaskHandlers = {
  remove_ticket_file: () => import("./remove_ticket_file.ts"),
  ...(isMailInConfigured() ? ofMail : {}),
};
