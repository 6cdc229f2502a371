import type { Schema } from "switchboard-audit/schema";
import { objectsOf, revokeOf, type SchemaObject } from "./objects.ts";
import type { Item, Mend } from "./report.ts";

/**
 * Compares a live schema with the expected one. It lists everything expected, present or not, with the command that
 * mends it, and everything else in the schemas of this version.
 * @param fromMigration what mends a thing that only its migration makes
 */
export function compareSchemas(
  expected: Schema,
  live: Schema,
  fromMigration: (object: SchemaObject) => Mend | null,
): Item[] {
  const found = new Map(objectsOf(live).map((each) => [keyOf(each), each]));
  const wanted = objectsOf(expected);
  const areAlike =
    Math.floor(expected.server_version / 10_000) === Math.floor(live.server_version / 10_000);
  const isSame = (one: SchemaObject, other: SchemaObject) =>
    one.definition === other.definition ||
    (one.isPrinted && !areAlike && unqualified(one.definition) === unqualified(other.definition));
  const items = wanted.map((object): Item => {
    const { kind, name } = object;
    const other = found.get(keyOf(object));
    if (other === undefined) {
      return { kind, name, state: "missing", detail: null, mend: mendOf(object, fromMigration) };
    }
    if (isSame(object, other)) return { kind, name, state: "present", detail: null, mend: null };
    const detail =
      kind === "function"
        ? "its definition differs"
        : `is ${flat(other.definition)}, expected ${flat(object.definition)}`;
    return { kind, name, state: "different", detail, mend: differenceOf(object, fromMigration) };
  });
  return [...items, ...unexpectedObjects(wanted, found), ...unexpectedGrants(wanted, found)];
}

const keyOf = (object: SchemaObject): string => `${object.kind} ${object.name}`;

/** A definition without what the major versions of Postgres print differently: the tables' names before columns. */
const unqualified = (definition: string): string =>
  definition
    .replaceAll(/\b(?!old\.|new\.)[a-z_0-9]+\.(?=[a-z_"])/gi, "")
    .replaceAll(/[\s()]+/g, " ")
    .trim();

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
  // A person changes an existing column, constraint or key by hand, because its contents decide how.
  const isMadeAnew = !["column", "constraint", "foreign key", "table", "view", "enum"].includes(
    object.kind,
  );
  return isMadeAnew ? mendOf(object, fromMigration) : fromMigration(object);
}

/** Objects that somebody added: they may open what this version closes, or change what is written. */
function unexpectedObjects(
  wanted: readonly SchemaObject[],
  found: ReadonlyMap<string, SchemaObject>,
): Item[] {
  const names = new Set(wanted.map(keyOf));
  const tables = new Set(wanted.filter((each) => each.kind === "table").map((each) => each.name));
  return [...found.values()]
    .filter((object) => !names.has(keyOf(object)) && isOurBusiness(object, tables))
    .map(({ kind, name, drop }) => ({
      kind,
      name,
      state: "unexpected",
      detail: "this version does not make it",
      mend: drop === null ? null : { sql: drop },
    }));
}

/** Objects in other schemas and parts of others' tables are somebody else's, files of any bucket and sign-up aside. */
function isOurBusiness(object: SchemaObject, tables: ReadonlySet<string>): boolean {
  switch (object.kind) {
    case "policy":
    case "trigger":
    case "rule":
      return true;
    case "table":
    case "view":
    case "function":
    case "enum":
    case "domain":
      return /^(public|private)\./.test(object.name);
    case "column":
    case "constraint":
    case "foreign key":
      return tables.has(object.name.split(".").slice(0, 2).join("."));
    case "cron job":
      return /\bprivate\./.test(object.definition);
    default:
      return false;
  }
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

const flat = (text: string): string => `"${text.replaceAll(/\s+/g, " ").trim()}"`;
