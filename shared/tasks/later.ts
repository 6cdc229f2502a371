import type { TaskHandler } from "./task-handler.ts";

/** A handler whose code is loaded when its first task comes. */
export interface LaterHandler extends TaskHandler {
  load(): Promise<TaskHandler>;
}

/**
 * Announces a handler without loading it: most rounds have tasks of few kinds or none, and a worker that loads
 * everything answers its first request late.
 * @example later("sync_assistant", async () => (await import("./sync_assistant.ts")).syncAssistant)
 */
export function later(kind: string, load: () => Promise<TaskHandler>): LaterHandler {
  return { kind, load, run: async (context) => (await load()).run(context) };
}
