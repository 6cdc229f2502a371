import type { ErrorCatalogue } from "../api-error.ts";

/** Refusals about assistants, numbers and calls. */
export const voiceErrors = {} as const satisfies ErrorCatalogue;
