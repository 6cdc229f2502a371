import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import { rpc } from "../db/call.ts";
import { userRoute } from "../http/with-user.ts";
import { MAX_BODY_CHARACTERS } from "./limits.ts";
import { saysSomething, textOrNothing } from "./text.ts";

const ReplyInput = z
  .strictObject({
    ticket_id: z.uuid(),
    body: textOrNothing(MAX_BODY_CHARACTERS)
      .default("")
      .describe("May be left out where files say it all."),
    in_reply_to: z.uuid().nullish().describe("The message that this answers, inside its thread."),
    internal: z.boolean().default(false).describe("A note among staff."),
    status: z
      .enum(Constants.public.Enums.ticket_status)
      .nullish()
      .describe("The ticket's status from this message on, in the same transaction."),
    attachment_ids: z
      .array(z.uuid())
      .max(20)
      .default([])
      .describe("Ready files that the caller uploaded to this ticket and has not sent yet."),
  })
  .refine(({ body, attachment_ids }) => saysSomething(body) || attachment_ids.length > 0, {
    path: ["body"],
    message: "must not be blank without a file",
  });

/** Writes a message or a reply, as the caller. */
export const postReply = userRoute("POST /ticket-reply", {
  summary: "Write a message to a ticket, or a reply to one of its messages",
  description:
    "With an `Idempotency-Key`, repeating key and request writes once and answers the same.",
  body: ReplyInput,
  isIdempotent: true,
  answers: { 201: "PostedMessage" },
  rpcs: ["post_ticket_message"],
  handle: ({ db, body, idempotencyKey }) =>
    rpc(db, "post_ticket_message", {
      p_ticket_id: body.ticket_id,
      p_body: body.body,
      p_is_internal: body.internal,
      p_attachment_ids: body.attachment_ids,
      ...(body.in_reply_to ? { p_in_reply_to: body.in_reply_to } : {}),
      ...(body.status ? { p_status: body.status } : {}),
      ...(idempotencyKey === null ? {} : { p_idempotency_key: idempotencyKey }),
    }),
});
