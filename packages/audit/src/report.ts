import type { Place } from "./code/operations.ts";
import type { AppliedMigrations } from "./scratch/apply.ts";

/** What the code uses and the database lacks. Exit code 1. */
export type MissingKind =
  | "missing_schema"
  | "schema_not_exposed"
  | "missing_table"
  | "missing_column"
  | "column_not_selected"
  | "missing_function"
  | "missing_argument"
  | "omitted_argument"
  | "missing_bucket"
  | "missing_edge_function"
  | "value_not_allowed"
  | "upsert_without_unique"
  | "embed_without_foreign_key"
  | "embed_is_ambiguous"
  | "embed_not_selected"
  | "omitted_not_null"
  | "generated_column_written"
  | "select_syntax";

/** What is doubtful in the schema itself. */
export type SchemaKind =
  | "table_without_rls"
  | "rls_without_policy"
  | "policy_always_true"
  | "unwrapped_auth_call"
  | "definer_function_executable"
  | "foreign_key_without_index"
  | "foreign_key_without_action"
  | "unused_table";

export interface CodeFinding {
  kind: MissingKind;
  place: Place;
  message: string;
  /** The nearest name that exists; null when none is near. */
  nearest: string | null;
  /** What explains it: a file that makes it and was not applied. */
  hint: string | null;
}

export interface SchemaFinding {
  kind: SchemaKind;
  /** `schema.table`, or what is meant within it. */
  object: string;
  message: string;
}

/** How many there are in the project's own schemas. */
export interface Totals {
  tables: number;
  views: number;
  columns: number;
  indexes: number;
  functions: number;
  triggers: number;
  policies: number;
  migrations: number;
  references_checked: number;
  references_dynamic: number;
  source_files: number;
}

/** Places that only a run would tell. */
export interface DynamicPlace {
  place: Place;
  what: string;
}

export interface AuditReport {
  code: CodeFinding[];
  schema: SchemaFinding[];
  dynamic: DynamicPlace[];
  /** Null for a live database. */
  migrations: AppliedMigrations | null;
  totals: Totals;
  /** Files that were left out because they are larger than a source is, or minified. */
  skipped_files: string[];
  /** Folders that were left out as output of a build. */
  skipped_folders: string[];
  /** Folders that were left out because they have migrations, and so a database, of their own. */
  skipped_projects: string[];
  /** SQL files beside the migrations that are none by their names. */
  skipped_migrations: string[];
}

/** 1 when something is missing or a migration failed, else 0. */
export function exitCode(report: AuditReport): 0 | 1 {
  const hasFailed = report.migrations?.reports.some((each) => each.outcome === "failed") === true;
  return report.code.length > 0 || hasFailed ? 1 : 0;
}
