import { classTaskHandlers } from "../classes/tasks/index.ts";
import { voiceTaskHandlers } from "../voice/tasks/index.ts";
import { type LaterHandler, later } from "./later.ts";

/** Every kind of task that the maintenance function works on, one line each. A kind without a line stays in the queue. */
export const taskHandlers: readonly LaterHandler[] = [
  later(
    "remove_ticket_file",
    async () => (await import("../support/tasks/remove_ticket_file.ts")).removeTicketFile,
  ),
  ...classTaskHandlers,
  ...voiceTaskHandlers,
];
