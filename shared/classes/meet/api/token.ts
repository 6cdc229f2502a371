import { type CryptoKey, importPKCS8, SignJWT } from "jose";
import { z } from "zod";
import { googleApi } from "../../../env.ts";
import { isJsonObject } from "../../../http/json.ts";
import { vendorClient } from "../../../http/vendor-client.ts";
import { isVendorStatus, VendorError } from "../../../http/vendor-error.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LIFETIME_SECONDS = 3_600;
/** A token is given up so long before its end, so that none ends on the way. */
const MARGIN_SECONDS = 60;

const Grant = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

interface Token {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** By host and scope, the oldest first. */
const tokens = new Map<string, Promise<Token>>();
const MOST_TOKENS = 1_000;
/** Whoever asks first may give up while others wait for the same token: only the client's own timeout ends a request. */
const noOneGivesUp = new AbortController().signal;
let signingKey: Promise<CryptoKey> | undefined;

async function assertion(subject: string, scope: string): Promise<string> {
  const { oauthUrl, serviceAccountEmail, serviceAccountKey } = googleApi();
  signingKey ??= importPKCS8(serviceAccountKey, "RS256");
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({ scope })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuer(serviceAccountEmail)
    .setSubject(subject)
    .setAudience(oauthUrl)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME_SECONDS)
    .sign(await signingKey);
}

async function fetchToken(subject: string, scope: string): Promise<Token> {
  const request = vendorClient({
    vendor: "google_token",
    baseUrl: googleApi().oauthUrl,
    reasonOf: (body) =>
      isJsonObject(body) && typeof body.error === "string" ? body.error : undefined,
  });
  const form = { grant_type: GRANT_TYPE, assertion: await assertion(subject, scope) };
  try {
    const grant = await request("", Grant, { method: "POST", form, signal: noOneGivesUp });
    const lifetime = Math.max(grant.expires_in - MARGIN_SECONDS, 0);
    return { value: grant.access_token, expiresAt: Date.now() + lifetime * 1000 };
  } catch (error) {
    // A missing delegation or a suspended host is a 400 here, and can be mended: no reason to give up.
    if (isVendorStatus(error, 400)) throw new VendorError({ code: error.code, status: 401 });
    throw error;
  }
}

/**
 * An access token of the service account in somebody's name, by domain-wide delegation; kept until it ends.
 * @throws VendorError with the token endpoint's reason, e.g. `google_token_400_unauthorized_client`
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export async function googleToken(subject: string, scope: string): Promise<string> {
  const key = `${subject} ${scope}`;
  const known = tokens.get(key);
  if (known) {
    const token = await known.catch(() => undefined);
    if (token && token.expiresAt > Date.now()) return token.value;
  }
  const asked = tokens.get(key);
  const fresh = asked && asked !== known ? asked : fetchToken(subject, scope);
  tokens.delete(key);
  tokens.set(key, fresh);
  const [oldest] = tokens.keys();
  if (tokens.size > MOST_TOKENS && oldest !== undefined) tokens.delete(oldest);
  try {
    return (await fresh).value;
  } catch (error) {
    if (tokens.get(key) === fresh) tokens.delete(key);
    throw error;
  }
}

/** Forgets a token that Google no longer takes. */
export function forgetGoogleToken(subject: string, scope: string): void {
  tokens.delete(`${subject} ${scope}`);
}
