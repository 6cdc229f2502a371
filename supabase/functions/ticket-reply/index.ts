import { withUser } from "../../../shared/http/with-user.ts";
import { postReply, ReplyInput } from "../../../shared/support/post-reply.ts";
import { readThread, ThreadQuery } from "../../../shared/support/read-thread.ts";

/** Reads the conversation of a ticket and writes to it; see docs/api/support.md#ticket-reply. */
export default {
  fetch: withUser({
    GET: async ({ query, db, service }) => readThread(db, service, await query(ThreadQuery)),
    POST: async ({ body, db, idempotencyKey }) =>
      postReply(db, await body(ReplyInput), idempotencyKey()),
  }),
};
