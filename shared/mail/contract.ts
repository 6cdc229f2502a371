import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { Rpcs } from "../core/contract.ts";

const { message_channel } = Constants.public.Enums;

/** What GET and POST /email-unsubscribe answer. */
export const EmailPreference = z
  .object({
    kind: z.string().describe("The kind of notification."),
    channel: z.enum(message_channel).describe("How it leaves the product."),
    is_enabled: z.boolean().describe("Whether it reaches its reader."),
  })
  .describe("Whether a kind of notification reaches the reader of a mail.");

/** What email_status and resume_emails answer. */
export const EmailStatus = z
  .object({
    address: z.string().nullable().describe("The caller's address; null without one."),
    is_suppressed: z.boolean().describe("Whether nothing is sent there."),
    reason: z
      .enum(["bounced", "complained", "suppressed"])
      .nullable()
      .describe(
        "bounced: it was refused for good; complained: a mail was reported as unwanted; suppressed: the provider refuses to write there; null: it is written to.",
      ),
    since: z.iso.datetime({ offset: true }).nullable().describe("Since when."),
  })
  .describe("Whether mails go to the caller's address.");

/** The components of the mail domain. */
export const schemas = { EmailPreference, EmailStatus };

/** What clients may call of the mail domain. */
export const rpcs: Rpcs = {
  email_status: {
    summary: "Reads whether mails go to the caller's address",
    answer: EmailStatus,
  },
  resume_emails: {
    summary: "Lets mails go to the caller's address again",
    description:
      "After it bounced, or after a mail was reported as unwanted. It takes effect for what is told from now on.",
    answer: EmailStatus,
  },
  resend_message: {
    summary: "Sends a message again that failed",
    description:
      "For admins and the secret key; recorded. Their list is `message_deliveries` with the state `failed`. The message is written anew, for what its reader's address and wishes are now.",
    args: { p_delivery_id: "A row of message_deliveries that failed." },
    refuses: ["forbidden", "not_found", "message_not_failed"],
  },
};
