import { VendorError } from "../../vendor/error.ts";
import { resendApi } from "../env.ts";

/** The provider's own links are https; only a stand-in's are its own address. */
function isOfProvider(url: string, api: string): boolean {
  const { protocol, origin } = new URL(url);
  return protocol === "https:" || origin === new URL(api).origin;
}

/**
 * What a link of the provider's leads to, while it arrives. Whoever stops reading stops the download.
 * @throws VendorError for every answer but 2xx, and for none in time
 */
export async function openDownload(
  url: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { url: api, timeoutMs } = resendApi();
  if (!URL.canParse(url) || !isOfProvider(url, api)) {
    throw new VendorError({ code: "resend_unexpected_answer" });
  }
  let response: Response;
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    response = await fetch(url, { redirect: "error", signal: until });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new VendorError({ code: "resend_unreachable" });
  }
  if (response.ok && response.body !== null) return response.body;
  await response.body?.cancel();
  throw new VendorError({ code: `resend_${response.status}`, status: response.status });
}
