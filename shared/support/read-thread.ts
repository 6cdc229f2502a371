import { z } from "zod";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { cursorOf, encodeCursor } from "../http/cursor.ts";
import { integer, uuid } from "../http/query.ts";
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

/** The query of `GET /ticket-reply`. */
export const ThreadQuery = z.strictObject({
  ticket_id: uuid,
  message_id: uuid.optional(),
  order: z.enum(["asc", "desc"]).default("asc"),
  limit: integer(1, 100).default(50),
  cursor: cursorOf(Position).optional(),
});
type ThreadQuery = z.output<typeof ThreadQuery>;

function positionOf({ cursor }: ThreadQuery) {
  if (cursor === undefined) return {};
  const [p_after_created_at, p_after_id] = cursor;
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
async function readMessages(db: Db, service: () => Db, query: ThreadQuery) {
  const answer = await rpc(db, "ticket_thread", {
    p_ticket_id: query.ticket_id,
    p_limit: query.limit,
    p_is_newest_first: query.order === "desc",
    ...positionOf(query),
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
async function readReplies(db: Db, service: () => Db, query: ThreadQuery, messageId: string) {
  const answer = await rpc(db, "ticket_replies_of", {
    p_ticket_id: query.ticket_id,
    p_message_ids: [messageId],
    p_limit: query.limit,
    ...positionOf(query),
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
export async function readThread(db: Db, service: () => Db, query: ThreadQuery) {
  return query.message_id === undefined
    ? await readMessages(db, service, query)
    : await readReplies(db, service, query, query.message_id);
}
