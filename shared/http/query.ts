import { isStorable } from "../core/text.ts";
import { uuidOf } from "../core/uuid.ts";
import { invalidInput } from "./input.ts";

const INTEGER = /^-?\d{1,15}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;
const MAX_TEXT = 1000;

/** Reads one parameter's text: the value, or a message that says what is wrong with it. */
type Reading<Value> = { readonly value: Value } | { readonly message: string };

interface Range {
  readonly min: number;
  readonly max: number;
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return DATE.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const readers = {
  uuid: (text: string): Reading<string> => {
    const value = uuidOf(text);
    return value === undefined ? { message: "must be a UUID" } : { value };
  },
  text: (text: string, maxLength = MAX_TEXT): Reading<string> =>
    text !== "" && text.length <= maxLength && isStorable(text)
      ? { value: text }
      : { message: `must have 1 to ${maxLength} characters` },
  integer: (text: string, { min, max }: Range): Reading<number> =>
    INTEGER.test(text) && Number(text) >= min && Number(text) <= max
      ? { value: Number(text) }
      : { message: `must be a whole number from ${min} to ${max}` },
  oneOf: <Word extends string>(text: string, words: readonly Word[]): Reading<Word> => {
    const word = words.find((candidate) => candidate === text);
    return word === undefined ? { message: `must be one of ${words.join(", ")}` } : { value: word };
  },
  date: (text: string): Reading<string> =>
    isDate(text) ? { value: text } : { message: "must be a date such as 2026-01-31" },
  timestamp: (text: string): Reading<string> =>
    TIMESTAMP.test(text) && isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text))
      ? { value: text }
      : { message: "must be a time with its offset such as 2026-01-31T09:00:00Z" },
  flag: (text: string): Reading<boolean> =>
    text === "true" || text === "false"
      ? { value: text === "true" }
      : { message: "must be true or false" },
};

/** One kind of reader per method; `optional` has the same ones with undefined for an absent parameter. */
export interface Readers<Absent> {
  /** Lower-cased UUID. */
  uuid(name: string): string | Absent;
  /** 1 to `maxLength` (1000) characters. */
  text(name: string, maxLength?: number): string | Absent;
  /** A whole number in the range; `default` stands in for an absent parameter. */
  integer(name: string, range: Range): number | Absent;
  integer(name: string, range: Range & { readonly default: number }): number;
  /** One of the words; the fallback stands in for an absent parameter. */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | Absent;
  oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word;
  /** A calendar day, `YYYY-MM-DD`. */
  date(name: string): string | Absent;
  /** RFC 3339 with an offset. */
  timestamp(name: string): string | Absent;
  /** `true` or `false`. */
  flag(name: string): boolean | Absent;
}

/**
 * The parameters of a query string, each read once by name and kind; a bad, missing or repeated
 * one is a 422. Parameters that nobody reads are ignored, unless `only` names the allowed ones.
 */
export interface Query extends Readers<never> {
  readonly optional: Readers<undefined>;
  /** Refuses every parameter that is not named. */
  only(...names: readonly string[]): void;
}

function refuse(path: string, message: string): never {
  throw invalidInput([{ path, message }]);
}

function readersOver<Absent>(
  search: URLSearchParams,
  absent: (name: string) => Absent,
): Readers<Absent> {
  function take<Value>(name: string, read: (text: string) => Reading<Value>): Value | undefined {
    const values = search.getAll(name);
    if (values.length > 1) refuse(name, "must be given once");
    const text = values[0];
    if (text === undefined) return undefined;
    const reading = read(text);
    return "message" in reading ? refuse(name, reading.message) : reading.value;
  }
  function integer(name: string, range: Range): number | Absent;
  function integer(name: string, range: Range & { readonly default: number }): number;
  function integer(name: string, range: Range & { readonly default?: number }): number | Absent {
    return take(name, (text) => readers.integer(text, range)) ?? range.default ?? absent(name);
  }
  function oneOf<Word extends string>(name: string, words: readonly Word[]): Word | Absent;
  function oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word;
  function oneOf<Word extends string>(name: string, words: readonly Word[], fallback?: Word) {
    return take(name, (text) => readers.oneOf(text, words)) ?? fallback ?? absent(name);
  }
  return {
    integer,
    oneOf,
    uuid: (name) => take(name, readers.uuid) ?? absent(name),
    text: (name, maxLength) => take(name, (text) => readers.text(text, maxLength)) ?? absent(name),
    date: (name) => take(name, readers.date) ?? absent(name),
    timestamp: (name) => take(name, readers.timestamp) ?? absent(name),
    flag: (name) => take(name, readers.flag) ?? absent(name),
  };
}

/** Reads the parameters of a URL; see `Query`. */
export function queryOf(url: URL): Query {
  const search = url.searchParams;
  return {
    ...readersOver<never>(search, (name) => refuse(name, "is required")),
    optional: readersOver<undefined>(search, () => undefined),
    only: (...names) => {
      for (const name of search.keys()) {
        if (!names.includes(name)) refuse(name.slice(0, 64), "is not known here");
      }
    },
  };
}
