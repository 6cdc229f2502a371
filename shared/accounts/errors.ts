import type { ErrorCatalogue } from "../core/api-error.ts";

/** Refusals about accounts, plans, limits and rates. SQL alone refuses with them, and has the sentences. */
export const accountErrors = {
  limit_reached: { status: 402 },
  account_expired: { status: 403 },
  account_suspended: { status: 403 },
  admin_only: { status: 403 },
  usage_log_is_append_only: { status: 403 },
  account_not_found: { status: 404 },
  webhook_endpoint_not_found: { status: 404 },
  webhook_delivery_not_found: { status: 404 },
  unknown_notification_kind: { status: 404 },
  account_closing: { status: 409 },
  last_admin: { status: 409 },
  notification_required: { status: 409 },
  too_many_webhook_endpoints: { status: 409 },
  webhook_endpoint_not_active: { status: 409 },
  invalid_cursor: { status: 422 },
  invalid_limits: { status: 422 },
  invalid_time_zone: { status: 422 },
  invalid_webhook_url: { status: 422 },
  unknown_timeline_kind: { status: 422 },
  unknown_webhook_kind: { status: 422 },
  rate_limited: { status: 429 },
} as const satisfies ErrorCatalogue;
