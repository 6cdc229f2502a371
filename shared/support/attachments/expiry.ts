import { decodeJwt } from "jose";
import { unavailable } from "../../core/errors.ts";

/**
 * When a signed URL of Storage ends, in RFC 3339. Only its token knows: how long upload URLs live is a setting of Storage.
 * @throws ApiError `unavailable` 503 for what is no token, or one that never ends
 */
export function expiryOf(token: string): string {
  try {
    const { exp } = decodeJwt(token);
    if (exp !== undefined) return new Date(exp * 1000).toISOString();
  } catch {
    // Nothing that we could tell when it ends.
  }
  throw unavailable("storage_token_without_end");
}
