import type { TaskHandler } from "./task-handler.ts";

/** Every kind of task that the maintenance function works on, one line each. A kind without a line stays in the queue. */
export const taskHandlers: readonly TaskHandler[] = [];
