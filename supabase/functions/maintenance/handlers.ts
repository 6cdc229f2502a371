import { classTasks } from "../../../shared/classes/tasks/index.ts";
import { supportTasks } from "../../../shared/support/tasks/index.ts";
import type { TaskHandlers } from "../../../shared/tasks/task-handler.ts";
import { voiceTasks } from "../../../shared/voice/tasks/index.ts";

/** Every kind of task that this function works on. A kind without a handler stays in the queue. */
export const handlers: TaskHandlers = { ...supportTasks, ...classTasks, ...voiceTasks };
