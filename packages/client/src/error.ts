import { databaseRefusal } from "../../../shared/core/database-codes.ts";
import type { CodeOf, ErrorCode, Operation } from "./contract.ts";

/** Why a request failed, wherever that was decided. */
export interface SwitchboardError<Code extends string = ErrorCode> {
  readonly code: Code;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** A sentence for a person. */
  readonly message: string;
  /** What a program needs beyond the code; the constraint's name where a table refused. */
  readonly details: unknown;
  /** The request's id in the log of the functions; null where the database or nobody answered. */
  readonly requestId: string | null;
  /** Seconds after which it is worth trying again. */
  readonly retryAfter?: number;
}

/** The answer, or why there is none. */
export type Result<Data, Code extends string = ErrorCode> =
  | { readonly data: Data; readonly error: null }
  | { readonly data: null; readonly error: SwitchboardError<Code> };

/** A result of one operation of the contract. */
export type ResultOf<Name extends Operation, Data> = Result<Data, CodeOf<Name>>;

/** What supabase-js says of a refusal by the database. */
export interface DatabaseFailure {
  readonly code?: string | null;
  readonly message?: string | null;
  readonly details?: string | null;
  readonly hint?: string | null;
}

const statuses = {
  conflict: 409,
  forbidden: 403,
  internal: 500,
  invalid_input: 422,
  network: 0,
  not_found: 404,
  unauthenticated: 401,
  unavailable: 503,
} as const;

type GeneralCode = keyof typeof statuses;

function generalCode(code: string, status: number | undefined): GeneralCode {
  // A status of success without an answer is one that broke off.
  if (code === "" && (!status || status < 300)) return "network";
  return databaseRefusal(code, status) ?? codeOfStatus(status ?? 500);
}

/** For an answer that is not from Switchboard but from what stands before it. */
function codeOfStatus(status: number): GeneralCode {
  if (status === 401) return "unauthenticated";
  return status > 501 ? "unavailable" : "internal";
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return text;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" ? found : undefined;
}

/** Retry-After is a number of seconds or a date. */
function seconds(value: unknown): { retryAfter?: number } {
  const asNumber = Number(value ?? Number.NaN);
  const found = Math.ceil(
    Number.isNaN(asNumber) ? (Date.parse(String(value)) - Date.now()) / 1000 : asNumber,
  );
  return found >= 0 ? { retryAfter: found } : {};
}

/** The names that Postgres puts into its message between quotation marks. */
function named(message: string): Record<string, string> {
  const found = message.matchAll(/\b(relation|constraint|column|domain) "([^"]+)"/g);
  return Object.fromEntries([...found].map(([, kind = "", name = ""]) => [kind, name]));
}

/**
 * Why the database refused, from the `error` of a table or of `rpc` with plain supabase-js. A rule's own code comes
 * with the rule's details. A CHECK constraint or a foreign key is `invalid_input` and a unique key `conflict`, with
 * `details.constraint`.
 * @param status the result's `status`; it tells a visitor who has not signed in from a user who may not
 */
export function readError(error: DatabaseFailure, status?: number): SwitchboardError {
  const { code, message, details, hint } = error;
  const bySql = /^PT([45]\d\d)$/.exec(code ?? "");
  if (bySql && hint) {
    const told = parsed(details);
    return {
      // The contract names every hint, as the tests of the backend hold.
      code: hint as ErrorCode,
      status: Number(bySql[1]),
      message: message ?? "",
      details: told ?? null,
      requestId: null,
      ...seconds(field(told, "retry_after_seconds")),
    };
  }
  const general = generalCode(code ?? "", status);
  return {
    code: general,
    status: statuses[general],
    message: message ?? "",
    details: general === "network" ? null : { reason: code, ...named(message ?? "") },
    requestId: null,
  };
}

/**
 * Why an endpoint refused, from the `error` of `functions.invoke` with plain supabase-js. It reads the response's body,
 * which can be read once.
 */
export async function readFunctionError(error: unknown): Promise<SwitchboardError> {
  const response = field(error, "context");
  if (!(response instanceof Response)) {
    const message = textField(error, "message") ?? String(error);
    return { code: "network", status: 0, message, details: null, requestId: null };
  }
  return readResponse(response);
}

/** Why a response is a refusal. */
export async function readResponse(response: Response): Promise<SwitchboardError> {
  const text = await response.text().catch(() => null);
  const body = parsed(text);
  const id = textField(body, "request_id");
  const code = textField(body, "code");
  const after = response.headers.get("retry-after");
  return {
    // An answer with an id is Switchboard's own, of which the contract names every code.
    code: id && code ? (code as ErrorCode) : generalCode("", text === null ? 0 : response.status),
    status: response.status,
    message: textField(body, "message") ?? (text || response.statusText),
    details: field(body, "details") ?? null,
    requestId: id ?? response.headers.get("x-request-id"),
    ...seconds(after),
  };
}
