import { z } from "zod";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { VendorError } from "../vendor/error.ts";
import { classRefusal, meetingProviderUnavailable } from "./errors.ts";
import { zoomClient } from "./zoom/api/client.ts";
import { controlRecording } from "./zoom/api/meetings.ts";

export const RecordingControl = z.object({
  class_id: z.uuid(),
  action: z.enum(["start", "stop", "pause", "resume"]),
});

const Target = z.object({ meeting_id: z.string(), recording_status: z.string() });

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

/**
 * Starts, stops, pauses or resumes the cloud recording of a running class. Authorised as the caller, then asked with the
 * server's own credentials. The answer says what was asked; that it happened says `recording_status`, by Zoom's event.
 * @returns {status: "requested", recording_status: as it was before}
 */
export async function requestRecording(
  db: Db,
  { class_id, action }: z.output<typeof RecordingControl>,
  signal: AbortSignal,
): Promise<Response> {
  const target = Target.parse(await rpc(db, "recording_control_target", { p_class_id: class_id }));
  try {
    await controlRecording(zoomClient(), target.meeting_id, action, signal);
  } catch (error) {
    throw error instanceof VendorError ? explain(error) : error;
  }
  const { recording_status } = target;
  return Response.json({ status: "requested", recording_status }, { status: 202 });
}
