import { z } from "zod";
import { rpc } from "../db/call.ts";
import { userRoute } from "../http/with-user.ts";
import { VendorError } from "../vendor/error.ts";
import { classRefusal, meetingProviderUnavailable } from "./errors.ts";
import { zoomClient } from "./zoom/api/client.ts";
import { controlRecording } from "./zoom/api/meetings.ts";

const STORAGE_FULL = "3309";

/** What a refusal of Zoom means to a host; its sentences are not passed on. */
function explain(error: VendorError) {
  const reason = error.code;
  if (error.status === 429) {
    const headers = { "retry-after": String(error.retryAfterSeconds ?? 60) };
    return classRefusal("recording_busy", undefined, { headers, reason });
  }
  if (error.reason === STORAGE_FULL)
    return classRefusal("recording_storage_full", undefined, { reason });
  // Not live any more, recording switched off, host of another account: Zoom tells these apart in prose only.
  if (error.isPermanent) return classRefusal("recording_refused", undefined, { reason });
  return meetingProviderUnavailable(error.message, error.retryAfterSeconds);
}

/** Authorised as the caller, then asked with the server's own credentials. */
export const controlRecordingOfClass = userRoute("POST /zoom-recording", {
  summary: "Start, stop, pause or resume the cloud recording of a running class",
  description:
    "For the class's host and admins. 202 says what was asked; that it happened says `recording_status` of the class, by Zoom's event.",
  body: z.object({
    class_id: z.uuid(),
    action: z.enum(["start", "stop", "pause", "resume"]),
  }),
  answers: { 202: "RecordingRequest" },
  rpcs: ["recording_control_target"],
  refuses: [
    "recording_busy",
    "recording_refused",
    "recording_storage_full",
    "meeting_provider_unavailable",
  ],
  handle: async ({ db, body: { class_id, action }, request: { signal } }) => {
    const target = await rpc(db, "recording_control_target", { p_class_id: class_id });
    try {
      await controlRecording(zoomClient(), target.meeting_id, action, signal);
    } catch (error) {
      throw error instanceof VendorError ? explain(error) : error;
    }
    return { status: "requested", recording_status: target.recording_status };
  },
});
