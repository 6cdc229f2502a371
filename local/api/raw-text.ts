import { randomUUID } from "node:crypto";

/** Starts a text that goes on as it is; new in every process, so that no client can send it. */
const mark = `raw ${randomUUID()} `;

/** A text that neither the API library nor the driver may read as anything: JSON, or the digits of a number. */
export const asRaw = (text: string): string => mark + text;

const marked = new RegExp(`"${mark}([^"]*)"`, "g");
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON in which every number that JavaScript would write otherwise (beyond 2^53, `1.50`) is a raw text. */
export function keepDigits(json: string): string {
  return json.replace(stringOrNumber, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : JSON.stringify(asRaw(token)),
  );
}

/** The JSON of {@link keepDigits} with its numbers again. */
export function restoreDigits(json: string): string {
  return json.includes(mark) ? json.replace(marked, "$1") : json;
}

/** Of a filter (`eq.9007199254740993`, `in.(…)`), which the library reads numbers out of. */
export function keepDigitsOfFilter(filter: string): string {
  return filter.replace(/(?<=[.(,])-?\d{16,}(?=[,)]|$)/g, (digits) =>
    String(Number(digits)) === digits ? digits : asRaw(digits),
  );
}

/** What of a value the database is to get. */
export function rawText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rawText);
  if (typeof value !== "string" || !value.startsWith(mark)) return value;
  let text = value;
  while (text.startsWith(mark)) text = text.slice(mark.length);
  return restoreDigits(text);
}
