import { type ErrorCatalogue, refusals } from "../core/api-error.ts";
import { MAX_FILE_BYTES } from "./limits.ts";

/** Refusals about tickets, replies, surveys and their files. */
export const supportErrors = {
  ticket_not_found: { status: 404, message: "There is no such ticket." },
  message_not_found: { status: 404, message: "There is no such message in this ticket." },
  ticket_closed: { status: 409, message: "The ticket is closed." },
  attachment_type_refused: {
    status: 415,
    message: "Files of this type cannot be attached.",
  },
  attachment_too_large: {
    status: 413,
    message: `A file can have at most ${MAX_FILE_BYTES / 1024 ** 2} MiB.`,
  },
  attachment_rejected: { status: 422, message: "The file is not what it was declared to be." },
  attachment_not_uploaded: { status: 409, message: "The file has not been uploaded yet." },
  attachment_pending: { status: 409, message: "The file has not been inspected yet." },

  // Refused by SQL alone.
  support_staff_only: { status: 403 },
  survey_is_for_the_owner: { status: 403 },
  ticket_owner_is_fixed: { status: 403 },
  attachment_not_ready: { status: 409 },
  idempotency_key_reused: { status: 409 },
  reopen_window_over: { status: 409 },
  survey_link_not_valid: { status: 404 },
  survey_already_submitted: { status: 409 },
  survey_before_resolution: { status: 409 },
  survey_not_editable: { status: 409 },
  survey_window_over: { status: 409 },
  ticket_attachments_full: { status: 409 },
  too_many_attachments: { status: 409 },
  ticket_merged: { status: 409 },
  tickets_of_two_customers: { status: 409 },
  transition_not_allowed: { status: 409 },
  saved_reply_not_found: { status: 404 },
  assignee_is_not_staff: { status: 422 },
  mail_has_taken_effect: { status: 409 },
  mail_not_found: { status: 404 },
  invalid_tags: { status: 422 },
  invalid_business_hours: { status: 422 },
  invalid_sla: { status: 422 },
  invalid_stats_range: { status: 422 },
  survey_empty: { status: 422 },
} as const satisfies ErrorCatalogue;

export const supportRefusal = refusals(supportErrors);
