import { z } from "zod";
import { isJsonObject, type JsonValue } from "../../core/json.ts";
import { type VendorClient, vendorClient } from "../../vendor/client.ts";
import { vapiApi } from "./env.ts";

/** VAPI's own codes, a closed list: its texts may quote what was sent, and that may be a Twilio secret. */
const REASONS: ReadonlySet<string> = new Set(["assistant_pinned"]);

function reasonOf(body: JsonValue | undefined): string | undefined {
  if (!isJsonObject(body) || typeof body.error !== "string") return undefined;
  return REASONS.has(body.error) ? body.error : undefined;
}

/**
 * VAPI's REST API with the platform's private key, which is good for the whole organisation: whoever passes an id
 * has to know whose it is.
 * @throws EnvironmentError when no key is set
 * @see https://docs.vapi.ai/api-reference
 */
export function vapiClient(): VendorClient {
  const { url, key, timeoutMs } = vapiApi();
  return vendorClient({
    vendor: "vapi",
    baseUrl: url,
    timeoutMs,
    authorize: async () => ({ authorization: `Bearer ${key}` }),
    reasonOf,
  });
}

const Refusal = z.object({ message: z.union([z.string(), z.array(z.string())]) });

/** The sentences of a refusal, which VAPI writes as one text or as a list; empty when it says nothing. */
export function refusalSentences(body: JsonValue | undefined): readonly string[] {
  const refusal = Refusal.safeParse(body);
  return refusal.success ? [refusal.data.message].flat() : [];
}
