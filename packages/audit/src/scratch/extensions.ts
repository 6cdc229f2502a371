import type { GuardedSession, SqlFailure } from "./session.ts";
import { notForStrangers, standIns } from "./stand-ins.ts";

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

// Where the platform puts them, whatever the statement says: they make schemas of their own or have a fixed one.
const homes: Readonly<Record<string, string>> = {
  pg_cron: "pg_catalog",
  pg_net: "extensions",
  supabase_vault: "vault",
  pgmq: "pgmq",
};

const isMade = "select name as value from audit_emulation.stand_ins where name = $1";
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Makes an extension where Postgres would, or what stands in for it. `stubbed`: it is not installed, its types hold text. */
export async function createExtension(
  session: GuardedSession,
  name: string,
  schema: string | null,
): Promise<{ outcome: "made" | "stubbed" } | { outcome: "failed"; failure: SqlFailure }> {
  const current = await session.value("select current_schema() as value");
  const home = homes[name] ?? schema ?? current ?? "extensions";
  if (notForStrangers.includes(name) || !(await session.hasExtension(name))) {
    if (await session.value(isMade, [name])) return { outcome: "stubbed" };
    const failure = await runAll(session, [
      ...standIns(name, home),
      `insert into audit_emulation.stand_ins (name) values (${literal(name)})`,
    ]);
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
