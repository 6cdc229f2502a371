import { type ApiError, comeBack, type ErrorCatalogue, refusals } from "../core/api-error.ts";

/** Refusals about assistants, numbers and calls. */
export const voiceErrors = {
  invalid_configuration: { status: 422, message: "This configuration is not allowed." },
  number_already_added: { status: 409, message: "You have already added this number." },
  number_refused: {
    status: 422,
    message: "This number could not be connected with these credentials.",
  },
  area_code_unavailable: { status: 422, message: "There is no number with this area code." },
  voice_provider_unavailable: {
    status: 503,
    message: "The telephone provider cannot be reached; try again shortly.",
  },
} as const satisfies ErrorCatalogue;

export const voiceRefusal = refusals(voiceErrors);

/** A 503: the telephone provider cannot be reached. */
export function voiceProviderUnavailable(reason: string, seconds: number): ApiError {
  return voiceRefusal("voice_provider_unavailable", undefined, comeBack(reason, seconds));
}
