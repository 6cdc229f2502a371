import type { ApiError } from "../../core/api-error.ts";
import { unavailable } from "../../core/errors.ts";

/** What storage-js hands back for a failed request; no answer at all has neither status. */
export interface StorageFailure {
  readonly message: string;
  readonly status?: number | undefined;
  readonly statusCode?: string | undefined;
}

/** Storage's own word for what went wrong: its status travels in the body, while HTTP's is almost always 400. */
export function storageStatus(failure: StorageFailure): string {
  return failure.statusCode ?? String(failure.status ?? "no_answer");
}

/** A 503: what Storage refuses to our secret key, nobody who calls us can mend. */
export function storageUnavailable(failure: StorageFailure): ApiError {
  return unavailable(`storage_${storageStatus(failure)}`);
}
