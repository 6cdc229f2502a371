import { readFileSync } from "node:fs";
import type { GuardedSession, SqlFailure } from "./session.ts";

// Extensions that only a superuser may create and that reach nothing outside of the database.
const harmless = [
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

// Where the platform puts what names no schema.
const homes: Readonly<Record<string, string>> = {
  pg_cron: "pg_catalog",
  supabase_vault: "vault",
  pgmq: "pgmq",
};

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Makes an extension, or what stands in for it. `stubbed`: it is not installed, its types hold text. */
export async function createExtension(
  session: GuardedSession,
  name: string,
  schema: string | null,
): Promise<{ outcome: "made" | "stubbed" } | { outcome: "failed"; failure: SqlFailure }> {
  if (!(await session.hasExtension(name))) {
    const failure = await stub(session, name, homes[name] ?? schema ?? "extensions");
    return failure === null ? { outcome: "stubbed" } : { outcome: "failed", failure };
  }
  if (schema !== null) await session.run(`create schema if not exists ${quote(schema)}`);
  const home = homes[name] ?? schema;
  const place = home === null ? "" : ` schema ${quote(home)}`;
  const statement = `create extension if not exists ${quote(name)}${place} cascade`;
  // Built anew from name and schema: nothing else of the audited statement reaches the superuser.
  const failure = harmless.includes(name)
    ? await session.runAsSuperuser(statement)
    : await session.run(statement);
  return failure === null ? { outcome: "made" } : { outcome: "failed", failure };
}

async function stub(
  session: GuardedSession,
  name: string,
  schema: string,
): Promise<SqlFailure | null> {
  const types = Object.hasOwn(stubbedTypes, name) ? (stubbedTypes[name] ?? []) : [];
  const template = readFileSync(new URL("./stub-types.sql", import.meta.url), "utf8");
  for (const type of types) {
    const failure = await session.runAsSuperuser(
      `create schema if not exists ${quote(schema)}; set search_path = ${quote(schema)};
      do $stub$ begin if to_regtype('${type}') is null then
      ${template.replaceAll("$1", type).replaceAll("$2", quote(schema))}
      end if; end $stub$; reset search_path`,
    );
    if (failure !== null) return failure;
  }
  const functions = Object.hasOwn(stubbedFunctions, name) ? (stubbedFunctions[name] ?? []) : [];
  for (const definition of functions) {
    const failure = await session.runAsSuperuser(
      `create schema if not exists ${quote(schema)}; grant usage on schema ${quote(schema)} to postgres;
      create or replace function ${quote(schema)}.${definition}`,
    );
    if (failure !== null) return failure;
  }
  return null;
}
