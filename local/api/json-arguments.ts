import { randomUUID } from "node:crypto";
import type { PostgresConnection } from "@supabase/lite/postgres";

type AnyAST = Parameters<PostgresConnection["onPostgrestAST"]>[0];
type Schema = Awaited<ReturnType<PostgresConnection["introspect"]>>;

/** Starts a text that is JSON already; new in every process, so that no client can send it. */
const mark = `json ${randomUUID()} `;

/**
 * The driver's JSON type. The API library writes JSON arguments of functions as text, and the driver, told by
 * Postgres that the parameter is JSON, would write that text as JSON a second time: functions would get a
 * string where an object was sent.
 */
export function jsonType(oid: number) {
  return {
    to: oid,
    from: [oid],
    serialize: (value: unknown): string =>
      typeof value === "string" && value.startsWith(mark)
        ? value.slice(mark.length)
        : JSON.stringify(value),
    parse: (text: string): unknown => JSON.parse(text),
  };
}

/**
 * The driver's JSON type for Auth's tables. The library writes its JSON columns as text and reads them as text;
 * a trigger that reads the metadata of a sign-up has to find an object there, as on the platform.
 */
export function jsonTextType(oid: number) {
  return {
    to: oid,
    from: [oid],
    serialize: (value: unknown): string =>
      typeof value === "string" ? value : JSON.stringify(value),
    parse: (text: string): string => text,
  };
}

/** Writes what goes to JSON arguments and columns as marked text, which {@link jsonType} passes on as it is. */
export function markJson(ast: AnyAST, schema: Schema): AnyAST {
  if (ast.type === "rpc") return markArguments(ast, schema);
  if (ast.values === undefined) return ast;
  const columns = new Set(
    schema.columns
      .filter((c) => c.table === ast.from && c.schema === (ast.schema ?? "public"))
      .filter((c) => isJson(c.type))
      .map((c) => c.name),
  );
  const markRow = <Row>(row: Row): Row | Record<string, unknown> => {
    // A body may say `null`, which the library refuses in its own words.
    if (typeof row !== "object" || row === null) return row;
    return Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, unknown]) => {
        // Objects and arrays the library gets right. It parses texts that look like JSON, and has booleans refused.
        const isWrong = typeof value === "string" || typeof value === "boolean";
        return [name, isWrong && columns.has(name) ? mark + JSON.stringify(value) : value];
      }),
    );
  };
  const { values } = ast;
  return { ...ast, values: Array.isArray(values) ? values.map(markRow) : markRow(values) };
}

function markArguments(ast: AnyAST, schema: Schema): AnyAST {
  const { args } = ast;
  if (args === undefined || Array.isArray(args)) return ast;
  const candidates = (schema.functions ?? []).filter(
    (f) => f.schema === (ast.schema ?? "public") && f.name === ast.function,
  );
  const marked = Object.entries(args).map(([name, value]: [string, unknown]) => {
    const types = candidates.map((f) => f.arg_types[f.arg_names.indexOf(name)]);
    if (!types.some(isJson) || value === null || value === undefined) return [name, value];
    // In a query string the value is the JSON itself.
    if (ast.httpMethod === "GET" && typeof value === "string") return [name, mark + value];
    return [name, mark + JSON.stringify(value)];
  });
  return { ...ast, args: Object.fromEntries(marked) };
}

function isJson(type: string | undefined): boolean {
  return type === "json" || type === "jsonb";
}
