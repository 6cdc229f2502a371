import { invalidInput } from "./input.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The request's `Idempotency-Key`, or null without one.
 * @throws ApiError 422 for a key that is not 1 to 255 visible ASCII characters
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function idempotencyKeyOf(request: Request): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  if (KEY.test(key)) return key;
  throw invalidInput([{ path: "Idempotency-Key", message: "must be 1 to 255 visible characters" }]);
}
