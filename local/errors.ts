/**
 * A start that cannot go on for a reason that a person can mend. The message is one clear sentence
 * that says what is wrong and what helps; the command line prints it without a stack trace.
 */
export class StackError extends Error {
  override name = "StackError";
  readonly code: StackErrorCode;

  constructor(code: StackErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What went wrong, for programs. */
export type StackErrorCode =
  | "backup_refused"
  | "bad_flags"
  | "not_installed"
  | "no_unprivileged_user"
  | "port_taken"
  | "port_forbidden"
  | "data_in_use"
  | "data_not_ours"
  | "data_of_other_code"
  | "disk_full"
  | "migration_edited"
  | "data_unwritable"
  | "data_of_another_version"
  | "database_failed"
  | "migration_failed";

/** The operating system's error code (`EADDRINUSE`, `EACCES`, …) of a caught value, if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** Whether words of the operating system, of Postgres or of the Supabase CLI say that no space is left. */
export function isDiskFull(words: string): boolean {
  return /No space left on device|Disk quota exceeded|\bENOSPC\b|\bEDQUOT\b|SQLSTATE 53100/.test(
    words,
  );
}

export function diskFull(what: string, folder: string): StackError {
  return new StackError(
    "disk_full",
    `${what}: no space is left on the disk of ${folder}. Make room there, or choose a folder on another disk with --data <folder>.`,
  );
}
