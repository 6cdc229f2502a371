import { trustedReceiver } from "../env.ts";
import { oneLine } from "../words.ts";
import { addressesOf, destinationOf } from "./addresses.ts";
import { authenticationOf } from "./authentication.ts";
import { automaticReason } from "./automatic.ts";
import { topmost, valuesOf } from "./headers.ts";
import type { IncomingMail } from "./incoming-mail.ts";
import { newWords, textOfHtml } from "./words.ts";

const BODY_LENGTH = 100_000;
const HTML_LENGTH = 200_000;
const HEADERS = 200;
const HEADER_LENGTH = 2_000;
const SUBJECT_LENGTH = 200;
const MESSAGE_IDS = 100;

/** As many characters as the database counts, and whether there were more. */
function cut(text: string, length: number): { readonly text: string; readonly isCut: boolean } {
  const characters = [...text.slice(0, 2 * length)];
  return { text: characters.slice(0, length).join(""), isCut: characters.length > length };
}

/** The one address that a mail claims to be from; null where there is none, or several to choose from. */
function senderOf({ from, headers }: IncomingMail): string | null {
  const claims = valuesOf(headers, "from");
  // Whoever checked the sender may have read such a header otherwise.
  if (claims.some((claim) => /[^\P{Cc}\t]/u.test(claim))) return null;
  const [address, ...others] = (claims.length === 0 ? [from] : claims).flatMap(addressesOf);
  return address === undefined || others.length > 0 ? null : address;
}

/** Message-IDs that a mail refers to, as they stand in headers and without their brackets. */
function messageIdsOf({ headers }: IncomingMail): string[] {
  const text = [...valuesOf(headers, "references"), ...valuesOf(headers, "in-reply-to")].join(" ");
  // The newest stand last.
  const ids = text.slice(-BODY_LENGTH).match(/<[^<>\s\p{Cc}]{1,990}>/gu) ?? [];
  return ids.slice(-MESSAGE_IDS).flatMap((id) => [id, id.slice(1, -1)]);
}

/**
 * What the database decides by: who a mail claims to be from and who says so, where it went, what it answers, and its words.
 * Everything is bounded, and of one line where it is a header.
 * @param wordsLength the most characters that a message may have
 */
export function factsOf(mail: IncomingMail, wordsLength: number) {
  const from = senderOf(mail);
  const { isForDesk, replyTo } = destinationOf(mail.recipients.flatMap(addressesOf));
  const whole = mail.text?.trim() ? mail.text : textOfHtml(mail.html ?? "");
  const body = cut(whole, BODY_LENGTH);
  const html = cut(mail.html ?? "", HTML_LENGTH);
  const words = cut(newWords(body.text), wordsLength);
  const headers = mail.headers
    .slice(0, HEADERS)
    .map(([name, value]) => [oneLine(name, 100), oneLine(value, HEADER_LENGTH)]);
  return {
    from_address: from,
    subject: oneLine(mail.subject, SUBJECT_LENGTH),
    message_id: oneLine(topmost(mail.headers, "message-id") ?? "", 998) || null,
    authentication:
      from === null ? "none" : authenticationOf(mail.headers, from, trustedReceiver()),
    automatic: from === null ? "no_sender" : automaticReason(mail.headers, from),
    is_for_desk: isForDesk,
    reply_to: replyTo,
    message_ids: messageIdsOf(mail),
    words: words.text,
    body: body.text,
    html: mail.html === null ? null : html.text,
    headers,
    is_cut: body.isCut || html.isCut || words.isCut || mail.headers.length > HEADERS,
    file_count: mail.fileCount,
  };
}
