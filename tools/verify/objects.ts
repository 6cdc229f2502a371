import { isOwnSchema, type Policy, type Relation, type Schema } from "switchboard-audit/schema";
import type { ItemKind } from "./report.ts";

/** One thing of a schema, by a name that is the same in every database. */
export interface SchemaObject {
  kind: ItemKind;
  name: string;
  /** Its definition; compared where both servers print it alike. */
  definition: string;
  /** Whether the text depends on the server's version. */
  isPrinted: boolean;
  /** Makes it, or makes it as expected. Null: only its migration does. */
  sql: string | null;
  /** Removes it where nobody expects it. Null: a person decides, because rows may be lost with it. */
  drop: string | null;
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const full = (schema: string, name: string) => `${quote(schema)}.${quote(name)}`;
/** The roles that the API works as. */
const apiRoles = ["anon", "authenticated", "service_role", "public"];

/** Everything of the project in a schema, each with what makes it. Platform parts are left out. */
export function objectsOf(schema: Schema): SchemaObject[] {
  return [
    ...schema.extensions.map((name) =>
      object("extension", name, "", `create extension if not exists ${quote(name)} cascade;`),
    ),
    ...own(schema.enums).map((each) =>
      object(
        "enum",
        `${each.schema}.${each.name}`,
        each.values.join(", "),
        each.values
          .map(
            (value) =>
              `alter type ${full(each.schema, each.name)} add value if not exists ${literal(value)};`,
          )
          .join("\n"),
      ),
    ),
    ...own(schema.relations).flatMap(relationObjects),
    ...own(schema.foreign_keys).map((each) => {
      const columns = (names: readonly string[]) => names.map(quote).join(", ");
      const definition = `foreign key (${columns(each.columns)}) references ${full(each.target_schema, each.target_table)} (${columns(each.target_columns)})`;
      const sql = `alter table ${full(each.schema, each.table)} add constraint ${quote(each.name)} ${each.definition};`;
      return object(
        "foreign key",
        `${each.schema}.${each.table}.${each.name}`,
        `${definition} on delete ${each.on_delete}`,
        sql,
      );
    }),
    ...own(schema.indexes)
      // Those of constraints are made with them.
      .filter((each) => !isOfConstraint(schema, each))
      .map((each) =>
        printed(
          "index",
          `${each.schema}.${each.name}`,
          each.definition,
          `drop index if exists ${full(each.schema, each.name)}; ${each.definition};`,
        ),
      ),
    ...schema.policies
      .filter((each) => isOwnSchema(each.schema) || each.schema === "storage")
      .map(policyObject),
    ...schema.triggers
      .filter(
        (each) =>
          isOwnSchema(each.schema) ||
          isOwnSchema(/EXECUTE FUNCTION (\w+)\./.exec(each.definition)?.[1] ?? "auth"),
      )
      .map((each) =>
        printed(
          "trigger",
          `${each.schema}.${each.table} ${each.name}`,
          `${each.definition} ${each.is_enabled ? "enabled" : "disabled"}`,
          `${each.definition.replace(/^CREATE (CONSTRAINT )?TRIGGER/, (_, kind = "") => (kind === "" ? "CREATE OR REPLACE TRIGGER" : "CREATE CONSTRAINT TRIGGER"))};\nalter table ${full(each.schema, each.table)} enable trigger ${quote(each.name)};`,
        ),
      ),
    ...own(schema.rules).map((each) =>
      printed(
        "rule",
        `${each.schema}.${each.table} ${each.name}`,
        each.definition,
        each.definition,
      ),
    ),
    ...own(schema.published_tables).map((each) =>
      object(
        "published table",
        `${each.schema}.${each.table} in ${each.publication}`,
        "",
        `alter publication ${quote(each.publication)} add table ${full(each.schema, each.table)};`,
      ),
    ),
    ...own(schema.domains).map((each) =>
      printed(
        "domain",
        `${each.schema}.${each.name}`,
        `${each.base} ${each.checks.map((check) => `${check.name} ${check.definition}`).join(" ")}`,
        null,
      ),
    ),
    ...own(schema.functions).map((each) =>
      object(
        "function",
        `${each.schema}.${each.signature}`,
        functionFacts(each),
        `${each.definition};`,
      ),
    ),
    ...grantObjects(schema),
    ...schema.buckets.map(({ id, public: isPublic, file_size_limit, allowed_mime_types }) =>
      object(
        "bucket",
        id,
        `public ${isPublic}, at most ${file_size_limit ?? "any number of"} bytes, types ${allowed_mime_types?.join(" ") ?? "any"}`,
        `insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values (${literal(id)}, ${literal(id)}, ${isPublic}, ${file_size_limit}, ${allowed_mime_types === null ? "null" : literal(`{${allowed_mime_types.join(",")}}`)}) on conflict (id) do update set public = excluded.public, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;`,
      ),
    ),
    ...schema.cron_jobs.map((each) =>
      object(
        "cron job",
        each.name,
        `${each.schedule} ${each.command} ${each.is_active}`,
        `select cron.schedule(${literal(each.name)}, ${literal(each.schedule)}, ${literal(each.command)});`,
      ),
    ),
  ];
}

function object(
  kind: ItemKind,
  name: string,
  definition: string,
  sql: string | null,
): SchemaObject {
  return { kind, name, definition, isPrinted: false, sql, drop: dropOf(kind, name) };
}

function printed(
  kind: ItemKind,
  name: string,
  definition: string,
  sql: string | null,
): SchemaObject {
  return { ...object(kind, name, definition, sql), isPrinted: true };
}

function dropOf(kind: ItemKind, name: string): string | null {
  const [place = "", ...rest] = name.split(" ");
  const relation = place.split(".").map(quote).join(".");
  switch (kind) {
    case "policy":
      return `drop policy ${rest.join(" ")} on ${relation};`;
    case "trigger":
      return `drop trigger ${quote(rest.join(" "))} on ${relation};`;
    case "rule":
      return `drop rule ${quote(rest.join(" "))} on ${relation};`;
    case "function":
      return `drop function ${name.replace(/^([^.]+)\.([^(]+)\(/, (_, schema, own) => `${quote(schema)}.${own}(`)};`;
    case "cron job":
      return `select cron.unschedule(${literal(name)});`;
    default:
      return null;
  }
}

function own<T extends { schema: string }>(items: readonly T[]): T[] {
  return items.filter((item) => isOwnSchema(item.schema));
}

function relationObjects(relation: Relation): SchemaObject[] {
  const name = `${relation.schema}.${relation.name}`;
  const here = full(relation.schema, relation.name);
  if (relation.definition !== null) {
    const options = relation.options.join(", ");
    return [
      printed(
        "view",
        name,
        relation.definition,
        `create or replace view ${here}${options === "" ? "" : ` with (${options})`} as ${relation.definition}`,
      ),
      object(
        "view",
        `${name} options`,
        options,
        options === "" ? null : `alter view ${here} set (${options});`,
      ),
    ];
  }
  return [
    object(
      "table",
      name,
      relation.is_unlogged ? "unlogged" : "logged",
      `alter table ${here} set logged;`,
    ),
    object(
      "row level security",
      name,
      String(relation.has_rls),
      `alter table ${here} ${relation.has_rls ? "enable" : "disable"} row level security;`,
    ),
    ...relation.columns.map((column) =>
      object(
        "column",
        `${name}.${column.name}`,
        `${column.type}${column.is_nullable ? "" : " not null"}${column.default === null ? "" : ` default ${column.default}`}`,
        `alter table ${here} add column if not exists ${quote(column.name)} ${column.type}${column.default === null || column.is_generated || column.default === "identity" ? "" : ` default ${column.default}`}${column.is_nullable ? "" : " not null"};`,
      ),
    ),
    ...relation.constraints.map((each) =>
      printed(
        "constraint",
        `${name}.${each.name}`,
        each.definition,
        `alter table ${here} add constraint ${quote(each.name)} ${each.definition};`,
      ),
    ),
  ];
}

function isOfConstraint(schema: Schema, index: Schema["indexes"][number]): boolean {
  return schema.relations.some(
    (each) =>
      each.schema === index.schema &&
      each.name === index.table &&
      each.constraints.some((rule) => rule.name === index.name),
  );
}

function policyObject(policy: Policy): SchemaObject {
  const here = full(policy.schema, policy.table);
  const using = policy.using === null ? "" : ` using (${policy.using})`;
  const check = policy.check === null ? "" : ` with check (${policy.check})`;
  const kind = policy.is_permissive ? "permissive" : "restrictive";
  const roles = policy.roles.map((role) => (role === "public" ? role : quote(role))).join(", ");
  const create = `create policy ${quote(policy.name)} on ${here} as ${kind} for ${policy.command} to ${roles}${using}${check};`;
  const sql = `drop policy if exists ${quote(policy.name)} on ${here};\n${create}`;
  return printed("policy", `${policy.schema}.${policy.table} "${policy.name}"`, create, sql);
}

function functionFacts(each: Schema["functions"][number]): string {
  return [
    each.returns,
    each.language,
    each.is_definer ? "security definer" : "",
    each.settings.join(" "),
    each.body,
  ].join("\n");
}

function grantObjects(schema: Schema): SchemaObject[] {
  return own(schema.grants)
    .filter((each) => apiRoles.includes(each.role) && each.right !== "maintain")
    .map((each) => {
      const what = grantTarget(each);
      return object(
        "grant",
        `${grantRight(each)} on ${what} to ${each.role}`,
        "",
        `grant ${grantRight(each)} on ${what} to ${each.role};`,
      );
    });
}

/** Revokes a right that is not expected. */
export function revokeOf(grant: SchemaObject): string {
  return grant.sql?.replace(/^grant /, "revoke ").replace(/ to (\w+);$/, " from $1;") ?? "";
}

function grantRight(grant: Schema["grants"][number]): string {
  return grant.kind === "column"
    ? `${grant.right} (${quote(grant.object.split(".")[1] ?? "")})`
    : grant.right;
}

function grantTarget(grant: Schema["grants"][number]): string {
  switch (grant.kind) {
    case "schema":
      return `schema ${quote(grant.schema)}`;
    case "function":
      return `function ${quote(grant.schema)}.${grant.object}`;
    case "sequence":
      return `sequence ${full(grant.schema, grant.object)}`;
    case "column":
    case "table":
      return `table ${full(grant.schema, grant.object.split(".")[0] ?? "")}`;
  }
}
