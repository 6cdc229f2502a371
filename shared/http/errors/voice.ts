import type { ErrorCatalogue } from "../api-error.ts";

/** Refusals about assistants, numbers and calls. */
export const voiceErrors = {
  invalid_configuration: { status: 422, message: "This configuration is not allowed." },
} as const satisfies ErrorCatalogue;
