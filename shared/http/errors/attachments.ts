import type { ErrorCatalogue } from "../api-error.ts";

/** Refusals about files of tickets. */
export const attachmentErrors = {
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
