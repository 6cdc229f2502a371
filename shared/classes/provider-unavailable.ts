import type { ApiError } from "../http/api-error.ts";
import { unavailable } from "../http/errors.ts";
import type { VendorError } from "../http/vendor-error.ts";

/** When to come again if the provider does not say it. */
const RETRY_SECONDS = 30;

/** A 503: the meeting provider does not answer, is busy, or does not let us in. It says when to come again. */
export function meetingProviderUnavailable(error: VendorError): ApiError {
  const seconds = error.retryAfterSeconds ?? RETRY_SECONDS;
  return unavailable(error.message, "meeting_provider_unavailable", seconds);
}
