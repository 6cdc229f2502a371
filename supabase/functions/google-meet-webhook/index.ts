import {
  acknowledgeGarbage,
  receiveGoogleMeetEvent,
} from "../../../shared/classes/google-meet/receive.ts";
import { googleVerifier } from "../../../shared/classes/google-meet/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/** Takes Google Meet's events, pushed by Pub/Sub; see docs/api/google-meet.md. */
export default withWebhook({
  address: "POST /google-meet-webhook",
  summary: "Google Meet's events, pushed by Pub/Sub",
  description:
    "Signed by Google with a token for this address. What no reader could make sense of is acknowledged with 204.",
  answers: { 200: "InboxReceipt", 204: null },
  signature: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "Google's OIDC token of the push subscription's service account, for this address.",
  },
  verifier: googleVerifier(),
  receive: receiveGoogleMeetEvent,
  onUnreadable: acknowledgeGarbage,
});
