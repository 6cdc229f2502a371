import type { TaskHandlers } from "../../tasks/task-handler.ts";
import { isMailConfigured } from "../env.ts";

const atProvider: TaskHandlers = { send_email: () => import("./send_email.ts") };

/** The task kinds of mail; they wait in the queue while there is no provider. */
export const mailTasks: TaskHandlers = isMailConfigured() ? atProvider : {};
