import { createHmac, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { Keys } from "../keys.ts";
import { Mailbox, type StoredMail } from "./mailbox.ts";
import { RECEIVER } from "./received.ts";

/** The desk of the embedded stack: mails are from it, and answers go to it. */
const DESK = "support@switchboard.test";

/** One of a data folder's secrets that follow from its keys, so that an older folder has them too. */
const derived = (keys: Keys, what: string): string =>
  createHmac("sha256", keys.jwt_secret).update(`mail ${what}`).digest("base64");

const webhookSecret = (keys: Keys): string => `whsec_${derived(keys, "webhook")}`;
const apiKey = (keys: Keys): string => `re_${derived(keys, "key").replaceAll(/\W/g, "")}`;

/** What makes the functions send through the mailbox. */
export function mailEnvironment(keys: Keys, url: string): Record<string, string> {
  return {
    RESEND_API_URL: `${url}/mail/api`,
    RESEND_API_KEY: apiKey(keys),
    RESEND_WEBHOOK_SECRETS: webhookSecret(keys),
    MAIL_FROM: `Switchboard <${DESK}>`,
    MAIL_DESK_ADDRESS: DESK,
    MAIL_TRUSTED_RECEIVER: RECEIVER,
    MAIL_TOKEN_SECRETS: derived(keys, "tokens"),
    SWITCHBOARD_SITE_URL: url,
  };
}

/** How Auth sends its mails to the mailbox. */
export const authMail = (keys: Keys, url: string) => ({
  apiKey: apiKey(keys),
  from: `Switchboard <${DESK}>`,
  endpoint: `${url}/mail/api/emails`,
});

/** Delivers an event, signed as the provider signs it. */
async function deliver(keys: Keys, url: string, type: string, data: object): Promise<void> {
  const now = new Date();
  const id = `msg_${randomUUID()}`;
  const body = JSON.stringify({ type, created_at: now.toISOString(), data });
  await fetch(`${url}/functions/v1/email-webhook`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": new Webhook(webhookSecret(keys)).sign(id, now, body),
    },
    body,
  });
}

/** Tells what became of a mail, as the provider does: everything arrives. Auth's mails carry no tag of ours. */
async function tell(keys: Keys, url: string, mail: StoredMail): Promise<void> {
  const { message_id, from, to, subject, tags } = mail;
  const data = { email_id: mail.id, message_id, from, to: [to].flat(), subject, tags };
  for (const type of ["email.sent", "email.delivered"]) await deliver(keys, url, type, data);
}

/** The mailbox of a stack. What it tells is told once: a stack that stops meanwhile leaves a mail at `sent`. */
export function openMailbox(keys: Keys, url: string, file: string, log: (line: string) => void) {
  return new Mailbox({
    key: apiKey(keys),
    file,
    onAccepted: (mail) => {
      if (!mail.tags.some(({ name }) => name === "delivery")) return;
      tell(keys, url, mail).catch((error: unknown) => log(String(error)));
    },
    onReceived: (event) => {
      deliver(keys, url, "email.received", event).catch((error: unknown) => log(String(error)));
    },
  });
}
