import { receiveZoomEvent } from "../../../shared/classes/zoom/receive.ts";
import { zoomVerifier } from "../../../shared/classes/zoom/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/**
 * Takes Zoom's deliveries about meetings, participants and recordings; see
 * docs/decisions/0020-a-class-is-a-function-of-its-facts.md.
 */
export default withWebhook({
  address: "POST /zoom-webhook",
  summary: "Zoom's events about meetings, participants and recordings",
  description:
    "Signed with `x-zm-signature` over `x-zm-request-timestamp` and the body. The validation of the endpoint is answered with its token's hash.",
  answers: { 200: ["InboxReceipt", "ZoomChallengeAnswer"] },
  signature: {
    type: "apiKey",
    in: "header",
    name: "x-zm-signature",
    description:
      "`v0=` and HMAC-SHA256 of `v0:<x-zm-request-timestamp>:<body>` with the app's secret token, in hex.",
  },
  verifier: zoomVerifier(),
  receive: receiveZoomEvent,
});
