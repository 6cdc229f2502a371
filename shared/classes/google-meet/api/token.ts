import { type CryptoKey, SignJWT } from "jose";
import { isJsonObject } from "../../../core/json.ts";
import { accessTokens, Grant } from "../../../vendor/access-tokens.ts";
import { vendorClient } from "../../../vendor/client.ts";
import { isVendorStatus, VendorError } from "../../../vendor/error.ts";
import { googleApi } from "../env.ts";
import { readPrivateKey } from "./private-key.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LIFETIME_SECONDS = 3_600;

/** By host and scope. */
const tokens = accessTokens();
const keyOf = (subject: string, scope: string) => `${subject} ${scope}`;
let signingKey: Promise<CryptoKey> | undefined;

async function assertion(subject: string, scope: string): Promise<string> {
  const { oauthUrl, serviceAccountEmail, serviceAccountKey } = googleApi();
  signingKey ??= readPrivateKey(serviceAccountKey);
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

async function askForToken(subject: string, scope: string, signal: AbortSignal): Promise<Grant> {
  const request = vendorClient({
    vendor: "google_token",
    baseUrl: googleApi().oauthUrl,
    reasonOf: (body) =>
      isJsonObject(body) && typeof body.error === "string" ? body.error : undefined,
  });
  const form = { grant_type: GRANT_TYPE, assertion: await assertion(subject, scope) };
  try {
    return await request([], Grant, { method: "POST", form, signal });
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
export function googleToken(subject: string, scope: string, signal: AbortSignal): Promise<string> {
  return tokens.get(keyOf(subject, scope), signal, (own) => askForToken(subject, scope, own));
}

/** Forgets a token that Google no longer takes. */
export function forgetGoogleToken(subject: string, scope: string): void {
  tokens.forget(keyOf(subject, scope));
}
