import { Webhook } from "standardwebhooks";
import { webhookRefusal, webhookUnavailable } from "../../webhook/errors.ts";
import type { Verifier } from "../../webhook/verifier.ts";
import { resendWebhookSecrets } from "../env.ts";

/** An event names a mail and never carries it. */
const MAX_BYTES = 256 * 1024;
const TOLERANCE_SECONDS = 300;

/** What proves a delivery, and its id, which stays the same over repetitions. */
export interface ResendProof {
  readonly id: string;
}

const NAMES = ["id", "timestamp", "signature"] as const;

/** Standard Webhooks' headers, or the same under the names of the service that Resend uses. */
function signedHeaders(headers: Headers): Record<string, string> | null {
  const found = NAMES.map((name) => [
    `webhook-${name}`,
    headers.get(`webhook-${name}`) ?? headers.get(`svix-${name}`),
  ]);
  return found.every(([, value]) => value) ? Object.fromEntries(found) : null;
}

function isSigned(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    // The library throws for a wrong signature and for a secret that is none.
    return false;
  }
}

/**
 * Resend's webhook, signed after Standard Webhooks. Any of the secrets may match, so that one can be replaced without a gap.
 * @see https://www.standardwebhooks.com
 */
export function resendVerifier(secrets = resendWebhookSecrets()): Verifier<ResendProof> {
  return {
    provider: "resend",
    maxBytes: MAX_BYTES,
    isSecretKey: (key) => key === "download_url",
    verify: ({ headers, rawBody, receivedAt }) => {
      if (secrets.length === 0) return webhookUnavailable("no_secret", "webhook_not_configured");
      const signed = signedHeaders(headers);
      if (signed === null) return webhookRefusal("signature_missing");
      const ageSeconds = receivedAt.getTime() / 1000 - Number(signed["webhook-timestamp"]);
      if (!Number.isFinite(ageSeconds)) return webhookRefusal("signature_invalid");
      if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) return webhookRefusal("signature_stale");
      const body = new TextDecoder().decode(rawBody);
      return secrets.some((secret) => isSigned(secret, body, signed))
        ? { id: signed["webhook-id"] ?? "" }
        : webhookRefusal("signature_invalid");
    },
  };
}
