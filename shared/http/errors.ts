import { ApiError, type ErrorCatalogue } from "./api-error.ts";
import { accountErrors } from "./errors/accounts.ts";
import { attachmentErrors } from "./errors/attachments.ts";
import { classErrors } from "./errors/classes.ts";
import { databaseErrors } from "./errors/database.ts";
import { requestErrors } from "./errors/request.ts";
import { supportErrors } from "./errors/support.ts";
import { voiceErrors } from "./errors/voice.ts";
import { webhookErrors } from "./errors/webhook.ts";

/** The groups of the catalogue, one file each. A code stands in exactly one of them. */
export const errorGroups = {
  request: requestErrors,
  database: databaseErrors,
  webhook: webhookErrors,
  accounts: accountErrors,
  voice: voiceErrors,
  classes: classErrors,
  support: supportErrors,
  attachments: attachmentErrors,
} as const satisfies Readonly<Record<string, ErrorCatalogue>>;

/** Every refusal of the API: code → status and sentence. */
export const errors = {
  ...requestErrors,
  ...databaseErrors,
  ...webhookErrors,
  ...accountErrors,
  ...voiceErrors,
  ...classErrors,
  ...supportErrors,
  ...attachmentErrors,
} as const;

/** The codes that TypeScript may refuse with; SQL has its own, which pass through the db kernel. */
export type ErrorCode = keyof typeof errors;

interface RefusalExtras {
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log line only; see `ApiError`. */
  readonly reason?: string;
}

/**
 * The refusal of a code, to throw or to return.
 * @param details JSON for the client; never echoes what the client sent
 */
export function refusal(code: ErrorCode, details?: unknown, extras: RefusalExtras = {}): ApiError {
  return new ApiError({ code, ...errors[code], details, ...extras });
}

/** Seconds after which a caller may try again when the cause is a busy or absent database. */
export const RETRY_AFTER_SECONDS = 5;

/** The refusals that time may mend. */
type UnavailableCode =
  | "unavailable"
  | "webhook_not_configured"
  | "verification_unavailable"
  | "meeting_provider_unavailable"
  | "voice_provider_unavailable";

/**
 * A 503 that says when to come back.
 * @param reason for the log line only; see `ApiError`
 */
export function unavailable(
  reason: string,
  code: UnavailableCode = "unavailable",
  retryAfterSeconds = RETRY_AFTER_SECONDS,
): ApiError {
  return refusal(code, undefined, {
    headers: { "retry-after": String(retryAfterSeconds) },
    reason,
  });
}
