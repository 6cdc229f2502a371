import type { JsonValue } from "./json.ts";

const MAX_DEPTH = 64;
const UNSTORABLE = /\p{Surrogate}|\0/u;

/** Whether Postgres can hold a text as it is. */
function isStorable(value: string): boolean {
  return !UNSTORABLE.test(value);
}

/** Where in JSON or a form the first text stands, or the first key, that Postgres cannot hold; undefined when all can be. */
export function findUnstorable(value: unknown, path: readonly string[] = []): string | undefined {
  if (typeof value === "string") return isStorable(value) ? undefined : path.join(".");
  if (value instanceof File) return findUnstorable(value.name, path);
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const at = isStorable(key) ? findUnstorable(item, [...path, key]) : path.join(".");
    if (at !== undefined) return at;
  }
  return undefined;
}

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
