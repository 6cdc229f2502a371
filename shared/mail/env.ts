import { areSet, list, read, requiredFor } from "../core/env.ts";
import { unavailable } from "../core/errors.ts";

/** The variables that an operator sets for mail. `npm run verify` asks for each; what has a default is none of them. */
export const mailSecrets = [
  "MAIL_DESK_ADDRESS",
  "MAIL_FROM",
  "MAIL_TOKEN_SECRETS",
  "RESEND_API_KEY",
  "RESEND_WEBHOOK_SECRETS",
  "SWITCHBOARD_PUBLIC_URL",
  "SWITCHBOARD_SITE_URL",
] as const;

const required = requiredFor<(typeof mailSecrets)[number]>(unavailable);

/** Whether a mail can leave at all: without it, what is to be sent waits. */
export const isMailConfigured = (): boolean =>
  areSet(
    "MAIL_FROM",
    "MAIL_TOKEN_SECRETS",
    "RESEND_API_KEY",
    "SWITCHBOARD_PUBLIC_URL",
    "SWITCHBOARD_SITE_URL",
  );

/** The secrets of the provider's webhook, several while one is being replaced; empty when unset, and then nothing is accepted. */
export const resendWebhookSecrets = (): readonly string[] => list("RESEND_WEBHOOK_SECRETS");

/** Whether mails to the desk can be read: without it, what came in waits. */
export const isMailInConfigured = (): boolean =>
  areSet("MAIL_DESK_ADDRESS", "MAIL_TOKEN_SECRETS", "RESEND_API_KEY");

/** Resend's REST API; the address changes only for a stand-in. */
export const resendApi = () => ({
  url: read("RESEND_API_URL") ?? "https://api.resend.com",
  key: required("RESEND_API_KEY"),
  timeoutMs: Number(read("RESEND_TIMEOUT_MS")) || 15_000,
});

/** Who the mails are from: `Name <address>` of a domain that is verified at the provider. */
export const mailFrom = (): string => required("MAIL_FROM");

/** The address to which people write to the desk; null where no mail comes in. */
export const deskAddress = (): string | null => read("MAIL_DESK_ADDRESS")?.toLowerCase() ?? null;

/** The name of the receiver whose Authentication-Results are believed; null where none adds them to every mail. */
export const trustedReceiver = (): string | null =>
  (read("MAIL_TRUSTED_RECEIVER") ?? "").toLowerCase() || null;

/** What links in mails are signed with: the first signs, any of them is accepted, so that one can be replaced without a gap. */
export const tokenSecrets = (): readonly string[] => list("MAIL_TOKEN_SECRETS");

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

/** Where the outside world reaches this project. */
export const publicUrl = (): string => withoutSlash(required("SWITCHBOARD_PUBLIC_URL"));

/** Where the product's own pages are: links of mails lead there. */
export const siteUrl = (): string => withoutSlash(required("SWITCHBOARD_SITE_URL"));
