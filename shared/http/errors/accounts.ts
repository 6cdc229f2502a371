import type { ErrorCatalogue } from "../api-error.ts";

/** Refusals about accounts, plans, limits and rates. */
export const accountErrors = {
  limit_reached: { status: 402, message: "The plan's limit is reached." },
  account_expired: { status: 403, message: "The trial has ended." },
  account_suspended: { status: 403, message: "The account is suspended." },
  account_closing: { status: 409, message: "The account is being closed." },
  rate_limited: { status: 429, message: "There were too many requests; try again later." },
} as const satisfies ErrorCatalogue;
