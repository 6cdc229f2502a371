import type { Keys } from "../keys.ts";
import type { StorageCaller } from "../storage/contract.ts";
import type { Tokens } from "./tokens.ts";

/**
 * Who asks Storage. A user's token wins over the key beside it; a key alone is its role; nothing at all is
 * anon, because public objects and signed links are asked for without any header. Null: a token that is not valid.
 */
export async function storageCaller(
  headers: Headers,
  keys: Keys,
  tokens: Tokens,
): Promise<StorageCaller | null> {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined && !bearer.startsWith("sb_")) {
    const claims = await tokens.verify(bearer);
    if (claims === null) return null;
    const role = claims.role;
    const isKnown = role === "authenticated" || role === "service_role" || role === "anon";
    return isKnown ? { role, claims } : null;
  }
  const key = headers.get("apikey") ?? bearer;
  if (key === keys.secret_key) return { role: "service_role", claims: { role: "service_role" } };
  return { role: "anon", claims: { role: "anon" } };
}
