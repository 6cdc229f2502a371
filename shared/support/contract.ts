import type { Rpcs } from "../core/contract.ts";
import { deskRpcs } from "./contract/desk.ts";
import { SupportStats, Survey, TicketSurvey } from "./contract/figures.ts";
import {
  AnnouncedFile,
  Attachment,
  FileLink,
  LinkedFile,
  SentFile,
  StartedUpload,
  StoredFile,
} from "./contract/files.ts";
import { FoundTicket } from "./contract/search.ts";
import {
  Message,
  PostedMessage,
  Replies,
  Reply,
  StoredRepliesByMessage,
  StoredThread,
  Thread,
  Ticket,
  TicketCard,
} from "./contract/thread.ts";

export const schemas = {
  Thread,
  Replies,
  Ticket,
  TicketCard,
  Message,
  Reply,
  PostedMessage,
  StoredThread,
  StoredRepliesByMessage,
  FoundTicket,
  TicketSurvey,
  Survey,
  SupportStats,
  StartedUpload,
  Attachment,
  FileLink,
  AnnouncedFile,
  SentFile,
  LinkedFile,
  StoredFile,
};

export const rpcs: Rpcs = {
  ...deskRpcs,
  post_ticket_message: {
    summary: "Writes a message or a reply",
    description:
      "For the customer of the ticket and support staff, in one transaction with the files and the status. " +
      "`POST /ticket-reply` does the same. A key is remembered for a day: the same key and request write once and get the same " +
      "answer. `transition_not_allowed` says `from` and `to` in `details`.",
    args: {
      p_ticket_id: "The ticket.",
      p_body: "1 to 10,000 characters; may be blank beside a file.",
      p_in_reply_to: "A message of the ticket, to reply inside its thread.",
      p_is_internal: "A note among staff, which the customer never reads.",
      p_status: "The status of the ticket from this message on, in place of the usual effect.",
      p_attachment_ids: "Ready files that the caller uploaded to this ticket and has not sent yet.",
      p_idempotency_key: "1 to 255 characters.",
    },
    answer: PostedMessage,
    refuses: [
      "ticket_not_found",
      "message_not_found",
      "ticket_closed",
      "support_staff_only",
      "transition_not_allowed",
      "reopen_window_over",
      "attachment_not_ready",
      "idempotency_key_reused",
      "rate_limited",
    ],
  },
  ticket_thread: {
    summary: "Reads a page of a conversation",
    description:
      "For the customer of the ticket and support staff; customers get no internal notes. `GET /ticket-reply` answers the same " +
      "with links to the files. The next page follows the `created_at` and `id` of the last message.",
    args: {
      p_ticket_id: "The ticket.",
      p_after_created_at:
        "The `created_at` of the last message that is known, exact to the microsecond.",
      p_after_id: "The `id` of that message.",
      p_limit: "Messages, 1 to 100.",
      p_is_newest_first: "Whether the newest message comes first.",
      p_replies_limit: "Replies to each message, 0 to 100.",
    },
    answer: StoredThread,
    refuses: ["ticket_not_found"],
  },
  ticket_replies_of: {
    summary: "Reads further replies to some messages",
    description:
      "For the customer of the ticket and support staff; for everybody else, and for messages that the caller does not see, " +
      "there is nothing in the answer. `GET /ticket-reply` answers the same for one message with links to the files.",
    args: {
      p_ticket_id: "The ticket.",
      p_message_ids: "Messages of the ticket; the first 100 count.",
      p_after_created_at:
        "The `created_at` of the last reply that is known, exact to the microsecond.",
      p_after_id: "The `id` of that reply.",
      p_limit: "Replies to each message, 1 to 100.",
    },
    answer: StoredRepliesByMessage,
  },
  ticket_survey: {
    summary: "Reads the ratings of a ticket",
    description:
      "For the customer of the ticket and support staff. Null for a ticket that the caller does not see, for which " +
      "`GET /ticket-survey` refuses with `ticket_not_found`.",
    args: { p_ticket_id: "The ticket." },
    answer: TicketSurvey.nullable(),
  },
  submit_ticket_survey: {
    summary: "Rates the current resolution of a ticket",
    description:
      "For the customer of the ticket, within 28 days of the resolution and once for each. `POST /ticket-survey` does the same.",
    args: {
      p_ticket_id: "The ticket.",
      p_rating: "1 to 5.",
      p_satisfaction: "May stand in place of the rating, or beside it.",
      p_feedback: "At most 2,000 characters.",
    },
    answer: Survey,
    refuses: [
      "ticket_not_found",
      "survey_is_for_the_owner",
      "survey_empty",
      "survey_before_resolution",
      "ticket_merged",
      "survey_window_over",
      "survey_already_submitted",
    ],
  },
  ticket_queue: {
    summary: "Lists the tickets in a status, the longest waiting first",
    description:
      "For support staff. The next page follows the `status_changed_at` and `id` of the last ticket.",
    args: {
      p_status: "The status.",
      p_assigned_to: "Only tickets of this agent.",
      p_is_unassigned: "Only tickets that nobody is assigned to; without `p_assigned_to`.",
      p_after_status_changed_at:
        "The `status_changed_at` of the last ticket that is known, exact to the microsecond.",
      p_after_id: "The `id` of that ticket.",
      p_limit: "Tickets, 1 to 100.",
    },
    refuses: ["support_staff_only"],
  },
  support_stats: {
    summary: "Reads the figures of the support desk",
    description: "For support staff.",
    args: {
      p_from: "The start of the range, from 2000 on.",
      p_to: "Its end, which is not included; at most 366 days after the start, and before 2101.",
    },
    answer: SupportStats,
    refuses: ["support_staff_only", "invalid_stats_range"],
  },
  create_attachment: {
    summary: "Announces a file of a ticket",
    description:
      "For the customer of the ticket and support staff. Only `POST /attachment-upload` signs an upload, and it announces the " +
      "file itself: use that. `too_many_attachments`, `ticket_attachments_full` and `limit_reached` say `used` and `allowed` " +
      "in `details`.",
    args: {
      p_ticket_id: "The ticket.",
      p_file_name: "The name for people, 1 to 255 characters on one line.",
      p_object_name:
        "The name in Storage: letters, digits, `.`, `_` and `-`, not starting with `.`.",
      p_content_type: "One of the accepted types.",
      p_size_bytes: "Bytes, 1 to 10,485,760.",
    },
    answer: AnnouncedFile,
    refuses: [
      "ticket_not_found",
      "ticket_closed",
      "too_many_attachments",
      "ticket_attachments_full",
      "limit_reached",
      "rate_limited",
    ],
  },
  delete_attachment: {
    summary: "Deletes a file of a ticket",
    description:
      "For its uploader while the ticket is not closed, and for support staff always. Its bytes are given back at once, and its " +
      "content is removed from Storage by a task. Deleting twice is no error. Answers with the path of the file in Storage.",
    args: { p_attachment_id: "The file." },
    refuses: ["not_found", "forbidden", "ticket_closed"],
  },
  delete_ticket: {
    summary: "Deletes a ticket with everything in it",
    description:
      "With the secret key only. Messages, ratings and files go with the ticket. Answers whether there was one.",
    args: { p_ticket_id: "The ticket." },
  },
  admin_set_sla: {
    summary: "Sets how soon tickets of a priority are to be answered and resolved",
    description:
      "For admins and the secret key; recorded. It holds at once, also for tickets that are open. Answers the targets.",
    args: {
      p_priority: "The priority.",
      p_first_response_seconds: "Seconds to the first response, from 60.",
      p_resolution_seconds:
        "Seconds to the resolution, from those to the first response to a year.",
    },
    refuses: ["admin_only", "not_found", "invalid_sla"],
  },
  admin_set_business_hours: {
    summary: "Sets when the desk works",
    description:
      "For admins and the secret key; recorded. As a whole, and from now on: what the clocks of tickets counted before stays. Answers the row of `business_hours`.",
    args: {
      p_time_zone: "The IANA name of the zone of hours and days.",
      p_weekly:
        "At most 50 of `{weekday, opens, closes}`, which do not overlap: 1 is Monday, times as `09:00`, `24:00` is midnight. An empty list is every day, all day.",
      p_holidays:
        "At most 500 of `{day, name}`, each day once: days as `2027-12-25` on which nobody works.",
    },
    refuses: ["admin_only", "invalid_time_zone", "invalid_business_hours"],
  },
};
