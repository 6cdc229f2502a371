import { refusal } from "../../core/errors.ts";
import { call } from "../../db/call.ts";
import { redirect } from "../../http/responses.ts";
import { userRoute } from "../../http/with-user.ts";
import { vendorAddress } from "../../vendor/address.ts";
import { VendorError } from "../../vendor/error.ts";
import { vendorLink } from "../../vendor/link.ts";
import { voiceProviderUnavailable } from "../errors.ts";
import { vapiApi, vapiRecordingHosts } from "../vapi/env.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const RETRY_SECONDS = 10;

const vapiUnavailable = (why: string | number) =>
  voiceProviderUnavailable(`vapi_${why}`, RETRY_SECONDS);

/** @throws ApiError 404 for a call whose id cannot be one of VAPI's */
function addressOf(url: string, vapiCallId: string): URL {
  try {
    return vendorAddress("vapi", url, ["call", vapiCallId, "mono-recording"]);
  } catch (error) {
    throw error instanceof VendorError ? refusal("not_found") : error;
  }
}

/**
 * VAPI's answer to a request for a recording; its redirect is not followed, and so its storage never sees our key. Only its
 * beginning is waited for with a limit: an hour's recording may take as long as the caller's line needs.
 */
async function askVapi(vapiCallId: string): Promise<Response> {
  const { url, key, timeoutMs } = vapiApi();
  const address = addressOf(url, vapiCallId);
  const patience = new AbortController();
  const timer = setTimeout(
    () => patience.abort(new DOMException("VAPI did not answer in time.", "TimeoutError")),
    timeoutMs,
  );
  try {
    return await fetch(address, {
      headers: { authorization: `Bearer ${key}` },
      redirect: "manual",
      signal: patience.signal,
    });
  } catch (error) {
    throw vapiUnavailable(error instanceof Error ? error.name : "unreachable");
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Leads to the recording of one of the caller's calls by a link that VAPI gives for this request and that soon expires.
 * @see https://docs.vapi.ai/api-reference/calls
 */
export const openRecording = userRoute("GET /analytics/calls/:id/recording", {
  summary: "The recording of one of the caller's calls",
  description:
    "A redirect to a link that expires soon, or the recording itself. 404 for a call without a recording.",
  answers: { 302: null, 200: "audio/*" },
  refuses: ["voice_provider_unavailable"],
  handle: async ({ db, params }) => {
    const { vapi_call_id, recording_url } = await call(() =>
      db.from("call_logs").select("vapi_call_id, recording_url").eq("id", params.id).maybeSingle(),
    );
    if (recording_url === null) throw refusal("not_found");
    const answer = await askVapi(vapi_call_id);
    if (REDIRECTS.has(answer.status)) {
      await answer.body?.cancel();
      const link = vendorLink(answer.headers.get("location"), vapiRecordingHosts());
      if (link === undefined) throw vapiUnavailable("recording_elsewhere");
      return redirect(link.href);
    }
    if (answer.ok) {
      return new Response(answer.body, {
        headers: {
          "content-type": answer.headers.get("content-type") ?? "application/octet-stream",
          "content-disposition": "attachment",
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
        },
      });
    }
    await answer.body?.cancel();
    if (answer.status === 404) throw refusal("not_found");
    throw vapiUnavailable(answer.status);
  },
});
