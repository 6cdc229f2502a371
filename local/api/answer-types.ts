import type { PostgresType } from "postgres";

function type(oid: number, parse: (text: string) => unknown): PostgresType {
  return { to: oid, from: [oid], serialize: (value: unknown) => String(value), parse };
}

const withT = (text: string): string => text.replace(/^(\S+) (\S+)/, "$1T$2");

/**
 * Values as PostgREST writes them, which lets Postgres make the JSON: times in ISO 8601 and every number as a
 * number. The API library answers with Postgres' text form: `2026-01-31 10:00:00+00`, "0.120000" for a
 * `numeric` whose digits JavaScript would write in another way, and a Buffer for
 * bytes.
 */
export const answerTypes: Record<string, PostgresType> = {
  timestamp: type(1114, withT),
  timestamptz: type(1184, (text) => withT(text).replace(/([+-]\d\d)$/, "$1:00")),
  bytea: type(17, (text) => text),
  numeric: type(1700, (text) => (Number.isFinite(Number(text)) ? Number(text) : text)),
};
