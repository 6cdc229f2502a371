/** What one code answers: the HTTP status and the sentence that a person reads. */
export interface ErrorDefinition {
  readonly status: number;
  readonly message: string;
}

/** A domain's refusals by code; `errors.ts` merges them. */
export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>;

interface ApiErrorParts extends ErrorDefinition {
  readonly code: string;
  readonly details?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A short technical reason for the log line only (a SQLSTATE, a name), never a value from a request. */
  readonly reason?: string;
}

/** A refusal or failure that already knows its answer. Thrown or returned by handlers; made by `refusal()` or the db kernel. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: string | undefined;

  constructor(parts: ApiErrorParts) {
    super(parts.message);
    this.status = parts.status;
    this.code = parts.code;
    this.details = parts.details;
    this.headers = parts.headers ?? {};
    this.reason = parts.reason;
  }
}
