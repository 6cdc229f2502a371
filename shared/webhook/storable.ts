import type { JsonValue } from "../http/json.ts";

const MAX_DEPTH = 64;
const UNSTORABLE = /\p{Surrogate}|\0/gu;

/** Text that Postgres can hold: NUL and lone surrogates become U+FFFD. */
export function storableText(text: string): string {
  return text.replace(UNSTORABLE, "\uFFFD");
}

/**
 * JSON that `jsonb` can hold: its strings and keys as `storableText`. What nests deeper than 64
 * levels is null: no event of ours does, only a provider's opaque data could.
 */
export function storableJson(value: JsonValue, depth = 0): JsonValue {
  if (typeof value === "string") return storableText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => storableJson(item, depth + 1));
  const entries = Object.entries(value).flatMap(([key, item]): [string, JsonValue][] =>
    item === undefined ? [] : [[storableText(key), storableJson(item, depth + 1)]],
  );
  return Object.fromEntries(entries);
}
