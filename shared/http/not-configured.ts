import type { EnvironmentError } from "../env.ts";
import type { ApiError } from "./api-error.ts";
import { unavailable } from "./errors.ts";

/** An operator has to set it, which takes longer than a busy moment. */
const RETRY_SECONDS = 30;

/** A 503 for what cannot be done while a variable is not set. The log names the variable, the answer the party that cannot be reached. */
export function notConfigured({ variable, message }: EnvironmentError): ApiError {
  if (/^(VAPI_|SWITCHBOARD_PUBLIC_URL$)/.test(variable)) {
    return unavailable(message, "voice_provider_unavailable", RETRY_SECONDS);
  }
  return /^(ZOOM|GOOGLE)_/.test(variable)
    ? unavailable(message, "meeting_provider_unavailable", RETRY_SECONDS)
    : unavailable(message, "unavailable", RETRY_SECONDS);
}
