import ts from "typescript";
import type { ColumnUse, PlacedText } from "../code/operations.ts";
import type { Embed, SelectItem } from "../code/select-list.ts";
import { alternatives, hole, type Value } from "../code/values.ts";
import type { Column, Relation } from "../schema/model.ts";
import { shortName } from "../schema/names.ts";
import { allowedValues } from "./allowed-values.ts";
import type { CheckContext, Rows } from "./context.ts";
import { nearest } from "./nearest.ts";

/** The plain column of `"settings"->theme->>color`. */
function columnOf(path: string): string {
  return (path.split(/->>?/)[0] ?? path).trim().replace(/^"(.*)"$/, "$1");
}

/** A column, or a function that PostgREST offers as one. */
function hasColumn(context: CheckContext, rows: Rows, name: string): boolean {
  if (rows.relation === null) return rows.columns.includes(name);
  if (rows.relation.columns.some((column) => column.name === name)) return true;
  return isComputed(context, rows.relation, name);
}

function isComputed(context: CheckContext, relation: Relation, name: string): boolean {
  const type = `${relation.schema}.${relation.name}`;
  return context.index.schema.functions.some(
    (each) => each.name === name && each.arguments.length > 0 && each.arguments[0]?.type === type,
  );
}

export function columnNames(rows: Rows): string[] {
  return rows.relation === null ? rows.columns : rows.relation.columns.map((column) => column.name);
}

export function describe(rows: Rows): string {
  return rows.relation === null
    ? "the function's rows"
    : shortName(rows.relation.schema, rows.relation.name);
}

/** Checks that one of several possible sets of rows has the column; reports against the first. */
export function checkColumn(
  context: CheckContext,
  options: readonly Rows[],
  name: string,
  at: PlacedText["place"],
  value: Value | null = null,
): boolean {
  context.checked++;
  const [first] = options;
  if (first === undefined || name === "" || name.includes(hole)) return false;
  if (options.some((rows) => hasColumn(context, rows, name))) return true;
  if (first.relation !== null) {
    context.wants.column(`${first.relation.schema}.${first.relation.name}`, name, value);
  }
  context.report(
    "missing_column",
    at,
    `${describe(first)} has no column "${name}"`,
    nearest(name, columnNames(first)),
  );
  return false;
}

/** Checks what is compared with or written to a column against its enum or CHECK list. */
export function checkValue(
  context: CheckContext,
  relation: Relation,
  column: Column,
  value: Value,
  at: PlacedText["place"],
): void {
  const allowed = allowedValues(context.index, relation, column);
  if (allowed === null) return;
  for (const each of alternatives(value)) {
    if (each.kind === "array") {
      for (const item of each.items) checkValue(context, relation, column, item, at);
      continue;
    }
    if (each.kind !== "string" && each.kind !== "number") continue;
    if (each.text.includes(hole)) continue;
    context.checked++;
    if (allowed.includes(each.text)) continue;
    context.report(
      "value_not_allowed",
      isLiteral(each) ? context.placeOf(each) : at,
      `${shortName(relation.schema, relation.name)}.${column.name} never holds "${each.text}"; it is one of ${allowed.map((one) => `"${one}"`).join(", ")}`,
      nearest(each.text, allowed),
    );
  }
}

/** Whether the value is written as it is, so that its own place is the one to mend. */
function isLiteral({ node, text }: { node: Value["node"]; text: string }): boolean {
  return "text" in node && node.text === text && node.kind !== ts.SyntaxKind.Identifier;
}

/** The relations that a select list embeds, by the name that filters know them by. */
export type Embedded = Map<string, { embed: Embed; relation: Relation | null }>;

/** Checks a parsed select list and gathers what it embeds. */
export function checkSelect(
  context: CheckContext,
  options: readonly Rows[],
  items: readonly SelectItem[],
  list: PlacedText,
  embedded: Embedded,
  prefix = "",
): void {
  for (const item of items) {
    if (item.kind === "column") {
      const isForeign = options.some(
        (rows) =>
          rows.relation !== null &&
          context.relationships.targets(rows.relation).includes(item.name),
      );
      if (isForeign && !options.some((rows) => hasColumn(context, rows, item.name))) {
        context.report(
          "select_syntax",
          list.placeAt(item.offset),
          `"${item.name}" is a related table: its columns follow in parentheses`,
        );
        continue;
      }
      // `count` alone counts rows, as `count()` does.
      if (item.name === "count" && !options.some((rows) => hasColumn(context, rows, "count")))
        continue;
      checkColumn(context, options, item.name, list.placeAt(item.offset));
    } else if (item.kind === "embed") {
      checkEmbed(context, options, item.embed, list, embedded, prefix);
    }
  }
}

function checkEmbed(
  context: CheckContext,
  options: readonly Rows[],
  embed: Embed,
  list: PlacedText,
  embedded: Embedded,
  prefix: string,
): void {
  const name = `${prefix}${embed.alias ?? embed.target}`;
  const place = list.placeAt(embed.offset);
  const relations = options.flatMap((rows) => (rows.relation === null ? [] : [rows.relation]));
  const [parent] = relations;
  context.checked++;
  if (parent === undefined) {
    embedded.set(name, { embed, relation: null });
    context.cannotTell("embed into a function's rows", place);
    return;
  }
  const resolutions = relations.map((relation) => context.relationships.resolve(relation, embed));
  const found = resolutions.find((each) => each.kind === "found");
  if (found?.kind === "found") {
    const { relation, junction } = found;
    for (const each of junction === null ? [relation] : [relation, junction]) {
      context.used.add(`${each.schema}.${each.name}`);
    }
    embedded.set(name, { embed, relation });
    if (embed.alias !== null) embedded.set(`${prefix}${embed.target}`, { embed, relation });
    const rows: Rows[] = [{ relation, columns: null }];
    checkSelect(context, rows, embed.items, list, embedded, `${name}.`);
    return;
  }
  embedded.set(name, { embed, relation: null });
  const own = shortName(parent.schema, parent.name);
  const [resolution] = resolutions;
  switch (resolution?.kind) {
    case "unknown":
      context.cannotTell(`embed of ${embed.target} through a view`, place);
      break;
    case "no such relation":
      context.report(
        "missing_table",
        place,
        `there is no relation "${embed.target}" to embed in ${own}`,
        nearest(embed.target, context.relationships.targets(parent)) ??
          nearest(
            embed.target,
            context.index.relationsIn(parent.schema).map((each) => each.name),
          ),
      );
      break;
    case "no foreign key": {
      const { relation } = resolution;
      context.used.add(`${relation.schema}.${relation.name}`);
      const by = embed.hint === null ? "" : ` by "${embed.hint}"`;
      context.report(
        "embed_without_foreign_key",
        place,
        `no foreign key${by} connects ${own} and ${embed.target}`,
        embed.hint === null ? null : nearest(embed.hint, hintsOf(context, parent, relation)),
      );
      const rows: Rows[] = [{ relation, columns: null }];
      checkSelect(context, rows, embed.items, list, new Map(), `${name}.`);
      break;
    }
    case "ambiguous":
      context.report(
        "embed_is_ambiguous",
        place,
        `several foreign keys connect ${own} and ${embed.target}; name one: ${resolution.hints.map((hint) => `${embed.target}!${hint}`).join(", ")}`,
      );
      break;
  }
}

function hintsOf(context: CheckContext, parent: Relation, target: Relation): string[] {
  return context.index.schema.foreign_keys
    .filter(
      (key) =>
        [key.table, key.target_table].includes(parent.name) &&
        [key.table, key.target_table].includes(target.name),
    )
    .flatMap((key) => [key.name, ...key.columns]);
}

/** Checks the columns of a filter or an order, also of embedded relations (`author.name`). */
export function checkColumnUses(
  context: CheckContext,
  options: readonly Rows[],
  uses: readonly ColumnUse[],
  embedded: Embedded | null,
): void {
  for (const use of uses) {
    const full = use.related === null ? use.path.text : `${use.related.text}.${use.path.text}`;
    if (full.includes(hole)) {
      context.cannotTell("column", use.path.place);
      continue;
    }
    const aggregate = /^count\(\)|\.(?:sum|avg|count|max|min)\(\)$/.test(full);
    const embedOrder = /^([^()]+)\(([^()]+)\)$/.exec(full); // order("author(name)")
    const path = embedOrder === null ? full : `${embedOrder[1]}.${embedOrder[2]}`;
    if (aggregate) continue;
    const own = path.split(/->>?/)[0] ?? path;
    const dot = own.startsWith('"') ? -1 : own.lastIndexOf(".");
    if (dot > 0) {
      checkEmbeddedColumn(context, options, use, path.slice(0, dot), path.slice(dot + 1), embedded);
      continue;
    }
    const name = columnOf(path);
    // `is(author, null)` on an embed: keeps rows without one.
    if (embedded?.has(name) === true) continue;
    if (!checkColumn(context, options, name, use.path.place, use.values)) continue;
    if (use.values === null || path !== own || use.operator === "is") continue;
    const [only, ...others] = options;
    const column = only?.relation?.columns.find((each) => each.name === name);
    if (only?.relation && column !== undefined && others.length === 0) {
      checkValue(context, only.relation, column, use.values, valuePlace(use));
    }
  }
}

function valuePlace(use: ColumnUse): PlacedText["place"] {
  return use.path.place;
}

function checkEmbeddedColumn(
  context: CheckContext,
  options: readonly Rows[],
  use: ColumnUse,
  relationPath: string,
  columnPath: string,
  embedded: Embedded | null,
): void {
  if (embedded === null) {
    context.cannotTell("column of an embedded relation", use.path.place);
    return;
  }
  const found = embedded.get(relationPath);
  if (found === undefined) {
    context.checked++;
    const [rows] = options;
    context.report(
      "embed_not_selected",
      use.related?.place ?? use.path.place,
      `the select list of ${rows === undefined ? "the query" : describe(rows)} does not embed "${relationPath}"`,
      nearest(relationPath, embedded.keys()),
    );
    return;
  }
  if (found.relation === null) return;
  const rows: Rows[] = [{ relation: found.relation, columns: null }];
  const name = columnOf(columnPath);
  if (!checkColumn(context, rows, name, use.path.place) || use.values === null) return;
  const column = found.relation.columns.find((each) => each.name === name);
  if (column !== undefined && columnPath === name) {
    checkValue(context, found.relation, column, use.values, use.path.place);
  }
}
