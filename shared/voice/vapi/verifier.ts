import { createHash, createHmac } from "node:crypto";
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import type { ApiError } from "../../core/api-error.ts";
import { webhookRefusal, webhookUnavailable } from "../../webhook/errors.ts";
import type { SignedDelivery, Verifier } from "../../webhook/verifier.ts";
import { vapiWebhookSecrets } from "./env.ts";

/** A report carries the transcript and every message of a call of up to 12 hours. */
const MAX_BYTES = 5 * 1024 * 1024;
const TOLERANCE_SECONDS = 300;
const TIMESTAMP = /^\d{1,16}$/;
/** VAPI does not document the unit; a value above this is milliseconds (in seconds it would be the year 5138). */
const MILLISECONDS_FROM = 100_000_000_000;
const PREFIX = "sha256=";
const BEARER = /^Bearer +(\S+)$/i;

const SECRET_KEYS: ReadonlySet<string> = new Set([
  "apiKey",
  "authorization",
  "controlUrl",
  "credential",
  "credentialId",
  "credentialIds",
  "credentials",
  "headers",
  "listenUrl",
  "secret",
  "token",
  "twilioApiKey",
  "twilioApiSecret",
  "twilioAuthToken",
  "websocketCallUrl",
]);

/** Which of VAPI's credentials proved the delivery. */
export interface VapiProof {
  readonly credential: "hmac" | "bearer" | "secret";
}

/** Compares texts of any length in constant time. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function isOneOf(secrets: readonly string[], given: string): boolean {
  return secrets.some((secret) => isSame(secret, given));
}

function hmac(secret: string, message: readonly (string | Uint8Array)[]): string {
  const running = createHmac("sha256", secret);
  for (const part of message) running.update(part);
  return running.digest("hex");
}

function isFresh(timestamp: string, receivedAt: Date): boolean {
  const value = Number(timestamp);
  const seconds = value > MILLISECONDS_FROM ? value / 1000 : value;
  return Math.abs(receivedAt.getTime() / 1000 - seconds) <= TOLERANCE_SECONDS;
}

function unprefixed(signature: string): string {
  return (signature.startsWith(PREFIX) ? signature.slice(PREFIX.length) : signature).toLowerCase();
}

/** Over `{timestamp}.{body}`, VAPI's default; the time is signed, so it has to be recent. */
function verifyTimed(
  secrets: readonly string[],
  signature: string,
  { headers, rawBody, receivedAt }: SignedDelivery,
): VapiProof | ApiError {
  const timestamp = headers.get("x-timestamp");
  if (timestamp === null) return webhookRefusal("signature_missing");
  if (!TIMESTAMP.test(timestamp)) return webhookRefusal("signature_invalid");
  const isSigned = secrets.some((secret) =>
    isSame(hmac(secret, [`${timestamp}.`, rawBody]), unprefixed(signature)),
  );
  if (!isSigned) return webhookRefusal("signature_invalid");
  return isFresh(timestamp, receivedAt)
    ? { credential: "hmac" }
    : webhookRefusal("signature_stale");
}

/** Over `{body}` alone, as VAPI's examples sign under `x-vapi-signature`; a credential with this header may also sign the time. */
function verifyPlain(
  secrets: readonly string[],
  signature: string,
  delivery: SignedDelivery,
): VapiProof | ApiError {
  const isSigned = secrets.some((secret) =>
    isSame(hmac(secret, [delivery.rawBody]), unprefixed(signature)),
  );
  if (isSigned) return { credential: "hmac" };
  return delivery.headers.has("x-timestamp")
    ? verifyTimed(secrets, signature, delivery)
    : webhookRefusal("signature_invalid");
}

/**
 * VAPI's webhook credentials: an HMAC-SHA256 signature (`x-signature` with `x-timestamp`, or the plain
 * `x-vapi-signature`), a bearer token, or `X-Vapi-Secret`. The strongest that a delivery carries has to
 * hold; a weaker one beside it does not save it. Any of the secrets may match, so that one can be replaced
 * without a gap. Without a secret nothing is accepted: 503, so that VAPI sends again once there is one.
 * @see https://docs.vapi.ai/server-url/server-authentication
 */
export function vapiVerifier(secrets = vapiWebhookSecrets()): Verifier<VapiProof> {
  return {
    provider: "vapi",
    maxBytes: MAX_BYTES,
    isSecretKey: (key) => SECRET_KEYS.has(key) || /^presigned/i.test(key),
    verify: (delivery) => {
      if (secrets.length === 0) return webhookUnavailable("no_secret", "webhook_not_configured");
      const { headers } = delivery;
      const timed = headers.get("x-signature");
      if (timed !== null) return verifyTimed(secrets, timed, delivery);
      const plain = headers.get("x-vapi-signature");
      if (plain !== null) return verifyPlain(secrets, plain, delivery);
      const secret = headers.get("x-vapi-secret");
      if (secret !== null) {
        return isOneOf(secrets, secret)
          ? { credential: "secret" }
          : webhookRefusal("signature_invalid");
      }
      const [, token] = BEARER.exec(headers.get("authorization") ?? "") ?? [];
      if (token === undefined) return webhookRefusal("signature_missing");
      return isOneOf(secrets, token)
        ? { credential: "bearer" }
        : webhookRefusal("signature_invalid");
    },
  };
}
