const REDACTED = '"[redacted]"';

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (" \t\r\n".includes(text[at] ?? "x")) at++;
  return at;
}

/** The end of the object, array or scalar that starts here. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (character === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (depth === 0 && at > start && ",}] \t\r\n".includes(character)) return at;
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    at++;
    if (depth === 0 && (character === "}" || character === "]")) return at;
  }
  return at;
}

/**
 * JSON text with the value of every secret key, at any depth and however often it is repeated or
 * escaped, replaced by `"[redacted]"`. All else stays as it was sent: numbers keep their digits,
 * duplicate keys stay, and depth does not matter, because nothing is parsed into objects.
 * @param text valid JSON
 */
export function redact(text: string, isSecretKey: (key: string) => boolean): string {
  const parts: string[] = [];
  let kept = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '"') {
      at++;
      continue;
    }
    const end = endOfString(text, at);
    const colon = skipSpace(text, end);
    const isKey = text[colon] === ":";
    if (isKey && isSecretKey(String(JSON.parse(text.slice(at, end))))) {
      const valueStart = skipSpace(text, colon + 1);
      parts.push(text.slice(kept, valueStart), REDACTED);
      at = endOfValue(text, valueStart);
      kept = at;
    } else {
      at = end;
    }
  }
  return parts.join("") + text.slice(kept);
}
