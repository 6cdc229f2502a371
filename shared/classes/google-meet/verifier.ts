import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { webhookRefusal, webhookUnavailable } from "../../webhook/errors.ts";
import type { Verifier } from "../../webhook/verifier.ts";
import { type GooglePush, googlePush } from "./env.ts";

// A Pub/Sub message is at most 10 MB; Meet's name a resource and nothing else, a KiB or two.
const MAX_BYTES = 64 * 1024;
const ISSUERS = ["https://accounts.google.com", "accounts.google.com"];
const CLOCK_TOLERANCE_SECONDS = 60;
/** Below the 2 s within which every delivery is answered. */
const KEYS_TIMEOUT_MS = 1_200;
const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i;

/** The service account that the token names. */
export interface GoogleProof {
  readonly email: string;
}

/** What makes a token wrong, as opposed to keys that cannot be had. */
const WRONG_TOKEN = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSMultipleMatchingKeys,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
];

function isFrom({ email, email_verified }: JWTPayload, serviceAccount: string): boolean {
  return email_verified === true && email === serviceAccount;
}

/**
 * The OIDC token of a Pub/Sub push: RS256 by one of Google's keys, for our audience, from our push
 * subscription's service account, with a verified address. The keys are kept for ten minutes; a key
 * that is not among them is asked for at most every 30 s, so that a rotation is noticed and a flood
 * of made-up key ids reaches nobody. One token serves many messages: replays are the inbox's matter.
 * @see https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 */
export function googleVerifier(
  config: GooglePush | undefined = googlePush(),
): Verifier<GoogleProof> {
  const keys = config
    ? createRemoteJWKSet(new URL(config.jwksUrl), { timeoutDuration: KEYS_TIMEOUT_MS })
    : undefined;
  return {
    provider: "google_meet",
    maxBytes: MAX_BYTES,
    isSecretKey: () => false,
    verify: async ({ headers, receivedAt }) => {
      if (!config || !keys) return webhookUnavailable("no_audience", "webhook_not_configured");
      const header = headers.get("authorization");
      if (header === null) return webhookRefusal("signature_missing");
      const token = BEARER.exec(header)?.[1];
      if (token === undefined) return webhookRefusal("signature_invalid");
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ["RS256"],
          issuer: ISSUERS,
          audience: config.audience,
          requiredClaims: ["exp", "iat"],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: receivedAt,
        });
        const isOurs = isFrom(payload, config.serviceAccount);
        return isOurs ? { email: config.serviceAccount } : webhookRefusal("signature_invalid");
      } catch (error) {
        if (error instanceof errors.JWTExpired) return webhookRefusal("signature_stale");
        if (WRONG_TOKEN.some((type) => error instanceof type))
          return webhookRefusal("signature_invalid");
        return webhookUnavailable("google_keys", "verification_unavailable");
      }
    },
  };
}
