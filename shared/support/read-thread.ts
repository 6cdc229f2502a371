import { z } from "zod";
import type { Db } from "../core/db.ts";
import { type FunctionResult, rpc } from "../db/call.ts";
import { cursorOf, encodeCursor } from "../http/cursor.ts";
import { integer, uuid } from "../http/fields.ts";
import { userRoute } from "../http/with-user.ts";
import { type FileLink, signLinks } from "./attachments/sign-links.ts";
import { supportRefusal } from "./errors.ts";

/** A position in a conversation: `[created_at, id]`, exact to the microsecond. */
const Position = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);

type Page = FunctionResult<"ticket_thread">;
type RepliesPage = Page["messages"][number]["thread"];
type File = Page["attachments"][number];
type Links = ReadonlyMap<string, FileLink>;

const ThreadQuery = z.strictObject({
  ticket_id: uuid,
  message_id: uuid
    .optional()
    .describe("Further replies to this message instead of the conversation."),
  order: z.enum(["asc", "desc"]).default("asc").describe("Oldest or newest messages first."),
  limit: integer(1, 100).default(50).describe("Messages, or replies, on the page."),
  cursor: cursorOf(Position).optional().describe("A cursor of a page before."),
});
type ThreadQuery = z.output<typeof ThreadQuery>;

function positionOf({ cursor }: ThreadQuery) {
  if (cursor === undefined) return {};
  const [p_after_created_at, p_after_id] = cursor;
  return { p_after_created_at, p_after_id };
}

function cursorAt(
  entry: { readonly created_at: string; readonly id: string } | undefined,
): string | null {
  return entry ? encodeCursor([entry.created_at, entry.id]) : null;
}

function linked(files: readonly File[], links: Links) {
  return files.map(({ path, ...file }) => ({ ...file, ...links.get(path) }));
}

function repliesOf({ replies, has_more }: RepliesPage, links: Links) {
  return {
    replies: replies.map((reply) => ({ ...reply, attachments: linked(reply.attachments, links) })),
    replies_cursor: has_more ? cursorAt(replies.at(-1)) : null,
  };
}

/** Every file on the page, so that one request signs them all. */
function filesOn(page: Page): File[] {
  const entries = page.messages.flatMap((message) => [message, ...message.thread.replies]);
  return [...page.attachments, ...entries.flatMap((entry) => entry.attachments)];
}

/**
 * The ticket, a page of its messages with their first replies, and files with links. `next_cursor` goes on in the same
 * order, `previous_cursor` with the other one.
 */
async function readMessages(db: Db, service: () => Db, query: ThreadQuery) {
  const page = await rpc(db, "ticket_thread", {
    p_ticket_id: query.ticket_id,
    p_limit: query.limit,
    p_is_newest_first: query.order === "desc",
    ...positionOf(query),
  });
  const links = await signLinks(service(), filesOn(page));
  return {
    ticket: page.ticket,
    messages: page.messages.map(({ thread, ...message }) => ({
      ...message,
      attachments: linked(message.attachments, links),
      ...repliesOf(thread, links),
    })),
    attachments: linked(page.attachments, links),
    next_cursor: page.has_more ? cursorAt(page.messages.at(-1)) : null,
    previous_cursor: cursorAt(page.messages[0]),
  };
}

/** Further replies to one message, oldest first. */
async function readReplies(db: Db, service: () => Db, query: ThreadQuery, messageId: string) {
  const threads = await rpc(db, "ticket_replies_of", {
    p_ticket_id: query.ticket_id,
    p_message_ids: [messageId],
    p_limit: query.limit,
    ...positionOf(query),
  });
  const page = threads[messageId];
  if (!page) return supportRefusal("message_not_found");
  const links = await signLinks(
    service(),
    page.replies.flatMap((reply) => reply.attachments),
  );
  return { message_id: messageId, ...repliesOf(page, links) };
}

/** A conversation, page by page; with `message_id` the replies to that message. */
export const readThread = userRoute("GET /ticket-reply", {
  summary: "The conversation of a ticket, page by page",
  description:
    "With `message_id` it answers further replies to that message (`Replies`), else the ticket and its messages (`Thread`). Files come with links that expire soon.",
  query: ThreadQuery,
  answers: { 200: ["Thread", "Replies"] },
  rpcs: ["ticket_thread", "ticket_replies_of"],
  refuses: ["message_not_found"],
  handle: ({ db, service, query }) =>
    query.message_id === undefined
      ? readMessages(db, service, query)
      : readReplies(db, service, query, query.message_id),
});
