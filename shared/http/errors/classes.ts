import type { ErrorCatalogue } from "../api-error.ts";

/** Refusals about classes, attendance and recordings. */
export const classErrors = {} as const satisfies ErrorCatalogue;
