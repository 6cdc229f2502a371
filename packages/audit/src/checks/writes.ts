import type { Step } from "../code/operations.ts";
import { alternatives, type ObjectValue, type Value } from "../code/values.ts";
import type { Relation } from "../schema/model.ts";
import { shortName } from "../schema/names.ts";
import { checkColumn, checkValue } from "./columns.ts";
import type { CheckContext, Rows } from "./context.ts";

type Write = Extract<Step, { kind: "write" }>;

/** Checks the keys and values of `insert`, `update` and `upsert`, and what an upsert conflicts on. */
export function checkWrite(context: CheckContext, options: readonly Rows[], write: Write): void {
  const rows = rowsOf(write.rows);
  if (rows.objects.length === 0) context.cannotTell(`rows of ${write.verb}`, write.place);
  for (const row of rows.objects) {
    // JSON leaves out a key without a value; the array form names every key in `?columns=`.
    const isAlone = !rows.listed.has(row);
    const sent = isAlone
      ? row.properties.filter((each) => !isUndefined(each.value))
      : row.properties;
    checkRow(context, options, { ...row, properties: sent }, write);
  }
  const [only, ...others] = options;
  if (write.verb === "upsert" && only?.relation && others.length === 0) {
    checkConflict(context, only.relation, write);
  }
}

function rowsOf(value: Value): { objects: ObjectValue[]; listed: Set<ObjectValue> } {
  const objects: ObjectValue[] = [];
  const listed = new Set<ObjectValue>();
  for (const each of alternatives(value)) {
    if (each.kind === "object") objects.push(each);
    if (each.kind !== "array") continue;
    for (const row of each.items.flatMap((item) => rowsOf(item).objects)) {
      objects.push(row);
      listed.add(row);
    }
  }
  return { objects, listed };
}

const isUndefined = (value: Value): boolean => value.kind === "undefined";

function checkRow(
  context: CheckContext,
  options: readonly Rows[],
  row: ObjectValue,
  write: Write,
): void {
  const [only, ...others] = options;
  const relation = others.length === 0 ? only?.relation : null;
  for (const property of row.properties) {
    const place = context.placeOf(property);
    if (!checkColumn(context, options, property.name, place, property.value)) continue;
    const column = relation?.columns.find((each) => each.name === property.name);
    if (relation === null || relation === undefined || column === undefined) continue;
    if (column.is_generated && property.value.kind !== "undefined") {
      context.report(
        "generated_column_written",
        place,
        `${shortName(relation.schema, relation.name)}.${column.name} is generated and takes no value`,
      );
    }
    checkValue(context, relation, column, property.value, place);
  }
  if (relation && relation.kind === "table") checkOmitted(context, relation, row, write);
}

function checkOmitted(
  context: CheckContext,
  relation: Relation,
  row: ObjectValue,
  write: Write,
): void {
  const name = shortName(relation.schema, relation.name);
  for (const column of relation.columns) {
    if (column.is_nullable || (column.has_default && write.verb !== "update")) continue;
    const given = row.properties.filter((each) => each.name === column.name);
    const isNull = given.length === 1 && given[0]?.value.kind === "null" && given[0].isCertain;
    if (isNull && given[0] !== undefined && !isFilledByTrigger(context, relation, column.name)) {
      context.report(
        "omitted_not_null",
        context.placeOf(given[0]),
        `${name}.${column.name} takes no null`,
      );
    }
    if (write.verb === "update" || !row.isComplete) continue;
    context.checked++;
    const isGiven = given.some((each) => !(each.value.kind === "undefined" && each.isCertain));
    if (isGiven || isFilledByTrigger(context, relation, column.name)) continue;
    context.report(
      "omitted_not_null",
      context.placeOf(row),
      `the ${write.verb} into ${name} leaves out "${column.name}", which takes no null and has no default`,
    );
  }
}

/** Whether some BEFORE INSERT trigger sets the column, so that a client may leave it out. */
function isFilledByTrigger(context: CheckContext, relation: Relation, column: string): boolean {
  const { triggers, functions } = context.index.schema;
  return triggers.some((trigger) => {
    if (trigger.schema !== relation.schema || trigger.table !== relation.name) return false;
    if (!/ BEFORE .*INSERT/i.test(trigger.definition)) return false;
    const called = /EXECUTE FUNCTION (?:"?([\w]+)"?\.)?"?(\w+)"?\(/i.exec(trigger.definition);
    const body = functions.find(
      (each) => each.name === called?.[2] && (called[1] === undefined || each.schema === called[1]),
    )?.body;
    return body !== undefined && setsColumn(body, column);
  });
}

/** `new.x := …`, `new.x = …` as a statement, `select … into new.x from …`, or a whole new row. */
function setsColumn(body: string, column: string): boolean {
  const code = body.replaceAll(/--[^\n]*/g, "");
  const field = new RegExp(`\\bnew\\."?${column}"?(?!\\w)`, "i");
  const assigned = new RegExp(`(?:^|;|\\b(?:begin|then|else|loop))\\s*${field.source}\\s*:?=`, "i");
  if (assigned.test(code) || /\bnew\s*:=/i.test(code)) return true;
  const targets = code.matchAll(/\binto\s+(?:strict\s+)?([^;]*?)(?:\bfrom\b|;)/gi);
  return [...targets].some(([, target = ""]) => field.test(target));
}

function checkConflict(context: CheckContext, relation: Relation, write: Write): void {
  if (write.onConflict === null) {
    context.cannotTell("onConflict", write.place);
    return;
  }
  context.checked++;
  const name = shortName(relation.schema, relation.name);
  if (write.onConflict === undefined) {
    const hasKey = relation.constraints.some((each) => each.kind === "primary key");
    if (hasKey || relation.kind !== "table") return;
    context.report(
      "upsert_without_unique",
      write.place,
      `${name} has no primary key, so the upsert must name a unique column in onConflict`,
    );
    return;
  }
  const conflict = write.onConflict;
  const columns = conflict.text.split(",").map((column) => column.trim().replace(/^"(.*)"$/, "$1"));
  const rows: Rows[] = [{ relation, columns: null }];
  const areThere = columns.map((column) => checkColumn(context, rows, column, conflict.place));
  if (areThere.includes(false)) return;
  if (relation.kind !== "table" || hasUnique(context, relation, columns)) return;
  context.wants.unique(`${relation.schema}.${relation.name}`, columns);
  context.report(
    "upsert_without_unique",
    conflict.place,
    `${name} has no unique constraint on exactly (${columns.join(", ")})`,
    nearestUnique(context, relation, columns),
  );
}

function uniquesOf(context: CheckContext, relation: Relation): string[][] {
  return context.index.schema.indexes.flatMap((index) => {
    if (index.schema !== relation.schema || index.table !== relation.name) return [];
    if (!index.is_unique || index.is_partial) return [];
    const columns = index.columns.filter((column) => column !== null);
    return columns.length === index.columns.length ? [columns] : [];
  });
}

function hasUnique(context: CheckContext, relation: Relation, columns: readonly string[]): boolean {
  return uniquesOf(context, relation).some(
    (unique) => unique.length === columns.length && columns.every((each) => unique.includes(each)),
  );
}

function nearestUnique(
  context: CheckContext,
  relation: Relation,
  columns: readonly string[],
): string | null {
  const shared = uniquesOf(context, relation)
    .map((unique) => ({ unique, common: unique.filter((each) => columns.includes(each)).length }))
    .sort((a, b) => b.common - a.common);
  const [best] = shared;
  return best === undefined || best.common === 0 ? null : best.unique.join(",");
}
