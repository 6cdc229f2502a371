import { CompactSign, jwtVerify } from "jose";
import { z } from "zod";
import type { Keys } from "../keys.ts";

const Claims = z.looseObject({ role: z.string().optional(), sub: z.string().optional() });

/** The payload of a verified access token. */
export type Claims = z.infer<typeof Claims>;

/** Signs and verifies the stack's access tokens: HS256, one secret, one key id. */
export class Tokens {
  readonly #secret: Uint8Array;
  readonly #keyId: string;

  constructor(keys: Keys) {
    this.#secret = new TextEncoder().encode(keys.jwt_secret);
    this.#keyId = keys.jwt_key_id;
  }

  /** The key set that functions verify tokens with. Symmetric, so it is never published. */
  keySet(): { keys: Record<string, string>[] } {
    const k = Buffer.from(this.#secret).toString("base64url");
    return { keys: [{ kty: "oct", alg: "HS256", use: "sig", kid: this.#keyId, k }] };
  }

  /** The claims of a valid, unexpired token; null for anything else. */
  async verify(token: string): Promise<Claims | null> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, { algorithms: ["HS256"] });
      return Claims.parse(payload);
    } catch {
      return null;
    }
  }

  /**
   * The same token with a key id. The API library signs without one, and `@supabase/server` looks the key up
   * by it: without, every user request to a function would be 401.
   */
  async withKeyId(token: string): Promise<string> {
    const [header, payload, signature] = token.split(".");
    if (header === undefined || payload === undefined || signature === undefined) return token;
    if ((await this.verify(token)) === null) return token;
    return new CompactSign(Buffer.from(payload, "base64url"))
      .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: this.#keyId })
      .sign(this.#secret);
  }

  /** Gives every access token in an answer of Auth a key id: in the body, or in the fragment of a redirect. */
  async resign(response: Response): Promise<Response> {
    const location = response.headers.get("location");
    if (location?.includes("access_token=") === true) {
      const found = /access_token=([^&]+)/.exec(location)?.[1] ?? "";
      const headers = new Headers(response.headers);
      headers.set("location", location.replace(found, await this.withKeyId(found)));
      return new Response(null, { status: response.status, headers });
    }
    if (response.headers.get("content-type")?.includes("application/json") !== true)
      return response;
    const text = await response.text();
    const tokens = [...text.matchAll(/"access_token":\s*"([^"]+)"/g)];
    let body = text;
    for (const [, token] of tokens) {
      if (token !== undefined) body = body.replace(token, await this.withKeyId(token));
    }
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    return new Response(body, { status: response.status, headers });
  }
}
