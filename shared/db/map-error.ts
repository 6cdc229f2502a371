import { ApiError } from "../core/api-error.ts";
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

// Values of the caller's that Postgres (54: too large or too deep) or PostgREST (100: a filter, 102: the body,
// 103: a range) does not take. The other PGRST1xx and 2xx are about our own request: a fault of ours.
const INVALID_INPUT = /^(22|23502|23503|23514|54|PGRST10[023]$)/;
const CONFLICT = /^(23505|23P01)$/;
// Rolled back by a lock, a deadline, a lack of resources, a shutdown or a lost connection
// (PGRST000 to 003: PostgREST cannot reach or lease a connection, or reads its schema; 58: the disk fails).
const UNAVAILABLE = /^(08|40001|40P01|53|55P03|57014|57P0[1-5]|58|25006|PGRST00\d)/;
const BAD_TOKEN = /^PGRST30[1-3]$/;

/**
 * The answer for a failed statement, judged by SQLSTATE and hint and never by text; anything unknown is a 500
 * that tells nothing.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 * @see https://docs.postgrest.org/en/stable/references/errors.html
 */
export function fromDatabase(failure: DatabaseFailure): ApiError {
  const code = failure.code ?? "";
  const bySql = REFUSED_BY_SQL.exec(code);
  if (bySql) return refusedBySql(Number(bySql[1]), failure);
  if (UNAVAILABLE.test(code)) return unavailable(code);
  // Also what stands before PostgREST answers so, in words of its own.
  if ((code === "" && failure.status === 0) || failure.status >= 502) {
    return unavailable(code || "no_answer");
  }
  if (CONFLICT.test(code)) return refusal("conflict", undefined, { reason: code });
  if (INVALID_INPUT.test(code)) return refusal("invalid_input", undefined, { reason: code });
  if (BAD_TOKEN.test(code) || (code === "42501" && failure.status === 401)) {
    return refusal("unauthenticated", undefined, { reason: code });
  }
  if (code === "42501") return refusal("forbidden", undefined, { reason: code });
  if (code === "PGRST116") return refusal("not_found", undefined, { reason: code });
  return refusal("internal", undefined, {
    reason: code === "" ? `status_${failure.status}` : code,
  });
}
