import {
  acknowledgeGarbage,
  receiveGoogleMeetEvent,
} from "../../../shared/classes/google-meet/receive.ts";
import { googleVerifier } from "../../../shared/classes/google-meet/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/** Takes Google Meet's events, pushed by Pub/Sub; see docs/api/google-meet.md. */
export default {
  fetch: withWebhook(googleVerifier(), receiveGoogleMeetEvent, {
    onUnreadable: acknowledgeGarbage,
  }),
};
