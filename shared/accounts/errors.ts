import type { ErrorCatalogue } from "../core/api-error.ts";

/** Refusals about accounts, plans, limits and rates. */
export const accountErrors = {
  limit_reached: { status: 402, message: "The plan's limit is reached." },
  account_expired: { status: 403, message: "The trial has ended." },
  account_suspended: { status: 403, message: "The account is suspended." },
  account_not_found: { status: 404, message: "There is no such account." },
  account_closing: { status: 409, message: "The account is being closed." },
  admin_only: { status: 403, message: "Only an admin may do this." },
  last_admin: { status: 409, message: "The last admin has to stay an admin." },
  invalid_time_zone: { status: 422, message: "This time zone is not known." },
  usage_log_is_append_only: { status: 403, message: "The usage log can only be added to." },
  rate_limited: { status: 429, message: "There were too many requests; try again later." },
} as const satisfies ErrorCatalogue;
