import { ApiError } from "../core/api-error.ts";
import { databaseRefusal } from "../core/database-codes.ts";
import { refusal, unavailable } from "../core/errors.ts";

/** What supabase-js hands back for a failed request; `status` is 0 when no answer came. */
export interface DatabaseFailure {
  readonly code?: string | null | undefined;
  readonly message?: string | null | undefined;
  readonly details?: string | null | undefined;
  readonly hint?: string | null | undefined;
  readonly status: number;
}

const REFUSED_BY_SQL = /^PT([45]\d\d)$/;
const CODE = /^[a-z][a-z0-9_]*$/;

/** Serialization failure and deadlock: the transaction did nothing and may be run again at once. */
export function isWorthRetrying(failure: DatabaseFailure): boolean {
  return failure.code === "40001" || failure.code === "40P01";
}

function parsed(details: string | null | undefined): unknown {
  if (!details) return undefined;
  try {
    return JSON.parse(details);
  } catch {
    return undefined;
  }
}

function retryAfter(details: unknown): Record<string, string> {
  if (typeof details !== "object" || details === null) return {};
  const seconds = "retry_after_seconds" in details ? details.retry_after_seconds : undefined;
  return typeof seconds === "number" ? { "retry-after": String(Math.ceil(seconds)) } : {};
}

/** `private.refuse` and `refuse_until`: the sentence, the code (hint) and the details are SQL's own. */
function refusedBySql(status: number, failure: DatabaseFailure): ApiError {
  const details = parsed(failure.details);
  const hint = failure.hint ?? "";
  return new ApiError({
    status,
    code: CODE.test(hint) ? hint : "refused",
    message: failure.message ?? "",
    details,
    headers: retryAfter(details),
  });
}

/**
 * The answer for a failed statement, judged by SQLSTATE and hint and never by text; anything unknown is a 500
 * that tells nothing.
 */
export function fromDatabase(failure: DatabaseFailure): ApiError {
  const code = failure.code ?? "";
  const bySql = REFUSED_BY_SQL.exec(code);
  if (bySql) return refusedBySql(Number(bySql[1]), failure);
  const refused = databaseRefusal(code, failure.status);
  // Also what stands before PostgREST answers so, in words of its own.
  const isUnanswered = (code === "" && failure.status === 0) || failure.status >= 502;
  if (refused === "unavailable" || isUnanswered) return unavailable(code || "no_answer");
  const extras = { reason: code === "" ? `status_${failure.status}` : code };
  switch (refused) {
    case "conflict":
      return refusal("conflict", undefined, extras);
    case "invalid_input":
      return refusal("invalid_input", undefined, extras);
    case "unauthenticated":
      return refusal("unauthenticated", undefined, extras);
    case "forbidden":
      return refusal("forbidden", undefined, extras);
    case "not_found":
      return refusal("not_found", undefined, extras);
    default:
      return refusal("internal", undefined, extras);
  }
}
