import { type ApiError, comeBack, type ErrorCatalogue, refusals } from "../core/api-error.ts";

/** Why a provider's delivery is not accepted, or not processed again. */
export const webhookErrors = {
  signature_missing: { status: 401, message: "The delivery is not signed." },
  signature_invalid: { status: 401, message: "The delivery's signature is not valid." },
  signature_stale: {
    status: 401,
    message: "The delivery was signed too long ago or too far ahead.",
  },
  verification_unavailable: {
    status: 503,
    message: "The delivery cannot be verified at the moment.",
  },
  webhook_not_configured: {
    status: 503,
    message: "This webhook has no secret configured, so it accepts nothing.",
  },

  // Refused by SQL alone.
  event_forgotten: { status: 409 },
  setting_is_fixed: { status: 409 },
  invalid_setting: { status: 422 },
} as const satisfies ErrorCatalogue;

export const webhookRefusal = refusals(webhookErrors);

/** A 503 for a delivery that cannot be judged now, so that its sender sends it again. */
export function webhookUnavailable(
  reason: string,
  code: "verification_unavailable" | "webhook_not_configured",
): ApiError {
  return webhookRefusal(code, undefined, comeBack(reason));
}
