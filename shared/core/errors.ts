import { type ApiError, comeBack, type ErrorCatalogue, refusals } from "./api-error.ts";

/** What any request can be refused for, whatever it is about. */
export const coreErrors = {
  invalid_json: { status: 400, message: "The body is not valid JSON." },
  invalid_form: { status: 400, message: "The body is not a valid form." },
  body_incomplete: { status: 400, message: "The body ended before it was complete." },
  unauthenticated: { status: 401, message: "A valid access token is required." },
  forbidden: { status: 403, message: "You may not do this." },
  not_found: { status: 404, message: "There is no such resource." },
  method_not_allowed: { status: 405, message: "This address does not support that method." },
  request_timeout: { status: 408, message: "The body did not arrive in time." },
  conflict: { status: 409, message: "This conflicts with what is already there." },
  payload_too_large: { status: 413, message: "The body is larger than this address accepts." },
  unsupported_media_type: {
    status: 415,
    message: "This address does not accept that content type.",
  },
  invalid_input: { status: 422, message: "Some values are missing or not valid." },
  internal: { status: 500, message: "Something went wrong on our side." },
  unavailable: { status: 503, message: "The service is busy or unreachable; try again shortly." },
} as const satisfies ErrorCatalogue;

export const refusal = refusals(coreErrors);

/**
 * A 503 that says when to come back.
 * @param reason for the log line only; see `ApiError`
 */
export function unavailable(reason: string, seconds?: number): ApiError {
  return refusal("unavailable", undefined, comeBack(reason, seconds));
}
