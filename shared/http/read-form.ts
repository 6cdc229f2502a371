import { refusal } from "./errors.ts";
import { mediaTypeOf } from "./media-type.ts";
import { readRawBody } from "./read-body.ts";

/** A form carries files, which a slow line needs a while for. */
const DEADLINE_MS = 60_000;

/** Whether the request carries a form with files rather than JSON. */
export function isMultipart(request: Request): boolean {
  return mediaTypeOf(request) === "multipart/form-data";
}

/**
 * Reads a `multipart/form-data` body, counted while it arrives.
 * @throws ApiError `unsupported_media_type` 415, `payload_too_large` 413, `invalid_form` 400,
 *   `request_timeout` 408 after a minute
 * @see https://datatracker.ietf.org/doc/html/rfc7578
 */
export async function readForm(request: Request, maxBytes: number): Promise<FormData> {
  if (!isMultipart(request)) throw refusal("unsupported_media_type");
  const headers = { "content-type": request.headers.get("content-type") ?? "" };
  const body = await readRawBody(request, maxBytes, DEADLINE_MS);
  try {
    return await new Response(body, { headers }).formData();
  } catch {
    throw refusal("invalid_form");
  }
}
