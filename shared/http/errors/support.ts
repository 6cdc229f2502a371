import type { ErrorCatalogue } from "../api-error.ts";

/** Refusals about tickets, replies, surveys and attachments. */
export const supportErrors = {
  ticket_closed: { status: 409, message: "The ticket is closed." },
} as const satisfies ErrorCatalogue;
