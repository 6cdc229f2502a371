import type { GuardedSession, SqlFailure } from "./session.ts";

// Extensions that only a superuser may create: made by audit_emulation.make_extension, which has the same list.
const forSuperusers = [
  "pg_cron",
  "pg_net",
  "supabase_vault",
  "pg_stat_statements",
  "pgtap",
  "moddatetime",
  "autoinc",
  "insert_username",
  "refint",
  "earthdistance",
  "bloom",
];

/** Types of extensions that no npm Postgres brings, by extension. */
const stubbedTypes: Readonly<Record<string, readonly string[]>> = {
  vector: ["vector", "halfvec", "sparsevec"],
  postgis: ["geometry", "geography"],
};

/** Functions of such extensions that constraints and defaults name. They accept everything. */
const stubbedFunctions: Readonly<Record<string, readonly string[]>> = {
  pg_jsonschema: [
    "json_matches_schema(schema json, instance json) returns boolean language sql immutable as 'select true'",
    "jsonb_matches_schema(schema json, instance jsonb) returns boolean language sql immutable as 'select true'",
  ],
  pgmq: [
    ...["create", "create_unlogged", "create_non_partitioned"].map(
      (name) => `${name}(queue_name text) returns void language sql as ''`,
    ),
    "drop_queue(queue_name text) returns boolean language sql as 'select true'",
    "send(queue_name text, msg jsonb, delay integer default 0) returns setof bigint language sql as 'select 1::bigint'",
  ],
};

// Where the platform puts them, whatever the statement says: they make schemas of their own or have a fixed one.
const homes: Readonly<Record<string, string>> = {
  pg_cron: "pg_catalog",
  pg_net: "extensions",
  supabase_vault: "vault",
  pgmq: "pgmq",
};

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Makes an extension, or what stands in for it. `stubbed`: it is not installed, its types hold text. */
export async function createExtension(
  session: GuardedSession,
  name: string,
  schema: string | null,
): Promise<{ outcome: "made" | "stubbed" } | { outcome: "failed"; failure: SqlFailure }> {
  const home = homes[name] ?? schema ?? "extensions";
  if (!(await session.hasExtension(name))) {
    const failure = await runAll(session, standIns(name, home));
    return failure === null ? { outcome: "stubbed" } : { outcome: "failed", failure };
  }
  const failure = await runAll(session, [
    ...(schema === null || Object.hasOwn(homes, name)
      ? []
      : [`create schema if not exists ${quote(schema)}`]),
    forSuperusers.includes(name)
      ? `select audit_emulation.make_extension(${literal(name)}, ${literal(home)})`
      : `create extension if not exists ${quote(name)} schema ${quote(home)} cascade`,
  ]);
  return failure === null ? { outcome: "made" } : { outcome: "failed", failure };
}

function standIns(name: string, home: string): string[] {
  const types = Object.hasOwn(stubbedTypes, name) ? (stubbedTypes[name] ?? []) : [];
  const functions = Object.hasOwn(stubbedFunctions, name) ? (stubbedFunctions[name] ?? []) : [];
  return [
    ...(functions.length === 0 ? [] : [`create schema if not exists ${quote(home)}`]),
    ...types.map(
      (type) => `select audit_emulation.make_text_type(${literal(home)}, ${literal(type)})`,
    ),
    ...functions.map((definition) => `create or replace function ${quote(home)}.${definition}`),
  ];
}

async function runAll(
  session: GuardedSession,
  statements: readonly string[],
): Promise<SqlFailure | null> {
  for (const statement of statements) {
    const failure = await session.run(statement);
    if (failure !== null) return failure;
  }
  return null;
}
