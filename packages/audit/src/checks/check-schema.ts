import type { SchemaFinding, SchemaKind } from "../report.ts";
import { isOwnSchema, type Policy, type Relation, type Schema } from "../schema/model.ts";
import { shortName } from "../schema/names.ts";
import { parseExpression } from "../scratch/split.ts";

const clientRoles = ["anon", "authenticated", "public"];

/**
 * Finds what is doubtful in a schema itself. It skips the platform's schemas.
 * @param used `schema.name` of the relations that the code or a registered row names
 * @param sqlOfCode SQL of the code folder beside the migrations (seeds, queries), which names tables too
 */
export function checkSchema(
  schema: Schema,
  exposed: readonly string[],
  used: ReadonlySet<string>,
  sqlOfCode: string,
): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const add = (kind: SchemaKind, object: string, message: string) =>
    findings.push({ kind, object, message });
  for (const relation of schema.relations) {
    if (isOwnSchema(relation.schema))
      checkRelation(schema, relation, { exposed, used, sqlOfCode }, add);
  }
  for (const policy of schema.policies) {
    if (isOwnSchema(policy.schema) || policy.schema === "storage") checkPolicy(policy, add);
  }
  checkFunctions(schema, exposed, add);
  checkForeignKeys(schema, add);
  return findings;
}

type Add = (kind: SchemaKind, object: string, message: string) => void;

function checkRelation(
  schema: Schema,
  relation: Relation,
  {
    exposed,
    used,
    sqlOfCode,
  }: { exposed: readonly string[]; used: ReadonlySet<string>; sqlOfCode: string },
  add: Add,
): void {
  const name = shortName(relation.schema, relation.name);
  const isExposed = exposed.includes(relation.schema);
  if (relation.kind === "table" && isExposed) {
    const policies = schema.policies.filter(
      (each) => each.schema === relation.schema && each.table === relation.name,
    );
    if (!relation.has_rls) {
      add("table_without_rls", name, "anybody with a key reaches every row that grants allow");
    } else if (
      policies.length === 0 &&
      relation.partition_of === null &&
      isGrantedToClients(schema, relation)
    ) {
      add(
        "rls_without_policy",
        name,
        "clients are granted it and no policy lets them see a row: reads are empty and updates change nothing, without an error",
      );
    }
  }
  const isUsed =
    // A partition is read and written through its parent.
    relation.partition_of !== null ||
    used.has(`${relation.schema}.${relation.name}`) ||
    isNamedInside(schema, relation, sqlOfCode);
  if (!isUsed && relation.kind !== "foreign table") {
    add("unused_table", name, "no code and no function, view, trigger or policy names it");
  }
}

function isGrantedToClients(schema: Schema, relation: Relation): boolean {
  return schema.grants.some(
    (grant) =>
      (grant.kind === "table" || grant.kind === "column") &&
      grant.schema === relation.schema &&
      grant.object.split(".")[0] === relation.name &&
      clientRoles.includes(grant.role) &&
      ["select", "insert", "update", "delete"].includes(grant.right),
  );
}

function isNamedInside(schema: Schema, relation: Relation, sqlOfCode: string): boolean {
  const word = new RegExp(`(?<![\\w.])(?:"?${relation.schema}"?\\.)?"?${relation.name}"?(?!\\w)`);
  return (
    word.test(sqlOfCode) ||
    schema.functions.some((each) => isOwnSchema(each.schema) && word.test(each.body)) ||
    schema.relations.some(
      (each) => each !== relation && each.definition !== null && word.test(each.definition),
    ) ||
    schema.policies.some(
      (each) =>
        each.table !== relation.name && word.test(`${each.using ?? ""} ${each.check ?? ""}`),
    ) ||
    schema.cron_jobs.some((each) => word.test(each.command))
  );
}

function checkPolicy(policy: Policy, add: Add): void {
  const object = `${shortName(policy.schema, policy.table)} "${policy.name}"`;
  const expressions = [policy.using, policy.check].filter((each) => each !== null);
  const isForClients = policy.roles.some((role) => clientRoles.includes(role));
  // Reading may be open to all on purpose (a price list); writing may not.
  const writes = policy.command !== "select";
  if (policy.is_permissive && isForClients && writes) {
    const permission = permissionOf(policy);
    if (permission !== null) {
      add("policy_always_true", object, `lets ${policy.roles.join(", ")} ${permission}`);
    }
  }
  const calls = new Set(expressions.flatMap(unwrappedAuthCalls));
  if (calls.size > 0) {
    add(
      "unwrapped_auth_call",
      object,
      `${[...calls].join(", ")} is called for every row; (select ${[...calls][0]}) is called once`,
    );
  }
}

/** What a policy for writing allows without a condition: USING chooses the rows, WITH CHECK what they may become. */
function permissionOf({ command, using, check }: Policy): string | null {
  const isOpen = (expression: string | null) => expression !== null && isAlwaysTrue(expression);
  if (command === "insert") return isOpen(check) ? "insert every row" : null;
  if (isOpen(using)) return command === "all" ? "write every row" : `${command} every row`;
  if (command === "delete" || !isOpen(check)) return null;
  return command === "all"
    ? "insert every row, and turn their own into anybody's (WITH CHECK is true)"
    : "turn their own rows into anybody's (WITH CHECK is true)";
}

function isAlwaysTrue(expression: string): boolean {
  return /^\(*(?:true|1 = 1|'?t'?::boolean)\)*$/i.test(expression.trim());
}

/** Calls of `auth.…()` and `current_setting()` that no sub-select keeps from running for every row. */
function unwrappedAuthCalls(expression: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    // `(select auth.uid())` runs once; within `exists (select … from …)` it runs for every row.
    if ("SubLink" in node && !readsTables(node.SubLink)) return;
    if ("FuncCall" in node) {
      const name = functionName(node.FuncCall);
      if (/^auth\.(?:uid|jwt|role|email)$/.test(name) || name === "current_setting")
        found.push(`${name}()`);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseExpression(expression));
  return found;
}

function readsTables(link: unknown): boolean {
  return /"fromClause":\[/.test(JSON.stringify(link));
}

function functionName(call: unknown): string {
  if (typeof call !== "object" || call === null || !("funcname" in call)) return "";
  const parts = Array.isArray(call.funcname) ? call.funcname : [];
  return parts
    .map((part: unknown) =>
      typeof part === "object" &&
      part !== null &&
      "String" in part &&
      typeof part.String === "object" &&
      part.String !== null &&
      "sval" in part.String
        ? String(part.String.sval)
        : "",
    )
    .filter((part) => part !== "pg_catalog")
    .join(".");
}

function checkFunctions(schema: Schema, exposed: readonly string[], add: Add): void {
  for (const each of schema.functions) {
    if (!each.is_definer || each.is_trigger || !exposed.includes(each.schema)) continue;
    const roles = schema.grants
      .filter(
        (grant) =>
          grant.kind === "function" &&
          grant.schema === each.schema &&
          grant.object === each.signature &&
          clientRoles.includes(grant.role),
      )
      .map((grant) => grant.role);
    if (roles.length === 0) continue;
    add(
      "definer_function_executable",
      shortName(each.schema, each.signature),
      `runs with its owner's rights for ${[...new Set(roles)].join(", ")}`,
    );
  }
}

function checkForeignKeys(schema: Schema, add: Add): void {
  for (const key of schema.foreign_keys) {
    if (!isOwnSchema(key.schema)) continue;
    const object = `${shortName(key.schema, key.table)} (${key.columns.join(", ")})`;
    const isIndexed = schema.indexes.some(
      (index) =>
        index.schema === key.schema &&
        index.table === key.table &&
        !index.is_partial &&
        key.columns.every((column) => index.columns.slice(0, key.columns.length).includes(column)),
    );
    if (!isIndexed && !hasPartialIndex(schema, key)) {
      add(
        "foreign_key_without_index",
        object,
        `${key.name}: a deletion in ${key.target_table} reads the whole table`,
      );
    }
    if (key.on_delete === "no action") {
      add(
        "foreign_key_without_action",
        object,
        `${key.name}: what becomes of it on a deletion in ${key.target_table} is not said`,
      );
    }
  }
}

/** An index on the rows that have a reference at all serves the deletion as well. */
function hasPartialIndex(schema: Schema, key: Schema["foreign_keys"][number]): boolean {
  return schema.indexes.some(
    (index) =>
      index.schema === key.schema &&
      index.table === key.table &&
      index.is_partial &&
      index.columns[0] === key.columns[0] &&
      new RegExp(`WHERE \\(+${key.columns[0]} IS NOT NULL\\)+$`).test(index.definition),
  );
}
