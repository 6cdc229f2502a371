import { randomUUID } from "node:crypto";

/** Starts a text that goes on as it is; new in every process, so that no client can send it. */
const mark = `raw ${randomUUID()} `;

/** A text that neither the API library nor the driver may read as anything: JSON, or the digits of a number. */
export const asRaw = (text: string): string => mark + text;

const marked = new RegExp(`"${mark}([^"]*)"`, "g");
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const withDigits = (json: string): string =>
  json.replace(number, (digits) =>
    String(Number(digits)) === digits ? digits : JSON.stringify(asRaw(digits)),
  );

/** Where the string ends whose first quote is at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return json.length;
}

/**
 * JSON in which every number that JavaScript would write otherwise (beyond 2^53, `1.50`) is a raw text. Strings are skipped
 * whole: one regular expression for both takes seconds for one of some megabytes.
 */
export function keepDigits(json: string): string {
  const parts: string[] = [];
  let end = 0;
  for (let start = json.indexOf('"'); start !== -1; start = json.indexOf('"', end)) {
    parts.push(withDigits(json.slice(end, start)));
    end = endOfString(json, start);
    parts.push(json.slice(start, end));
  }
  parts.push(withDigits(json.slice(end)));
  return parts.join("");
}

/** Puts the numbers back into JSON in which {@link keepDigits} replaced them. */
export function restoreDigits(json: string): string {
  return json.includes(mark) ? json.replace(marked, "$1") : json;
}

/** Of a filter (`eq.9007199254740993`, `in.(…)`), which the library reads numbers out of. */
export function keepDigitsOfFilter(filter: string): string {
  return filter.replace(/(?<=[.(,])-?\d{16,}(?=[,)]|$)/g, (digits) =>
    String(Number(digits)) === digits ? digits : asRaw(digits),
  );
}

/** The value that the database gets. */
export function rawText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rawText);
  if (typeof value !== "string" || !value.startsWith(mark)) return value;
  let text = value;
  while (text.startsWith(mark)) text = text.slice(mark.length);
  return restoreDigits(text);
}
