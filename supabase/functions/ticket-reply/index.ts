import { withUser } from "../../../shared/http/with-user.ts";
import { postReply, ReplyInput } from "../../../shared/support/post-reply.ts";
import { readThread } from "../../../shared/support/read-thread.ts";

/** The conversation of a ticket; see docs/api/support.md#ticket-reply. */
export default {
  fetch: withUser({
    GET: ({ query, db, service }) => readThread(db, service, query),
    POST: async ({ body, db, idempotencyKey }) =>
      postReply(db, await body(ReplyInput), idempotencyKey()),
  }),
};
