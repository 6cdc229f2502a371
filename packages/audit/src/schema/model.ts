import { z } from "zod";

/** One column as the API and the checks see it. */
export const Column = z.object({
  name: z.string(),
  /** As Postgres prints it: `timestamp with time zone`, `public.user_role`, `text[]`. */
  type: z.string(),
  /** The enum of the column (or of its elements), `schema.name`. */
  enum_type: z.string().nullable(),
  is_array: z.boolean(),
  is_nullable: z.boolean(),
  /** A default, an identity or a generated value: an insert may leave the column out. */
  has_default: z.boolean(),
  default: z.string().nullable(),
  /** `generated always as identity` and `stored` columns refuse every value. */
  is_generated: z.boolean(),
  comment: z.string().nullable(),
});
export type Column = z.infer<typeof Column>;

const Constraint = z.object({
  name: z.string(),
  kind: z.enum(["check", "unique", "primary key", "exclude"]),
  columns: z.array(z.string()),
  definition: z.string(),
});

/** A table, view, materialised view or foreign table. */
export const Relation = z.object({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(["table", "view", "materialized view", "foreign table"]),
  comment: z.string().nullable(),
  has_rls: z.boolean(),
  /** The partitioned table that this is a part of, `schema.name`; null for every other. */
  partition_of: z.string().nullable(),
  /** The text of a view; null for tables. */
  definition: z.string().nullable(),
  /** `security_invoker=true` and the like, sorted. */
  options: z.array(z.string()),
  /** Its rows are lost after a crash. */
  is_unlogged: z.boolean(),
  columns: z.array(Column),
  constraints: z.array(Constraint),
});
export type Relation = z.infer<typeof Relation>;

export const ForeignKey = z.object({
  name: z.string(),
  schema: z.string(),
  table: z.string(),
  columns: z.array(z.string()),
  target_schema: z.string(),
  target_table: z.string(),
  target_columns: z.array(z.string()),
  /** What happens on the deletion of the target row. */
  on_delete: z.enum(["no action", "restrict", "cascade", "set null", "set default"]),
  definition: z.string(),
});
export type ForeignKey = z.infer<typeof ForeignKey>;

const Index = z.object({
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  is_unique: z.boolean(),
  is_partial: z.boolean(),
  /** Key columns in order; null stands for an expression. */
  columns: z.array(z.string().nullable()),
  definition: z.string(),
});

export const Policy = z.object({
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  command: z.enum(["select", "insert", "update", "delete", "all"]),
  is_permissive: z.boolean(),
  roles: z.array(z.string()),
  using: z.string().nullable(),
  check: z.string().nullable(),
});
export type Policy = z.infer<typeof Policy>;

const Trigger = z.object({
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  is_enabled: z.boolean(),
  definition: z.string(),
});

/** A rewrite rule other than a view's own. */
const Rule = z.object({
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  definition: z.string(),
});

/** A table whose changes a publication sends, such as `supabase_realtime`. */
const PublishedTable = z.object({
  publication: z.string(),
  schema: z.string(),
  table: z.string(),
});

const Argument = z.object({
  name: z.string(),
  type: z.string(),
  enum_type: z.string().nullable(),
  has_default: z.boolean(),
});

export const SqlFunction = z.object({
  schema: z.string(),
  name: z.string(),
  /** Input arguments; a nameless one has the name "". */
  arguments: z.array(Argument),
  /** The argument types as Postgres identifies the function by. */
  signature: z.string(),
  returns: z.string(),
  /** Columns of the rows it returns; null when they are not known (record, scalar, json). */
  returns_columns: z.array(z.string()).nullable(),
  /** The table whose rows it returns, `schema.name`. */
  returns_table: z.string().nullable(),
  is_set: z.boolean(),
  is_definer: z.boolean(),
  is_trigger: z.boolean(),
  language: z.string(),
  settings: z.array(z.string()),
  body: z.string(),
  /** The whole `create or replace function`. */
  definition: z.string(),
  comment: z.string().nullable(),
});
export type SqlFunction = z.infer<typeof SqlFunction>;

const EnumType = z.object({
  schema: z.string(),
  name: z.string(),
  values: z.array(z.string()),
});

/** A type with rules of its own. */
export const DomainType = z.object({
  schema: z.string(),
  name: z.string(),
  /** The type below it, as Postgres prints it. */
  base: z.string(),
  checks: z.array(z.object({ name: z.string(), definition: z.string() })),
  comment: z.string().nullable(),
});
export type DomainType = z.infer<typeof DomainType>;

/** One right of one role on a table, column, sequence, schema or function. */
const Grant = z.object({
  kind: z.enum(["table", "column", "function", "schema", "sequence"]),
  schema: z.string(),
  /** Table or sequence name, function signature, schema name; `table.column` for a column. */
  object: z.string(),
  role: z.string(),
  right: z.string(),
});

const Bucket = z.object({
  id: z.string(),
  public: z.boolean(),
  /** Bytes; null is the project's own limit. */
  file_size_limit: z.int().nullable(),
  allowed_mime_types: z.array(z.string()).nullable(),
});
const CronJob = z.object({
  name: z.string(),
  schedule: z.string(),
  command: z.string(),
  is_active: z.boolean(),
});

/** Everything the audit and the verification know of a database. */
export const Schema = z.object({
  /** As `server_version_num`: 170010. */
  server_version: z.int(),
  schemas: z.array(z.string()),
  relations: z.array(Relation),
  foreign_keys: z.array(ForeignKey),
  indexes: z.array(Index),
  policies: z.array(Policy),
  triggers: z.array(Trigger),
  rules: z.array(Rule),
  published_tables: z.array(PublishedTable),
  functions: z.array(SqlFunction),
  enums: z.array(EnumType),
  domains: z.array(DomainType),
  grants: z.array(Grant),
  extensions: z.array(z.string()),
  buckets: z.array(Bucket),
  cron_jobs: z.array(CronJob),
});
export type Schema = z.infer<typeof Schema>;

/** Schemas that the platform owns: known to the checks, never reported on. */
const platformSchemas: readonly string[] = [
  "auth",
  "storage",
  "realtime",
  "_realtime",
  "vault",
  "extensions",
  "cron",
  "net",
  "graphql",
  "graphql_public",
  "pgbouncer",
  "pgsodium",
  "pgsodium_masks",
  "pgmq",
  "supabase_functions",
  "supabase_migrations",
  "_analytics",
  "_supavisor",
  "audit_emulation",
];

/** Whether a schema is the project's own. */
export function isOwnSchema(name: string): boolean {
  return !platformSchemas.includes(name);
}
