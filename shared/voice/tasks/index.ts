import { isVapiConfigured } from "../../env.ts";
import { type LaterHandler, later } from "../../tasks/later.ts";

/** Everything that happens at VAPI. Without its key nobody works on it, and it waits in the queue instead of dying there. */
export const voiceTaskHandlers: readonly LaterHandler[] = isVapiConfigured()
  ? [
      later("sync_assistant", async () => (await import("./sync_assistant.ts")).syncAssistant),
      later(
        "delete_vapi_assistant",
        async () => (await import("./delete_vapi_assistant.ts")).deleteVapiAssistant,
      ),
      later(
        "release_phone_number",
        async () => (await import("./release_phone_number.ts")).releasePhoneNumber,
      ),
      later(
        "confirm_phone_number",
        async () => (await import("./confirm_phone_number.ts")).confirmPhoneNumber,
      ),
      later(
        "sweep_vapi_strays",
        async () => (await import("./sweep_vapi_strays.ts")).sweepVapiStrays,
      ),
      later("reconcile_calls", async () => (await import("./reconcile_calls.ts")).reconcileCalls),
    ]
  : [];
