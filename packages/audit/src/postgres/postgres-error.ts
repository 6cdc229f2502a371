/** Why a server could not be made or started. The message is one sentence for the person who asked for it. */
export class PostgresError extends Error {
  override name = "PostgresError";
  readonly code: PostgresErrorCode;

  constructor(code: PostgresErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What went wrong, for programs. */
export type PostgresErrorCode =
  | "not_installed"
  | "no_unprivileged_user"
  | "disk_full"
  | "data_of_another_version"
  | "database_failed";

/** Whether words of the operating system, of Postgres or of the Supabase CLI say that no space is left. */
export function isDiskFull(words: string): boolean {
  return /No space left on device|Disk quota exceeded|\bENOSPC\b|\bEDQUOT\b|SQLSTATE 53100/.test(
    words,
  );
}

export function diskFull(what: string, folder: string): PostgresError {
  return new PostgresError(
    "disk_full",
    `${what}: no space is left on the disk of ${folder}. Make room there, or choose a folder on another disk.`,
  );
}
