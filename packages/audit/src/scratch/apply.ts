import { createExtension } from "./extensions.ts";
import type { MigrationFile } from "./migration-files.ts";
import { GuardedSession, type SqlFailure } from "./session.ts";
import { loadParser, type Statement, splitStatements } from "./split.ts";
import type { Platform } from "./start-platform.ts";
import { type Treatment, treatmentOf } from "./treatment.ts";

/** A statement that was changed, skipped, refused or failed. */
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
  /** Files with a failing statement: a deployment would leave nothing of them, and neither does the scratch. */
  rolled_back: string[];
  /** Only in strict mode: the file that stopped the run. */
  stopped_at: string | null;
}

export interface ApplyOptions {
  /** Stop at the first failure, as `supabase db push` does; else list what else fails, and go on with the next file. */
  strict: boolean;
  /** Keeps what a failing file's other statements make, with functions whose bodies do not hold: what the files mean. */
  keepsParts?: boolean;
  /** How long one statement may run; 60 s if not said. */
  statementLimitMs?: number;
  onFile?: (name: string) => void;
}

/**
 * Applies migration files to the scratch, each in a transaction, as every way of deploying them does: a file of which
 * a statement fails leaves nothing. Its other statements are tried all the same, so that one failure hides no other.
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
    rolled_back: [],
    stopped_at: null,
  };
  try {
    for (const file of files) {
      options.onFile?.(file.name);
      const isWhole = await applyFile(session, file, options, result);
      result.files++;
      if (isWhole) continue;
      result.rolled_back.push(file.name);
      if (!options.strict) continue;
      result.stopped_at = file.name;
      break;
    }
    return result;
  } finally {
    await session.close();
  }
}

async function applyFile(
  session: GuardedSession,
  file: MigrationFile,
  { strict, keepsParts = false }: ApplyOptions,
  result: AppliedMigrations,
): Promise<boolean> {
  let isWhole = true;
  let last: Statement | null = null;
  const report = (statement: Statement, verdict: Exclude<Verdict, null>) => {
    if (verdict.outcome === "failed") isWhole = false;
    result.reports.push({
      file: file.name,
      line: statement.line,
      statement: statement.text.split("\n", 1)[0]?.slice(0, 120) ?? "",
      ...verdict,
    });
  };
  if (keepsParts) await session.run("set check_function_bodies = off");
  await session.run("begin; savepoint audit_statement");
  for (const statement of splitStatements(file.sql)) {
    result.statements++;
    last = statement;
    const verdict = await applyStatement(session, statement, result, isWhole || keepsParts);
    if (verdict !== null) report(statement, verdict);
    // The transaction is lost with the connection: the following statements would only fail because the earlier ones
    // are missing.
    if (!session.isConnected || (strict && !isWhole)) break;
    const isFailed = verdict !== null && verdict.code !== null;
    // A savepoint outlives the return to it.
    await session.run(
      isFailed
        ? "rollback to savepoint audit_statement"
        : "release savepoint audit_statement; savepoint audit_statement",
    );
  }
  const failure = await session.run(isWhole || keepsParts ? "commit" : "rollback");
  // Deferred constraints are checked at the end.
  if (isWhole && failure !== null && last !== null) report(last, failed(failure));
  // What a file sets for its session ends with it. A session that is gone has nothing to reset.
  for (const reset of ["reset session authorization", "reset role", "reset all"]) {
    await session.run(reset);
  }
  return isWhole;
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const literals = (texts: readonly string[]) => `array[${texts.map(literal).join(", ")}]::text[]`;

type Verdict = Pick<StatementReport, "outcome" | "code" | "reason"> | null;

async function applyStatement(
  session: GuardedSession,
  statement: Statement,
  result: AppliedMigrations,
  isWhole: boolean,
): Promise<Verdict> {
  const treatment = treatmentOf(statement);
  switch (treatment.kind) {
    case "skip":
      return { outcome: "emulated", code: null, reason: treatment.reason };
    case "refuse":
      return { outcome: "failed", code: "refused", reason: `refused: ${treatment.reason}` };
    case "run": {
      const text = withoutStubbedModifiers(treatment.text, result);
      const { node } = statement;
      let failure = await session.run(text);
      if (failure?.code === "42501" && node !== null && "DoStmt" in node) {
        failure = await runWithRoles(session, text, failure);
      }
      const verdict = ranVerdict(statement, failure, result);
      if (verdict?.outcome !== "stubbed" || node === null || !("CreateFunctionStmt" in node)) {
        return verdict;
      }
      return (await createUnchecked(session, text)) ?? verdict;
    }
    case "commit":
    case "rollback":
      // Nothing of a file that has failed is kept, even if it says COMMIT.
      if (isWhole) {
        const failure = await session.run(treatment.kind);
        await session.run("begin; savepoint audit_statement");
        if (failure !== null) return failed(failure);
      }
      return {
        outcome: "emulated",
        code: null,
        reason: "emulated: what follows is another transaction",
      };
    case "drop trigger":
      return verdictOf(
        await session.run(
          `select audit_emulation.drop_trigger(${literal(treatment.name)}, ${literal(treatment.table)})`,
        ),
        "emulated: the platform lets postgres drop triggers of its tables",
      );
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

/** A block that makes roles, usually if they are not there: the platform's `postgres` may, and the scratch's may not. */
async function runWithRoles(
  session: GuardedSession,
  text: string,
  failure: SqlFailure,
): Promise<SqlFailure | null> {
  const names = [...text.matchAll(/\bcreate\s+role\s+"?(\w+)"?/gi)].map(([, name = ""]) => name);
  if (names.length === 0) return failure;
  await session.run("rollback to savepoint audit_statement");
  for (const name of names) {
    const refused = await session.run(`select audit_emulation.make_role(${literal(name)})`);
    if (refused !== null) return failure;
  }
  return session.run(text);
}

/** Makes a function whose body only the real extension could check: the code may call it. Null where it cannot be made even so. */
async function createUnchecked(session: GuardedSession, text: string): Promise<Verdict> {
  await session.run("rollback to savepoint audit_statement");
  await session.run("set local check_function_bodies = off");
  const failure = await session.run(text);
  if (failure !== null) return null;
  await session.run("set local check_function_bodies = on");
  return {
    outcome: "emulated",
    code: null,
    reason: "emulated: its body needs an extension that is not installed here, and is not checked",
  };
}

/** Statements that make no table and no view: without one the code finds all that it asks for. */
const withoutRelations = [
  "IndexStmt",
  "CreateFunctionStmt",
  "CreatePolicyStmt",
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
];

/** What a stand-in's missing operators and functions refuse is no fault of the file, which would work with the real extension. */
function ranVerdict(
  { node }: Statement,
  failure: SqlFailure | null,
  result: AppliedMigrations,
): Verdict {
  if (failure === null || node === null || result.stubbed_extensions.length === 0) {
    return verdictOf(failure, null);
  }
  const isMissing = failure.code === "42704" || failure.code === "42883";
  const needsExtension = isMissing && withoutRelations.some((kind) => kind in node);
  // A comment on what was left out for that reason, or a grant on it.
  const isAbout =
    (isMissing || failure.code === "42P01") &&
    ("CommentStmt" in node || "GrantStmt" in node) &&
    result.reports.some((each) => each.outcome === "stubbed" && each.code !== null);
  return needsExtension || isAbout
    ? { outcome: "stubbed", code: failure.code, reason: `left out here: ${failure.message}` }
    : verdictOf(failure, null);
}

/** Type modifiers of PostGIS are words, which a stand-in's type cannot take: `geography(point, 4326)`. */
function withoutStubbedModifiers(text: string, result: AppliedMigrations): string {
  if (!result.stubbed_extensions.includes("postgis")) return text;
  return text.replaceAll(/\b(geometry|geography)\s*\(\s*[a-z]+\s*(?:,\s*\d+\s*)?\)/gi, "$1");
}

function failed(failure: SqlFailure): Exclude<Verdict, null> {
  return { outcome: "failed", code: failure.code, reason: failure.message };
}

function verdictOf(failure: SqlFailure | null, emulation: string | null): Verdict {
  if (failure !== null) return failed(failure);
  return emulation === null ? null : { outcome: "emulated", code: null, reason: emulation };
}

async function emulateRole(
  session: GuardedSession,
  treatment: Extract<Treatment, { kind: "role" | "membership" }>,
): Promise<Verdict> {
  if (treatment.kind === "role") {
    const failure = await session.run(
      `select audit_emulation.make_role(${literal(treatment.name)})`,
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
  const failure = await session.run(
    `select audit_emulation.make_member(${literals(treatment.granted)}, ${literals(treatment.members)})`,
  );
  return verdictOf(failure, "emulated: the membership was made");
}
