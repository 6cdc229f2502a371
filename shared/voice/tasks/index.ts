import type { TaskHandlers } from "../../tasks/task-handler.ts";
import { isVapiConfigured } from "../vapi/env.ts";

const atVapi: TaskHandlers = {
  sync_assistant: () => import("./sync_assistant.ts"),
  delete_vapi_assistant: () => import("./delete_vapi_assistant.ts"),
  release_phone_number: () => import("./release_phone_number.ts"),
  confirm_phone_number: () => import("./confirm_phone_number.ts"),
  sweep_vapi_strays: () => import("./sweep_vapi_strays.ts"),
  reconcile_calls: () => import("./reconcile_calls.ts"),
};

/** Everything that happens at VAPI. Without its key nobody works on it, and it waits in the queue instead of dying there. */
export const voiceTasks: TaskHandlers = isVapiConfigured() ? atVapi : {};
