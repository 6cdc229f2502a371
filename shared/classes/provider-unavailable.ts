import type { EnvironmentError } from "../env.ts";
import type { ApiError } from "../http/api-error.ts";
import { unavailable } from "../http/errors.ts";
import { VendorError } from "../http/vendor-error.ts";

/** When to come again if the provider does not say it. */
const RETRY_SECONDS = 30;

/** A 503: the meeting provider does not answer, is busy, or does not let us in. It says when to come again. */
export function meetingProviderUnavailable(error: VendorError | EnvironmentError): ApiError {
  const told = error instanceof VendorError ? error.retryAfterSeconds : undefined;
  return unavailable(error.message, "meeting_provider_unavailable", told ?? RETRY_SECONDS);
}
