import type { Database } from "../../supabase/database.types.ts";
import type { ApiError } from "../core/api-error.ts";

/** The senders of webhooks. */
export type WebhookProvider = Database["public"]["Enums"]["webhook_provider"];

/** What a verifier may look at: nothing of it is parsed yet. */
export interface SignedDelivery {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly rawBody: Uint8Array<ArrayBuffer>;
  /** When the request arrived; the clock that a signature's age is measured by. */
  readonly receivedAt: Date;
}

/**
 * How one provider proves that a delivery is its own.
 * `Proof` is what the handler may need of it: the secret that matched, the token's claims.
 */
export interface Verifier<Proof extends object> {
  readonly provider: WebhookProvider;
  /** The most that is read of a body. */
  readonly maxBytes: number;
  /** Whether the value of a key of this provider's JSON is a secret that is never stored. */
  isSecretKey(key: string): boolean;
  /**
   * The proof, or the error that answers: `signature_…` (401) when it is not the provider's,
   * `webhook_not_configured` or `verification_unavailable` (503) when that cannot be told now, so
   * that the provider sends again.
   */
  verify(delivery: SignedDelivery): Proof | ApiError | Promise<Proof | ApiError>;
}
