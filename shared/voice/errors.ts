import { type ApiError, comeBack, type ErrorCatalogue, refusals } from "../core/api-error.ts";

/** Refusals about assistants, numbers, calls and their analytics. */
export const voiceErrors = {
  number_refused: {
    status: 422,
    message: "This number could not be connected with these credentials.",
  },
  area_code_unavailable: { status: 422, message: "There is no number with this area code." },
  voice_provider_unavailable: {
    status: 503,
    message: "The telephone provider cannot be reached; try again shortly.",
  },

  // Refused by SQL alone.
  number_already_added: { status: 409 },
  invalid_configuration: { status: 422 },
  invalid_interval: { status: 422 },
  invalid_limit: { status: 422 },
  invalid_range: { status: 422 },
  range_too_long: { status: 422 },
} as const satisfies ErrorCatalogue;

export const voiceRefusal = refusals(voiceErrors);

/** A 503: the telephone provider cannot be reached. */
export function voiceProviderUnavailable(reason: string, seconds: number): ApiError {
  return voiceRefusal("voice_provider_unavailable", undefined, comeBack(reason, seconds));
}
