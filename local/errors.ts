import { PostgresError, type PostgresErrorCode } from "switchboard-audit/postgres";

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
  | PostgresErrorCode
  | "backup_refused"
  | "bad_flags"
  | "console_not_built"
  | "port_taken"
  | "port_forbidden"
  | "data_in_use"
  | "data_not_ours"
  | "data_of_other_code"
  | "migration_edited"
  | "data_unwritable"
  | "migration_failed";

/** The operating system's error code (`EADDRINUSE`, `EACCES`, …) of a caught value, if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

export function diskFull(what: string, folder: string): StackError {
  return new StackError(
    "disk_full",
    `${what}: no space is left on the disk of ${folder}. Make room there, or choose a folder on another disk with --data <folder>.`,
  );
}

/** Advice for a failure of Postgres in the embedded stack. */
const advice: Partial<Record<PostgresErrorCode, string>> = {
  not_installed: "Run npm install.",
  disk_full: "--data <folder> names another one.",
  data_of_another_version: "Run npm run reset to begin anew, or use --data <another folder>.",
};

/** A failure of Postgres with advice for the embedded stack. */
export function withAdvice({ code, message }: PostgresError): StackError {
  const helps = advice[code];
  return new StackError(code, helps === undefined ? message : `${message} ${helps}`);
}

/** Adds the advice to a caught failure of Postgres; any other error stays as it is. */
export function asStackError(error: unknown): unknown {
  return error instanceof PostgresError ? withAdvice(error) : error;
}
