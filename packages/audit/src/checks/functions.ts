import type { QueryTarget } from "../code/operations.ts";
import { alternatives, hole, type ObjectValue, type Value } from "../code/values.ts";
import type { SqlFunction } from "../schema/model.ts";
import { shortName } from "../schema/names.ts";
import type { CheckContext, Rows } from "./context.ts";
import { nearest } from "./nearest.ts";

/** Checks the name and the arguments of an `rpc`, and tells which rows it returns; null when unknown. */
export function checkRpc(
  context: CheckContext,
  target: QueryTarget,
  args: Value | null,
  hasArgs: boolean,
): Rows[] | null {
  if (target.names === null || target.schema === null) {
    context.cannotTell("function of rpc", target.place);
    return null;
  }
  const rows: Rows[] = [];
  for (const name of target.names) {
    context.checked++;
    const callable = context.index.schema.functions.filter(
      (each) => each.schema === target.schema && !each.is_trigger,
    );
    const overloads = callable.filter((each) => each.name === name.text);
    const [first] = overloads;
    if (first === undefined) {
      context.report(
        "missing_function",
        name.place,
        `there is no function ${shortName(target.schema, name.text)}`,
        nearest(
          name.text,
          callable.map((each) => each.name),
        ),
      );
      continue;
    }
    // `rpc(a ? "x" : "y", a ? {…} : {…})`: which arguments go with which name is not known.
    const isOnly = target.names.length === 1;
    if (isOnly) checkArguments(context, overloads, args, hasArgs, name.place);
    const returned = rowsOf(context, first);
    if (returned !== null && overloads.length === 1) rows.push(returned);
  }
  return rows.length === target.names.length ? rows : null;
}

function rowsOf(context: CheckContext, called: SqlFunction): Rows | null {
  if (called.returns_table !== null) {
    const [schema = "", table = ""] = called.returns_table.split(".");
    const relation = context.index.relation(schema, table);
    if (relation !== undefined) return { relation, columns: null };
  }
  return called.returns_columns === null
    ? null
    : { relation: null, columns: called.returns_columns };
}

function checkArguments(
  context: CheckContext,
  overloads: readonly SqlFunction[],
  args: Value | null,
  hasArgs: boolean,
  place: QueryTarget["place"],
): void {
  // A single unnamed argument takes the whole body.
  if (overloads.some((each) => each.arguments.length === 1 && each.arguments[0]?.name === ""))
    return;
  const objects: ObjectValue[] = [];
  if (!hasArgs) {
    for (const each of overloads) if (missingOf(each, []).length === 0) return;
    const [first] = overloads;
    if (first !== undefined) reportOmitted(context, first, missingOf(first, []), place);
    return;
  }
  for (const each of args === null ? [] : alternatives(args))
    if (each.kind === "object") objects.push(each);
  if (objects.length === 0) {
    const isEmpty = args?.kind === "undefined";
    if (!isEmpty) context.cannotTell("arguments of rpc", place);
    return;
  }
  for (const object of objects) checkObject(context, overloads, object, place);
}

function checkObject(
  context: CheckContext,
  overloads: readonly SqlFunction[],
  object: ObjectValue,
  place: QueryTarget["place"],
): void {
  const given = object.properties.filter((each) => each.value.kind !== "undefined");
  const names = given.map((each) => each.name);
  context.checked += Math.max(names.length, 1);
  const unknownOf = (each: SqlFunction) =>
    given.filter((property) => !each.arguments.some((argument) => argument.name === property.name));
  const fits = overloads.find(
    (each) =>
      unknownOf(each).length === 0 && (!object.isComplete || missingOf(each, names).length === 0),
  );
  if (fits !== undefined) {
    checkEnums(context, fits, object);
    return;
  }
  const [best] = [...overloads].sort((a, b) => unknownOf(a).length - unknownOf(b).length);
  if (best === undefined) return;
  const unknown = unknownOf(best);
  for (const property of unknown) {
    context.report(
      "missing_argument",
      context.placeOf(property),
      `${shortName(best.schema, best.name)} has no argument "${property.name}"`,
      nearest(
        property.name,
        best.arguments.map((argument) => argument.name),
      ),
    );
  }
  if (unknown.length === 0) reportOmitted(context, best, missingOf(best, names), place);
}

function missingOf(called: SqlFunction, names: readonly string[]): string[] {
  return called.arguments
    .filter((argument) => !argument.has_default && !names.includes(argument.name))
    .map((argument) => argument.name);
}

function reportOmitted(
  context: CheckContext,
  called: SqlFunction,
  missing: readonly string[],
  place: QueryTarget["place"],
): void {
  context.report(
    "omitted_argument",
    place,
    `${shortName(called.schema, called.name)} is called without ${missing.map((name) => `"${name}"`).join(", ")}`,
  );
}

function checkEnums(context: CheckContext, called: SqlFunction, object: ObjectValue): void {
  for (const property of object.properties) {
    const argument = called.arguments.find((each) => each.name === property.name);
    const allowed = context.index.enumValues(argument?.enum_type ?? null);
    if (allowed === null) continue;
    for (const value of alternatives(property.value)) {
      if (value.kind !== "string" || value.text.includes(hole) || allowed.includes(value.text))
        continue;
      context.report(
        "value_not_allowed",
        context.placeOf(property),
        `the argument "${property.name}" of ${shortName(called.schema, called.name)} is one of ${allowed.map((one) => `"${one}"`).join(", ")}, not "${value.text}"`,
        nearest(value.text, allowed),
      );
    }
  }
}
