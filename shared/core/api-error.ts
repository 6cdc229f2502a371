/** What one code answers: the HTTP status and the sentence that a person reads. */
export interface ErrorDefinition {
  readonly status: number;
  /** Missing where only SQL refuses with the code: the sentence is SQL's then. */
  readonly message?: string;
}

/** The refusals of one room by code. */
export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>;

/** The codes of a catalogue that TypeScript refuses with. */
type OwnCode<Catalogue extends ErrorCatalogue> = {
  [Code in keyof Catalogue & string]: Catalogue[Code] extends { readonly message: string }
    ? Code
    : never;
}[keyof Catalogue & string];

interface ErrorExtras {
  readonly headers?: Readonly<Record<string, string>>;
  /** A short technical reason for the log line only (a SQLSTATE, a name), never a value from a request. */
  readonly reason?: string;
}

interface ApiErrorParts extends ErrorExtras {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly details?: unknown;
}

/** A refusal or failure that already knows its answer. Handlers throw or return it; the `errors.ts` of each room and the `db` room make it. */
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

/**
 * The function that makes the refusals of a catalogue, to throw or to return.
 * Its `details` are JSON for the client; they never echo what the client sent.
 * @example export const voiceRefusal = refusals(voiceErrors);
 */
export function refusals<const Catalogue extends ErrorCatalogue>(catalogue: Catalogue) {
  return (code: OwnCode<Catalogue>, details?: unknown, extras: ErrorExtras = {}): ApiError => {
    const { status = 500, message = "" } = catalogue[code] ?? {};
    return new ApiError({ code, status, message, details, ...extras });
  };
}

/** Seconds after which a caller may try again when the cause is a busy or absent database. */
const RETRY_AFTER_SECONDS = 5;

/** The extras of a refusal that time may mend: when to come back, and the reason for the log line. */
export function comeBack(reason: string, seconds = RETRY_AFTER_SECONDS): ErrorExtras {
  return { headers: { "retry-after": String(seconds) }, reason };
}
