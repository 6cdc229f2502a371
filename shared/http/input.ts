import type { z } from "zod";
import type { ApiError } from "../core/api-error.ts";
import { refusal } from "../core/errors.ts";
import { findUnstorable } from "../core/text.ts";

/** Where and why one value was refused. Never carries the value. */
export interface InputIssue {
  /** Dotted path into the body, or the parameter's name; empty for the body itself. */
  readonly path: string;
  readonly message: string;
}

const MAX_ISSUES = 20;

/** A 422 whose details list what is wrong. */
export function invalidInput(issues: readonly InputIssue[]): ApiError {
  return refusal("invalid_input", issues.slice(0, MAX_ISSUES));
}

interface Telling {
  /** Whether the names of unknown keys are told, as those of a query string are: they stand in the address anyway. */
  readonly areKeysTold?: boolean;
}

const MAX_KEY_LENGTH = 64;

/** zod's messages quote the input in one case only: the names of unknown keys. */
function issuesOf(issue: z.core.$ZodIssue, { areKeysTold }: Telling): InputIssue[] {
  const path = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  if (!areKeysTold) return [{ path, message: "has keys that are not known" }];
  return issue.keys.map((key) => ({
    path: key.slice(0, MAX_KEY_LENGTH),
    message: "is not known here",
  }));
}

/**
 * The schema's output, or a 422: also for a text with NUL or half of a surrogate pair, which neither PostgREST nor
 * Postgres takes. What people write is refused and not changed behind their back.
 */
export async function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  telling: Telling = {},
): Promise<z.output<Schema>> {
  const unstorable = findUnstorable(value);
  if (unstorable !== undefined) {
    throw invalidInput([
      { path: unstorable, message: "must be text without NUL or broken characters" },
    ]);
  }
  const result = await schema.safeParseAsync(value);
  if (result.success) return result.data;
  throw invalidInput(result.error.issues.flatMap((issue) => issuesOf(issue, telling)));
}
