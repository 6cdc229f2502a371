import { z } from "zod";
import type { Rpcs } from "../../core/contract.ts";
import { FoundTicket } from "./search.ts";

/** What support staff call every day. */
export const deskRpcs: Rpcs = {
  search_tickets: {
    summary: "Finds tickets by their words",
    description:
      "A customer finds their own tickets by what they may read of them; support staff find all, by internal notes as well. The best come first; of words with more than 2,000 places the newest. " +
      "Words are combined; a phrase in quotation marks, `or` and `-without` work as in a web search.",
    args: {
      p_query: "Words of a subject, a description, a message or a reply, or a ticket's number.",
      p_status: "Only tickets in this status.",
      p_tag: "Only tickets with this tag; for support staff.",
      p_limit: "Tickets, 1 to 50.",
    },
    answer: z.array(FoundTicket),
  },
  set_away: {
    summary: "Says whether an agent is away",
    description:
      "For support staff. Whoever is away is given no tickets in turn; what they have stays theirs. Answers the caller's row of `desk_turns`.",
    args: { p_is_away: "Whether the caller is away." },
    refuses: ["support_staff_only"],
  },
  set_ticket_tags: {
    summary: "Makes these the tags of a ticket",
    description: "For support staff, of other people's tickets. Customers see no tags.",
    args: {
      p_ticket_id: "The ticket.",
      p_tags: "At most 20, of 1 to 40 letters, digits, `-` and `_`; stored in lower case.",
    },
    refuses: ["support_staff_only", "ticket_not_found", "invalid_tags"],
  },
  merge_tickets: {
    summary: "Merges a ticket into another one of the same customer",
    description:
      "For support staff, of other people's tickets. Messages, replies, notes, files and tags go over, with their times; the old ticket is closed for good and says in `merged_into` where it went on. Its own ratings stay with it, and it cannot be rated again. The customer is told. Answers the ticket that goes on.",
    args: { p_ticket_id: "The ticket that ends.", p_into_ticket_id: "The ticket that goes on." },
    refuses: [
      "support_staff_only",
      "ticket_not_found",
      "tickets_of_two_customers",
      "ticket_merged",
      "ticket_closed",
    ],
  },
  accept_received_mail: {
    summary: "Opens a ticket of a customer with a mail that had no effect",
    description:
      "For support staff, of mails that are held, refused or ignored in `received_mails`. Its text is the ticket's description; a task brings its files. Answers the ticket.",
    args: { p_mail_id: "The mail.", p_user_id: "The customer whose ticket it becomes." },
    refuses: ["support_staff_only", "mail_not_found", "account_not_found", "mail_has_taken_effect"],
  },
  discard_received_mail: {
    summary: "Throws a mail away that had no effect",
    description:
      "For support staff, of mails that are held, refused or ignored. What it says is gone; that it came stays on record.",
    args: { p_mail_id: "The mail." },
    refuses: ["support_staff_only", "mail_not_found", "mail_has_taken_effect"],
  },
  fill_saved_reply: {
    summary: "Reads a saved reply with the names and words of a ticket",
    description: "For support staff. Nothing is sent.",
    args: { p_saved_reply_id: "The saved reply.", p_ticket_id: "The ticket." },
    refuses: ["support_staff_only", "ticket_not_found", "saved_reply_not_found"],
  },
};
