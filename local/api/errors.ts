/** Postgres' error as node-postgres gives it. */
export interface DatabaseError {
  code: string;
  message: string;
  detail: string | null;
  hint: string | null;
}

/** What the API library turns into exactly this answer: the shape of `raise sqlstate 'PGRST'`. */
export interface RaisedAnswer {
  code: "PGRST";
  /** JSON of code, message, details, hint. */
  message: string;
  /** JSON of status and headers. */
  detail: string;
}

const connectionCodes: Record<string, Parameters<typeof raised>> = {
  ECONNREFUSED: [
    503,
    "PGRST000",
    "Database connection error. Retrying the connection.",
    null,
    null,
  ],
  POOL_TIMEOUT: [
    504,
    "PGRST003",
    "Timed out acquiring connection from connection pool.",
    null,
    null,
  ],
};
for (const code of ["ECONNRESET", "EPIPE", "ETIMEDOUT", "CONNECTION_CLOSED"]) {
  connectionCodes[code] = [
    503,
    "PGRST001",
    "Database client error. Retrying the connection.",
    null,
    null,
  ];
}

/** Left to the API library: the status of 42501 depends on the caller, and it names columns and operators better. */
const understood = new Set(["42501", "42703", "42883"]);

/**
 * Makes the API library answer Postgres' errors as PostgREST does. It knows a few SQLSTATEs and answers 500
 * `SUP` for the others (23514, P0001, 40001, …), where PostgREST answers with a status and the code.
 */
export function normalizeDatabaseError(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !("code" in error)) return error;
  if (typeof error.code !== "string") return error;
  const connection = connectionCodes[error.code];
  if (connection !== undefined) return raised(...connection);
  if (!/^[0-9A-Z]{5}$/.test(error.code) || error.code === "PGRST") return error;
  if (understood.has(error.code)) return error;
  const { code, message, detail, hint } = readError(error.code, error);
  return raised(statusOf(code, message), code, message, detail, hint);
}

function readError(code: string, error: object): DatabaseError {
  const text = (key: string): string | null => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === "string" ? value : null;
  };
  return { code, message: text("message") ?? "", detail: text("detail"), hint: text("hint") };
}

/** An answer in PostgREST's shape, to be thrown. */
export function raised(
  status: number,
  code: string,
  message: string,
  details: string | null,
  hint: string | null,
): RaisedAnswer {
  return {
    code: "PGRST",
    message: JSON.stringify({ code, message, details, hint }),
    detail: JSON.stringify({ status, headers: {} }),
  };
}

/** HTTP status by SQLSTATE: https://docs.postgrest.org/en/stable/references/errors.html */
function statusOf(code: string, message: string): number {
  const custom = /^PT(\d{3})$/.exec(code)?.[1];
  if (custom !== undefined) {
    const status = Number(custom);
    return status >= 200 && status <= 599 ? status : 500;
  }
  switch (code) {
    case "23503":
    case "23505":
      return 409;
    case "25006":
      return 405;
    case "21000":
      return message.endsWith("requires a WHERE clause") ? 400 : 500;
    case "22023":
      return /^role .* does not exist$/.test(message) ? 401 : 400;
    case "42P01":
      return 404;
    case "42P17":
    case "53400":
      return 500;
    case "57P01":
    case "57P02":
    case "57P03":
      return 503;
    case "P0001":
      return 400;
  }
  return statusByClass[code.slice(0, 2)] ?? 400;
}

const statusByClass: Record<string, number> = {
  "08": 503, // connection
  "09": 500, // triggered action
  "0L": 403, // grantor
  "0P": 403, // role
  "25": 500, // transaction state
  "28": 403, // authorization
  "2D": 500, // transaction termination
  "38": 500, // external routine
  "39": 500,
  "3B": 500, // savepoint
  "40": 500, // transaction rollback
  "53": 503, // insufficient resources
  "54": 500, // program limit
  "55": 500, // object not in prerequisite state: lock not available
  "57": 500, // operator intervention: statement timeout
  "58": 500, // system
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};
