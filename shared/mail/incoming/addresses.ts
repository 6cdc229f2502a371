import { addressParser } from "postal-mime";
import { deskAddress } from "../env.ts";
import { verifyToken } from "../tokens.ts";

const LONGEST = 10_000;

/** The addresses of a header or a list of mailboxes, in lower case. */
export function addressesOf(mailboxes: string): string[] {
  return addressParser(mailboxes.slice(0, LONGEST), { flatten: true })
    .map(({ address = "" }) => address.trim().toLowerCase())
    .filter((address) => /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(address));
}

/** Where a mail was sent: whether to the desk at all, and the message of ours whose reply address it was. */
export interface Destination {
  readonly isForDesk: boolean;
  readonly replyTo: string | null;
}

/** What stands behind the desk's name in a reply address; empty for the desk itself, null for any other address. */
function tagOf(address: string): string | null {
  const [name = "", domain = ""] = (deskAddress() ?? "").split("@");
  const end = `@${domain}`;
  if (name === "" || !address.endsWith(end)) return null;
  const local = address.slice(0, -end.length);
  if (local === name) return "";
  return local.startsWith(`${name}+`) ? local.slice(name.length + 1) : null;
}

/** Whether an address is the desk's, or one of its reply addresses. */
export const isDesk = (address: string): boolean => tagOf(address) !== null;

/** A mail server accepts whatever local part; only the desk's is meant for us, and only a signature of ours names a message. */
export function destinationOf(recipients: readonly string[]): Destination {
  const tags = recipients.flatMap((recipient) => tagOf(recipient) ?? []);
  const [replyTo = null] = tags.flatMap((tag) => verifyToken("reply", tag) ?? []);
  return { isForDesk: tags.length > 0, replyTo };
}
