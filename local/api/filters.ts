import { keepDigitsOfFilter } from "./raw-text.ts";

/** Parameters that are no filters, also those of an embedded resource (`notes.limit`). */
const others = /(?:^|\.)(?:select|order|limit|offset|columns|on_conflict)$/;

const operator =
  /^((?:not\.)?(?:eq|neq|gt|gte|lt|lte|like|ilike|match|imatch|in|is|isdistinct|fts|plfts|phfts|wfts|cs|cd|ov|sl|sr|nxr|nxl|adj)(?:\([^)]*\))?)\.([\s\S]*)$/;

/** `like(any).{a,b}`: an operator that takes several patterns. */
const several = /^(not\.)?(\w+)\((any|all)\)$/;

/**
 * Writes filters that the library loses as one logic tree, which it reads well: of the same operator twice on a column and
 * of several `or` it takes the last, and `like(any)` finds nothing.
 */
export function foldFilters(search: URLSearchParams): URLSearchParams {
  const result = new URLSearchParams();
  const trees = new Map<string, string[]>();
  const fold = (path: string, term: string) => trees.set(path, [...(trees.get(path) ?? []), term]);
  for (const key of new Set(search.keys())) {
    const values = search.getAll(key);
    const { path, name } = split(key);
    const isLogic = /^(?:not\.)?(?:and|or)$/.test(name);
    const isFilter = isLogic || values.every((value) => operator.test(value));
    const isLost =
      values.length > 1 || values.some((value) => /^(not\.)?i?like\((any|all)\)\./.test(value));
    if (others.test(key) || !isFilter || !isLost) {
      for (const value of values) {
        result.append(key, isFilter ? keepDigitsOfFilter(value) : value);
      }
    } else {
      for (const value of values) fold(path, isLogic ? `${name}${value}` : term(name, value));
    }
  }
  for (const [path, terms] of trees) {
    const key = `${path}and`;
    const own = result.getAll(key).map((value) => `and${value}`);
    result.set(key, `(${[...own, ...terms].join(",")})`);
  }
  return result;
}

/** The embedded resource that a key is about, with its dot, and what it says of it. */
function split(key: string): { path: string; name: string } {
  const found = /^(.*\.)?((?:not\.)?(?:and|or)|[^.]+)$/.exec(key);
  return { path: found?.[1] ?? "", name: found?.[2] ?? key };
}

function term(column: string, filter: string): string {
  const [, operation = "", value = ""] = operator.exec(filter) ?? [];
  const [, not = "", each = "", which] = several.exec(operation) ?? [];
  if (which === undefined) return `${column}.${operation}.${quoted(operation, value)}`;
  const patterns = elements(value).map((pattern) => `${column}.${each}.${quoted(each, pattern)}`);
  return `${not}${which === "any" ? "or" : "and"}(${patterns.join(",")})`;
}

/** The texts of `{a,"b,c"}`. */
function elements(list: string): string[] {
  const inner = list.replace(/^\{/, "").replace(/\}$/, "");
  return [...inner.matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(
    ([, text, bare]) => text?.replace(/\\(.)/g, "$1") ?? bare ?? "",
  );
}

/** A value that holds what a logic tree is made of stands in quotes; lists have brackets of their own. */
function quoted(operation: string, value: string): string {
  if (/(?:^|\.)(?:in|cs|cd|ov)$/.test(operation) && /^[({[]/.test(value)) return value;
  return /[,()"\\{}:]/.test(value) || value === ""
    ? `"${value.replace(/["\\]/g, (sign) => `\\${sign}`)}"`
    : value;
}
