import { raised } from "./errors.ts";
import type { PostgresConnection } from "./library.ts";
import { currentRequest } from "./request-settings.ts";

type AnyAST = Parameters<PostgresConnection["onPostgrestAST"]>[0];
type Schema = Awaited<ReturnType<PostgresConnection["introspect"]>>;
type Row = Record<string, unknown>;

const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Makes an inserted, updated or read request mean what it means to PostgREST, or throws its refusal. */
export function rewrite(ast: AnyAST, schema: Schema): AnyAST {
  refuseJunctions(ast, schema);
  const written = ast.type === "insert" || ast.type === "upsert" ? sameKeys(ast) : ast;
  noteUpsert(written);
  return written;
}

/**
 * Rows of one insert have the same keys. With `columns` (supabase-js names them all) a key that is missing is null, unless
 * `missing=default` is preferred.
 */
function sameKeys(ast: AnyAST): AnyAST {
  const { values, $meta } = ast;
  if (!Array.isArray(values) || values.length === 0) return ast;
  const columns = $meta?.columns;
  const rows = values.filter(isRow);
  const keys = columns ?? Object.keys(rows[0] ?? {});
  const isUniform =
    rows.length === values.length &&
    rows.every((row) => Object.keys(row).length === keys.length && keys.every((key) => key in row));
  if (columns === undefined) {
    if (!isUniform) throw raised(400, "PGRST102", "All object keys must match", null, null);
    return ast;
  }
  if ($meta?.missing === "default") return ast;
  return {
    ...ast,
    values: rows.map((row) => Object.fromEntries(keys.map((key) => [key, row[key] ?? null]))),
  };
}

/** PostgREST sets every column of a row that is there already, the key's as well; the library leaves the key's out. */
function noteUpsert(ast: AnyAST): void {
  const request = currentRequest();
  if (ast.type !== "upsert" || ast.ignoreDuplicates === true || request === undefined) return;
  const rows = (Array.isArray(ast.values) ? ast.values : [ast.values]).filter(isRow);
  const columns = ast.$meta?.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  request.upsert = { table: `${ast.schema ?? "public"}.${ast.from ?? ""}`, columns };
}

/** Of tables that only a third one joins, the library answers with empty lists. */
function refuseJunctions(
  ast: { from?: string; schema?: string; join?: AnyAST["join"] },
  schema: Schema,
): void {
  const inSchema = ast.schema ?? "public";
  const isTable = (name: string) =>
    schema.tables.some((t) => t.name === name && t.schema === inSchema && t.type === "table");
  for (const [alias, join] of Object.entries(ast.join ?? {})) {
    const target = join.from ?? alias;
    if (ast.from === undefined || !isTable(ast.from) || !isTable(target)) continue;
    const refersTo = (from: string, to: string) =>
      schema.foreign_keys.some((key) => key.table === from && key.ref_table === to);
    const isJoined = refersTo(ast.from, target) || refersTo(target, ast.from);
    const third = schema.tables.find(
      ({ name }) => refersTo(name, ast.from ?? "") && refersTo(name, target),
    );
    if (isJoined || third === undefined) continue;
    throw raised(
      501,
      "EMBEDDED_STACK",
      `The embedded API does not embed ${target} in ${ast.from} through ${third.name}: embed ${third.name} and ${target} in it.`,
      null,
      null,
    );
  }
}
