import type { MailHeaders } from "./headers.ts";
import { valuesOf } from "./headers.ts";

/** What a receiver says of the address that a mail claims to be from; none: nobody who is believed says anything. */
export type Authentication = "pass" | "fail" | "none";

interface Result {
  readonly method: string;
  readonly value: string;
  readonly properties: Readonly<Record<string, string>>;
}

const LONGEST = 10_000;

/** Text without comments, which may nest. Quoted text keeps its place and loses what would end it. */
function withoutComments(text: string): string {
  let depth = 0;
  let isQuoted = false;
  let kept = "";
  for (const letter of text.slice(0, LONGEST)) {
    if (letter === '"' && depth === 0) isQuoted = !isQuoted;
    else if (isQuoted) kept += /[\w.@+-]/.test(letter) ? letter : "_";
    else if (letter === "(") depth++;
    else if (letter === ")") depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += letter;
  }
  return kept.toLowerCase();
}

function resultOf(part: string): Result | null {
  const [first = "", ...rest] = part
    .trim()
    .replaceAll(/\s*=\s*/g, "=")
    .split(/\s+/);
  const [method = "", value = ""] = first.split("=");
  if (value === "") return null;
  const pairs = rest.flatMap((pair): [string, string][] => {
    const at = pair.indexOf("=");
    return at < 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
  });
  return { method: method.split("/")[0] ?? "", value, properties: Object.fromEntries(pairs) };
}

/** The results of the receiver that is believed: of its topmost header, because those below may have come with the mail. */
function resultsOf(headers: MailHeaders, receiver: string): Result[] {
  for (const header of valuesOf(headers, "authentication-results")) {
    const [name = "", ...parts] = withoutComments(header).split(";");
    if (name.trim().split(/\s+/)[0] === receiver)
      return parts.flatMap((part) => resultOf(part) ?? []);
  }
  return [];
}

/** Whether a domain that was proven speaks for the sender's: it is the same, or the sender's is below it. */
function isAligned(proven: string | undefined, domain: string): boolean {
  const name = proven?.slice(proven.indexOf("@") + 1) ?? "";
  return name.includes(".") && (domain === name || domain.endsWith(`.${name}`));
}

/**
 * Whether a sender's address is what it claims, by the word of one receiver. DMARC decides; without it, a DKIM signature or SPF
 * of the sender's own domain does.
 * @param receiver the name in its Authentication-Results; null when no receiver is believed
 * @see https://www.rfc-editor.org/rfc/rfc8601
 */
export function authenticationOf(
  headers: MailHeaders,
  address: string,
  receiver: string | null,
): Authentication {
  if (receiver === null) return "none";
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const results = resultsOf(headers, receiver);
  const dmarc = results.find(({ method }) => method === "dmarc")?.value;
  if (dmarc === "pass" || dmarc === "fail") return dmarc;
  const proofs = results.filter(({ value }) => value === "pass");
  const isProven = proofs.some(
    ({ method, properties }) =>
      (method === "dkim" && isAligned(properties["header.d"] ?? properties["header.i"], domain)) ||
      (method === "spf" && isAligned(properties["smtp.mailfrom"], domain)),
  );
  if (isProven) return "pass";
  return results.some(({ method, value }) => method === "spf" && value === "fail")
    ? "fail"
    : "none";
}
