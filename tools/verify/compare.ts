import type { Schema } from "../audit/schema/model.ts";
import { objectsOf, revokeOf, type SchemaObject } from "./objects.ts";
import type { Item, Mend } from "./report.ts";

/**
 * Holds a live schema against the expected one: everything expected, present or not, with what mends it, and
 * the rights that clients have beyond it.
 * @param fromMigration what mends a thing that only its migration makes
 */
export function compareSchemas(
  expected: Schema,
  live: Schema,
  fromMigration: (object: SchemaObject) => Mend | null,
): Item[] {
  const keyOf = (each: SchemaObject) => `${each.kind} ${each.name}`;
  const found = new Map(objectsOf(live).map((each) => [keyOf(each), each]));
  const wanted = objectsOf(expected);
  const areAlike =
    Math.floor(expected.server_version / 10_000) === Math.floor(live.server_version / 10_000);
  const items = wanted.map((object): Item => {
    const { kind, name } = object;
    const other = found.get(keyOf(object));
    if (other === undefined) {
      return { kind, name, state: "missing", detail: null, mend: mendOf(object, fromMigration) };
    }
    const isSame = other.definition === object.definition || (object.isPrinted && !areAlike);
    if (isSame) return { kind, name, state: "present", detail: null, mend: null };
    const detail =
      kind === "function"
        ? "its definition differs"
        : `is ${flat(other.definition)}, expected ${flat(object.definition)}`;
    return { kind, name, state: "different", detail, mend: differenceOf(object, fromMigration) };
  });
  return [...items, ...unexpectedGrants(wanted, found)];
}

function mendOf(
  object: SchemaObject,
  fromMigration: (object: SchemaObject) => Mend | null,
): Mend | null {
  const migration = fromMigration(object);
  if (migration !== null && "shell" in migration && migration.shell.includes("db push"))
    return migration;
  return object.sql === null ? migration : { sql: object.sql };
}

function differenceOf(
  object: SchemaObject,
  fromMigration: (object: SchemaObject) => Mend | null,
): Mend | null {
  // An existing column, constraint or key is changed by hand: what it holds decides how.
  const isMadeAnew = !["column", "constraint", "foreign key", "table", "view", "enum"].includes(
    object.kind,
  );
  return isMadeAnew ? mendOf(object, fromMigration) : fromMigration(object);
}

function unexpectedGrants(
  wanted: readonly SchemaObject[],
  found: ReadonlyMap<string, SchemaObject>,
): Item[] {
  const names = new Set(wanted.map((each) => `${each.kind} ${each.name}`));
  const targets = new Set(
    wanted
      .filter((each) => each.kind === "grant" || each.kind === "table" || each.kind === "function")
      .map(targetOf),
  );
  return [...found].flatMap(([key, object]): Item[] => {
    if (object.kind !== "grant" || names.has(key)) return [];
    // Rights on things that this version does not know are somebody else's business.
    if (/ to service_role$/.test(object.name) || !targets.has(targetOf(object))) return [];
    return [
      {
        kind: "grant",
        name: object.name,
        state: "unexpected",
        detail: "clients have a right that this version does not give",
        mend: { sql: revokeOf(object) },
      },
    ];
  });
}

function targetOf(object: SchemaObject): string {
  if (object.kind === "grant")
    return / on (?:table|function|sequence|schema) (.*) to \w+$/.exec(object.name)?.[1] ?? "";
  const [schema = "", ...rest] = object.name.split(".");
  const name = rest.join(".");
  return object.kind === "function" ? `"${schema}".${name}` : `"${schema}"."${name}"`;
}

const flat = (text: string): string => `"${text.replaceAll(/\s+/g, " ").trim().slice(0, 120)}"`;
