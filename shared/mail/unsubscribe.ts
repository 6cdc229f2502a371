import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import { rpc } from "../db/call.ts";
import { type AnyoneContext, anyoneRoute } from "../http/with-anyone.ts";
import { mailRefusal } from "./errors.ts";
import { verifyToken } from "./tokens.ts";

const query = z.object({ token: z.string().max(200).describe("From the link of the mail.") });

const Preference = z
  .object({
    kind: z.string(),
    channel: z.enum(Constants.public.Enums.message_channel),
    is_enabled: z.boolean(),
  })
  .nullable();

type Step = "read_unsubscribe" | "unsubscribe";

/** One step with the message that the token names. */
async function ofLink(step: Step, token: string, { service }: AnyoneContext) {
  const id = verifyToken("unsubscribe", token);
  const preference =
    id === null ? null : Preference.parse(await rpc(service(), step, { p_delivery_id: id }));
  return preference ?? mailRefusal("link_not_valid");
}

/** What a link is about. A scanner that follows links changes nothing. */
export const readUnsubscribe = anyoneRoute("GET /email-unsubscribe", {
  summary: "The kind of notifications that a link in a mail turns off",
  description: "For the page that asks the reader. It changes nothing.",
  query,
  answers: { 200: "EmailPreference" },
  refuses: ["link_not_valid"],
  handle: (context) => ofLink("read_unsubscribe", context.query.token, context),
});

/** @see https://www.rfc-editor.org/rfc/rfc8058 */
export const unsubscribe = anyoneRoute("POST /email-unsubscribe", {
  summary: "Turn the kind of notifications off that a link in a mail names",
  description:
    "One-click unsubscribe after RFC 8058: mail programs post here without a sign-in. The body is not read. A link works once; a second time it changes nothing and answers what holds.",
  query,
  answers: { 200: "EmailPreference" },
  refuses: ["link_not_valid"],
  handle: (context) => ofLink("unsubscribe", context.query.token, context),
});
