import type { JsonValue } from "../core/json.ts";

interface VendorErrorParts {
  /** For operators: the vendor, then the status and its own code, or what went wrong on the way. */
  readonly code: string;
  /** Of the answer; null when none came or could be understood. */
  readonly status?: number;
  readonly reason?: string | undefined;
  /** For the caller that knows how to read it. Never logged, never stored. */
  readonly body?: JsonValue | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Answers that the same request would get again. Rights (401, 403) can be mended outside, so they are not among them. */
const PERMANENT: ReadonlySet<number> = new Set([400, 404, 405, 406, 410, 413, 414, 415, 422]);

/** A vendor's refusal, or its silence. The message is the code: nothing of a body is in it. */
export class VendorError extends Error {
  override readonly name = "VendorError";
  readonly code: string;
  readonly status: number | null;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly #body: JsonValue | undefined;

  constructor(parts: VendorErrorParts) {
    super(parts.code);
    this.code = parts.code;
    this.status = parts.status ?? null;
    this.reason = parts.reason;
    this.retryAfterSeconds = parts.retryAfterSeconds;
    this.#body = parts.body;
  }

  /** Whether asking again cannot help. */
  get isPermanent(): boolean {
    return this.status !== null && PERMANENT.has(this.status);
  }

  /** The body of the refusal; a private field, so that no log of the error shows it. */
  body(): JsonValue | undefined {
    return this.#body;
  }
}

/** Whether a vendor answered with one of these statuses. */
export function isVendorStatus(error: unknown, ...statuses: number[]): error is VendorError {
  return error instanceof VendorError && error.status !== null && statuses.includes(error.status);
}
