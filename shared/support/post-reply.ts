import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { created } from "../http/responses.ts";
import { MAX_BODY_CHARACTERS } from "./limits.ts";
import { saysSomething, textOrNothing } from "./text.ts";

/** The body of `POST /ticket-reply`. */
export const ReplyInput = z
  .strictObject({
    ticket_id: z.uuid(),
    /** May be left out where files say it all. */
    body: textOrNothing(MAX_BODY_CHARACTERS).default(""),
    /** The message that this answers, inside its thread. */
    in_reply_to: z.uuid().nullish(),
    /** A note among staff. */
    internal: z.boolean().default(false),
    /** The ticket's status from this message on, in the same transaction. */
    status: z.enum(Constants.public.Enums.ticket_status).nullish(),
    /** Ready files that the caller uploaded to this ticket and has not sent yet. */
    attachment_ids: z.array(z.uuid()).max(20).default([]),
  })
  .refine(({ body, attachment_ids }) => saysSomething(body) || attachment_ids.length > 0, {
    path: ["body"],
    message: "must not be blank without a file",
  });

/**
 * Writes a message or a reply: 201 `{message, ticket}`.
 * @param key the request's Idempotency-Key: repeating key and request writes once and answers the same
 * @throws ApiError ticket_not_found, message_not_found 404; ticket_closed, reopen_window_over, transition_not_allowed,
 *   attachment_not_ready, idempotency_key_reused 409; support_staff_only 403; rate_limited 429
 */
export async function postReply(
  db: Db,
  input: z.output<typeof ReplyInput>,
  key: string | null,
): Promise<Response> {
  const answer = await rpc(db, "post_ticket_message", {
    p_ticket_id: input.ticket_id,
    p_body: input.body,
    p_is_internal: input.internal,
    p_attachment_ids: input.attachment_ids,
    ...(input.in_reply_to ? { p_in_reply_to: input.in_reply_to } : {}),
    ...(input.status ? { p_status: input.status } : {}),
    ...(key === null ? {} : { p_idempotency_key: key }),
  });
  return created(answer);
}
