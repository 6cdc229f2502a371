import type { CodeFinding } from "./report.ts";
import type { AppliedMigrations } from "./scratch/apply.ts";
import {
  type MigrationFile,
  readMigrationFiles,
  readSkippedFiles,
} from "./scratch/migration-files.ts";

/** A file of the migrations folder that left nothing in the database. */
export interface NotApplied extends MigrationFile {
  /** Its name is not that of a migration; otherwise it failed, or came after the file that stopped a strict run. */
  isSkipped: boolean;
}

/** The files of a migrations folder that left nothing in the database. */
export function notAppliedFiles(folder: string, applied: AppliedMigrations): NotApplied[] {
  const files = readMigrationFiles(folder);
  const failed = files.filter(
    (file, index) => applied.rolled_back.includes(file.name) || index >= applied.files,
  );
  return [
    ...failed.map((file) => ({ ...file, isSkipped: false })),
    ...readSkippedFiles(folder).map((file) => ({ ...file, isSkipped: true })),
  ];
}

const name = String.raw`(?:"?\w+"?\.)?"?NAME"?(?!\w)`;
const makes = String.raw`create\s+(?:or\s+replace\s+)?(?:unlogged\s+|materialized\s+)?(?:table|view|function)\s+(?:if\s+not\s+exists\s+)?${name}|rename\s+to\s+${name}`;
const makesColumn = String.raw`add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?${name}|rename\s+(?:column\s+)?"?\w+"?\s+to\s+${name}|^\s*"?NAME"?\s+\w`;

/** Whether one statement of a file names the table and makes the column. */
function makesColumnOf(sql: string, table: string, column: string): boolean {
  const ofTable = new RegExp(String.raw`\btable\s[^(]*?\b${table}(?!\w)`, "i");
  const ofColumn = new RegExp(makesColumn.replaceAll("NAME", column), "im");
  return sql.split(/;\s*$/m).some((each) => ofTable.test(each) && ofColumn.test(each));
}

/** Whether a file would make what a finding misses. */
function makerOf({ kind, message }: CodeFinding): ((sql: string) => boolean) | null {
  if (kind === "missing_bucket") {
    const [, bucket = ""] = /"(.+)"/.exec(message) ?? [];
    return (sql) => /\bstorage\.buckets\b/i.test(sql) && sql.includes(`'${bucket}'`);
  }
  const missing = /(?:table or view|column|function|relation) "?(?:\w+\.)?(\w+)"?/.exec(
    message,
  )?.[1];
  if (missing === undefined) return null;
  const [, table] = /^(?:\w+\.)?(\w+) has no column/.exec(message) ?? [];
  if (kind === "missing_column") {
    return table === undefined ? null : (sql) => makesColumnOf(sql, table, missing);
  }
  const pattern = new RegExp(makes.replaceAll("NAME", missing), "im");
  return (sql) => pattern.test(sql);
}

const someFile = "a migration that is not applied, since a statement fails, makes it so";

const keyOf = ({ kind, place, message }: CodeFinding) =>
  `${kind} ${place.file}:${place.line}:${place.column} ${message.split(";", 1)[0]}`;

/**
 * Names, for each missing thing, the file that would make it: the cause is in that file, and not in the code.
 * @param remaining what is missing as well where the failing files' other statements are kept; null when none fails
 */
export function withHints(
  findings: readonly CodeFinding[],
  files: readonly NotApplied[],
  remaining: readonly CodeFinding[] | null,
): CodeFinding[] {
  const left = remaining === null ? null : new Set(remaining.map(keyOf));
  return findings.map((finding) => {
    const isMadeIn = makerOf(finding);
    const file = isMadeIn === null ? undefined : files.find(({ sql }) => isMadeIn(sql));
    if (file === undefined) {
      return left === null || left.has(keyOf(finding)) ? finding : { ...finding, hint: someFile };
    }
    const reason = file.isSkipped
      ? "is no migration by its name"
      : "is not applied, since a statement fails";
    return { ...finding, hint: `${file.name} makes it and ${reason}` };
  });
}
