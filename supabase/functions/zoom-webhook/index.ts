import { receiveZoomEvent } from "../../../shared/classes/zoom/receive.ts";
import { zoomVerifier } from "../../../shared/classes/zoom/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/**
 * Takes Zoom's deliveries about meetings, participants and recordings; see
 * docs/decisions/0020-a-class-is-a-function-of-its-facts.md.
 */
export default {
  fetch: withWebhook(zoomVerifier(), receiveZoomEvent),
};
