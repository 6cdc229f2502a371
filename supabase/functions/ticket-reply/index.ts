import { withUser } from "../../../shared/http/with-user.ts";
import { postReply } from "../../../shared/support/post-reply.ts";
import { readThread } from "../../../shared/support/read-thread.ts";

/** Reads the conversation of a ticket and writes to it; see docs/api/support.md#ticket-reply. */
export default withUser([readThread, postReply]);
