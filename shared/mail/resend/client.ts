import { isJsonObject, type JsonValue } from "../../core/json.ts";
import { type VendorClient, vendorClient } from "../../vendor/client.ts";
import { resendApi } from "../env.ts";

/** Resend's own name of an error: its sentence may quote an address. */
function reasonOf(body: JsonValue | undefined): string | undefined {
  return isJsonObject(body) && typeof body.name === "string" ? body.name : undefined;
}

/**
 * Resend's REST API.
 * @throws EnvironmentError when no key is set
 * @see https://resend.com/docs/api-reference/introduction
 */
export function resendClient(headers: Readonly<Record<string, string>> = {}): VendorClient {
  const { url, key, timeoutMs } = resendApi();
  return vendorClient({
    vendor: "resend",
    baseUrl: url,
    timeoutMs,
    authorize: async () => ({ authorization: `Bearer ${key}`, ...headers }),
    reasonOf,
  });
}
