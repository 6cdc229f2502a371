import type { PlacedText, QueryTarget, Step, Use } from "../code/operations.ts";
import { parseSelect, type SelectItem, SelectSyntaxError } from "../code/select-list.ts";
import { hole } from "../code/values.ts";
import { shortName } from "../schema/names.ts";
import { checkColumnUses, checkSelect, type Embedded } from "./columns.ts";
import type { CheckContext, Rows } from "./context.ts";
import { checkRpc } from "./functions.ts";
import { nearest } from "./nearest.ts";
import { checkReads } from "./reads.ts";
import { checkWrite } from "./writes.ts";

/** Compares every use in the code with the schema; findings and counts go into the context. */
export function checkCode(context: CheckContext, uses: readonly Use[]): void {
  const created = new Set(
    uses.flatMap((use) =>
      use.kind === "create bucket" ? (use.names ?? []).map((each) => each.text) : [],
    ),
  );
  for (const use of uses) {
    switch (use.kind) {
      case "query":
        checkQuery(context, use);
        break;
      case "bucket":
        checkNames(context, use, "bucket", "missing_bucket", [
          ...context.index.schema.buckets.map((each) => each.id),
          ...context.facts.buckets,
          ...created,
        ]);
        break;
      case "invoke":
        checkInvoke(context, use);
        break;
      case "realtime":
        checkRealtime(context, use);
        break;
      case "create bucket":
        break;
    }
  }
}

function checkNames(
  context: CheckContext,
  use: { names: PlacedText[] | null; place: PlacedText["place"] },
  what: string,
  kind: "missing_bucket" | "missing_edge_function",
  existing: readonly string[],
): void {
  if (use.names === null) {
    context.cannotTell(what, use.place);
    return;
  }
  for (const name of use.names) {
    context.checked++;
    if (existing.includes(name.text)) continue;
    if (kind === "missing_bucket") context.wants.buckets.add(name.text);
    context.report(
      kind,
      name.place,
      `there is no ${what} "${name.text}"`,
      nearest(name.text, existing),
    );
  }
}

function checkInvoke(context: CheckContext, use: Extract<Use, { kind: "invoke" }>): void {
  const { edgeFunctions } = context.facts;
  if (edgeFunctions === null) {
    context.cannotTell("Edge Function (no functions folder)", use.place);
    return;
  }
  // `invoke("name/route?query")` reaches the function `name`.
  const names =
    use.names?.map((name) => ({
      ...name,
      text: name.text.replace(/^\//, "").split(/[/?]/)[0] ?? "",
    })) ?? null;
  checkNames(context, { ...use, names }, "Edge Function", "missing_edge_function", edgeFunctions);
}

function checkRealtime(context: CheckContext, use: Extract<Use, { kind: "realtime" }>): void {
  const schema = use.schema?.text ?? "public";
  if (use.table === null || use.table.text === "*") return;
  const rows = relationRows(context, schema, [use.table]);
  const column = use.filter?.text.split("=")[0];
  if (rows.length === 0 || use.filter === null || column === undefined) return;
  const path = { ...use.filter, text: column };
  checkColumnUses(context, rows, [{ path, operator: null, values: null, related: null }], null);
}

function checkSchema(context: CheckContext, target: QueryTarget): boolean {
  if (target.schema === null || target.schema === "public") return target.schema !== null;
  context.checked++;
  if (!context.index.schema.schemas.includes(target.schema)) {
    context.report(
      "missing_schema",
      target.schemaPlace,
      `there is no schema "${target.schema}"`,
      nearest(target.schema, context.index.schema.schemas),
    );
    return false;
  }
  const exposed = context.facts.exposedSchemas;
  if (exposed !== null && !exposed.includes(target.schema)) {
    context.report(
      "schema_not_exposed",
      target.schemaPlace,
      `the API does not serve the schema "${target.schema}" (config.toml, [api] schemas)`,
    );
    return false;
  }
  return true;
}

function relationRows(context: CheckContext, schema: string, names: readonly PlacedText[]): Rows[] {
  const rows: Rows[] = [];
  for (const name of names) {
    context.checked++;
    const relation = context.index.relation(schema, name.text);
    if (relation !== undefined) {
      context.used.add(`${schema}.${name.text}`);
      rows.push({ relation, columns: null });
      continue;
    }
    context.wants.table(`${schema}.${name.text}`);
    context.report(
      "missing_table",
      name.place,
      `there is no table or view ${shortName(schema, name.text)}`,
      nearest(
        name.text,
        context.index.relationsIn(schema).map((each) => each.name),
      ),
    );
  }
  return rows;
}

function checkQuery(context: CheckContext, use: Extract<Use, { kind: "query" }>): void {
  const { target } = use;
  if (!checkSchema(context, target) && target.schema !== null) return;
  if (target.kind === "rpc") {
    const rows = checkRpc(context, target, use.args, use.hasArgs);
    if (rows !== null) checkSteps(context, rows, use.steps);
    if (rows !== null) checkReads(context, rows, use.steps, use.reads);
    return;
  }
  if (target.names === null || target.schema === null) {
    context.cannotTell("table", target.place);
    return;
  }
  const rows = relationRows(context, target.schema, target.names);
  if (rows.length === target.names.length) checkReads(context, rows, use.steps, use.reads);
  if (rows.length > 0) checkSteps(context, rows, use.steps);
  else wantColumns(context, `${target.schema}.${target.names[0]?.text ?? ""}`, use.steps);
}

function checkSteps(context: CheckContext, rows: readonly Rows[], steps: readonly Step[]): void {
  const embedded: Embedded = new Map();
  let isWholeList = true;
  for (const step of steps) {
    if (step.kind !== "select") continue;
    if (step.list === null) {
      isWholeList = false;
      context.cannotTell("select list", step.place);
    }
    for (const list of step.list ?? []) {
      if (list.text.includes(hole)) isWholeList = false;
      const items = parsed(context, list);
      if (items === null) isWholeList = false;
      else checkSelect(context, rows, items, list, embedded);
    }
  }
  for (const step of steps) {
    if (step.kind === "write") checkWrite(context, rows, step);
    if (step.kind === "dynamic") context.cannotTell(step.what, step.place);
    if (step.kind === "columns") {
      checkColumnUses(context, rows, step.columns, isWholeList ? embedded : null);
    }
  }
}

function parsed(context: CheckContext, list: PlacedText): SelectItem[] | null {
  try {
    return parseSelect(list.text);
  } catch (error) {
    if (!(error instanceof SelectSyntaxError)) throw error;
    if (list.text.includes(hole)) context.cannotTell("select list", list.place);
    else
      context.report(
        "select_syntax",
        list.placeAt(error.offset),
        `the select list cannot be read: ${error.message}`,
      );
    return null;
  }
}

/** Remembers what a missing table would have to hold. */
function wantColumns(context: CheckContext, relation: string, steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.kind === "select") {
      for (const list of step.list ?? []) {
        for (const item of list.text.includes(hole) ? [] : safeParse(list.text)) {
          if (item.kind === "column") context.wants.column(relation, item.name, null);
        }
      }
    } else if (step.kind === "columns") {
      for (const use of step.columns) {
        if (/^[A-Za-z_]\w*$/.test(use.path.text))
          context.wants.column(relation, use.path.text, use.values);
      }
    } else if (step.kind === "write") {
      const rows = step.rows.kind === "array" ? step.rows.items : [step.rows];
      for (const row of rows) {
        if (row.kind !== "object") continue;
        for (const each of row.properties) context.wants.column(relation, each.name, each.value);
      }
    }
  }
}

function safeParse(text: string): SelectItem[] {
  try {
    return parseSelect(text);
  } catch {
    return [];
  }
}
