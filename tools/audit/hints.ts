import type { CodeFinding } from "./report.ts";
import type { AppliedMigrations } from "./scratch/apply.ts";
import {
  type MigrationFile,
  readMigrationFiles,
  readSkippedFiles,
} from "./scratch/migration-files.ts";

/** A file of the migrations folder that the database has nothing of. */
export interface NotApplied extends MigrationFile {
  /** No migration by its name; else it failed, or came after the one that stopped a strict run. */
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

const made =
  /(?:table|view|function|column|rename to)\s+(?:if\s+not\s+exists\s+)?(?:only\s+)?(?:"?\w+"?\.)?"?NAME"?(?!\w)|^\s*"?NAME"?\s+\w|\(\s*"?NAME"?\s+\w/;

/** Says of what is missing which file would make it: the cause is there, and not in the code. */
export function withHints(
  findings: readonly CodeFinding[],
  files: readonly NotApplied[],
): CodeFinding[] {
  return findings.map((finding) => {
    const name = /(?:table or view|column|function|relation) "?(?:\w+\.)?(\w+)"?/.exec(
      finding.message,
    )?.[1];
    if (name === undefined) return finding;
    const pattern = new RegExp(made.source.replaceAll("NAME", name), "im");
    const file = files.find((each) => pattern.test(each.sql));
    if (file === undefined) return finding;
    const reason = file.isSkipped
      ? "is no migration by its name"
      : "is not applied, since a statement fails";
    return { ...finding, hint: `${file.name} makes it and ${reason}` };
  });
}
