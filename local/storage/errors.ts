/**
 * Refusals as the hosted Storage words them: almost all travel as HTTP 400, and the true status is the string
 * `statusCode` of the body (https://supabase.com/docs/guides/storage/debugging/error-codes).
 */

interface Kind {
  /** The true status; the HTTP status is 400 unless {@link Kind.http} says otherwise. */
  status: number;
  message: string;
  /** The older name of the error, where it differs from its code. */
  legacy?: string;
  http?: number;
}

const kinds = {
  NoSuchBucket: { status: 404, message: "Bucket not found", legacy: "Bucket not found" },
  NoSuchKey: { status: 404, message: "Object not found", legacy: "not_found" },
  KeyAlreadyExists: { status: 409, message: "The resource already exists", legacy: "Duplicate" },
  BucketAlreadyExists: { status: 409, message: "The resource already exists", legacy: "Duplicate" },
  ResourceNotEmpty: { status: 409, message: "The bucket you tried to delete is not empty" },
  InvalidKey: { status: 400, message: "Invalid key" },
  InvalidBucketName: { status: 400, message: "Bucket name invalid", legacy: "Invalid Input" },
  InvalidRequest: { status: 400, message: "Invalid request" },
  InvalidJWT: { status: 400, message: "Invalid or expired token" },
  InvalidSignature: { status: 400, message: "Invalid signature" },
  InvalidMimeType: {
    status: 415,
    message: "This mime type is not supported",
    legacy: "invalid_mime_type",
  },
  EntityTooLarge: {
    status: 413,
    message: "The object exceeded the maximum allowed size",
    legacy: "Payload too large",
  },
  InvalidRange: {
    status: 416,
    message: "invalid range provided",
    legacy: "invalid_range",
    http: 416,
  },
  AccessDenied: { status: 403, message: "Access denied", legacy: "Unauthorized" },
  ResourceLocked: { status: 423, message: "The resource is locked" },
  NotSupported: { status: 501, message: "The embedded Storage does not do this", http: 501 },
  NotFound: { status: 404, message: "Route not found", http: 404 },
  DatabaseTimeout: {
    status: 544,
    message: "The connection to the database timed out",
    http: 544,
  },
  DatabaseError: { status: 500, message: "Database error", http: 500 },
  InternalError: { status: 500, message: "Internal server error", http: 500 },
} satisfies Record<string, Kind>;

export type StorageErrorCode = keyof typeof kinds;

/** A refusal on its way to the response. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message?: string, options?: ErrorOptions) {
    super(message ?? kinds[code].message, options);
    this.name = "StorageError";
    this.code = code;
  }

  /** Whether the fault is on this side and somebody has to look into it. */
  get isOurs(): boolean {
    return kinds[this.code].status === 500;
  }
}

function postgresCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** What any error means to the client. An unknown error reveals no details. */
export function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = postgresCode(error);
  const message = error instanceof Error ? error.message : "";
  switch (code) {
    case "42501":
      return new StorageError(
        "AccessDenied",
        message.includes("row-level security")
          ? "new row violates row-level security policy"
          : message,
        { cause: error },
      );
    case "23505":
      return new StorageError("KeyAlreadyExists", undefined, { cause: error });
    case "55P03":
      return new StorageError("ResourceLocked", undefined, { cause: error });
    case "22P02":
    case "22P05":
      return new StorageError("InvalidRequest", message, { cause: error });
    case "57014":
    case "57P01":
    case "57P03":
    case "ECONNREFUSED":
    case "ECONNRESET":
      return new StorageError("DatabaseTimeout", undefined, { cause: error });
    default:
      return new StorageError(
        code && /^[0-9A-Z]{5}$/.test(code) ? "DatabaseError" : "InternalError",
        undefined,
        { cause: error },
      );
  }
}

/** The answer that storage-js reads as a StorageApiError. Errors are never cached. */
export function errorResponse(error: StorageError): Response {
  const kind: Kind = kinds[error.code];
  const body = {
    statusCode: String(kind.status),
    error: kind.legacy ?? error.code,
    code: error.code,
    message: error.message,
  };
  return Response.json(body, {
    status: kind.http ?? 400,
    headers: { "cache-control": "no-store" },
  });
}
