import { receiveVapiMessage } from "../../../shared/voice/vapi/receive.ts";
import { vapiVerifier } from "../../../shared/voice/vapi/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/** Answers VAPI's questions about calls and takes its reports; see docs/api/vapi-webhook.md. */
export default withWebhook({
  address: "POST /vapi-webhook",
  summary: "VAPI's questions and reports about calls",
  description:
    "A question is always answered in VAPI's shape within its time. Everything else goes to the inbox, but for chatter, which is acknowledged.",
  answers: { 200: ["InboxReceipt", "VapiAnswer"] },
  signature: {
    type: "apiKey",
    in: "header",
    name: "x-signature",
    description:
      "HMAC-SHA256 of `<x-timestamp>.<body>` with the shared secret, in hex. Instead: `x-vapi-signature` of the body alone, a bearer token, or the secret in `x-vapi-secret`.",
  },
  verifier: vapiVerifier(),
  receive: receiveVapiMessage,
});
