import { createHmac } from "node:crypto";
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { webhookRefusal, webhookUnavailable } from "../../webhook/errors.ts";
import type { Verifier } from "../../webhook/verifier.ts";
import { zoomWebhookSecrets } from "./env.ts";

/** The largest are recordings with a hundred files or so of half a KiB each. */
const MAX_BYTES = 512 * 1024;
const TOLERANCE_SECONDS = 300;
const TIMESTAMP = /^\d{1,12}$/;

const SECRET_KEYS: ReadonlySet<string> = new Set([
  "download_token",
  "download_url",
  "encrypted_password",
  "h323_password",
  "host_key",
  "join_url",
  "password",
  "passcode",
  "plainToken",
  "play_url",
  "pstn_password",
  "recording_play_passcode",
  "share_url",
  "start_url",
]);

/** The Secret Token that signed a delivery, which url_validation is answered with. */
export interface ZoomProof {
  readonly secret: string;
}

function isSignedWith(
  secret: string,
  message: readonly (string | Uint8Array)[],
  signature: string,
) {
  const hmac = createHmac("sha256", secret);
  for (const part of message) hmac.update(part);
  const expected = new TextEncoder().encode(`v0=${hmac.digest("hex")}`);
  const given = new TextEncoder().encode(signature);
  return timingSafeEqual(given, expected);
}

/**
 * Zoom's v0 signature: HMAC-SHA256 over `v0:<timestamp header>:<raw body>`, at most 300 s old or
 * ahead (retries are signed afresh). Any of the secrets may match, so that one can be replaced
 * without a gap. Without a secret nothing is accepted: 503, so that Zoom sends again once there is one.
 * @see https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
 */
export function zoomVerifier(secrets = zoomWebhookSecrets()): Verifier<ZoomProof> {
  return {
    provider: "zoom",
    maxBytes: MAX_BYTES,
    isSecretKey: (key) => SECRET_KEYS.has(key),
    verify: ({ headers, rawBody, receivedAt }) => {
      if (secrets.length === 0) return webhookUnavailable("no_secret", "webhook_not_configured");
      const signature = headers.get("x-zm-signature");
      const timestamp = headers.get("x-zm-request-timestamp");
      if (!signature || !timestamp) return webhookRefusal("signature_missing");
      if (!TIMESTAMP.test(timestamp)) return webhookRefusal("signature_invalid");
      const message = [`v0:${timestamp}:`, rawBody];
      const secret = secrets.find((candidate) => isSignedWith(candidate, message, signature));
      if (secret === undefined) return webhookRefusal("signature_invalid");
      const ageSeconds = receivedAt.getTime() / 1000 - Number(timestamp);
      return Math.abs(ageSeconds) > TOLERANCE_SECONDS
        ? webhookRefusal("signature_stale")
        : { secret };
    },
  };
}

/**
 * What `endpoint.url_validation` is answered with, within 3 s and at every re-validation.
 * @see https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
 */
export function zoomChallengeAnswer({ secret }: ZoomProof, plainToken: string) {
  const encryptedToken = createHmac("sha256", secret).update(plainToken).digest("hex");
  return { plainToken, encryptedToken };
}
