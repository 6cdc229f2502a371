import { z } from "zod";
import { VendorError } from "../../vendor/error.ts";
import type { SendMail, SendOutcome } from "../mail.ts";
import { resendClient } from "./client.ts";

const Accepted = z.object({ id: z.string().min(1).max(200) });

/** A key, a domain or the account can be mended outside; until then no mail leaves. */
const NOT_OURS_SECONDS = 600;
/** A quota of a day or a month is over. */
const QUOTA_SECONDS = 3_600;
const CONCURRENT_SECONDS = 5;

/** What an answer that is none of acceptance means, by status and name: the same status has several. */
function outcomeOf({ code, status, reason, retryAfterSeconds }: VendorError): SendOutcome {
  const postponed = (
    mayBeSent: boolean,
    isForAll: boolean,
    afterSeconds: number | undefined = retryAfterSeconds,
  ): SendOutcome => ({ outcome: "postponed", reason: code, mayBeSent, isForAll, afterSeconds });

  // Silence, or an answer that is no answer: the mail may be on its way. An error is the provider's word that it is not.
  if (status === null) return postponed(code !== "resend_unreachable", false);
  if (status === 429) {
    const isQuota = reason?.endsWith("quota_exceeded") === true;
    return postponed(false, true, retryAfterSeconds ?? (isQuota ? QUOTA_SECONDS : 1));
  }
  if (status === 401 || status === 403) return postponed(false, true, NOT_OURS_SECONDS);
  if (status === 409 && reason === "concurrent_idempotent_requests") {
    return postponed(true, false, CONCURRENT_SECONDS);
  }
  if (status === 408 || status === 504) return postponed(true, false);
  return status >= 500 ? postponed(false, false) : { outcome: "refused", reason: code };
}

/**
 * Sends a mail through Resend, which remembers a key for 24 hours: the same mail under the same key is answered as before.
 * @see https://resend.com/docs/api-reference/emails/send-email
 */
export const sendWithResend: SendMail = async (mail, key, signal) => {
  try {
    const client = resendClient({ "idempotency-key": key });
    const { id } = await client(["emails"], Accepted, { method: "POST", json: mail, signal });
    return { outcome: "sent", id };
  } catch (error) {
    if (error instanceof VendorError) return outcomeOf(error);
    throw error;
  }
};
