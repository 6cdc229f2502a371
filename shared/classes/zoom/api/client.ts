import { isJsonObject, type JsonValue } from "../../../core/json.ts";
import { accessTokens, Grant } from "../../../vendor/access-tokens.ts";
import { type VendorClient, vendorClient } from "../../../vendor/client.ts";
import { isVendorStatus, VendorError } from "../../../vendor/error.ts";
import { zoomApi } from "../env.ts";

/** Zoom's own number of an error, e.g. 3001; the token endpoint has words. */
function reasonOf(body: JsonValue | undefined): string | undefined {
  if (!isJsonObject(body)) return undefined;
  const { code, error } = body;
  return typeof code === "number" ? String(code) : typeof error === "string" ? error : undefined;
}

/** By account. */
const tokens = accessTokens();

/** A missing scope, in either of the numbers that Zoom has for it. */
const SCOPE_REASONS: ReadonlySet<string | undefined> = new Set(["4700", "4711"]);

/** A refusal of our credentials says nothing about what was asked for: it can be mended outside, so it is no final answer. */
function ourOwn({ code, reason, retryAfterSeconds }: VendorError): VendorError {
  return new VendorError({ code, reason, retryAfterSeconds });
}

async function askForToken(signal: AbortSignal): Promise<Grant> {
  const { oauthUrl, accountId, clientId, clientSecret } = zoomApi();
  const basic = btoa(`${clientId}:${clientSecret}`);
  const send = vendorClient({
    vendor: "zoom_token",
    baseUrl: oauthUrl,
    reasonOf,
    authorize: async () => ({ authorization: `Basic ${basic}` }),
  });
  // In the body: some accounts answer 400 to the query-string form.
  const form = { grant_type: "account_credentials", account_id: accountId };
  try {
    return await send([], Grant, { method: "POST", form, signal });
  } catch (error) {
    throw error instanceof VendorError ? ourOwn(error) : error;
  }
}

/**
 * A client of Zoom's REST API with server-to-server OAuth. The token is kept until it ends; a 401
 * fetches another one and asks once more, because a token can be revoked before its time.
 * @see https://developers.zoom.us/docs/internal-apps/s2s-oauth/
 */
export function zoomClient(): VendorClient {
  const { url, accountId } = zoomApi();
  const send = vendorClient({
    vendor: "zoom",
    baseUrl: url,
    reasonOf,
    authorize: async (signal) => ({
      authorization: `Bearer ${await tokens.get(accountId, signal, askForToken)}`,
    }),
  });
  return async (path, answer, request) => {
    try {
      return await send(path, answer, request);
    } catch (error) {
      if (error instanceof VendorError && SCOPE_REASONS.has(error.reason)) throw ourOwn(error);
      if (!isVendorStatus(error, 401)) throw error;
      tokens.forget(accountId);
      return await send(path, answer, request);
    }
  };
}
