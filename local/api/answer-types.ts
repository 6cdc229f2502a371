import pg from "pg";
import { asRaw, keepDigits } from "./raw-text.ts";

type Parser = (text: string) => unknown;

const plain: Parser = (text) => text;
const withT: Parser = (text) => text.replace(/^(\S+) (\S+)/, "$1T$2");
/** Postgres' own JSON has no NaN and no Infinity: they are texts. */
const float: Parser = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
const exact: Parser = (text) => {
  if (!Number.isFinite(Number(text))) return text;
  return String(Number(text)) === text ? Number(text) : asRaw(text);
};

/**
 * Values as PostgREST writes them, which lets Postgres make the JSON: times in ISO 8601 and every number as a number
 * with all of its digits. Everything else is Postgres' text.
 */
const parsers: Record<number, Parser> = {
  16: (text) => text === "t",
  20: exact,
  21: Number,
  23: Number,
  26: Number,
  114: (text) => JSON.parse(keepDigits(text)),
  700: float,
  701: float,
  1114: withT,
  1184: (text) => String(withT(text)).replace(/([+-]\d\d)$/, "$1:00"),
  1700: exact,
  3802: (text) => JSON.parse(keepDigits(text)),
};

/** The element's type of each array type, by oid; a domain's elements are read as those of its base type. */
export type ArrayTypes = Map<number, number>;

/** Those that Postgres brings; the others have other oids in each database. */
export const builtInArrays: ArrayTypes = new Map([
  [199, 114],
  [1000, 16],
  [1002, 18],
  [1003, 19],
  [1005, 21],
  [1007, 23],
  [1009, 25],
  [1015, 1043],
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1028, 26],
  [1115, 1114],
  [1182, 1082],
  [1185, 1184],
  [1231, 1700],
  [2951, 2950],
  [3807, 3802],
]);

export const arrayTypesQuery = `
  select a.oid::integer as oid, coalesce(nullif(e.typbasetype, 0), e.oid)::integer as element
  from pg_catalog.pg_type a join pg_catalog.pg_type e on e.oid = a.typelem
  where a.typcategory = 'A'`;

/** Of `text[]`: every array is written alike, so its texts are found by this one. */
const arrayOfTexts: (oid: number) => Parser = pg.types.getTypeParser;

function deep(value: unknown, parse: Parser): unknown {
  if (Array.isArray(value)) return value.map((element) => deep(element, parse));
  return typeof value === "string" ? parse(value) : value;
}

/** How answers are read; `arrays` is asked each time, since new types may come. */
export function parserOf(arrays: () => ArrayTypes, own: Record<number, Parser> = {}) {
  const scalar = (oid: number): Parser => own[oid] ?? parsers[oid] ?? plain;
  return (oid: number): Parser => {
    const element = arrays().get(oid);
    if (element === undefined) return scalar(oid);
    return (text) => deep(arrayOfTexts(1009)(text), scalar(element));
  };
}
