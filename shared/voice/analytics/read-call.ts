import { call } from "../../db/call.ts";
import type { Db } from "../../db/client.ts";

/**
 * One of the caller's calls with all that was said. The provider's recording address stays inside: a link is fetched at the request.
 * @throws ApiError 404 for a call that is not the caller's
 */
export async function readCall(db: Db, id: string) {
  const { recording_url, assistants, ...found } = await call(() =>
    db
      .from("call_logs")
      .select(
        "id, called_at, started_at, ended_at, direction, status, outcome, ended_reason, assistant_id:assistant_key, phone_number_id, caller_number, duration_seconds, granted_seconds, cost, cost_breakdown, is_success, success_evaluation, transcript, summary, structured_data, recording_url, reported_at, assistants(name)",
      )
      .eq("id", id)
      .maybeSingle(),
  );
  return {
    ...found,
    assistant_name: assistants?.name ?? null,
    has_recording: recording_url !== null,
  };
}
