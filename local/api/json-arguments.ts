import type { PostgresConnection } from "./library.ts";
import { asRaw } from "./raw-text.ts";

type AnyAST = Parameters<PostgresConnection["onPostgrestAST"]>[0];
type Schema = Awaited<ReturnType<PostgresConnection["introspect"]>>;

/**
 * Writes values as Postgres reads them out of JSON: JSON for JSON columns and arguments, which the library would parse
 * or write as JSON a second time, and the JSON of an object or a list where a text is wanted.
 */
export function markJson(ast: AnyAST, schema: Schema): AnyAST {
  if (ast.type === "rpc") return markArguments(ast, schema);
  if (ast.values === undefined) return ast;
  const types = new Map(
    schema.columns
      .filter((c) => c.table === ast.from && c.schema === (ast.schema ?? "public"))
      // An array's type is told as that of its elements.
      .map((c) => [c.name, c.pg_type?.startsWith("_") === true ? `${c.type}[]` : c.type]),
  );
  const markRow = <Row>(row: Row): Row | Record<string, unknown> => {
    // A body may say `null`, which the library refuses in its own words.
    if (typeof row !== "object" || row === null) return row;
    return Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, unknown]) => [
        name,
        written(value, types.get(name)),
      ]),
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
    const type = candidates
      .map((f) => f.arg_types[f.arg_names.indexOf(name)])
      .find((found) => found !== undefined);
    // In a query string the value is the text of its type: for JSON the JSON itself, for an array the literal.
    if (ast.httpMethod === "GET" && typeof value === "string") return [name, asRaw(value)];
    return [name, written(value, type)];
  });
  return { ...ast, args: Object.fromEntries(marked) };
}

function written(value: unknown, type: string | undefined): unknown {
  if (value === null || value === undefined || type === undefined) return value;
  if (type === "json" || type === "jsonb") return asRaw(JSON.stringify(value));
  // An array is one in Postgres' own writing, unless a text is wanted.
  const isText = type === "text" || type.startsWith("character");
  if (typeof value !== "object" || (Array.isArray(value) && !isText)) return value;
  return asRaw(JSON.stringify(value));
}
