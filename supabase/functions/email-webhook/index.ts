import { receiveResendEvent } from "../../../shared/mail/resend/receive.ts";
import { resendVerifier } from "../../../shared/mail/resend/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/** Takes what the mail provider tells of mails; see docs/api/mail.md#email-webhook. */
export default withWebhook({
  address: "POST /email-webhook",
  summary: "Resend's events about mails",
  description:
    "Signed after Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`, or the same as `svix-…`.",
  answers: { 200: "InboxReceipt" },
  signature: {
    type: "apiKey",
    in: "header",
    name: "webhook-signature",
    description:
      "`v1,` and HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` with the endpoint's secret, in base64.",
  },
  verifier: resendVerifier(),
  receive: receiveResendEvent,
});
