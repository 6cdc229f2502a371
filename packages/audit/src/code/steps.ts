import type ts from "typescript";
import { columnFilters } from "./builders.ts";
import { parseLogic } from "./logic.ts";
import type { ColumnUse, PlacedText, Step } from "./operations.ts";
import type { Places } from "./places.ts";
import { alternatives, type Value } from "./values.ts";

type Evaluate = (node: ts.Expression) => Value;

/** Filters that compare with plain values of the column's type. */
const comparing = new Set(["eq", "neq", "in", "notIn", "is", "isDistinct"]);

/** What one call of a query does; null when it names nothing in the schema. */
export function stepOf(
  name: string,
  call: ts.CallExpression,
  places: Places,
  evaluate: Evaluate,
): Step | null {
  const place = places.of(call.arguments[0] ?? call.expression);
  const [first, second, third] = call.arguments;
  switch (name) {
    case "select": {
      if (first === undefined) return null;
      const list = places.textsWithHoles(evaluate(first));
      return { kind: "select", list, place, isReturning: false };
    }
    case "insert":
    case "update":
    case "upsert":
      if (first === undefined) return null;
      return {
        kind: "write",
        verb: name,
        rows: evaluate(first),
        onConflict: second === undefined ? undefined : onConflictOf(evaluate(second), places),
        place,
      };
    case "delete":
      return { kind: "delete", place: places.of(call.expression) };
    case "match":
      return first === undefined ? null : matchStep(evaluate(first), place, places);
    case "or":
      return first === undefined
        ? null
        : orStep(evaluate(first), relatedOf(second, evaluate, places), place, places);
  }
  if (!columnFilters.has(name) || first === undefined) return null;
  const paths = places.texts(evaluate(first));
  if (paths === null) return { kind: "dynamic", what: `column of ${name}`, place };
  const related = name === "order" ? relatedOf(second, evaluate, places) : null;
  let operator: string | null = name === "order" ? null : name;
  let compared = comparing.has(name) ? second : undefined;
  if (name === "filter" || name === "not") {
    const given = second === undefined ? null : evaluate(second);
    operator = given?.kind === "string" ? given.text.replace(/^not\./, "") : null;
    compared = operator !== null && (operator === "eq" || operator === "neq") ? third : undefined;
  }
  const values = compared === undefined ? null : evaluate(compared);
  return {
    kind: "columns",
    columns: paths.map((path) => ({ path, operator, values, related })),
    place,
  };
}

function onConflictOf(options: Value, places: Places): PlacedText | null | undefined {
  if (options.kind !== "object") return null;
  const given = options.properties.find((each) => each.name === "onConflict");
  if (given === undefined) return options.isComplete ? undefined : null;
  const texts = places.texts(given.value);
  return texts?.length === 1 ? (texts[0] ?? null) : null;
}

function relatedOf(
  node: ts.Expression | undefined,
  evaluate: Evaluate,
  places: Places,
): PlacedText | null {
  const options = node === undefined ? null : evaluate(node);
  if (options?.kind !== "object") return null;
  const given = options.properties.find(
    (each) => each.name === "referencedTable" || each.name === "foreignTable",
  );
  return given === undefined ? null : (places.texts(given.value)?.[0] ?? null);
}

function matchStep(query: Value, place: Step["place"], places: Places): Step {
  const columns: ColumnUse[] = [];
  let isKnown = true;
  for (const option of alternatives(query)) {
    if (option.kind !== "object") {
      isKnown = false;
      continue;
    }
    for (const each of option.properties) {
      columns.push({
        path: places.text({ text: each.name, node: each.node }),
        operator: "eq",
        values: each.value,
        related: null,
      });
    }
  }
  if (!isKnown && columns.length === 0) return { kind: "dynamic", what: "columns of match", place };
  return { kind: "columns", columns, place };
}

function orStep(
  filter: Value,
  related: PlacedText | null,
  place: Step["place"],
  places: Places,
): Step {
  const texts = places.textsWithHoles(filter);
  const columns: ColumnUse[] = [];
  for (const text of texts ?? []) {
    for (const condition of parseLogic(text.text) ?? []) {
      const path: PlacedText = {
        text: condition.column,
        place: text.placeAt(condition.offset),
        placeAt: (offset) => text.placeAt(condition.offset + offset),
      };
      const isComparing = condition.operator === "eq" || condition.operator === "in";
      columns.push({
        path,
        operator: condition.operator,
        values: asValue(condition.values, isComparing, filter),
        related,
      });
    }
  }
  if (columns.length === 0) return { kind: "dynamic", what: "conditions of or", place };
  return { kind: "columns", columns, place };
}

function asValue(values: string[] | null, isComparing: boolean, source: Value): Value | null {
  if (values === null || !isComparing) return null;
  const { node } = source;
  return {
    kind: "array",
    items: values.map((text) => ({ kind: "string", text, node })),
    isComplete: true,
    node,
  };
}
