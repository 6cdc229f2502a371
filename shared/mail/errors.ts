import { type ErrorCatalogue, refusals } from "../core/api-error.ts";

/** Refusals about mail. */
export const mailErrors = {
  link_not_valid: { status: 404, message: "This link is not valid, or it has expired." },

  // Refused by SQL alone.
  message_not_failed: { status: 409 },
} as const satisfies ErrorCatalogue;

export const mailRefusal = refusals(mailErrors);
