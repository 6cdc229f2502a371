import type { ErrorCatalogue } from "../api-error.ts";

/** What constraints refuse when no trigger has a better sentence. */
export const databaseErrors = {
  conflict: { status: 409, message: "This conflicts with what is already there." },
} as const satisfies ErrorCatalogue;
