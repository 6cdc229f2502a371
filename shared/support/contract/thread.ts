import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import { LinkedFile, SentFile, StoredFile, time } from "./files.ts";

const { Enums } = Constants.public;

const id = z.uuid();
const cursor = z.string().nullable();

/** What a ticket says of itself wherever it is answered. */
export const TicketCard = z
  .object({
    id,
    ticket_number: z.string().describe("What people call it, such as `SB-000042`."),
    status: z.enum(Enums.ticket_status),
    message_count: z.int().min(0).describe("Public messages and replies."),
    last_message_at: time.nullable().describe("The newest of those; null without any."),
    first_response_at: time.nullable().describe("The first public answer of staff."),
    resolution_cycle: z
      .int()
      .min(1)
      .describe("Counts from 1; reopening starts the next. Each can be rated once."),
  })
  .describe("A ticket after a message.");

/** The ticket of a conversation. */
export const Ticket = TicketCard.extend({
  subject: z.string(),
  description: z.string(),
  category: z.enum(Enums.ticket_category),
  priority: z.enum(Enums.ticket_priority),
  assigned_to: id.nullable().describe("The agent who works on it."),
  status_changed_at: time,
  resolved_at: time.nullable().describe("Null again once it is reopened."),
  closed_at: time.nullable().describe("Null again once it is reopened."),
  merged_into: id
    .nullable()
    .describe("The ticket in which its conversation went on; it stays closed then."),
  survey_completed: z.boolean().describe("Whether the current resolution was rated."),
  created_at: time,
  updated_at: time,
}).describe("A ticket as its owner and support staff read it.");

const Author = z
  .object({ id, full_name: z.string().nullable(), avatar_url: z.string().nullable() })
  .nullable()
  .describe("Who wrote it; null for the system, and once that person's account is gone.");

const body = z.string().describe("Empty for files that were sent without a word.");
const authorRole = z.enum(Enums.ticket_party).describe("Stays when the author is gone.");
const replyRole = authorRole.exclude(["system"]).describe("Stays when the author is gone.");
const kind = z.enum(Enums.ticket_message_kind);
const isInternal = z.boolean().describe("A note among staff, which the customer never reads.");

const EntryInDatabase = z.object({
  id,
  body,
  author: Author,
  is_internal: isInternal,
  created_at: time,
  attachments: z.array(StoredFile),
});
const Entry = EntryInDatabase.extend({ attachments: z.array(LinkedFile) });

/** An answer to one message. */
export const Reply = Entry.extend({ author_role: replyRole }).describe(
  "A reply inside the thread of a message.",
);

const repliesPage = {
  replies: z.array(Reply).describe("The oldest first."),
  replies_cursor: cursor.describe(
    "The `cursor` of the next page, asked with `message_id`; null on the last one.",
  ),
};

/** A message with its first replies. */
export const Message = Entry.extend({ kind, author_role: authorRole, ...repliesPage }).describe(
  "A message of a conversation, with its first ten replies.",
);

/** A page of a conversation. */
export const Thread = z
  .object({
    ticket: Ticket,
    messages: z.array(Message).describe("In the order that was asked for."),
    attachments: z.array(LinkedFile).describe("Files that were sent with no message."),
    next_cursor: cursor.describe("The `cursor` of the next page; null on the last one."),
    previous_cursor: cursor.describe(
      "The `cursor` of what lies before this page, asked with the other `order`; null on an empty page.",
    ),
  })
  .describe("A ticket with a page of its messages.");

/** Further replies to one message. */
export const Replies = z
  .object({ message_id: id, ...repliesPage })
  .describe("A page of the replies to one message.");

/** What `post_ticket_message` and `POST /ticket-reply` answer. */
export const PostedMessage = z
  .object({
    message: z.object({
      id,
      ticket_id: id,
      in_reply_to: id.nullable().describe("The message that it answers; null for a message."),
      author_id: id,
      author_role: replyRole,
      kind: kind.extract(["message"]),
      body,
      is_internal: isInternal,
      created_at: time,
      attachments: z.array(SentFile).describe("By name, without links."),
    }),
    ticket: TicketCard,
  })
  .describe("What was written, and the ticket after it.");

const has_more = z.boolean().describe("Whether a page follows, after the last entry of this one.");

const StoredReplies = z.object({
  replies: z
    .array(EntryInDatabase.extend({ author_role: replyRole }))
    .describe("The oldest first."),
  has_more,
});

/** What `ticket_thread` answers. */
export const StoredThread = z
  .object({
    ticket: Ticket,
    messages: z.array(
      EntryInDatabase.extend({ kind, author_role: authorRole, thread: StoredReplies }),
    ),
    attachments: z.array(StoredFile).describe("Files that were sent with no message."),
    has_more,
  })
  .describe("A ticket with a page of its messages, and files without links.");

/** What `ticket_replies_of` answers. */
export const StoredRepliesByMessage = z
  .record(id, StoredReplies)
  .describe("Replies by the id of their message, without messages that the caller does not see.");
