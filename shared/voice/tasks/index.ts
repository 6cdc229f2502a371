import { isVapiConfigured } from "../../env.ts";
import type { TaskHandler } from "../../tasks/task-handler.ts";
import { confirmPhoneNumber } from "./confirm_phone_number.ts";
import { deleteVapiAssistant } from "./delete_vapi_assistant.ts";
import { reconcileCalls } from "./reconcile_calls.ts";
import { releasePhoneNumber } from "./release_phone_number.ts";
import { sweepVapiStrays } from "./sweep_vapi_strays.ts";
import { syncAssistant } from "./sync_assistant.ts";

/** Everything that happens at VAPI. Without its key nobody works on it, and it waits in the queue instead of dying there. */
export const voiceTaskHandlers: readonly TaskHandler[] = isVapiConfigured()
  ? [
      syncAssistant,
      deleteVapiAssistant,
      releasePhoneNumber,
      confirmPhoneNumber,
      sweepVapiStrays,
      reconcileCalls,
    ]
  : [];
