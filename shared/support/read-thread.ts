import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import type { Query } from "../http/query.ts";
import { type FileLink, signLinks } from "./attachments/sign-links.ts";
import { supportRefusal } from "./errors.ts";
import {
  type Entry,
  type File,
  Position,
  type RepliesPage,
  ThreadPage,
  Threads,
} from "./thread-page.ts";

type Links = ReadonlyMap<string, FileLink>;

const PAGE = { min: 1, max: 100, default: 50 };

function positionOf(cursor: string | undefined) {
  if (cursor === undefined) return {};
  const [p_after_created_at, p_after_id] = decodeCursor(Position, cursor);
  return { p_after_created_at, p_after_id };
}

function cursorAt(entry: Entry | undefined): string | null {
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
function filesOn(page: ThreadPage): File[] {
  const entries = page.messages.flatMap((message) => [message, ...message.thread.replies]);
  return [...page.attachments, ...entries.flatMap((entry) => entry.attachments)];
}

/**
 * `GET /ticket-reply?ticket_id&order&limit&cursor`: the ticket, a page of its messages with their first replies, and
 * files with links. `next_cursor` goes on in the same order, `previous_cursor` with the other one.
 * @throws ApiError ticket_not_found 404
 */
async function readMessages(db: Db, service: () => Db, query: Query) {
  const answer = await rpc(db, "ticket_thread", {
    p_ticket_id: query.uuid("ticket_id"),
    p_limit: query.integer("limit", PAGE),
    p_is_newest_first: query.oneOf("order", ["asc", "desc"], "asc") === "desc",
    ...positionOf(query.optional.text("cursor")),
  });
  const page = ThreadPage.parse(answer);
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

/** `GET /ticket-reply?ticket_id&message_id&limit&cursor`: further replies to one message, oldest first; else `message_not_found` 404. */
async function readReplies(db: Db, service: () => Db, query: Query, messageId: string) {
  const answer = await rpc(db, "ticket_replies_of", {
    p_ticket_id: query.uuid("ticket_id"),
    p_message_ids: [messageId],
    p_limit: query.integer("limit", PAGE),
    ...positionOf(query.optional.text("cursor")),
  });
  const page = Threads.parse(answer)[messageId];
  if (!page) return supportRefusal("message_not_found");
  const links = await signLinks(
    service(),
    page.replies.flatMap((reply) => reply.attachments),
  );
  return { message_id: messageId, ...repliesOf(page, links) };
}

/** A conversation, page by page; with `message_id` the replies to that message. */
export async function readThread(db: Db, service: () => Db, query: Query) {
  query.only("ticket_id", "message_id", "order", "limit", "cursor");
  const messageId = query.optional.uuid("message_id");
  return messageId === undefined
    ? await readMessages(db, service, query)
    : await readReplies(db, service, query, messageId);
}
