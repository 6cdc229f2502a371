import type { Node } from "libpg-query";
import type { Statement } from "./split.ts";

/** How the scratch database treats a statement. */
export type Treatment =
  | { kind: "run"; text: string }
  /** Skipped, with the reason; harmless for the schema. */
  | { kind: "skip"; reason: string }
  | { kind: "role"; name: string }
  | { kind: "membership"; granted: string[]; members: string[] }
  /** The platform lets `postgres` drop triggers of its tables, which ownership here does not. */
  | { kind: "drop trigger"; name: string; table: string }
  /** A statement of the file that ends the transaction in which it is applied. */
  | { kind: "commit" | "rollback" }
  | { kind: "extension"; name: string; schema: string | null }
  /** Never run; counts as a failure. */
  | { kind: "refuse"; reason: string };

const builtInAccessMethods = ["btree", "hash", "gist", "gin", "spgist", "brin"];

/** Decides by the syntax tree, so that no spelling gets around it; Postgres' own rights stand behind it. */
export function treatmentOf({ node, text }: Statement): Treatment {
  if (node === null) return { kind: "run", text };
  if ("TransactionStmt" in node) {
    if (node.TransactionStmt.kind === "TRANS_STMT_COMMIT") return { kind: "commit" };
    if (node.TransactionStmt.kind === "TRANS_STMT_ROLLBACK") return { kind: "rollback" };
    return { kind: "skip", reason: "emulated: every file is applied in a transaction" };
  }
  if ("VariableSetStmt" in node && node.VariableSetStmt.name === "session_replication_role") {
    return { kind: "skip", reason: "emulated: triggers stay on, which the schema does not show" };
  }
  return (
    roleTreatment(node) ??
    extensionTreatment(node) ??
    publicationTreatment(node) ??
    platformTriggerTreatment(node) ??
    dangerousTreatment(node) ?? { kind: "run", text: withoutConcurrently(node, text) }
  );
}

/** A file is one transaction, in which no index can be built or dropped beside others' work. */
function withoutConcurrently(node: Node, text: string): string {
  const isConcurrent =
    ("IndexStmt" in node && node.IndexStmt.concurrent) ||
    ("DropStmt" in node && node.DropStmt.concurrent);
  return isConcurrent ? text.replace(/\bconcurrently\b/i, "") : text;
}

function roleTreatment(node: Node): Treatment | null {
  if ("CreateRoleStmt" in node) return { kind: "role", name: node.CreateRoleStmt.role ?? "" };
  if ("AlterRoleStmt" in node || "AlterRoleSetStmt" in node || "DropRoleStmt" in node) {
    return { kind: "skip", reason: "emulated: the scratch keeps the platform's roles as they are" };
  }
  if ("GrantRoleStmt" in node) {
    const { granted_roles, grantee_roles, is_grant } = node.GrantRoleStmt;
    if (!is_grant) return { kind: "skip", reason: "emulated: a membership is not taken away" };
    return {
      kind: "membership",
      granted: (granted_roles ?? []).flatMap((each) =>
        "AccessPriv" in each ? [each.AccessPriv.priv_name ?? ""] : [],
      ),
      members: (grantee_roles ?? []).flatMap((each) =>
        "RoleSpec" in each ? [each.RoleSpec.rolename ?? ""] : [],
      ),
    };
  }
  if ("AlterDefaultPrivilegesStmt" in node) {
    const isForOthers = (node.AlterDefaultPrivilegesStmt.options ?? []).some(
      (each) =>
        "DefElem" in each &&
        each.DefElem.defname === "roles" &&
        JSON.stringify(each.DefElem.arg ?? null).match(/"rolename":"(?!postgres")/) !== null,
    );
    if (isForOthers) return { kind: "skip", reason: "emulated: default rights of another role" };
  }
  return null;
}

function extensionTreatment(node: Node): Treatment | null {
  if ("CreateExtensionStmt" in node) {
    let schema: string | null = null;
    for (const option of node.CreateExtensionStmt.options ?? []) {
      if (!("DefElem" in option) || option.DefElem.defname !== "schema") continue;
      const { arg } = option.DefElem;
      if (arg !== undefined && "String" in arg) schema = arg.String.sval ?? null;
    }
    return { kind: "extension", name: node.CreateExtensionStmt.extname ?? "", schema };
  }
  const isOther =
    "AlterExtensionStmt" in node ||
    "AlterExtensionContentsStmt" in node ||
    ("DropStmt" in node && node.DropStmt.removeType === "OBJECT_EXTENSION") ||
    ("CommentStmt" in node && node.CommentStmt.objtype === "OBJECT_EXTENSION");
  return isOther ? { kind: "skip", reason: "emulated: extensions stay as they are" } : null;
}

function publicationTreatment(node: Node): Treatment | null {
  if ("CreatePublicationStmt" in node && node.CreatePublicationStmt.for_all_tables) {
    return { kind: "skip", reason: "emulated: a publication of all tables needs a superuser" };
  }
  if (
    "CreatePublicationStmt" in node &&
    node.CreatePublicationStmt.pubname === "supabase_realtime"
  ) {
    return { kind: "skip", reason: "emulated: the platform's publication exists" };
  }
  if (
    "DropStmt" in node &&
    node.DropStmt.removeType === "OBJECT_PUBLICATION" &&
    JSON.stringify(node.DropStmt.objects).includes('"supabase_realtime"')
  ) {
    return { kind: "skip", reason: "emulated: the platform's publication stays" };
  }
  return null;
}

function platformTriggerTreatment(node: Node): Treatment | null {
  if (!("DropStmt" in node) || node.DropStmt.removeType !== "OBJECT_TRIGGER") return null;
  const [object] = node.DropStmt.objects ?? [];
  if (object === undefined || !("List" in object)) return null;
  const [schema, table, name] = (object.List.items ?? []).map((item) =>
    "String" in item ? item.String.sval : undefined,
  );
  if (schema !== "auth" || table === undefined || name === undefined) return null;
  return { kind: "drop trigger", name, table };
}

function dangerousTreatment(node: Node): Treatment | null {
  if ("IndexStmt" in node) {
    const method = node.IndexStmt.accessMethod ?? "btree";
    if (!builtInAccessMethods.includes(method)) {
      return { kind: "skip", reason: `emulated: an index by ${method}, which is not installed` };
    }
  }
  if ("AlterSystemStmt" in node) return { kind: "refuse", reason: "ALTER SYSTEM" };
  if ("DropdbStmt" in node || "CreatedbStmt" in node || "AlterDatabaseStmt" in node) {
    return { kind: "refuse", reason: "databases are not made, changed or dropped" };
  }
  if ("CopyStmt" in node && (node.CopyStmt.is_program || node.CopyStmt.filename !== undefined)) {
    return { kind: "refuse", reason: "COPY reaches programs and files of the server" };
  }
  if ("LoadStmt" in node) return { kind: "refuse", reason: "libraries are not loaded" };
  if ("CreateSubscriptionStmt" in node) return { kind: "refuse", reason: "subscriptions connect" };
  if ("CreateEventTrigStmt" in node || "AlterEventTrigStmt" in node) {
    return { kind: "skip", reason: "emulated: an event trigger needs a superuser" };
  }
  return null;
}
