import { SignJWT } from "jose";
import { vi } from "vitest";
import WebSocket from "ws";

const signingKey = new TextEncoder().encode("a signing key of the unit tests, 32 bytes or more");
const jwk = {
  kty: "oct",
  alg: "HS256",
  kid: "unit",
  k: Buffer.from(signingKey).toString("base64url"),
};

/** The project's secret key in these tests. */
export const secretKey = "sb_secret_unit";

/** Sets what the platform sets for every function. Call it before the kernels wrap anything. */
export function setPlatformEnvironment(url = "http://127.0.0.1:1"): void {
  vi.stubEnv("SUPABASE_URL", url);
  vi.stubEnv(
    "SUPABASE_SECRET_KEYS",
    JSON.stringify({ default: secretKey, cron: `${secretKey}_2` }),
  );
  vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", JSON.stringify({ default: "sb_publishable_unit" }));
  vi.stubEnv("SUPABASE_JWKS", JSON.stringify({ keys: [jwk] }));
  // supabase-js builds its Realtime client at once, and Node 20 has no WebSocket.
  vi.stubGlobal("WebSocket", WebSocket);
}

/** An access token as Auth issues it. */
export async function accessToken(options: { sub: string; expiresIn?: string; key?: Uint8Array }) {
  return await new SignJWT({ role: "authenticated", email: "someone@example.com" })
    .setProtectedHeader({ alg: "HS256", kid: "unit" })
    .setSubject(options.sub)
    .setExpirationTime(options.expiresIn ?? "1h")
    .sign(options.key ?? signingKey);
}

/** The log lines of a block, parsed. */
export function captureLog(): { readonly lines: () => Record<string, unknown>[] } {
  const spy = vi.spyOn(console, "log").mockImplementation(() => {});
  return { lines: () => spy.mock.calls.map(([line]) => JSON.parse(String(line))) };
}
