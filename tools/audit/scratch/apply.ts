import { createExtension } from "./extensions.ts";
import type { MigrationFile } from "./migration-files.ts";
import type { Platform } from "./scratch.ts";
import { GuardedSession, type SqlFailure } from "./session.ts";
import { loadParser, type Statement, splitStatements } from "./split.ts";
import { type Treatment, treatmentOf } from "./treatment.ts";

/** A statement that was not simply carried out. */
export interface StatementReport {
  outcome: "failed" | "emulated" | "stubbed";
  file: string;
  line: number;
  /** Its first line, at most 120 characters. */
  statement: string;
  /** SQLSTATE, `refused` by us, or `stopped` by a limit; null when it is no failure. */
  code: string | null;
  reason: string;
}

export interface AppliedMigrations {
  files: number;
  statements: number;
  reports: StatementReport[];
  /** Extensions that are not installed here. */
  stubbed_extensions: string[];
  /** Strict only: the file that stopped the run, rolled back as a whole. */
  stopped_at: string | null;
}

export interface ApplyOptions {
  /** Stop at the first failure and roll its file back, as `supabase db push` does. */
  strict: boolean;
  /** How long one statement may run; 60 s if not said. */
  statementLimitMs?: number;
  onFile?: (name: string) => void;
}

/**
 * Applies migration files to the scratch, each statement on its own, so that one that fails hides no other.
 * Never throws for what a file does: it ends up in the reports.
 */
export async function applyMigrations(
  scratch: Pick<Platform, "url" | "superuser_url">,
  files: readonly MigrationFile[],
  options: ApplyOptions,
): Promise<AppliedMigrations> {
  await loadParser();
  const session = await GuardedSession.open(
    scratch.url,
    scratch.superuser_url,
    options.statementLimitMs ?? 60_000,
  );
  const result: AppliedMigrations = {
    files: 0,
    statements: 0,
    reports: [],
    stubbed_extensions: [],
    stopped_at: null,
  };
  try {
    for (const file of files) {
      options.onFile?.(file.name);
      const isWhole = await applyFile(session, file, options.strict, result);
      result.files++;
      if (!isWhole && options.strict) {
        result.stopped_at = file.name;
        break;
      }
    }
    return result;
  } finally {
    await session.close();
  }
}

async function applyFile(
  session: GuardedSession,
  file: MigrationFile,
  strict: boolean,
  result: AppliedMigrations,
): Promise<boolean> {
  let isWhole = true;
  if (strict) await session.run("begin");
  for (const statement of splitStatements(file.sql)) {
    result.statements++;
    const report = await applyStatement(session, statement, result);
    if (report === null) continue;
    result.reports.push({
      file: file.name,
      line: statement.line,
      statement: statement.text.split("\n", 1)[0]?.slice(0, 120) ?? "",
      ...report,
    });
    if (report.outcome !== "failed") continue;
    isWhole = false;
    if (strict) break;
  }
  if (strict) await session.run(isWhole ? "commit" : "rollback");
  // What a file sets for its session ends with it. A session that is gone has nothing to reset.
  for (const reset of ["reset session authorization", "reset role", "reset all"]) {
    await session.run(reset);
  }
  return isWhole;
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

type Verdict = Pick<StatementReport, "outcome" | "code" | "reason"> | null;

async function applyStatement(
  session: GuardedSession,
  statement: Statement,
  result: AppliedMigrations,
): Promise<Verdict> {
  const treatment = treatmentOf(statement);
  switch (treatment.kind) {
    case "skip":
      return { outcome: "emulated", code: null, reason: treatment.reason };
    case "refuse":
      return { outcome: "failed", code: "refused", reason: `refused: ${treatment.reason}` };
    case "run":
      return verdictOf(await session.run(withoutStubbedModifiers(treatment.text, result)), null);
    case "drop trigger": {
      const [name, schema, table] = [treatment.name, treatment.schema, treatment.table].map(quote);
      return verdictOf(
        await session.runAsSuperuser(`drop trigger if exists ${name} on ${schema}.${table}`),
        "emulated: the platform lets postgres drop triggers of its tables",
      );
    }
    case "role":
    case "membership":
      return emulateRole(session, treatment);
    case "extension": {
      const made = await createExtension(session, treatment.name, treatment.schema);
      if (made.outcome === "failed") return verdictOf(made.failure, null);
      if (made.outcome === "made") return null;
      if (!result.stubbed_extensions.includes(treatment.name)) {
        result.stubbed_extensions.push(treatment.name);
      }
      return {
        outcome: "stubbed",
        code: null,
        reason: `the extension ${treatment.name} is not installed here`,
      };
    }
  }
}

/** Type modifiers of PostGIS are words, which a stand-in's type cannot take: `geography(point, 4326)`. */
function withoutStubbedModifiers(text: string, result: AppliedMigrations): string {
  if (!result.stubbed_extensions.includes("postgis")) return text;
  return text.replaceAll(/\b(geometry|geography)\s*\(\s*[a-z]+\s*(?:,\s*\d+\s*)?\)/gi, "$1");
}

function verdictOf(failure: SqlFailure | null, emulation: string | null): Verdict {
  if (failure !== null) return { outcome: "failed", code: failure.code, reason: failure.message };
  return emulation === null ? null : { outcome: "emulated", code: null, reason: emulation };
}

async function emulateRole(
  session: GuardedSession,
  treatment: Extract<Treatment, { kind: "role" | "membership" }>,
): Promise<Verdict> {
  if (treatment.kind === "role") {
    const failure = await session.runAsSuperuser(
      `create role ${quote(treatment.name)} nologin; grant ${quote(treatment.name)} to postgres`,
    );
    return verdictOf(failure, "emulated: a role without login and attributes");
  }
  const reaches = [...treatment.granted, ...treatment.members];
  if (reaches.some((name) => name === "" || /^pg_|^supabase_/.test(name))) {
    return {
      outcome: "emulated",
      code: null,
      reason: "emulated: memberships of the platform's and Postgres' own roles stay as they are",
    };
  }
  const failure = await session.runAsSuperuser(
    `grant ${treatment.granted.map(quote).join(", ")} to ${treatment.members.map(quote).join(", ")}`,
  );
  return verdictOf(failure, "emulated: the membership was made");
}
