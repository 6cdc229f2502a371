import type { JsonValue } from "./json.ts";

const MAX_DEPTH = 64;
/** Text that Postgres can hold: a lone surrogate becomes U+FFFD, NUL is dropped. */
export function storableText(value: string): string {
  return value.replace(/\p{Surrogate}/gu, "\uFFFD").replaceAll("\0", "");
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
