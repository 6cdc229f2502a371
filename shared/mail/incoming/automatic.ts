import { mailFrom } from "../env.ts";
import { addressesOf, isDesk } from "./addresses.ts";
import { type MailHeaders, topmost } from "./headers.ts";

/** Why a mail is nobody's wish. */
export type AutomaticReason =
  | "own_mail"
  | "bounce"
  | "automatic_answer"
  | "mailing_list"
  | "bulk_mail";

const ROBOTS = /^(?:mailer-daemon|postmaster)@/;
const SILENT = /^(?:no-?reply|do-?not-?reply)@/;
const BULK = /^(?:bulk|list|junk|auto_reply)\b/i;

function isAutomaticAnswer(headers: MailHeaders): boolean {
  const submitted = topmost(headers, "auto-submitted");
  if (submitted !== undefined && !/^no\b/i.test(submitted)) return true;
  return headers.some(([name]) => name === "x-autoreply" || name === "x-autorespond");
}

function isBounce(headers: MailHeaders, from: string): boolean {
  return (
    ROBOTS.test(from) ||
    topmost(headers, "return-path") === "<>" ||
    /^multipart\/report\b/i.test(topmost(headers, "content-type") ?? "")
  );
}

/**
 * Why a mail may have no effect, so that no two machines write to each other; null for one that a person sent.
 * @see https://www.rfc-editor.org/rfc/rfc3834
 */
export function automaticReason(headers: MailHeaders, from: string): AutomaticReason | null {
  if (isDesk(from) || addressesOf(mailFrom()).includes(from)) return "own_mail";
  if (isBounce(headers, from)) return "bounce";
  if (isAutomaticAnswer(headers) || SILENT.test(from)) return "automatic_answer";
  if (headers.some(([name]) => name.startsWith("list-"))) return "mailing_list";
  return BULK.test(topmost(headers, "precedence") ?? "") ? "bulk_mail" : null;
}
