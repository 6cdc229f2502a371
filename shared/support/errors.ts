import { type ErrorCatalogue, refusals } from "../core/api-error.ts";

/** Refusals about tickets, replies, surveys and attachments. */
export const supportErrors = {
  ticket_not_found: { status: 404, message: "There is no such ticket." },
  message_not_found: { status: 404, message: "There is no such message in this ticket." },
  support_staff_only: { status: 403, message: "Only support staff may do this." },
  ticket_owner_is_fixed: { status: 403, message: "A ticket keeps its owner." },
  assignee_is_not_staff: {
    status: 422,
    message: "A ticket is assigned to support staff, and not to its own customer.",
  },
  ticket_closed: { status: 409, message: "The ticket is closed." },
  transition_not_allowed: {
    status: 409,
    message: "The ticket cannot change from this status to that one.",
  },
  reopen_window_over: {
    status: 409,
    message: "It is too late to reopen this ticket; please open a new one.",
  },
  idempotency_key_reused: {
    status: 409,
    message: "This Idempotency-Key was used with another request.",
  },
  attachment_not_ready: {
    status: 409,
    message: "A file can be sent once, by who uploaded it to this ticket, when it is ready.",
  },
  survey_is_for_the_owner: {
    status: 403,
    message: "Only the customer of a ticket can rate it.",
  },
  survey_empty: { status: 422, message: "A survey needs a rating or a satisfaction." },
  survey_before_resolution: {
    status: 409,
    message: "A ticket can be rated once it is resolved.",
  },
  survey_window_over: { status: 409, message: "It is too late to rate this resolution." },
  survey_already_submitted: { status: 409, message: "This resolution is rated already." },
  survey_not_editable: { status: 409, message: "This rating can no longer be changed." },
  invalid_stats_range: {
    status: 422,
    message: "The range ends after it starts and is at most 366 days long.",
  },
  attachment_type_refused: {
    status: 415,
    message: "Files of this type cannot be attached.",
  },
  attachment_too_large: { status: 413, message: "A file can have at most 10 MiB." },
  attachment_rejected: { status: 422, message: "The file is not what it was declared to be." },
  attachment_not_uploaded: { status: 409, message: "The file has not been uploaded yet." },
  attachment_pending: { status: 409, message: "The file has not been inspected yet." },
  too_many_attachments: {
    status: 409,
    message: "The ticket has as many files as a ticket can have.",
  },
  ticket_attachments_full: {
    status: 409,
    message: "The files of the ticket would be larger than a ticket can hold.",
  },
} as const satisfies ErrorCatalogue;

export const supportRefusal = refusals(supportErrors);
