import { z } from "zod";

const File = z.object({
  id: z.uuid(),
  file_name: z.string(),
  content_type: z.string(),
  size_bytes: z.number(),
  path: z.string(),
});

/** What a message and a reply have in common; the rest passes through as the database says it. */
const Entry = z.looseObject({
  id: z.uuid(),
  created_at: z.string(),
  attachments: z.array(File),
});

const RepliesPage = z.object({ replies: z.array(Entry), has_more: z.boolean() });

/** The answer of `ticket_replies_of`, by message id. */
export const Threads = z.record(z.string(), RepliesPage);

/** The answer of `ticket_thread`. */
export const ThreadPage = z.object({
  ticket: z.looseObject({ id: z.uuid() }),
  attachments: z.array(File),
  messages: z.array(Entry.extend({ thread: RepliesPage })),
  has_more: z.boolean(),
});

export type File = z.output<typeof File>;
export type Entry = z.output<typeof Entry>;
export type RepliesPage = z.output<typeof RepliesPage>;
export type ThreadPage = z.output<typeof ThreadPage>;

/** A position in a conversation: `[created_at, id]`, exact to the microsecond. */
export const Position = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);
