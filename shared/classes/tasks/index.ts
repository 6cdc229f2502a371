import type { TaskHandlers } from "../../tasks/task-handler.ts";
import { providers } from "../providers.ts";

/** What is asked of the providers of meetings, as far as they are configured. */
export const classTasks: TaskHandlers = Object.assign(
  {},
  ...Object.values(providers).map((provider) => provider.tasks()),
);
